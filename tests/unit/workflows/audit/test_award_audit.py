"""Acceptance, settlement and completion: what the terms do not give is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.workflows.audit.award_audit import AwardAudit
from resonance_dao.workflows.audit.ledger import Ledger, Payment, Work
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.audit.reputation_audit import ReputationAudit
from resonance_dao.workflows.audit.withholding_audit import WithholdingAudit
from resonance_dao.workflows.system import System

WORK = "bounty/1/submission/1"
ACCEPTED = {"multiplierBps": 10_000, "award": 1_000_001, "base": 300_000, "bySilence": False}
PAYEES = (f"0x{2:040d}", f"0x{3:040d}")
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def payments() -> list[Payment]:
    return []


@pytest.fixture
def awards(
    system: System, findings: Findings, ledger: Ledger, projects: ProjectAudit, payments: list[Payment]
) -> AwardAudit:
    """Nobody has a reputation, and no tax schedule is registered."""
    reputation = ReputationAudit(system, findings, ledger, projects, {})
    return AwardAudit(findings, ledger, payments, reputation, WithholdingAudit(system, findings))


@pytest.fixture
def work(ledger: Ledger) -> Work:
    found = ledger.work(1, 1)
    assert found is not None
    found.approvals = 0b011
    return found


@pytest.fixture
def tell(awards: AwardAudit, emit: Any, at: Any) -> Callable[..., None]:
    """Return what makes the auditor follow one event of submission 1 at a time."""

    def told(method: str, time: int, **args: Any) -> None:
        event = emit("escrow", method, bountyId=1, submissionId=1, **args)
        getattr(awards, method)(at(time, event), event)

    return told


@pytest.fixture
def accept(tell: Any, work: Work) -> Callable[..., None]:
    def told(time: int = 1010, **changes: Any) -> None:
        tell("accepted", time, contentHash=bytes.fromhex(work.content_hash[2:]), **{**ACCEPTED, **changes})

    return told


@pytest.fixture
def settle(tell: Any) -> Callable[..., None]:
    def told(time: int, tranche: int, achieved: int, amount: int, silent: bool = False) -> None:
        tell("settled", time, tranche=tranche, achievedBps=achieved, amount=amount, bySilence=silent)

    return told


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"multiplierBps": 10_001}, "pay.multiplier"),
        ({"award": 1_000_000}, "pay.award"),
        ({"base": 300_001}, "pay.base"),
    ],
)
def test_acceptance_with_other_values_is_named(accept: Any, failed: Failed, changes: Any, check: str) -> None:
    accept(**changes)
    assert failed() == [(check, WORK)]


def test_acceptance_of_another_hash_is_named(tell: Any, work: Work, failed: Failed) -> None:
    tell("accepted", 1010, contentHash=b"\0" * 32, **ACCEPTED)
    assert failed() == [("acceptance.hash", WORK)]


@pytest.mark.parametrize("approvals", [0b000, 0b001, 0b111])
def test_acceptance_without_exactly_the_quorum_is_named(
    accept: Any, work: Work, failed: Failed, approvals: int
) -> None:
    work.approvals = approvals
    accept()
    assert failed() == [("acceptance.quorum", WORK)]


@pytest.mark.parametrize(("time", "early"), [(1099, True), (1100, False)])
def test_silence_accepts_from_the_end_of_the_window_on(
    accept: Any, work: Work, failed: Failed, time: int, early: bool
) -> None:
    work.approvals = 0
    accept(time, bySilence=True)
    assert failed() == ([("acceptance.silence", WORK)] if early else [])


def test_a_second_acceptance_is_named(accept: Any, failed: Failed) -> None:
    accept()
    accept()
    assert ("acceptance.stage", WORK) in failed()


def test_more_awards_than_agreed_are_named(accept: Any, work: Work, failed: Failed) -> None:
    work.bounty.awards = 2
    accept()
    assert failed() == [("acceptance.award_left", WORK)]


def test_the_base_is_divided_and_its_remainder_goes_to_the_first_payee(
    accept: Any, payments: list[Payment], work: Work
) -> None:
    accept()
    assert [payment.amount for payment in payments] == [99_990, 200_010]
    assert sum(payment.amount for payment in payments) == work.paid["base"] == 300_000


@pytest.mark.parametrize(
    ("stage", "clock", "final", "achieved", "silent"),
    [
        ("waiting", 0, 1010 + 1000, 5000, True),
        ("reported", 1500, 1500 + 200, 7000, False),
        ("challenged", 1500, 1500 + 50, 5000, True),
        ("ruled", 1500, 1500, 7000, False),
    ],
)
def test_a_tranche_pays_the_outcome_from_the_moment_it_is_final(
    accept: Any,
    settle: Any,
    work: Work,
    failed: Failed,
    stage: str,
    clock: int,
    final: int,
    achieved: int,
    silent: bool,
) -> None:
    accept()
    for time, expected in ((final - 1, [("settlement.final", f"{WORK}/success")]), (final, [])):
        work.tracks["success"].stage, work.tracks["success"].clock = stage, clock
        work.tracks["success"].achieved_bps = 7000 if stage in ("reported", "ruled") else 0
        before = len(failed())
        settle(time, 0, achieved, 500_000 * achieved // 10_000, silent)
        assert failed()[before:] == expected


@pytest.mark.parametrize(
    ("achieved", "amount", "silent", "check"),
    [
        (7000, 350_001, False, "pay.success"),
        (7001, 350_000, False, "settlement.outcome"),
        (7000, 350_000, True, "settlement.outcome"),
    ],
)
def test_a_settlement_other_than_its_outcome_is_named(
    accept: Any, settle: Any, work: Work, failed: Failed, achieved: int, amount: int, silent: bool, check: str
) -> None:
    accept()
    _rule(work, 7000)
    settle(2000, 0, achieved, amount, silent)
    assert failed() == [(check, f"{WORK}/success")]


def test_a_second_settlement_is_named_and_pays_nothing(
    accept: Any, settle: Any, failed: Failed, payments: list[Payment]
) -> None:
    accept()
    settle(9000, 0, 5000, 250_000, True)
    paid = len(payments)
    settle(9001, 0, 5000, 250_000, True)
    assert failed() == [("settlement.once", f"{WORK}/success")]
    assert len(payments) == paid


@pytest.mark.parametrize(
    ("changes", "check"),
    [({"paid": 600_001}, "pay.total"), ({"topUp": 1}, "pay.top_up"), ({"returned": 600_000}, "pay.returned")],
)
def test_a_completion_with_other_amounts_is_named(
    accept: Any, settle: Any, tell: Any, failed: Failed, changes: Any, check: str
) -> None:
    accept()
    settle(9000, 0, 5000, 250_000, True)
    settle(9000, 1, 2500, 50_000, True)
    tell("completed", 9000, **{"paid": 600_000, "topUp": 0, "returned": 600_001, **changes})
    assert failed() == [(check, WORK)]


def test_a_completion_before_every_tranche_is_settled_is_named(
    accept: Any, settle: Any, tell: Any, failed: Failed
) -> None:
    accept()
    settle(9000, 0, 5000, 250_000, True)
    tell("completed", 9000, paid=550_000, topUp=0, returned=650_001)
    assert failed() == [("completion.settled", WORK)]


def test_the_guarantee_tops_up_and_the_rest_returns(
    accept: Any, settle: Any, tell: Any, work: Work, failed: Failed, payments: list[Payment]
) -> None:
    accept()
    _rule(work, 0)
    settle(2000, 0, 0, 0)
    settle(9000, 1, 2500, 50_000, True)
    tell("completed", 9000, paid=400_000, topUp=50_000, returned=800_001)
    assert failed() == []
    assert payments[-1] == Payment(
        work.bounty.terms.token, work.bounty.terms.funder, 800_001, WORK, "returned"
    )
    assert work.bounty.liability == 1_200_001


def test_what_is_owed_falls_by_what_is_paid(accept: Any, work: Work) -> None:
    before = work.bounty.liability
    accept()
    assert work.bounty.liability == before - 300_000


def test_tokens_are_promised_until_each_payee_has_claimed(
    accept: Any, tell: Any, work: Work, failed: Failed
) -> None:
    accept()
    before = work.bounty.tokens_promised
    tell("claimed", 2000, payee=PAYEES[1], index=1, amount=6)
    assert (work.bounty.tokens_promised, work.claimed_payees) == (before - 6, 0b10)
    tell("claimed", 2001, payee=PAYEES[0], index=0, amount=4)
    assert (work.bounty.tokens_promised, work.claimed_payees) == (before - 10, 0b11)
    assert failed() == []


@pytest.mark.parametrize(
    ("payee", "index", "amount", "checks"),
    [
        (1, 1, 6, ["tokens.once"]),
        (1, 1, 7, ["tokens.once", "tokens.amount"]),
        (0, 0, 3, ["tokens.amount"]),
        (1, 0, 4, ["tokens.payee"]),
        (1, 2, 4, ["tokens.payee"]),
    ],
)
def test_tokens_claimed_twice_for_another_or_in_another_amount_are_named(
    accept: Any, tell: Any, failed: Failed, payee: int, index: int, amount: int, checks: list[str]
) -> None:
    accept()
    tell("claimed", 2000, payee=PAYEES[1], index=1, amount=6)
    tell("claimed", 2000, payee=PAYEES[payee], index=index, amount=amount)
    assert failed() == [(check, WORK) for check in checks]


def test_tokens_of_work_that_was_not_accepted_are_named(tell: Any, failed: Failed) -> None:
    tell("claimed", 2000, payee=PAYEES[1], index=1, amount=6)
    assert failed() == [("tokens.accepted", WORK)]


def _rule(work: Work, achieved_bps: int) -> None:
    track = work.tracks["success"]
    track.stage, track.achieved_bps, track.clock = "ruled", achieved_bps, 2000


def test_a_ruling_that_does_not_pay_at_once_is_named(
    accept: Any, settle: Any, work: Work, failed: Failed
) -> None:
    accept()
    _rule(work, 7000)
    settle(2001, 0, 7000, 350_000)
    assert failed() == [("settlement.final", f"{WORK}/success")]


@pytest.mark.parametrize(
    ("ruling", "silent", "time", "accepts", "checks"),
    [
        (1, False, 1020, True, []),
        (2, False, 1020, True, ["appeal.ruling"]),
        (0, False, 1020, True, ["appeal.ruling"]),
        (0, True, 1050, True, []),
        (0, True, 1049, True, ["appeal.silence"]),
        (0, True, 1050, False, ["appeal.silence_accepts"]),
        (2, True, 1050, True, ["appeal.unanswered"]),
    ],
)
def test_an_appeal_accepts_by_the_arbiters_word_or_as_the_terms_say(
    accept: Any,
    work: Work,
    failed: Failed,
    ruling: int,
    silent: bool,
    time: int,
    accepts: bool,
    checks: list[str],
) -> None:
    work.bounty.terms = replace(work.bounty.terms, silent_appeal_accepts=accepts)
    work.stage, work.approvals, work.ruling = "appealed", 0, ruling
    accept(time, bySilence=silent)
    assert failed() == [(check, WORK) for check in checks]


def test_silence_accepts_nothing_that_waits_for_changes(accept: Any, work: Work, failed: Failed) -> None:
    work.stage = "changes_requested"
    accept(1100, bySilence=True)
    assert failed() == [("acceptance.unanswered", WORK)]


def test_an_agreed_amount_lowers_award_and_guarantee_and_the_rest_returns(
    accept: Any, settle: Any, tell: Any, work: Work, failed: Failed
) -> None:
    work.amount = 500_000
    accept(award=500_000, base=150_000)
    settle(9000, 0, 5000, 125_000, True)
    settle(9000, 1, 0, 0, True)
    assert failed() == [("settlement.outcome", f"{WORK}/long_term"), ("pay.long_term", f"{WORK}/long_term")]
    tell("completed", 9000, paid=300_000, topUp=0, returned=900_001)
    assert failed()[2:] == []
    assert work.paid == {"base": 150_000, "success": 125_000, "long_term": 25_000, "top_up": 0}


def test_what_goes_beyond_the_target_pays_more_up_to_the_cap(
    accept: Any, settle: Any, work: Work, failed: Failed
) -> None:
    terms = work.bounty.terms
    work.bounty.terms = replace(terms, success=replace(terms.success, cap_bps=15_000))
    accept()
    _rule(work, 15_000)
    settle(2000, 0, 15_000, 750_000)
    assert failed() == []
    assert work.bounty.max_award == 1_200_001 + 300_000


def test_an_event_about_an_unknown_submission_is_a_missing_event(
    awards: AwardAudit, emit: Any, at: Any, failed: Failed
) -> None:
    event = emit("escrow", "TokensClaimed", bountyId=1, submissionId=7, payee=PAYEES[0], index=0, amount=1)
    awards.claimed(at(2000, event), event)
    assert failed() == [("history.missing", f"transaction/{event.tx_hash}")]
