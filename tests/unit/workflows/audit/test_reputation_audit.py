"""Reputation: rebuilt from what the ledger counted, in the order of the events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eth_abi.abi import encode

from resonance_dao.workflows.audit.ledger import Ledger, Work
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.audit.reputation_audit import ReputationAudit
from resonance_dao.workflows.system import System

DAY = 86_400
WORKER, RATER = (f"0x{n:040d}" for n in (2, 8))
SUBJECT = f"reputation/1/{WORKER}"
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def reputation(system: System, findings: Findings, ledger: Ledger) -> ReputationAudit:
    return ReputationAudit(system, findings, ledger)


@pytest.fixture
def tell(reputation: ReputationAudit, emit: Any, at: Any) -> Callable[..., None]:
    def told(name: str, time: int, **args: Any) -> None:
        event = emit("reputation", name, projectId=1, **args)
        reputation.follow(at(time, event), event)

    return told


@pytest.fixture
def rate(reputation: ReputationAudit, system: System, emit: Any, at: Any) -> Callable[..., None]:
    def told(time: int, value: int, /, uid: int = 1, replaced: int = 0, **signed: Any) -> None:
        names = {"ratee": WORKER, "rater": RATER, "component": 1, "uid": bytes([uid]) * 32}
        said = {"projectId": 1, "valueBps": value, "reason": "cid", **names}
        event = emit("reputation", "RatingCounted", **said, replaced=bytes([replaced]) * 32)
        values = [system.reputation.address, 1, 1, signed.get("value", value), "cid"]
        data = encode(["address", "uint256", "uint8", "uint16", "string"], values)
        made = {"uid": names["uid"], "attester": RATER, "recipient": WORKER, "data": data, **signed}
        reputation.follow(at(time, emit("contributions", "Attested", **made), event), event)

    return told


@pytest.fixture
def count(tell: Any, system: System) -> Callable[..., None]:
    def told(time: int = 3000, **changes: Any) -> None:
        policy = {"halfLife": 1, "escrow": system.outcomes.address}
        tell("PolicySet", 1, owner=WORKER, policy=policy)
        given = {"bountyId": 1, "submissionId": 1, "tranche": 0, "achievedBps": 12_000, "settledAt": 2000}
        tell("OutcomeCounted", time, **{**given, "worker": WORKER, **changes})

    return told


@pytest.fixture
def settled(ledger: Ledger) -> Work:
    work = ledger.bounties[1].works[1]
    track = work.tracks["success"]
    track.stage, track.achieved_bps, track.clock = "settled", 12_000, 2000
    return work


@pytest.mark.parametrize(
    "signed",
    [{"value": 9999}, {"recipient": RATER}, {"attester": WORKER}, {"data": b""}],
)
def test_a_rating_that_its_rater_did_not_attest_is_named(
    rate: Any, failed: Failed, signed: dict[str, Any]
) -> None:
    rate(DAY, 10_000, **signed)
    assert failed() == [("reputation.attested", SUBJECT)]


def test_nobody_known_multiplies_by_one(reputation: ReputationAudit) -> None:
    assert reputation.multiplier(1, WORKER, 10**9) == 10_000


def test_a_rating_raises_the_multiplier_and_fades(
    reputation: ReputationAudit, rate: Any, failed: Failed
) -> None:
    rate(DAY, 10_000)
    today = reputation.multiplier(1, WORKER, DAY)
    assert today > reputation.multiplier(1, WORKER, 200 * DAY) > 10_000
    assert reputation.multiplier(2, WORKER, DAY) == 10_000
    assert failed() == []


def test_a_rating_that_replaces_another_takes_it_away(
    reputation: ReputationAudit, rate: Any, failed: Failed
) -> None:
    rate(DAY, 10_000)
    rate(2 * DAY, 0, uid=2, replaced=1)
    assert reputation.multiplier(1, WORKER, 2 * DAY) == 10_000
    assert failed() == []


@pytest.mark.parametrize("replaced", [0, 2])
def test_a_rating_that_names_another_before_it_is_named(rate: Any, failed: Failed, replaced: int) -> None:
    rate(DAY, 10_000)
    rate(2 * DAY, 0, uid=3, replaced=replaced)
    assert failed() == [("reputation.replaced", SUBJECT)]


def test_a_struck_rating_counts_no_more_and_is_struck_once(
    reputation: ReputationAudit, rate: Any, tell: Any, failed: Failed
) -> None:
    rate(DAY, 10_000)
    struck = {"ratee": WORKER, "rater": RATER, "component": 1, "uid": b"\1" * 32}
    tell("RatingStruck", 2 * DAY, **struck)
    assert reputation.multiplier(1, WORKER, 2 * DAY) == 10_000
    assert failed() == []
    tell("RatingStruck", 2 * DAY, **struck)
    assert failed() == [("reputation.struck_once", SUBJECT)]


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
