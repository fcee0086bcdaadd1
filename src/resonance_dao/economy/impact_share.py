"""
Impact Share: what an award pays, part by part, in integers.

Twin of `contracts/libraries/ImpactShare.sol` and of the escrow's completion; the vectors in
`tests/vectors/impact_share.json` pin both. It divides among the parts of an award; `allocation` among payees.
Amounts are base units below 2^128; shares, multipliers and achievements basis points.

    >>> shares = (3000, 5000, 2000)
    >>> done = settlement(300_000, 10_000, 12_000, 180_000, shares, success_bps=8000, long_term_bps=0)
    >>> done.base, done.success, done.long_term, done.top_up, done.returned
    (90000, 120000, 0, 0, 150000)
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.economy.money import BPS, MAX_UINT128
from resonance_dao.errors import InputInvalid

HIGHEST_MULTIPLIER_BPS = 50_000
"""The largest multiplier that terms may allow: 5."""

HIGHEST_CAP_BPS = 20_000
"""The most that terms may let count as achieved: twice the target."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What each part of an award pays at its target, in base units; together exactly the award."""

    base: int
    success: int
    long_term: int

    @property
    def award(self) -> int:
        """The award, in base units."""
        return self.base + self.success + self.long_term


@dataclass(frozen=True, slots=True)
class Settlement:
    """A completed award, in base units: what each part paid, what the guarantee added, what was returned."""

    base: int
    success: int
    long_term: int
    top_up: int
    returned: int

    @property
    def paid(self) -> int:
        """What the award paid to all payees together, in base units."""
        return self.base + self.success + self.long_term + self.top_up

    @property
    def escrowed(self) -> int:
        """What was escrowed for the award, in base units."""
        return self.paid + self.returned


def award_down(amount: int, multiplier_bps: int) -> int:
    """Return the award: `amount x multiplier`, rounded down. `InputInvalid` above 2^128 - 1, or 5 times."""
    _require("amount", amount, MAX_UINT128)
    _require("multiplier_bps", multiplier_bps, HIGHEST_MULTIPLIER_BPS)
    return amount * multiplier_bps // BPS


def ceilings(award: int, base_bps: int, success_bps: int) -> Ceilings:
    """Return the ceilings, cut at running sums; the rest is the long-term's. `InputInvalid` above 10,000."""
    _require("award", award, MAX_UINT128 * HIGHEST_MULTIPLIER_BPS // BPS)
    _require("base_bps", base_bps, BPS)
    _require("success_bps", success_bps, BPS - base_bps)
    base = award * base_bps // BPS
    success = award * (base_bps + success_bps) // BPS - base
    return Ceilings(base, success, award - base - success)


def tranche_down(ceiling: int, achieved_bps: int) -> int:
    """Return what a tranche pays: `ceiling x achieved`, rounded down. `InputInvalid` above 20,000."""
    _require("ceiling", ceiling, MAX_UINT128 * HIGHEST_MULTIPLIER_BPS // BPS)
    _require("achieved_bps", achieved_bps, HIGHEST_CAP_BPS)
    return ceiling * achieved_bps // BPS


def achieved(value: int, target: int, cap_bps: int) -> int:
    """
    Return what a measured value counts as: `value / target`, rounded down to a basis point, at most the
    cap.
    """
    _require("value", value, MAX_UINT128)
    _require("target", target - 1, MAX_UINT128 - 1)
    _require("cap_bps", cap_bps, HIGHEST_CAP_BPS)
    return min(value * BPS // target, cap_bps)


def capped_at(target: int, cap_bps: int) -> int:
    """Return the smallest measured value that counts as the cap: `target x cap`, rounded up."""
    _require("target", target - 1, MAX_UINT128 - 1)
    _require("cap_bps", cap_bps, HIGHEST_CAP_BPS)
    return -(-target * cap_bps // BPS)


def guarantee_down(guaranteed: int, agreed: int, amount: int) -> int:
    """
    Return the guarantee of an award whose agreed amount is below that of the terms: in proportion,
    down.
    """
    _require("guaranteed", guaranteed, MAX_UINT128)
    _require("agreed", agreed, amount)
    return guaranteed * agreed // amount


def max_award(
    amount: int, max_multiplier_bps: int, shares_bps: tuple[int, int, int], caps_bps: tuple[int, int]
) -> int:
    """
    Return the most that one award can pay: at the upper end of the band, with both caps reached.

    `caps_bps` are the success tranche's and the long-term tranche's, each 10,000 to 20,000.
    """
    parts = ceilings(award_down(amount, max_multiplier_bps), shares_bps[0], shares_bps[1])
    return parts.base + tranche_down(parts.success, caps_bps[0]) + tranche_down(parts.long_term, caps_bps[1])


def top_up(guaranteed: int, earned: int) -> int:
    """Return what the guarantee adds to what was earned, in base units."""
    _require("guaranteed", guaranteed, MAX_UINT128)
    _require("earned", earned, MAX_UINT128 * HIGHEST_MULTIPLIER_BPS // BPS)
    return max(0, guaranteed - earned)


def settlement(  # noqa: PLR0913 - an award has these parts
    amount: int,
    multiplier_bps: int,
    max_multiplier_bps: int,
    guaranteed: int,
    shares_bps: tuple[int, int, int],
    *,
    success_bps: int,
    long_term_bps: int,
    caps_bps: tuple[int, int] = (BPS, BPS),
    agreed: int | None = None,
) -> Settlement:
    """
    Return all that a completed award paid.

    `shares_bps` are base, success and long-term, which sum to 10,000; `success_bps` and `long_term_bps` what
    counted as achieved, at most `caps_bps`; `agreed` the amount agreed at admission, at most `amount`.
    `InputInvalid` when the shares do not sum, a cap is not 10,000 to 20,000, the multiplier is above its
    maximum, or more is guaranteed than the award.
    """
    _check_division(shares_bps, caps_bps)
    agreed = amount if agreed is None else agreed
    if multiplier_bps > max_multiplier_bps:
        raise InputInvalid("multiplier_bps", multiplier_bps, f"must be at most {max_multiplier_bps}")
    award = award_down(agreed, multiplier_bps)
    least = guarantee_down(guaranteed, agreed, amount)
    _require("guaranteed", least, award)
    _require("success_bps", success_bps, caps_bps[0])
    _require("long_term_bps", long_term_bps, caps_bps[1])
    parts = ceilings(award, shares_bps[0], shares_bps[1])
    success = tranche_down(parts.success, success_bps)
    long_term = tranche_down(parts.long_term, long_term_bps)
    earned = parts.base + success + long_term
    added = top_up(least, earned)
    most = max_award(amount, max_multiplier_bps, shares_bps, caps_bps)
    return Settlement(parts.base, success, long_term, added, most - earned - added)


def _check_division(shares_bps: tuple[int, int, int], caps_bps: tuple[int, int]) -> None:
    if sum(shares_bps) != BPS:
        raise InputInvalid("shares_bps", shares_bps, f"must sum to {BPS}, not {sum(shares_bps)}")
    for cap in caps_bps:
        if not BPS <= cap <= HIGHEST_CAP_BPS:
            raise InputInvalid("caps_bps", caps_bps, f"must be {BPS} to {HIGHEST_CAP_BPS}")


def _require(field: str, value: object, highest: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputInvalid(field, value, "must be an integer; never a float")
    if not 0 <= value <= highest:
        raise InputInvalid(field, value, f"must be between 0 and {highest}")
