"""
Half-life decay by whole days, in fixed point with 18 decimals, rounded down at every step.

Twin of `contracts/libraries/Decay.sol`; the vectors in `tests/vectors/reputation.json` pin both. The order of
the multiplications is part of the definition: from the lowest bit of the exponent up, power before square. A
power of n days is at most the exact power of the factor, and less than n units of 1e-18 below it.

    >>> power_down(DAILY_FACTORS[90], 90)
    499999999999999966
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from resonance_dao.errors import InputInvalid

ONE = 10**18
"""One, in fixed point."""

DAILY_FACTORS: Mapping[int, int] = MappingProxyType(
    {
        30: 977159968434245954,
        90: 992327946262943481,
        180: 996156587220575217,
        365: 998102768651594634,
    }
)
"""What a day leaves of one, by the half-life in days: `floor(2^(-1/days) x 1e18)`."""

_MAX_DAYS = 2**32 - 1


def daily_factor(half_life: int) -> int:
    """Return what a day leaves of one, with 18 decimals. `InputInvalid` for any but 30, 90, 180, 365 days."""
    if isinstance(half_life, bool) or not isinstance(half_life, int) or half_life not in DAILY_FACTORS:
        raise InputInvalid(
            "half_life", half_life, f"must be one of {', '.join(map(str, DAILY_FACTORS))} days"
        )
    return DAILY_FACTORS[half_life]


def power_down(factor: int, elapsed: int) -> int:
    """
    Return `factor` raised to `elapsed` days, with 18 decimals, rounded down at each multiplication.

    `InputInvalid` when the factor is above one, or the days are negative or 2^32 and more.
    """
    require_integer("factor", factor, ONE)
    require_integer("elapsed", elapsed, _MAX_DAYS)
    power = ONE
    while elapsed:
        if elapsed & 1:
            power = power * factor // ONE
        factor = factor * factor // ONE
        elapsed >>= 1
    return power


def left_down(amount: int, power: int) -> int:
    """Return what is left of an amount, rounded down; `power` is what the days leave of one."""
    return amount * power // ONE


def require_integer(field: str, value: object, highest: int) -> None:
    """Raise `InputInvalid` unless `value` is an integer from 0 to `highest`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputInvalid(field, value, "must be an integer; never a float")
    if not 0 <= value <= highest:
        raise InputInvalid(field, value, f"must be between 0 and {highest}")
