"""Work: each version in time, for the amount agreed, by and for people who do not judge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Work
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.audit.work_audit import WorkAudit
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import Submission, encode_submission

WORKER, PARTNER, REVIEWER, ARBITER, DESK = (f"0x{n:040d}" for n in (2, 3, 11, 15, 33))
FIRST, SECOND = "bounty/1/submission/1", "bounty/1/submission/2"
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def works(system: System, findings: Findings, ledger: Ledger) -> WorkAudit:
    return WorkAudit(system, findings, ledger)


@pytest.fixture
def bounty(ledger: Ledger) -> Bounty:
    return ledger.bounties[1]


@pytest.fixture
def work(bounty: Bounty) -> Work:
    return bounty.works[1]


def named(bounty: Bounty, content: bytes) -> bytes:
    return bytes(keccak(bytes.fromhex(bounty.terms_hash[2:]) + keccak(content)))


@pytest.fixture
def submit(works: WorkAudit, system: System, bounty: Bounty, emit: Any, at: Any) -> Callable[..., None]:
    def told(time: int = 1000, admitted: int | None = None, **changes: Any) -> None:
        made = Submission(1, WORKER, (WORKER, PARTNER), (4000, 6000), 0, "cid")
        own = {name: changes.pop(name) for name in list(changes) if hasattr(made, name) and name != "worker"}
        content = encode_submission(system, replace(made, **own))
        given = {"bountyId": 1, "submissionId": 2, "worker": WORKER, "amount": 1_000_001}
        given |= {"contentHash": named(bounty, content), "submission": content, **changes}
        event = emit("escrow", "SubmissionReceived", **given)
        desk = emit("desk", "WorkerAdmitted", bountyId=1, worker=WORKER, bid=admitted)
        works.received(at(time, *([] if admitted is None else [desk]), event), event)

    return told


@pytest.fixture
def revise(works: WorkAudit, system: System, work: Work, emit: Any, at: Any) -> Callable[..., None]:
    def told(time: int, version: int = 2, worker: str = WORKER) -> None:
        content = encode_submission(system, Submission(1, worker, (PARTNER,), (10_000,), 0, "better"))
        given = {"bountyId": 1, "submissionId": 1, "version": version, "submission": content}
        event = emit("escrow", "SubmissionRevised", **given, contentHash=named(work.bounty, content))
        works.revised(at(time, event), event)

    return told


@pytest.mark.parametrize(
    ("changes", "checks"),
    [
        ({}, []),
        ({"time": 4999}, []),
        ({"time": 5000}, ["submission.deadline"]),
        ({"submissionId": 3}, ["submission.number"]),
        ({"worker": PARTNER}, ["submission.worker"]),
        ({"contentHash": b"\1" * 32}, ["submission.hash"]),
        ({"amount": 1_000_000}, ["admission.amount"]),
        ({"shares_bps": (4000, 5999)}, ["submission.shares"]),
        ({"payees": (WORKER, REVIEWER)}, ["submission.impartial"]),
        ({"payees": (WORKER, ARBITER)}, ["submission.impartial"]),
        ({"payees": (WORKER,)}, ["submission.payees"]),
    ],
)
def test_work_otherwise_than_the_terms_want_is_named(
    submit: Any, failed: Failed, changes: dict[str, Any], checks: list[str]
) -> None:
    submit(**changes)
    assert [check for check, _ in failed()] == checks


def test_work_for_a_closed_bounty_or_without_an_award_left_is_named(
    submit: Any, bounty: Bounty, failed: Failed
) -> None:
    bounty.closed, bounty.awards = True, 2
    submit()
    assert failed() == [("submission.open", SECOND), ("submission.award_left", SECOND)]


@pytest.mark.parametrize(
    ("amount", "checks"),
    [(0, ["admission.range"]), (1, []), (1_000_001, []), (1_000_002, ["admission.range"])],
)
def test_an_admission_agrees_to_something_and_not_more_than_the_terms(
    submit: Any, bounty: Bounty, failed: Failed, amount: int, checks: list[str]
) -> None:
    bounty.terms = replace(bounty.terms, admission=DESK)
    submit(amount=amount)
    assert [check for check, _ in failed()] == checks
    assert bounty.works[2].amount == amount


@pytest.mark.parametrize(("admitted", "bad"), [(500, False), (501, True), (None, True)])
def test_the_amount_is_the_one_that_the_desk_admitted(
    submit: Any, bounty: Bounty, system: System, failed: Failed, admitted: int | None, bad: bool
) -> None:
    bounty.terms = replace(bounty.terms, admission=system.desk.address)
    submit(admitted=admitted, amount=500)
    assert failed() == ([("admission.amount", SECOND)] if bad else [])


@pytest.mark.parametrize(
    ("stage", "time", "votes", "checks"),
    [
        ("pending", 4999, 0, []),
        ("pending", 5000, 0, ["revision.window"]),
        ("pending", 1500, 1, ["revision.unjudged"]),
        ("changes_requested", 1099, 1, []),
        ("changes_requested", 1100, 0, ["revision.window"]),
        ("rejected", 1500, 0, ["revision.stage"]),
        ("accepted", 1500, 0, ["revision.stage"]),
    ],
)
def test_work_changes_before_it_is_judged_or_when_that_is_asked_for(
    revise: Any, work: Work, failed: Failed, stage: str, time: int, votes: int, checks: list[str]
) -> None:
    work.stage, work.approvals = stage, votes
    revise(time)
    assert [check for check, _ in failed()] == checks
    assert (work.stage, work.clock, work.version, work.reviewed) == ("pending", time, 2, 0)
    assert work.submission.payees == (PARTNER,)


def test_a_version_out_of_order_or_by_somebody_else_is_named(revise: Any, failed: Failed) -> None:
    revise(1500, version=3, worker=PARTNER)
    assert failed() == [("revision.number", FIRST), ("revision.worker", FIRST)]
