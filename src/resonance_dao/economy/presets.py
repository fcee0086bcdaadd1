"""
Pricing that people know, as the numbers of a bounty's terms.

Each preset names what is promised in base units and gives amount, shares, targets and defaults that keep the
promise at a multiplier of 1. Shares are basis points, so some promises cannot be met to the unit; then the
amount is the least that pays every part in full, at most 0.03 % more, and `extra_base` and `extra_success`
say what each part has beyond its promise. Targets and values are in units of the metric that the terms name.

    >>> terms = fixed_price_with_success_fee(100_000, 50_000, target=500)
    >>> terms.amount, terms.base_bps, terms.success.share_bps, terms.extra_base, terms.extra_success
    (150013, 6667, 3333, 13, 0)
    >>> terms.paid(0), terms.paid(250), terms.paid(500)
    (100013, 125013, 150013)
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.economy.impact_share import ceilings, top_up
from resonance_dao.economy.money import BPS, MAX_UINT128
from resonance_dao.errors import InputInvalid

HIGHEST_CAP_BPS = 20_000
"""The most that can count as achieved: twice the target."""
IMPACT_SHARES_BPS = (3000, 5000, 2000)
"""Base, success and long-term of Impact Share."""
LOW_BASE_BPS = 1000
"""The base of an outcome guarantee, unless another is chosen."""


@dataclass(frozen=True, slots=True)
class Tranche:
    """
    What a tranche needs in the terms; without a share it is none and all is zero.

    `target` is the value that counts as achieved, `cap_bps` the most that counts, `silent_bps` what counts
    when the source is silent.
    """

    share_bps: int
    target: int
    cap_bps: int
    silent_bps: int

    def achieved_down(self, value: int) -> int:
        """Return what a measured value counts as, in basis points: rounded down, at most the cap."""
        return min(value * BPS // self.target, self.cap_bps) if self.share_bps else 0


NO_TRANCHE = Tranche(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Preset:
    """
    The numbers of a bounty's terms, amounts in base units.

    `extra_base` and `extra_success` are what base and success tranche pay beyond the promise because shares
    are basis points.
    """

    amount: int
    guaranteed: int
    base_bps: int
    success: Tranche
    long_term: Tranche = NO_TRANCHE
    extra_base: int = 0
    extra_success: int = 0

    def paid(self, success_value: int, long_term_value: int = 0) -> int:
        """Return what an award pays in all when these values are reported: each tranche rounded down."""
        return self._paid(
            self.success.achieved_down(success_value), self.long_term.achieved_down(long_term_value)
        )

    @property
    def paid_in_silence(self) -> int:
        """What an award pays in all when no source ever reports, in base units."""
        return self._paid(self.success.silent_bps, self.long_term.silent_bps)

    @property
    def highest(self) -> int:
        """The most that an award pays, which is escrowed for it, in base units."""
        return self._paid(self.success.cap_bps, self.long_term.cap_bps)

    def _paid(self, success_bps: int, long_term_bps: int) -> int:
        parts = ceilings(self.amount, self.base_bps, self.success.share_bps)
        earned = parts.base + parts.success * success_bps // BPS + parts.long_term * long_term_bps // BPS
        return earned + top_up(self.guaranteed, earned)


def fixed_price_with_success_fee(fixed: int, fee: int, *, target: int, silent_bps: int = BPS) -> Preset:
    """
    Return terms that pay `fixed` at acceptance and `fee` at the target, in base units; `fixed` is guaranteed.

    The amount is rounded up until both are paid in full. `InputInvalid` when either is zero or both exceed
    2^128 - 1.
    """
    _require("fixed", fixed, MAX_UINT128, lowest=1)
    _require("fee", fee, MAX_UINT128 - fixed, lowest=1)
    amount, base_bps = _divided_up(fixed, fee)
    _require("fixed + fee", amount, MAX_UINT128)
    base = ceilings(amount, base_bps, BPS - base_bps).base
    success = _tranche(BPS - base_bps, target, BPS, silent_bps)
    return Preset(
        amount, fixed, base_bps, success, extra_base=base - fixed, extra_success=amount - base - fee
    )


def outcome_guarantee(
    amount: int,
    guaranteed: int,
    *,
    target: int,
    base_bps: int = LOW_BASE_BPS,
    cap_bps: int = BPS,
    silent_bps: int = BPS,
) -> Preset:
    """
    Return terms with a low base and all else for the outcome, but never less than `guaranteed` in the end.

    The base is rounded down. `InputInvalid` when less is guaranteed than the base, or more than `amount`.
    """
    _require("amount", amount, MAX_UINT128, lowest=1)
    _require("base_bps", base_bps, BPS - 1)
    _require("guaranteed", guaranteed, amount, lowest=amount * base_bps // BPS)
    success = _tranche(BPS - base_bps, target, cap_bps, silent_bps)
    return Preset(amount, guaranteed, base_bps, success)


def revenue_share(
    share_bps: int, cap: int, forecast_revenue: int, *, metric_unit: int = 1, guaranteed: int = 0
) -> Preset:
    """
    Return terms that pay `share_bps` of the revenue until `cap` base units are reached.

    The revenue is reported in units of `metric_unit` base units (10^18 for whole yen of a coin with 18
    decimals), and `forecast_revenue` is in the same. The target is the revenue that reaches the cap, rounded
    up, and achievement counts in ten-thousandths of it, rounded down: never more than the share is paid, and
    less by under a ten-thousandth of the cap, the share of one unit of revenue and one base unit together. A
    silent source counts as the forecast, rounded up. `InputInvalid` when more is guaranteed than the cap.
    """
    _require("share_bps", share_bps, BPS, lowest=1)
    _require("cap", cap, MAX_UINT128, lowest=1)
    _require("metric_unit", metric_unit, MAX_UINT128, lowest=1)
    _require("forecast_revenue", forecast_revenue, MAX_UINT128)
    _require("guaranteed", guaranteed, cap)
    target = _divide_up(cap * BPS, share_bps * metric_unit)
    silent_bps = min(_divide_up(forecast_revenue * BPS, target), BPS)
    return Preset(cap, guaranteed, 0, _tranche(BPS, target, BPS, silent_bps))


def impact_share(
    amount: int,
    *,
    target: int,
    long_term_target: int,
    guaranteed: int = 0,
    cap_bps: int = BPS,
    silent_bps: int = BPS,
) -> Preset:
    """
    Return the terms of Impact Share: 30 % at acceptance, 50 % for the success, 20 % for the long term.

    The parts are cut at running sums, rounded down; the long-term tranche has the rest. `InputInvalid` when
    more is guaranteed than `amount`.
    """
    _require("amount", amount, MAX_UINT128, lowest=1)
    _require("guaranteed", guaranteed, amount)
    base_bps, success_bps, long_term_bps = IMPACT_SHARES_BPS
    success = _tranche(success_bps, target, cap_bps, silent_bps)
    return Preset(
        amount, guaranteed, base_bps, success, _tranche(long_term_bps, long_term_target, cap_bps, silent_bps)
    )


def _divided_up(fixed: int, fee: int) -> tuple[int, int]:
    """The least amount, and the base share with it, at which base and success pay both in full."""
    down = fixed * BPS // (fixed + fee)
    shares = [share for share in (down, down + 1) if 0 < share < BPS]
    return min((_least_amount(fixed, fee, share), share) for share in shares)


def _least_amount(fixed: int, fee: int, base_bps: int) -> int:
    # The base is rounded down and the success has the rest, hence the two ways of rounding.
    for_base = _divide_up(fixed * BPS, base_bps)
    for_success = (fee - 1) * BPS // (BPS - base_bps) + 1
    return max(for_base, for_success)


def _tranche(share_bps: int, target: int, cap_bps: int, silent_bps: int) -> Tranche:
    _require("target", target, MAX_UINT128, lowest=1)
    _require("cap_bps", cap_bps, HIGHEST_CAP_BPS, lowest=BPS)
    _require("silent_bps", silent_bps, BPS)
    return Tranche(share_bps, target, cap_bps, silent_bps)


def _divide_up(number: int, divisor: int) -> int:
    return -(-number // divisor)


def _require(field: str, value: object, highest: int, *, lowest: int = 0) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputInvalid(field, value, "must be an integer; never a float")
    if not lowest <= value <= highest:
        raise InputInvalid(field, value, f"must be between {lowest} and {highest}")
