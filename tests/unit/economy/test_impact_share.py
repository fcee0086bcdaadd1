"""The parts of an award: refusals, the shared vectors, the laws."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.economy import impact_share
from resonance_dao.economy.impact_share import (
    Ceilings,
    award_down,
    ceilings,
    settlement,
    top_up,
    tranche_down,
)
from resonance_dao.errors import InputInvalid

PLAIN = (3000, 5000, 2000)


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None, -1, 2**128])
def test_an_amount_that_is_no_integer_in_range_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="amount"):
        award_down(wrong, 10_000)


@pytest.mark.parametrize("wrong", [False, 0.5, -1, 50_001])
def test_a_multiplier_that_is_no_integer_up_to_five_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="multiplier_bps"):
        award_down(1, wrong)


@pytest.mark.parametrize(("base", "success"), [(10_001, 0), (5000, 5001), (-1, 0), (True, 0), (0, 1.0)])
def test_shares_beyond_the_whole_are_refused(base: Any, success: Any) -> None:
    with pytest.raises(InputInvalid):
        ceilings(100, base, success)


@pytest.mark.parametrize("wrong", [20_001, -1, True, 0.8])
def test_an_achievement_beyond_twice_the_target_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="achieved_bps"):
        tranche_down(100, wrong)


@pytest.mark.parametrize("shares", [(3000, 5000, 1999), (3000, 5000, 2001), (0, 0, 0)])
def test_a_settlement_whose_shares_do_not_sum_is_refused(shares: tuple[int, int, int]) -> None:
    with pytest.raises(InputInvalid, match="must sum to 10000"):
        settlement(100, 10_000, 10_000, 0, shares, success_bps=0, long_term_bps=0)


def test_a_settlement_above_the_band_is_refused() -> None:
    with pytest.raises(InputInvalid, match="multiplier_bps"):
        settlement(10_000, 12_001, 12_000, 0, PLAIN, success_bps=0, long_term_bps=0)


def test_a_guarantee_above_the_award_is_refused() -> None:
    with pytest.raises(InputInvalid, match="guaranteed"):
        settlement(100, 10_000, 10_000, 101, PLAIN, success_bps=0, long_term_bps=0)


def test_a_guarantee_that_was_earned_adds_nothing() -> None:
    assert [top_up(60, earned) for earned in (59, 60, 61)] == [1, 0, 0]


def test_every_award_of_the_shared_vectors_comes_out(vectors: Any) -> None:
    columns = vectors["awards"]
    assert len(columns["amount"]) > 100
    for texts in zip(*columns.values(), strict=True):
        case = {name: int(text) for name, text in zip(columns, texts, strict=True)}
        parts = ceilings(case["award"], case["baseBps"], case["successShareBps"])
        assert award_down(case["amount"], case["multiplierBps"]) == case["award"]
        assert parts == Ceilings(case["baseCeiling"], case["successCeiling"], case["longTermCeiling"])
        assert _settled(case) == (
            case["baseCeiling"],
            case["success"],
            case["longTerm"],
            case["topUp"],
            case["returned"],
        )


def _settled(case: dict[str, int]) -> tuple[int, ...]:
    done = settlement(
        case["amount"],
        case["multiplierBps"],
        case["maxMultiplierBps"],
        case["guaranteed"],
        (case["baseBps"], case["successShareBps"], case["longTermShareBps"]),
        success_bps=case["successBps"],
        long_term_bps=case["longTermBps"],
    )
    return done.base, done.success, done.long_term, done.top_up, done.returned


BPS = st.integers(0, 10_000)


@given(
    amount=st.integers(0, 2**128 - 1),
    band=st.lists(st.integers(1, 50_000), min_size=2, max_size=2).map(sorted),
    cuts=st.lists(BPS, min_size=2, max_size=2).map(sorted),
    achieved=st.tuples(BPS, BPS),
    kept=st.fractions(0, 1),
)
def test_no_unit_is_lost_and_the_guarantee_is_kept(
    amount: int, band: list[int], cuts: list[int], achieved: tuple[int, int], kept: Any
) -> None:
    award = award_down(amount, band[0])
    guaranteed = min(int(award * kept), 2**128 - 1)
    shares = (cuts[0], cuts[1] - cuts[0], 10_000 - cuts[1])
    done = settlement(
        amount, band[0], band[1], guaranteed, shares, success_bps=achieved[0], long_term_bps=achieved[1]
    )
    assert done.escrowed == award_down(amount, band[1])
    assert guaranteed <= done.paid <= award
    assert min(done.base, done.success, done.long_term, done.top_up, done.returned) >= 0


@given(award=st.integers(0, 2**128 - 1), cuts=st.lists(BPS, min_size=2, max_size=2).map(sorted))
def test_ceilings_sum_to_the_award_and_a_part_without_share_gets_nothing(award: int, cuts: list[int]) -> None:
    parts = ceilings(award, cuts[0], cuts[1] - cuts[0])
    assert parts.award == award
    shares = (cuts[0], cuts[1] - cuts[0], 10_000 - cuts[1])
    for share, part in zip(shares, (parts.base, parts.success, parts.long_term), strict=True):
        assert abs(part * 10_000 - award * share) < 10_000
        assert share > 0 or part == 0


def test_the_example_of_the_module_holds() -> None:
    assert doctest.testmod(impact_share).failed == 0
