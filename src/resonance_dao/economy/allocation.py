"""
Dividing an amount among payees so that no unit is lost.

Twin of `contracts/libraries/Allocation.sol`; `tests/vectors/impact_share.json` pins both.

    >>> split_down(100, (3333, 3333, 3334))
    (34, 33, 33)
"""

from __future__ import annotations

from collections.abc import Sequence

from resonance_dao.economy.money import BPS
from resonance_dao.errors import InputInvalid

MOST_PAYEES = 250
"""The longest list of payees that the escrow takes."""

HIGHEST_AMOUNT = 2**240
"""Above this the contract's product would overflow; no award comes near."""


def split_down(amount: int, shares_bps: Sequence[int]) -> tuple[int, ...]:
    """
    Return each payee's part of `amount`, rounded down; the first payee also gets the remainder.

    `amount` is base units, `shares_bps` 1 to 250 positive integers which sum to 10,000; else `InputInvalid`.
    """
    _require_amount(amount)
    _require_shares(shares_bps)
    parts = [amount * share // BPS for share in shares_bps]
    parts[0] += amount - sum(parts)
    return tuple(parts)


def _require_amount(amount: object) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise InputInvalid("amount", amount, "must be an integer of base units; never a float")
    if not 0 <= amount <= HIGHEST_AMOUNT:
        raise InputInvalid("amount", amount, "must be between 0 and 2^240")


def _require_shares(shares_bps: Sequence[int]) -> None:
    if not 1 <= len(shares_bps) <= MOST_PAYEES:
        raise InputInvalid("shares_bps", len(shares_bps), f"must be 1 to {MOST_PAYEES} shares")
    for share in shares_bps:
        if isinstance(share, bool) or not isinstance(share, int) or share <= 0:
            raise InputInvalid("shares_bps", share, "must be positive integers")
    if sum(shares_bps) != BPS:
        raise InputInvalid("shares_bps", sum(shares_bps), f"must sum to {BPS}")
