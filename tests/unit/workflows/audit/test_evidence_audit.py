"""Evidence: missing, altered, or no CID at all, it is named with everybody who refers to it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.evidence.cid import DAG_PB, Cid
from resonance_dao.evidence.unixfs import KUBO_CID_V1, build_file
from resonance_dao.workflows.audit.evidence_audit import EvidenceAudit
from resonance_dao.workflows.audit.history import ignore
from resonance_dao.workflows.audit.ledger import Ledger
from resonance_dao.workflows.audit.report import Findings, Row, Verdict
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import Terms, encode_submission, encode_terms

TX = "0x" + "01" * 32
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def evidence(system: System, findings: Findings, source: Any, ledger: Ledger) -> EvidenceAudit:
    return EvidenceAudit(system, findings, source, ledger)


def only(findings: Findings) -> Row:
    (row,) = findings.rows
    return row


def test_text_that_is_no_cid_is_named(evidence: EvidenceAudit, failed: Failed) -> None:
    evidence.refer(["http://example"], "bounty/1", TX)
    evidence.run(ignore)
    assert failed() == [("evidence.cid", "bounty/1")]
    assert evidence.count == 0


def test_missing_content_is_named_with_all_who_refer_to_it(
    evidence: EvidenceAudit, findings: Findings
) -> None:
    cid = str(Cid.of(b"gone"))
    evidence.refer([cid], "bounty/1", TX)
    evidence.refer([cid, ""], "log/record/3", TX)
    evidence.run(ignore)
    row = only(findings)
    assert (row.check, row.verdict, row.cid, row.transaction) == ("evidence.present", Verdict.FAIL, cid, TX)
    assert row.found == f"missing: block {cid}; named by bounty/1, log/record/3"


def test_what_its_owner_forgot_is_a_note(evidence: EvidenceAudit, findings: Findings) -> None:
    evidence.refer([str(Cid.of(b"gone"))], "bounty/1", TX)
    evidence.forgotten.add(Cid.of(b"gone"))
    evidence.run(ignore)
    assert (only(findings).check, only(findings).verdict) == ("evidence.forgotten", Verdict.NOTE)


UNPAID = "bounty/1/submission/1"


@pytest.mark.parametrize("stage", ["pending", "rejected"])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://example", "no CID: http://example"),
        (str(Cid.of(b"gone")), f"missing: block {Cid.of(b'gone')}"),
    ],
)
def test_dead_evidence_of_work_that_nobody_was_paid_for_is_a_note(
    evidence: EvidenceAudit, findings: Findings, ledger: Ledger, text: str, why: str, stage: str
) -> None:
    ledger.bounties[1].works[1].stage = stage
    evidence.refer([text], UNPAID, TX)
    evidence.run(ignore)
    row = only(findings)
    assert (row.check, row.verdict, row.subject) == ("evidence.unpaid", Verdict.NOTE, UNPAID)
    assert row.found.startswith(f"unpinned evidence of unpaid work: {why}")


@pytest.mark.parametrize("stage", ["accepted", "completed"])
@pytest.mark.parametrize(
    ("text", "check"), [("http://example", "evidence.cid"), (str(Cid.of(b"gone")), "evidence.present")]
)
def test_dead_evidence_of_work_that_was_paid_for_fails(
    evidence: EvidenceAudit, ledger: Ledger, failed: Failed, text: str, check: str, stage: str
) -> None:
    evidence.refer([text], UNPAID, TX)
    ledger.bounties[1].works[1].stage = stage
    evidence.run(ignore)
    assert failed() == [(check, UNPAID)]


@pytest.mark.parametrize("other", ["log/record/3", f"{UNPAID}/review/0xR", "bounty/1/submission/2"])
def test_what_anybody_else_names_as_well_still_has_to_be_there(
    evidence: EvidenceAudit, failed: Failed, other: str
) -> None:
    for subject in (UNPAID, other):
        evidence.refer([str(Cid.of(b"gone"))], subject, TX)
    evidence.run(ignore)
    assert failed() == [("evidence.present", UNPAID)]


def test_unreadable_evidence_of_unpaid_work_is_a_note_and_altered_evidence_never(
    evidence: EvidenceAudit, findings: Findings, source: Any
) -> None:
    unreadable, altered = Cid.of(b"no node", DAG_PB), Cid.of(b"work")
    source.blocks = {unreadable: b"no node", altered: b"werk"}
    evidence.refer([str(unreadable), str(altered)], UNPAID, TX)
    evidence.run(ignore)
    assert [(row.check, row.verdict) for row in findings.rows] == [
        ("evidence.unpaid", Verdict.NOTE),
        ("evidence.bytes", Verdict.FAIL),
    ]


@pytest.mark.parametrize("part", range(3))
def test_one_altered_byte_of_a_large_file_is_named_with_its_block(
    evidence: EvidenceAudit, findings: Findings, source: Any, part: int
) -> None:
    blocks: list[Cid] = []

    def put(cid: Cid, block: bytes) -> None:
        blocks.append(cid)
        source.blocks[cid] = block

    content = bytes(1_048_576) + b"\1" * 1_048_576
    root = build_file(io.BytesIO(content), put, KUBO_CID_V1).cid
    assert len(set(blocks)) == 3
    broken = sorted(set(blocks), key=str)[part]
    source.blocks[broken] = source.blocks[broken][:-1] + bytes([source.blocks[broken][-1] ^ 1])
    evidence.refer([str(root)], "bounty/1/submission/2", TX)
    evidence.run(ignore)
    row = only(findings)
    assert (row.check, row.verdict, row.cid) == ("evidence.bytes", Verdict.FAIL, str(root))
    assert row.found == f"altered: block {broken}; named by bounty/1/submission/2"


def test_whole_content_passes_and_is_fetched_once_for_both_spellings(
    evidence: EvidenceAudit, findings: Findings, source: Any
) -> None:
    entry = build_file(
        io.BytesIO(bytes(1_048_577)), lambda cid, block: source.blocks.update({cid: block}), KUBO_CID_V1
    )
    evidence.refer([str(entry.cid)], "bounty/1", TX)
    evidence.refer([str(entry.cid.as_v0())], "bounty/2", TX)
    evidence.run(ignore)
    assert only(findings).verdict is Verdict.PASS
    assert only(findings).found == "3 blocks; named by bounty/1, bounty/2"


@pytest.mark.parametrize(
    ("name", "args", "subject"),
    [
        ("BountyClosed", {"bountyId": 1, "reason": "x"}, "bounty/1"),
        ("RejectionAppealed", {"bountyId": 1, "submissionId": 2, "reason": "x"}, "bounty/1/submission/2"),
        (
            "ReviewCounted",
            {"bountyId": 1, "submissionId": 2, "reviewer": "0xR", "reason": "x"},
            "bounty/1/submission/2/review/0xR",
        ),
        ("OutcomeReported", {"bountyId": 1, "submissionId": 2, "evidence": "x"}, "bounty/1/submission/2"),
        ("OutcomeChallenged", {"bountyId": 1, "submissionId": 2, "reason": "x"}, "bounty/1/submission/2"),
    ],
)
def test_every_event_that_names_a_cid_is_followed(
    evidence: EvidenceAudit, emit: Any, at: Any, failed: Failed, name: str, args: dict[str, Any], subject: str
) -> None:
    evidence.observe(at(1, emit("escrow", name, **args)))
    evidence.run(ignore)
    assert failed() == [("evidence.cid", subject)]


RATED = f"reputation/1/0x{2:040d}"
KEY = {"projectId": 1, "ratee": f"0x{2:040d}", "rater": f"0x{8:040d}", "component": 1, "uid": b"\1" * 32}


@pytest.mark.parametrize(
    ("contract", "name", "args", "subject"),
    [
        (
            "desk",
            "ApplicationDeclined",
            {"bountyId": 1, "applicationHash": b"\1" * 32},
            f"bounty/1/application/0x{'01' * 32}/declined",
        ),
        ("reputation", "RatingCounted", KEY, RATED),
        ("reputation", "RatingAppealed", KEY, RATED),
        ("reputation", "RatingUpheld", KEY, RATED),
        ("reputation", "RatingStruck", KEY, RATED),
    ],
)
def test_desk_and_reputation_name_cids_that_have_to_be_there(
    evidence: EvidenceAudit,
    findings: Findings,
    emit: Any,
    at: Any,
    contract: str,
    name: str,
    args: dict[str, Any],
    subject: str,
) -> None:
    cid = str(Cid.of(b"gone"))
    evidence.observe(at(1, emit(contract, name, **args, reason=cid)))
    evidence.run(ignore)
    row = only(findings)
    assert (row.check, row.verdict, row.subject) == ("evidence.present", Verdict.FAIL, subject)


def test_a_rating_struck_without_a_ruling_names_nothing(
    evidence: EvidenceAudit, findings: Findings, emit: Any, at: Any
) -> None:
    evidence.observe(at(1, emit("reputation", "RatingStruck", **KEY, reason="")))
    evidence.run(ignore)
    assert findings.rows == []


@pytest.mark.parametrize("selected", [False, True])
def test_a_dead_proposal_fails_only_when_its_worker_was_selected_on_it(
    evidence: EvidenceAudit, findings: Findings, emit: Any, at: Any, selected: bool
) -> None:
    named = {"bountyId": 1, "worker": f"0x{2:040d}", "applicationHash": b"\1" * 32}
    cid = str(Cid.of(b"gone"))
    evidence.observe(at(1, emit("desk", "ApplicationReceived", **named, proposal=cid)))
    if selected:
        evidence.observe(at(2, emit("desk", "WorkerSelected", **named)))
    evidence.run(ignore)
    row = only(findings)
    verdict = ("evidence.present", Verdict.FAIL) if selected else ("evidence.unused", Verdict.NOTE)
    assert (row.check, row.verdict) == verdict
    assert row.subject == f"bounty/1/application/0x{'01' * 32}"
    if not selected:
        assert row.found.startswith("unpinned evidence of an application or pool that came to nothing")


@pytest.mark.parametrize("opened", [False, True])
def test_the_dead_terms_of_a_pool_fail_only_when_a_bounty_was_opened_with_them(
    evidence: EvidenceAudit,
    system: System,
    terms: Terms,
    findings: Findings,
    emit: Any,
    at: Any,
    opened: bool,
) -> None:
    content = encode_terms(system, replace(terms, document=str(Cid.of(b"gone"))))
    evidence.observe(at(1, emit("pools", "PoolOpened", pool="0xP", terms=content)))
    if opened:
        evidence.observe(at(2, emit("escrow", "BountyOpened", bountyId=1, terms=content)))
    evidence.run(ignore)
    assert (only(findings).subject, only(findings).verdict) == (
        "pool/0xP",
        Verdict.FAIL if opened else Verdict.NOTE,
    )


def test_the_bytes_of_terms_and_of_every_version_name_cids(
    evidence: EvidenceAudit,
    system: System,
    terms: Terms,
    ledger: Ledger,
    findings: Findings,
    emit: Any,
    at: Any,
    failed: Failed,
) -> None:
    work = ledger.bounties[1].works[1]
    work.stage, work.version = "accepted", 2
    content = encode_submission(system, replace(work.submission, evidence="x"))
    ids = {"bountyId": 1, "submissionId": 1, "submission": content}
    opened = encode_terms(system, replace(terms, document="x"))
    evidence.observe(at(1, emit("escrow", "BountyOpened", bountyId=1, terms=opened)))
    evidence.observe(at(1, emit("escrow", "SubmissionReceived", **ids)))
    evidence.observe(at(1, emit("escrow", "SubmissionRevised", **ids, version=2)))
    evidence.run(ignore)
    assert failed() == [
        ("evidence.cid", "bounty/1"),
        ("evidence.cid", "bounty/1/submission/1/version/2"),
    ]
    notes = [(row.check, row.subject) for row in findings.rows if row.verdict is Verdict.NOTE]
    assert notes == [("evidence.unpaid", "bounty/1/submission/1/version/1")]


def test_projects_name_cids_too(evidence: EvidenceAudit, emit: Any, at: Any, failed: Failed) -> None:
    evidence.observe(at(1, emit("projects", "ProjectOpened", projectId=1, opening={"metadata": "x"})))
    evidence.observe(at(1, emit("projects", "MetadataChanged", projectId=2, metadata="x")))
    evidence.observe(at(1, emit("projects", "ProjectClosed", projectId=3, reason="x")))
    evidence.run(ignore)
    assert failed() == [("evidence.cid", f"project/{number}") for number in (1, 2, 3)]
