"""Pricing presets: refusals, known promises, the laws."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.economy import presets
from resonance_dao.economy.impact_share import settlement
from resonance_dao.economy.presets import (
    NO_TRANCHE,
    Preset,
    Tranche,
    fixed_price_with_success_fee,
    impact_share,
    outcome_guarantee,
    revenue_share,
)
from resonance_dao.errors import InputInvalid

BIG = 2**128 - 1
YEN = 10**18
AMOUNT = st.integers(1, 2**120)
TARGET = st.integers(1, BIG)
BPS = st.integers(0, 10_000)

REFUSED: list[tuple[Callable[[], Preset], str]] = [
    (lambda: fixed_price_with_success_fee(0, 1, target=1), "fixed"),
    (lambda: fixed_price_with_success_fee(1, 0, target=1), "fee"),
    (lambda: fixed_price_with_success_fee(BIG - 1, 2, target=1), "fee"),
    (lambda: fixed_price_with_success_fee(BIG // 3, 2 * (BIG // 3), target=1), "fixed . fee"),
    (lambda: fixed_price_with_success_fee(1, 1, target=0), "target"),
    (lambda: fixed_price_with_success_fee(1, 1, target=1, silent_bps=10_001), "silent_bps"),
    (lambda: outcome_guarantee(0, 0, target=1), "amount"),
    (lambda: outcome_guarantee(100, 101, target=1), "guaranteed"),
    (lambda: outcome_guarantee(100, 9, target=1), "guaranteed"),
    (lambda: outcome_guarantee(100, 100, target=1, base_bps=10_000), "base_bps"),
    (lambda: outcome_guarantee(100, 50, target=1, cap_bps=9_999), "cap_bps"),
    (lambda: outcome_guarantee(100, 50, target=1, cap_bps=20_001), "cap_bps"),
    (lambda: outcome_guarantee(100, 50, target=2**128), "target"),
    (lambda: revenue_share(0, 100, 0), "share_bps"),
    (lambda: revenue_share(10_001, 100, 0), "share_bps"),
    (lambda: revenue_share(500, 0, 0), "cap"),
    (lambda: revenue_share(500, 100, -1), "forecast_revenue"),
    (lambda: revenue_share(500, 100, 0, metric_unit=0), "metric_unit"),
    (lambda: revenue_share(500, 100, 0, guaranteed=101), "guaranteed"),
    (lambda: revenue_share(1, BIG, 0), "target"),
    (lambda: impact_share(0, target=1, long_term_target=1), "amount"),
    (lambda: impact_share(100, target=1, long_term_target=0), "target"),
    (lambda: impact_share(100, target=1, long_term_target=1, guaranteed=101), "guaranteed"),
]


@pytest.mark.parametrize(("preset", "field"), REFUSED)
def test_a_promise_that_terms_cannot_hold_is_refused(preset: Callable[[], Preset], field: str) -> None:
    with pytest.raises(InputInvalid, match=field):
        preset()


@pytest.mark.parametrize("wrong", [1.0, "1", True, None])
def test_money_that_is_no_integer_is_refused(wrong: Any) -> None:
    for preset in (
        lambda: fixed_price_with_success_fee(wrong, 1, target=1),
        lambda: outcome_guarantee(wrong, 0, target=1),
        lambda: revenue_share(500, wrong, 0),
        lambda: impact_share(wrong, target=1, long_term_target=1),
    ):
        with pytest.raises(InputInvalid, match="integer"):
            preset()


def test_a_price_and_fee_that_basis_points_express_are_exact() -> None:
    terms = fixed_price_with_success_fee(80_000 * YEN, 20_000 * YEN, target=500)
    assert terms == Preset(100_000 * YEN, 80_000 * YEN, 8000, Tranche(2000, 500, 10_000, 10_000))
    assert [terms.paid(value) // YEN for value in (0, 250, 500, 9999)] == [80_000, 90_000, 100_000, 100_000]


def test_an_outcome_guarantee_pays_the_guarantee_for_nothing_and_all_for_the_target() -> None:
    terms = outcome_guarantee(300_000, 120_000, target=100)
    assert (terms.base_bps, terms.success.share_bps, terms.long_term) == (1000, 9000, NO_TRANCHE)
    assert [terms.paid(value) for value in (0, 33, 34, 100, 101)] == [
        120_000,
        120_000,
        121_800,
        300_000,
        300_000,
    ]


def test_a_revenue_share_pays_its_share_up_to_the_cap() -> None:
    terms = revenue_share(500, 100_000 * YEN, 1_000_000, metric_unit=YEN, guaranteed=10_000 * YEN)
    assert terms.success == Tranche(10_000, 2_000_000, 10_000, 5_000)
    assert [terms.paid(value) // YEN for value in (0, 400_000, 1_000_000, 2_000_000, 3_000_000)] == [
        10_000,
        20_000,
        50_000,
        100_000,
        100_000,
    ]
    assert terms.paid_in_silence == 50_000 * YEN


def test_impact_share_is_30_50_20() -> None:
    terms = impact_share(300_000, target=500, long_term_target=20, guaranteed=180_000)
    assert (terms.base_bps, terms.success.share_bps, terms.long_term.share_bps) == (3000, 5000, 2000)
    assert [terms.paid(*values) for values in ((0, 0), (500, 0), (400, 10), (500, 20))] == [
        180_000,
        240_000,
        240_000,
        300_000,
    ]


def test_what_exceeds_the_target_counts_up_to_the_cap() -> None:
    terms = impact_share(100_000, target=10, long_term_target=10, cap_bps=15_000)
    assert [terms.paid(value, value) for value in (10, 14, 15, 16)] == [100_000, 128_000, 135_000, 135_000]
    assert terms.highest == 135_000


@given(fixed=AMOUNT, fee=AMOUNT, target=TARGET, silent=BPS)
def test_price_and_fee_are_paid_in_full_and_what_is_beyond_is_told(
    fixed: int, fee: int, target: int, silent: int
) -> None:
    terms = fixed_price_with_success_fee(fixed, fee, target=target, silent_bps=silent)
    assert terms.paid(0) == fixed + terms.extra_base
    assert terms.paid(target) == terms.highest == terms.amount
    assert terms.amount == fixed + fee + terms.extra_base + terms.extra_success
    assert min(terms.extra_base, terms.extra_success) >= 0
    assert terms.base_bps + terms.success.share_bps == 10_000


@given(fixed=AMOUNT, fee=AMOUNT)
def test_price_and_fee_cost_at_most_three_ten_thousandths_more(fixed: int, fee: int) -> None:
    terms = fixed_price_with_success_fee(fixed, fee, target=1)
    over = terms.extra_base + terms.extra_success
    assert over * 10_000 <= 3 * (fixed + fee) + 20_000


@given(fixed=st.integers(1, 300), fee=st.integers(1, 300))
def test_no_smaller_amount_pays_price_and_fee_in_full(fixed: int, fee: int) -> None:
    found = fixed_price_with_success_fee(fixed, fee, target=1).amount
    for amount in range(fixed + fee, found):
        bases = {amount * share // 10_000 for share in range(1, 10_000)}
        assert not any(base >= fixed and amount - base >= fee for base in bases)


@given(amount=AMOUNT, kept=st.fractions(0, 1), base_bps=st.integers(0, 9999), target=TARGET, value=TARGET)
def test_an_outcome_guarantee_keeps_its_promise(
    amount: int, kept: Any, base_bps: int, target: int, value: int
) -> None:
    base = amount * base_bps // 10_000
    guaranteed = base + int((amount - base) * kept)
    terms = outcome_guarantee(amount, guaranteed, target=target, base_bps=base_bps)
    assert terms.paid(0) == guaranteed
    assert terms.paid(target) == terms.highest == terms.paid_in_silence == amount
    assert guaranteed <= terms.paid(min(value, target)) <= amount


@given(
    share=st.integers(1, 10_000),
    cap=st.integers(1, 2**110),
    unit=st.integers(1, 10**18),
    forecast=TARGET,
    revenue=TARGET,
)
def test_a_revenue_share_never_pays_more_and_hardly_less(
    share: int, cap: int, unit: int, forecast: int, revenue: int
) -> None:
    terms = revenue_share(share, cap, forecast, metric_unit=unit)
    owed_times_bps = min(share * revenue * unit, cap * 10_000)
    paid_times_bps = terms.paid(revenue) * 10_000
    step = cap + share * unit + 10_000
    assert owed_times_bps - step < paid_times_bps <= owed_times_bps
    assert terms.paid(terms.success.target) == terms.highest == cap
    assert terms.paid_in_silence >= terms.paid(forecast)


@given(
    amount=AMOUNT,
    kept=st.fractions(0, 1),
    values=st.tuples(TARGET, TARGET),
    targets=st.tuples(TARGET, TARGET),
)
def test_impact_share_pays_what_a_settlement_pays(
    amount: int, kept: Any, values: tuple[int, int], targets: tuple[int, int]
) -> None:
    guaranteed = int(amount * kept)
    terms = impact_share(amount, target=targets[0], long_term_target=targets[1], guaranteed=guaranteed)
    achieved = [min(10_000, value * 10_000 // target) for value, target in zip(values, targets, strict=True)]
    done = settlement(
        amount,
        10_000,
        10_000,
        guaranteed,
        (3000, 5000, 2000),
        success_bps=achieved[0],
        long_term_bps=achieved[1],
    )
    assert terms.paid(*values) == done.paid
    assert terms.paid(*targets) == amount
    assert terms.base_bps + terms.success.share_bps + terms.long_term.share_bps == 10_000


def test_the_example_of_the_module_holds() -> None:
    assert doctest.testmod(presets).failed == 0
