"""Requests for changes, rejections by time, and appeals: each by whom the terms name, in its window, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.workflows.audit.bond_audit import BondAudit
from resonance_dao.workflows.audit.judgement_audit import JudgementAudit
from resonance_dao.workflows.audit.ledger import Ledger, Work
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System

WORK = "bounty/1/submission/1"
WORKER, REVIEWER, ARBITER = (f"0x{n:040d}" for n in (2, 11, 15))
NOT_MADE, ARBITER_SILENT, CODE = (
    word.ljust(32, b"\0") for word in (b"changes-not-made", b"arbiter-silent", b"off-brief")
)
APPROVE, REJECT, REQUEST = 1, 2, 3
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def judgements(system: System, findings: Findings, ledger: Ledger) -> JudgementAudit:
    projects = ProjectAudit(system, findings)
    return JudgementAudit(system, findings, ledger, projects, BondAudit(findings, ledger, []))


@pytest.fixture
def work(ledger: Ledger) -> Work:
    return ledger.bounties[1].works[1]


@pytest.fixture
def checks(failed: Failed) -> Callable[[], list[str]]:
    """Return what lists the checks that fail, but for the attestations, which these tests leave out."""
    return lambda: [check for check, _ in failed() if check != "judgement.attested"]


@pytest.fixture
def tell(judgements: JudgementAudit, emit: Any, at: Any) -> Callable[..., None]:
    def told(method: str, time: int, **args: Any) -> None:
        event = emit("escrow", method, bountyId=1, submissionId=1, **args)
        getattr(judgements, method)(at(time, event), event)

    return told


@pytest.fixture
def review(tell: Any) -> Callable[..., None]:
    def told(time: int, verdict: int, who: str = REVIEWER) -> None:
        said = {"scoreBps": 1, "reasonCode": CODE, "reason": "cid", "uid": b"\1" * 32}
        tell("reviewed", time, reviewer=who, verdict=verdict, **said)

    return told


@pytest.fixture
def reject(tell: Any, work: Work) -> Callable[..., None]:
    def told(time: int, code: bytes = CODE, reason: str = "cid", until: int = 0) -> None:
        hashed = bytes.fromhex(work.content_hash[2:])
        tell("rejected", time, contentHash=hashed, reasonCode=code, reason=reason, appealableUntil=until)

    return told


def test_a_request_is_no_vote_and_starts_the_workers_time(review: Any, work: Work, checks: Any) -> None:
    review(1050, REQUEST)
    assert (work.stage, work.clock, work.reviewed, work.change_requests) == ("changes_requested", 1050, 0, 1)
    review(1149, APPROVE)
    assert (work.stage, work.approvals) == ("changes_requested", 1)
    assert checks() == []


@pytest.mark.parametrize(
    ("stage", "requests", "check"),
    [("changes_requested", 0, "review.changes"), ("pending", 3, "review.limit")],
)
def test_a_request_on_top_of_another_or_a_fourth_is_named(
    review: Any, work: Work, checks: Any, stage: str, requests: int, check: str
) -> None:
    work.stage, work.change_requests = stage, requests
    review(1050, REQUEST)
    assert checks() == [check]


@pytest.mark.parametrize("verdict", [0, 4])
def test_a_verdict_that_there_is_not_is_named(review: Any, checks: Any, verdict: int) -> None:
    review(1050, verdict)
    assert checks() == ["review.verdict"]


@pytest.mark.parametrize(
    ("stage", "time", "code", "expected"),
    [
        ("changes_requested", 1100, NOT_MADE, []),
        ("changes_requested", 1099, NOT_MADE, ["rejection.silence"]),
        ("changes_requested", 1100, ARBITER_SILENT, ["rejection.code"]),
        ("pending", 1100, NOT_MADE, ["rejection.unanswered"]),
    ],
)
def test_time_rejects_only_changes_that_were_not_made(
    reject: Any, work: Work, checks: Any, stage: str, time: int, code: bytes, expected: list[str]
) -> None:
    work.stage = stage
    reject(time, code, "", time + 60)
    assert checks() == expected


@pytest.mark.parametrize(("window", "appealed", "until"), [(60, False, 1160), (60, True, 0), (0, False, 0)])
def test_a_rejection_says_until_when_it_can_be_appealed(
    reject: Any, work: Work, checks: Any, window: int, appealed: bool, until: int
) -> None:
    work.bounty.terms = replace(work.bounty.terms, appeal_window=window)
    work.stage, work.appealed = "changes_requested", appealed
    reject(1100, NOT_MADE, "", until)
    assert checks() == []
    assert (work.stage, work.clock, work.bounty.appealable_until) == ("rejected", 1100, until)
    work.stage, work.clock = "changes_requested", 1000
    reject(1100, NOT_MADE, "", until + 1)
    assert checks() == ["rejection.appealable"]


@pytest.mark.parametrize(
    ("changes", "time", "check"),
    [
        ({}, 1059, None),
        ({}, 1060, "appeal.window"),
        ({"appealed": True}, 1000, "appeal.once"),
        ({"stage": "pending"}, 1000, "appeal.stage"),
    ],
)
def test_an_appeal_comes_once_against_a_rejection_in_its_window(
    tell: Any, work: Work, checks: Any, changes: dict[str, Any], time: int, check: str | None
) -> None:
    work.stage = "rejected"
    for name, value in changes.items():
        setattr(work, name, value)
    tell("appealed", time, worker=WORKER, reason="cid")
    assert checks() == ([] if check is None else [check])
    assert (work.stage, work.clock, work.appealed) == ("appealed", time, True)


def test_an_appeal_by_somebody_else_or_for_no_award_is_named(tell: Any, work: Work, checks: Any) -> None:
    work.stage, work.bounty.awards = "rejected", 2
    tell("appealed", 1000, worker=REVIEWER, reason="cid")
    assert checks() == ["appeal.worker", "appeal.award_left"]


@pytest.mark.parametrize(
    ("time", "verdict", "who", "expected"),
    [
        (1000, REJECT, ARBITER, []),
        (1049, APPROVE, ARBITER, []),
        (1050, REJECT, ARBITER, ["ruling.window"]),
        (1000, REJECT, REVIEWER, ["ruling.arbiter"]),
        (1000, REQUEST, ARBITER, ["ruling.verdict"]),
    ],
)
def test_the_arbiter_rules_on_an_appeal_in_its_window(
    review: Any, work: Work, checks: Any, time: int, verdict: int, who: str, expected: list[str]
) -> None:
    work.stage = "appealed"
    review(time, verdict, who)
    assert checks() == expected
    assert (work.ruling, work.reviewed) == (verdict, 0)


def test_a_second_ruling_is_named(review: Any, work: Work, checks: Any) -> None:
    work.stage = "appealed"
    review(1000, REJECT, ARBITER)
    review(1001, APPROVE, ARBITER)
    assert checks() == ["ruling.once"]


@pytest.mark.parametrize(("ruling", "expected"), [(REJECT, []), (APPROVE, ["rejection.ruling"])])
def test_an_appeal_is_rejected_by_the_ruling(
    review: Any, reject: Any, work: Work, checks: Any, ruling: int, expected: list[str]
) -> None:
    work.stage, work.appealed = "appealed", True
    review(1000, ruling, ARBITER)
    reject(1000)
    assert checks() == expected


@pytest.mark.parametrize(
    ("accepts", "ruling", "time", "code", "expected"),
    [
        (False, 0, 1050, ARBITER_SILENT, []),
        (False, 0, 1049, ARBITER_SILENT, ["appeal.silence"]),
        (True, 0, 1050, ARBITER_SILENT, ["appeal.silence_rejects"]),
        (False, 1, 1050, ARBITER_SILENT, ["appeal.unanswered"]),
        (False, 0, 1050, NOT_MADE, ["rejection.code"]),
    ],
)
def test_a_silent_arbiter_rejects_only_where_the_terms_say_so(
    reject: Any,
    work: Work,
    checks: Any,
    accepts: bool,
    ruling: int,
    time: int,
    code: bytes,
    expected: list[str],
) -> None:
    work.bounty.terms = replace(work.bounty.terms, silent_appeal_accepts=accepts)
    work.stage, work.appealed, work.ruling = "appealed", True, ruling
    reject(time, code, "")
    assert checks() == expected


@pytest.mark.parametrize(
    ("value", "told", "window", "ruling", "bad", "stage"),
    [
        (700, 7000, 200, False, False, "reported"),
        (700, 7001, 200, False, True, "reported"),
        (2000, 10_000, 200, False, False, "reported"),
        (700, 7000, 0, False, False, "ruled"),
        (700, 7000, 200, True, False, "ruled"),
    ],
)
def test_achievement_follows_from_the_value_and_final_reports_pay_at_once(
    tell: Any,
    work: Work,
    checks: Any,
    value: int,
    told: int,
    window: int,
    ruling: bool,
    bad: bool,
    stage: str,
) -> None:
    terms = work.bounty.terms
    work.bounty.terms = replace(terms, success=replace(terms.success, challenge_window=window))
    work.stage, track = "accepted", work.tracks["success"]
    track.stage, track.clock, track.achieved_bps = ("challenged" if ruling else "waiting"), 1010, 7000
    attester = ARBITER if ruling else terms.success.source
    said = {"tranche": 0, "uid": b"\1" * 32, "evidence": "cid", "attester": attester}
    tell("reported", 1020, **said, value=value, achievedBps=told, ruling=ruling)
    assert checks() == (["outcome.achieved"] if bad else [])
    assert (track.stage, track.upheld, track.clock) == (stage, ruling, 1020)
