"""Reputation: rebuilt from what the ledger counted, in the order of the events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.workflows.audit.ledger import Ledger, Work
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.audit.reputation_audit import ReputationAudit
from resonance_dao.workflows.system import System

OWNER, WORKER, RATER = (f"0x{n:040d}" for n in (1, 2, 8))
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def reputation(system: System, findings: Findings, ledger: Ledger, projects: ProjectAudit) -> ReputationAudit:
    return ReputationAudit(system, findings, ledger, projects, {})


@pytest.fixture
def tell(reputation: ReputationAudit, emit: Any, at: Any) -> Callable[..., None]:
    def told(name: str, time: int, **args: Any) -> None:
        event = emit("reputation", name, projectId=1, **args)
        reputation.follow(at(time, event), event)

    return told


@pytest.fixture
def count(tell: Any, system: System) -> Callable[..., None]:
    def told(time: int = 3000, **changes: Any) -> None:
        policy = {"halfLife": 1, "escrow": system.outcomes.address}
        tell("PolicySet", 1, owner=OWNER, policy=policy)
        given = {"bountyId": 1, "submissionId": 1, "tranche": 0, "achievedBps": 12_000, "settledAt": 2000}
        tell("OutcomeCounted", time, **{**given, "worker": WORKER, **changes})

    return told


@pytest.fixture
def settled(ledger: Ledger) -> Work:
    work = ledger.bounties[1].works[1]
    track = work.tracks["success"]
    track.stage, track.achieved_bps, track.clock = "settled", 12_000, 2000
    return work


def test_nobody_known_multiplies_by_one(reputation: ReputationAudit) -> None:
    assert reputation.multiplier(1, WORKER, 10**9) == 10_000


def test_a_counted_outcome_is_the_one_that_was_settled(
    reputation: ReputationAudit, count: Any, settled: Work, failed: Failed
) -> None:
    count()
    assert failed() == []
    assert reputation.multiplier(1, WORKER, 3000) > 10_000


@pytest.mark.parametrize(
    "changes", [{"achievedBps": 11_999}, {"settledAt": 2001}, {"worker": RATER}, {"tranche": 1}]
)
def test_an_outcome_counted_otherwise_than_settled_is_named(
    count: Any, settled: Work, failed: Failed, changes: dict[str, Any]
) -> None:
    count(**changes)
    assert [check for check, _ in failed()] == ["reputation.outcome"]


def test_an_outcome_counted_twice_and_a_second_policy_are_named(
    count: Any, settled: Work, failed: Failed
) -> None:
    count()
    count()
    assert [check for check, _ in failed()] == ["reputation.policy_once", "reputation.outcome_once"]
