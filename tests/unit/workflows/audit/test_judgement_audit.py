"""Judgements: by whom the terms name, inside the window, once, and as they were signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode

from resonance_dao.chain.attestation import ZERO_HASH, Attestation
from resonance_dao.workflows.audit.bond_audit import BondAudit
from resonance_dao.workflows.audit.judgement_audit import JudgementAudit
from resonance_dao.workflows.audit.ledger import Ledger, Work
from resonance_dao.workflows.audit.project_audit import Project, ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.contributions import SCHEMAS, schema_uids
from resonance_dao.workflows.system import System

WORK = "bounty/1/submission/1"
REVIEWER = "0x" + "0" * 38 + "11"
SOURCE, ARBITER, WORKER, OUTSIDER = (f"0x{n:040d}" for n in (14, 15, 2, 77))
NO_CODE = b"\0" * 32
CODE = b"off-brief".ljust(32, b"\0")
REJECT = 2
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def projects(system: System, findings: Findings) -> ProjectAudit:
    audit = ProjectAudit(system, findings)
    audit.projects[1] = Project(1, f"0x{1:040d}", f"0x{60:040d}", 10)
    return audit


@pytest.fixture
def judgements(system: System, findings: Findings, ledger: Ledger, projects: ProjectAudit) -> JudgementAudit:
    return JudgementAudit(system, findings, ledger, projects, BondAudit(findings, ledger, []))


@pytest.fixture
def work(ledger: Ledger) -> Work:
    found = ledger.work(1, 1)
    assert found is not None
    return found


@pytest.fixture
def judge(judgements: JudgementAudit, system: System, work: Work, emit: Any, at: Any) -> Callable[..., None]:
    """Return what tells a judgement: the attestation taken by the registry and what the escrow made of it."""

    def told(
        kind: str,
        time: int,
        attester: str,
        values: dict[str, Any],
        *,
        counted: dict[str, Any] | None = None,
        taken: dict[str, Any] | None = None,
        heard: bool = True,
    ) -> None:
        named = {"escrow": system.escrow.address, "bountyId": 1, "submissionId": 1, **values}
        parts = [part.split() for part in SCHEMAS[kind].split(",")]
        data = encode([form for form, _ in parts], [named[name] for _, name in parts])
        schema, salt = schema_uids()[kind], "0x" + "05" * 32
        made = Attestation(schema, WORKER, 900, 0, True, ZERO_HASH, "0x" + data.hex(), salt)
        made = replace(made, **(taken or {}))
        uid = (counted or {}).get("uid", bytes.fromhex(made.uid()[2:]))
        fields = {key: _octets(value) for key, value in made.to_dict().items()}
        attested = emit("contributions", "Attested", attester=attester, uid=uid, **fields)
        name, who = ("ReviewCounted", "reviewer") if kind == "review" else ("OutcomeReported", "attester")
        args = {"bountyId": 1, "submissionId": 1, who: attester, "uid": uid, **values, **(counted or {})}
        event = emit("escrow", name, **args)
        transaction = at(time, *([attested] if heard else []), event)
        judgements.observe(transaction)
        (judgements.reviewed if kind == "review" else judgements.reported)(transaction, event)

    return told


def _octets(value: Any) -> Any:
    return bytes.fromhex(value[2:]) if isinstance(value, str) and len(value) != 42 else value


def review(work: Work, verdict: int = 1, **changes: Any) -> dict[str, Any]:
    said = {"contentHash": bytes.fromhex(work.content_hash[2:]), "verdict": verdict, "scoreBps": 9000}
    return {**said, "reasonCode": CODE if verdict == REJECT else NO_CODE, "reason": "", **changes}


OUTCOME = {"tranche": 0, "value": 700, "evidence": "cid"}


def test_a_review_as_the_terms_want_it_has_nothing_to_be_named(
    judge: Any, work: Work, failed: Failed
) -> None:
    judge("review", 1000, REVIEWER, review(work))
    assert failed() == []
    assert (work.approvals, work.rejections) == (1, 0)


def test_a_reviewer_whom_the_terms_do_not_name_is_named(judge: Any, work: Work, failed: Failed) -> None:
    judge("review", 1000, OUTSIDER, review(work))
    assert failed() == [("review.named", f"{WORK}/review/{OUTSIDER}")]
    assert work.reviewed == 0


def test_a_second_review_by_the_same_reviewer_is_named(judge: Any, work: Work, failed: Failed) -> None:
    judge("review", 1000, REVIEWER, review(work))
    judge("review", 1001, REVIEWER, review(work))
    assert failed() == [("review.once", f"{WORK}/review/{REVIEWER}")]


@pytest.mark.parametrize(("time", "inside"), [(999, False), (1000, True), (1099, True), (1100, False)])
def test_reviews_count_only_inside_their_half_open_window(
    judge: Any, work: Work, failed: Failed, time: int, inside: bool
) -> None:
    judge("review", time, REVIEWER, review(work))
    assert failed() == ([] if inside else [("review.window", f"{WORK}/review/{REVIEWER}")])


@pytest.mark.parametrize(
    ("verdict", "code", "named"),
    [(1, NO_CODE, False), (3, NO_CODE, False), (REJECT, CODE, False), (REJECT, NO_CODE, True)],
)
def test_a_rejection_without_a_code_is_named(
    judge: Any, work: Work, failed: Failed, verdict: int, code: bytes, named: bool
) -> None:
    judge("review", 1000, REVIEWER, review(work, verdict, reasonCode=code))
    assert failed() == ([("review.code", f"{WORK}/review/{REVIEWER}")] if named else [])


def test_a_review_without_an_attestation_is_named(judge: Any, work: Work, failed: Failed) -> None:
    judge("review", 1000, REVIEWER, review(work), heard=False)
    assert failed() == [("judgement.attested", f"{WORK}/review/{REVIEWER}")]


def test_a_wrong_uid_is_named(judge: Any, work: Work, failed: Failed) -> None:
    judge("review", 1000, REVIEWER, review(work), counted={"uid": b"\7" * 32})
    assert failed() == [("attestation.uid", "attestation/0x" + "07" * 32)]


@pytest.mark.parametrize(
    "counted",
    [
        {"verdict": REJECT, "reasonCode": CODE},
        {"scoreBps": 1},
        {"reason": "other"},
        {"reasonCode": b"\1" * 32},
    ],
)
def test_a_review_counted_otherwise_than_it_was_signed_is_named(
    judge: Any, work: Work, failed: Failed, counted: dict[str, Any]
) -> None:
    judge("review", 1000, REVIEWER, review(work), counted=counted)
    assert failed() == [("judgement.values", f"{WORK}/review/{REVIEWER}")]


def test_a_review_of_another_hash_is_named(judge: Any, work: Work, failed: Failed) -> None:
    judge("review", 1000, REVIEWER, review(work, contentHash=b"\1" * 32))
    assert failed() == [("judgement.values", f"{WORK}/review/{REVIEWER}")]


def test_a_review_about_another_worker_is_named(judge: Any, work: Work, failed: Failed) -> None:
    judge("review", 1000, REVIEWER, review(work), taken={"recipient": OUTSIDER})
    assert failed() == [("judgement.recipient", f"{WORK}/review/{REVIEWER}")]


def test_an_attestation_that_is_no_review_is_named(judge: Any, work: Work, failed: Failed) -> None:
    judge("review", 1000, REVIEWER, review(work), taken={"schema": "0x" + "01" * 32})
    assert failed() == [("judgement.values", f"{WORK}/review/{REVIEWER}")]


def test_an_attestation_for_the_escrow_that_it_never_counted_is_named(
    judgements: JudgementAudit, judge: Any, work: Work, at: Any, failed: Failed, system: System, emit: Any
) -> None:
    data = bytes.fromhex(system.escrow.address[2:]).rjust(32, b"\0")
    made = Attestation(ZERO_HASH, WORKER, 900, 0, True, ZERO_HASH, "0x" + data.hex(), ZERO_HASH)
    uid = bytes.fromhex(made.uid()[2:])
    fields = {key: _octets(value) for key, value in made.to_dict().items()}
    attested = emit("contributions", "Attested", attester=REVIEWER, uid=uid, **fields)
    judgements.observe(at(1000, attested))
    assert failed() == [("attestation.heard", f"attestation/{made.uid()}")]


@pytest.mark.parametrize(("rejections", "early"), [(0b001, True), (0b011, False)])
def test_a_rejection_while_the_quorum_is_in_reach_is_named(
    judgements: JudgementAudit, work: Work, emit: Any, at: Any, failed: Failed, rejections: int, early: bool
) -> None:
    work.rejections, work.decisive = rejections, (NO_CODE, "why")
    hashed = bytes.fromhex(work.content_hash[2:])
    event = emit(
        "escrow",
        "SubmissionRejected",
        bountyId=1,
        submissionId=1,
        contentHash=hashed,
        reasonCode=NO_CODE,
        reason="why",
        appealableUntil=1060,
    )
    judgements.rejected(at(1000, event), event)
    assert failed() == ([("rejection.votes", WORK)] if early else [])
    assert (work.stage, work.clock, work.bounty.appealable_until) == ("rejected", 1000, 1060)


@pytest.mark.parametrize(
    ("time", "attester", "stage", "ruling", "check"),
    [
        (1010, SOURCE, "waiting", False, None),
        (1999, SOURCE, "waiting", False, None),
        (1009, SOURCE, "waiting", False, "outcome.window"),
        (2000, SOURCE, "waiting", False, "outcome.window"),
        (1010, ARBITER, "waiting", False, "outcome.source"),
        (1010, SOURCE, "reported", False, "outcome.order"),
        (1500, ARBITER, "challenged", True, None),
        (1550, ARBITER, "challenged", True, "outcome.window"),
        (1500, SOURCE, "challenged", True, "outcome.arbiter"),
        (1500, ARBITER, "reported", True, "outcome.order"),
    ],
)
def test_outcomes_come_from_the_agreed_account_in_its_window(
    judge: Any,
    work: Work,
    failed: Failed,
    time: int,
    attester: str,
    stage: str,
    ruling: bool,
    check: str | None,
) -> None:
    work.stage = "accepted"
    work.tracks["success"].stage, work.tracks["success"].clock = stage, 1500
    judge("outcome", time, attester, OUTCOME, counted={"ruling": ruling, "achievedBps": 7000})
    assert failed() == ([] if check is None else [(check, f"{WORK}/success")])
    assert work.tracks["success"].achieved_bps == 7000


@pytest.mark.parametrize(
    ("time", "challenger", "check"),
    [
        (1500, WORKER, None),
        (1699, f"0x{1:040d}", None),
        (1700, WORKER, "challenge.window"),
        (1500, OUTSIDER, "challenge.party"),
    ],
)
def test_challenges_come_from_a_party_in_the_window(
    judgements: JudgementAudit,
    work: Work,
    emit: Any,
    at: Any,
    failed: Failed,
    time: int,
    challenger: str,
    check: str | None,
) -> None:
    work.stage, work.tracks["success"].stage, work.tracks["success"].clock = "accepted", "reported", 1500
    event = emit(
        "escrow",
        "OutcomeChallenged",
        bountyId=1,
        submissionId=1,
        tranche=0,
        challenger=challenger,
        reason="cid",
    )
    judgements.challenged(at(time, event), event)
    assert failed() == ([] if check is None else [(check, f"{WORK}/success")])
    assert (work.tracks["success"].stage, work.tracks["success"].clock) == ("challenged", time)
