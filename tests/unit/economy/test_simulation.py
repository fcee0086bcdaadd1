"""What a bounty can pay: every number is the settlement's, and worst and best bound all others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.economy.impact_share import settlement
from resonance_dao.economy.simulation import Offer, PayTimes, cases, outcome, outcomes, totals
from resonance_dao.economy.withholding import Bracket, Schedule, tax_at
from resonance_dao.errors import InputInvalid

COIN, OFFICE = "0x" + "11" * 20, "0x" + "22" * 20
TAX = Schedule(COIN, 1, OFFICE, "test", (Bracket(0, 0, 0, 1000), Bracket(100, 0, 0, 2000)))
IMPACT = Offer(300_000, 120_000, (3000, 5000, 2000), (10_000, 10_000), (10_000, 10_000))


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    amount = draw(st.integers(1, 2**100))
    base, success = (draw(st.integers(0, 10_000)) for _ in range(2))
    base, success = min(base, success), abs(success - base)
    low, high = sorted((draw(st.integers(1, 50_000)), draw(st.integers(1, 50_000))))
    return Offer(
        amount,
        draw(st.integers(0, amount * low // 10_000)),
        (base, success, 10_000 - base - success),
        (draw(st.integers(10_000, 20_000)), draw(st.integers(10_000, 20_000))),
        (draw(st.integers(0, 10_000)), draw(st.integers(0, 10_000))),
        lowest_bps=low,
        highest_bps=high,
        awards=draw(st.integers(1, 100)),
        agreed=draw(st.none() | st.integers(1, amount)),
    )


def test_shares_that_do_not_sum_are_refused() -> None:
    with pytest.raises(InputInvalid, match="must sum to 10000"):
        outcomes(Offer(1, 0, (1, 2, 3), (10_000, 10_000), (0, 0)))


def test_a_guarantee_above_the_smallest_award_is_refused() -> None:
    with pytest.raises(InputInvalid, match="guaranteed"):
        outcomes(Offer(100, 101, (10_000, 0, 0), (10_000, 10_000), (0, 0)))


def test_a_bid_above_the_amount_is_refused() -> None:
    with pytest.raises(InputInvalid, match="agreed"):
        outcomes(Offer(100, 0, (10_000, 0, 0), (10_000, 10_000), (0, 0), agreed=101))


def test_the_cases_of_impact_share_to_the_unit() -> None:
    worst, silence, target = outcomes(IMPACT)
    assert (worst.case, worst.done.base, worst.done.top_up, worst.paid) == (
        "nothing",
        90_000,
        30_000,
        120_000,
    )
    assert (silence.case, silence.paid, target.case, target.paid) == ("silence", 300_000, "target", 300_000)


def test_a_bounty_without_tranches_has_one_outcome() -> None:
    offer = Offer(100, 0, (10_000, 0, 0), (10_000, 10_000), (5000, 5000))
    (only,) = outcomes(offer)
    assert (only.paid, only.success_bps, only.long_term_bps) == (100, 0, 0)


def test_the_band_is_shown_by_its_ends_and_by_one_where_it_is_inside() -> None:
    shares, full = (10_000, 0, 0), (10_000, 10_000)
    assert Offer(1, 0, shares, full, full, lowest_bps=8000, highest_bps=15_000).multipliers_bps == (
        8000,
        10_000,
        15_000,
    )
    assert Offer(1, 0, shares, full, full, lowest_bps=12_000, highest_bps=15_000).multipliers_bps == (
        12_000,
        15_000,
    )
    assert Offer(1, 0, shares, full, full).multipliers_bps == (10_000,)


def test_each_payment_is_taxed_on_its_own_at_its_own_time() -> None:
    done = outcome(IMPACT, "nothing", 10_000, TAX, PayTimes(base=99, success=100, long_term=101))
    assert [payment.gross for payment in done.payments] == [90_000, 0, 0, 30_000]
    assert [payment.tax for payment in done.payments] == [9_000, 0, 0, 6_000]
    assert (done.tax, done.net) == (15_000, 105_000)


def test_a_bid_lowers_award_and_guarantee_and_not_the_escrow() -> None:
    offer = Offer(300_000, 120_000, (3000, 5000, 2000), (10_000, 10_000), (0, 0), agreed=100_001)
    worst = outcomes(offer)[0]
    assert worst.paid == 120_000 * 100_001 // 300_000
    assert totals(offer).escrowed == 300_000
    assert totals(offer).least_returned == 300_000 - 100_001


@given(offers())
def test_every_outcome_is_the_settlement(offer: Offer) -> None:
    for found in outcomes(offer, TAX):
        success_bps, long_term_bps = offer.achieved_bps(found.case)
        assert found.done == settlement(
            offer.amount,
            found.multiplier_bps,
            offer.highest_bps,
            offer.guaranteed,
            offer.shares_bps,
            success_bps=success_bps,
            long_term_bps=long_term_bps,
            caps_bps=offer.caps_bps,
            agreed=offer.agreed,
        )
        assert found.paid + found.done.returned == offer.max_award
        assert found.net + found.tax == found.paid
        assert found.payments[0] == tax_at(TAX, found.done.base, 0)


@given(offers())
def test_worst_and_best_bound_every_outcome(offer: Offer) -> None:
    sums = totals(offer)
    assert 0 <= sums.least_returned <= sums.most_returned_if_won <= sums.most_returned == sums.escrowed
    for found in outcomes(offer):
        assert sums.least_paid <= found.paid * offer.awards <= sums.most_paid <= sums.escrowed


@given(offers())
def test_the_cases_come_from_the_worst_to_the_best_but_for_silence(offer: Offer) -> None:
    names = cases(offer)
    for multiplier in offer.multipliers_bps:
        paid = {case: outcome(offer, case, multiplier, None, PayTimes()).paid for case in names}
        ordered = [paid[case] for case in names if case != "silence"]
        assert ordered == sorted(ordered)
