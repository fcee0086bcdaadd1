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
    achieved,
    award_down,
    capped_at,
    ceilings,
    guarantee_down,
    max_award,
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
    with pytest.raises(InputInvalid, match=r"^guaranteed = 101"):
        settlement(100, 10_000, 10_000, 101, PLAIN, success_bps=0, long_term_bps=0)


@pytest.mark.parametrize("caps", [(9999, 10_000), (10_000, 20_001), (0, 0)])
def test_a_cap_below_the_target_or_beyond_twice_is_refused(caps: tuple[int, int]) -> None:
    with pytest.raises(InputInvalid, match="caps_bps"):
        settlement(100, 10_000, 10_000, 0, PLAIN, success_bps=0, long_term_bps=0, caps_bps=caps)


def test_an_achievement_beyond_its_cap_is_refused() -> None:
    with pytest.raises(InputInvalid, match="success_bps"):
        settlement(100, 10_000, 10_000, 0, PLAIN, success_bps=10_001, long_term_bps=0)


def test_more_agreed_than_the_amount_is_refused() -> None:
    with pytest.raises(InputInvalid, match="agreed"):
        settlement(100, 10_000, 10_000, 0, PLAIN, success_bps=0, long_term_bps=0, agreed=101)


@pytest.mark.parametrize(("value", "target", "cap"), [(-1, 1, 10_000), (1, 0, 10_000), (1.0, 1, 10_000)])
def test_a_measurement_that_is_none_is_refused(value: Any, target: int, cap: int) -> None:
    with pytest.raises(InputInvalid):
        achieved(value, target, cap)


def test_every_measurement_of_the_shared_vectors_comes_out(vectors: Any) -> None:
    columns = vectors["measured"].values()
    for row in zip(*columns, strict=True):
        value, target, cap, wanted = map(int, row)
        assert achieved(value, target, cap) == wanted


def test_every_guarantee_of_the_shared_vectors_comes_out(vectors: Any) -> None:
    for row in zip(*vectors["guarantees"].values(), strict=True):
        guaranteed, agreed, amount, wanted = map(int, row)
        assert guarantee_down(guaranteed, agreed, amount) == wanted


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
        caps_bps=(case["successCapBps"], case["longTermCapBps"]),
    )
    assert done.escrowed == case["maxAward"]
    return done.base, done.success, done.long_term, done.top_up, done.returned


BPS = st.integers(0, 10_000)
CAP = st.integers(10_000, 20_000)


@given(
    amount=st.integers(1, 2**128 - 1),
    part=st.fractions(0, 1),
    band=st.lists(st.integers(1, 50_000), min_size=2, max_size=2).map(sorted),
    cuts=st.lists(BPS, min_size=2, max_size=2).map(sorted),
    caps=st.tuples(CAP, CAP),
    reached=st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)),
    kept=st.fractions(0, 1),
)
def test_no_unit_is_lost_and_nothing_beyond_the_escrowed_is_paid(
    amount: int,
    part: Any,
    band: list[int],
    cuts: list[int],
    caps: tuple[int, int],
    reached: tuple[int, int],
    kept: Any,
) -> None:
    agreed = int(amount * part)
    guaranteed = min(int(award_down(amount, band[0]) * kept), 2**128 - 1)
    shares = (cuts[0], cuts[1] - cuts[0], 10_000 - cuts[1])
    success, long_term = (min(bps, cap) for bps, cap in zip(reached, caps, strict=True))
    done = settlement(
        amount,
        band[0],
        band[1],
        guaranteed,
        shares,
        success_bps=success,
        long_term_bps=long_term,
        caps_bps=caps,
        agreed=agreed,
    )
    assert done.escrowed == max_award(amount, band[1], shares, caps)
    assert done.paid >= guarantee_down(guaranteed, agreed, amount)
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


@given(target=st.integers(1, 2**127), cap=st.integers(10_000, 20_000))
def test_the_value_at_the_cap_is_the_smallest_that_counts_so_much(target: int, cap: int) -> None:
    value = capped_at(target, cap)
    assert achieved(value, target, cap) == cap
    assert achieved(value - 1, target, cap) < cap


@pytest.mark.parametrize(("target", "cap"), [(0, 10_000), (2**128, 10_000), (1, 20_001), (1, 1.5)])
def test_a_cap_of_no_target_is_refused(target: int, cap: Any) -> None:
    with pytest.raises(InputInvalid):
        capped_at(target, cap)
