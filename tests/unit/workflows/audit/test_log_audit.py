"""The log and its records: gaps, altered leaves, wrong numbers and untrue records are named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from resonance_dao.chain.chain import Receipt
from resonance_dao.evidence.cid import Cid
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.manifest import Manifest
from resonance_dao.transparency.merkle import leaf_hash
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.audit.disclosure_audit import DisclosureAudit
from resonance_dao.workflows.audit.evidence_audit import EvidenceAudit
from resonance_dao.workflows.audit.history import ignore
from resonance_dao.workflows.audit.ledger import Ledger
from resonance_dao.workflows.audit.log_audit import LogAudit
from resonance_dao.workflows.audit.record_audit import RecordAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System

PUBLISHER, OTHER, VAULT = (f"0x{n:040d}" for n in (20, 21, 91))
PAID, APPEND = "0x" + "01" * 32, "0x" + "02" * 32
Failed = Callable[[], list[tuple[str, str]]]


def record(number: int = 1, kind: str = "transaction", **changes: Any) -> Record:
    body: dict[str, Any] = {
        "to": VAULT,
        "function": "push",
        "status": "observed",
        "tx_hash": PAID,
        "block_number": 5,
    }
    links = changes.pop("links", ())
    chain_id = changes.pop("chain_id", 31337)
    return Record(kind, number, 1500, chain_id, "payout/1", {**body, **changes}, links)


def told(kind: str, number: int, body: dict[str, Any], links: tuple[int, ...] = ()) -> Record:
    return Record(kind, number, 1500, 31337, "payout/1", body, links)


@pytest.fixture
def disclosures(system: System, findings: Findings) -> DisclosureAudit:
    return DisclosureAudit(system, findings)


@pytest.fixture
def evidence(system: System, findings: Findings, source: Any) -> EvidenceAudit:
    return EvidenceAudit(system, findings, source, Ledger())


@pytest.fixture
def log(
    system: System, findings: Findings, evidence: EvidenceAudit, disclosures: DisclosureAudit
) -> LogAudit:
    return LogAudit(system, findings, PUBLISHER, RecordAudit(system, findings, evidence, disclosures, ignore))


@pytest.fixture
def publish(log: LogAudit, system: System, chain: Any, source: Any, emit: Any, at: Any) -> Callable[..., Any]:
    """Return what pins records and appends them, with whatever the test wants wrong."""

    def told(
        *records: Record,
        size: int = 0,
        leaves: list[bytes] | None = None,
        manifest: Manifest | None = None,
        sent: dict[str, Any] | None = None,
        count: int | None = None,
    ) -> list[bytes]:
        cids = tuple(source.put(record.to_bytes()) for record in records)
        listed = manifest or Manifest(PUBLISHER, size + 1, cids)
        source.put(listed.to_bytes())
        given = [record.leaf for record in records] if leaves is None else leaves
        calldata = "0x" + system.log.encode("append", size, given, listed.digest).hex()
        chain.sent[APPEND] = {"to": system.log.address.lower(), "input": calldata, **(sent or {})}
        event = emit(
            "log",
            "Appended",
            publisher=PUBLISHER,
            size=size,
            count=count or len(given),
            manifest=listed.digest,
        )
        log.observe(at(2000, event, block=8, tx_hash=APPEND))
        return given

    return told


@pytest.fixture
def batch(log: LogAudit, system: System, chain: Any, source: Any, emit: Any, at: Any) -> Callable[..., Any]:
    """Return what pins records and appends them as one batch, with whatever the test wants wrong."""

    def told(
        *records: Record, size: int = 0, root: bytes | None = None, count: int | None = None
    ) -> RecordBatch:
        cids = tuple(source.put(record.to_bytes()) for record in records)
        listed = Manifest(PUBLISHER, size + 1, cids)
        source.put(listed.to_bytes())
        true = RecordBatch.of(size, [record.leaf for record in records])
        given = replace(true, root=root or true.root)
        calldata = "0x" + system.batched_log.encode("append", given.to_dict(), listed.digest).hex()
        chain.sent[APPEND] = {"to": system.batched_log.address.lower(), "input": calldata}
        counts = {"size": size, "count": count or len(records)}
        event = emit("batched_log", "Appended", publisher=PUBLISHER, manifest=listed.digest, **counts)
        log.observe(at(2000, event, block=8, tx_hash=APPEND))
        return given

    return told


@pytest.fixture
def finish(log: LogAudit, chain: Any, system: System) -> Callable[..., None]:
    """Return what compares with a chain that holds these leaves."""

    def told(leaves: list[bytes], now: int = 2000) -> None:
        root = MountainRange().extend(leaves).root()
        chain.answers[system.log.encode("sizeOf", PUBLISHER)[:4]] = len(leaves).to_bytes(32, "big")
        chain.answers[system.log.encode("rootOf", PUBLISHER)[:4]] = root
        log.finish(9, now, race_s=600, stall_s=86_400)

    return told


@pytest.fixture
def mined(chain: Any) -> Receipt:
    """The transaction that the records are about: done, in block 5, to the vault."""
    chain.sent[PAID] = {"input": "0x" + keccak(text="push()")[:4].hex()}
    chain.receipts[PAID] = Receipt(PAID, 1, 5, "0x" + "ab" * 32, PUBLISHER, VAULT, 1, 1, None, ())
    return chain.receipts[PAID]


def test_a_true_record_at_its_leaf_passes(publish: Any, finish: Any, mined: Receipt, failed: Failed) -> None:
    finish(publish(record()))
    assert failed() == []


def test_an_append_to_another_size_is_a_gap(publish: Any, mined: Receipt, failed: Failed) -> None:
    publish(record(4), size=3)
    assert failed() == [("log.sequence", "log/batch/3")]


@pytest.mark.parametrize("wrong", [record(2), record(chain_id=1)])
def test_another_number_than_its_index_or_another_chain_is_named(
    publish: Any, mined: Receipt, failed: Failed, wrong: Record
) -> None:
    publish(wrong)
    assert failed() == [("record.number", "log/record/1")]


def test_a_leaf_of_another_record_is_named(publish: Any, finish: Any, mined: Receipt, failed: Failed) -> None:
    publish(record(), leaves=[b"\1" * 32])
    finish([record().leaf])
    assert failed() == [("log.leaf", "log/record/1"), ("log.root", f"log/{PUBLISHER}")]


@pytest.mark.parametrize(("change", "found"), [(lambda c: c[:-1] + b" ", "altered bytes"), (None, "missing")])
def test_an_altered_or_missing_record_is_named_with_its_cid(
    publish: Any, source: Any, findings: Findings, change: Any, found: str
) -> None:
    one, put = record(), source.put

    def tampered(content: bytes) -> str:
        cid = put(content)
        if content == one.to_bytes():
            kept = source.blocks.pop(Cid.parse(cid))
            if change is not None:
                source.blocks[Cid.parse(cid)] = change(kept)
        return str(cid)

    source.put = tampered
    publish(one)
    (row,) = [row for row in findings.rows if row.verdict is Verdict.FAIL]
    assert (row.check, row.subject, row.cid, row.found) == ("log.record", "log/record/1", one.cid, found)


@pytest.mark.parametrize("content", [b"{}", b"not json", b'{"a": 1}'])
def test_bytes_that_are_no_record_are_named(
    publish: Any, source: Any, failed: Failed, content: bytes
) -> None:
    manifest = Manifest(PUBLISHER, 1, (source.put(content),))
    publish(leaves=[leaf_hash(content)], manifest=manifest)
    assert failed() == [("record.form", "log/record/1")]


@pytest.mark.parametrize(
    "manifest",
    [
        Manifest(OTHER, 1, (record().cid,)),
        Manifest(PUBLISHER, 2, (record().cid,)),
        Manifest(PUBLISHER, 1, (record().cid, record().cid)),
    ],
)
def test_a_manifest_of_another_batch_is_named(
    publish: Any, mined: Receipt, failed: Failed, manifest: Manifest
) -> None:
    publish(record(), manifest=manifest)
    assert failed() == [("log.manifest", "log/batch/0")]


def test_another_count_than_in_calldata_is_named(publish: Any, mined: Receipt, failed: Failed) -> None:
    publish(record(), count=2)
    assert failed() == [("log.count", "log/batch/0")]


@pytest.mark.parametrize("sent", [{"to": OTHER}, {"to": None}, {"input": "0x12345678"}])
def test_leaves_that_are_not_in_plain_calldata_are_unverifiable(
    publish: Any, findings: Findings, failed: Failed, sent: dict[str, Any]
) -> None:
    publish(record(), sent=sent)
    assert failed() == []
    rows = [(row.check, row.subject) for row in findings.rows if row.verdict is Verdict.UNVERIFIABLE]
    assert rows == [("log.calldata", "log/batch/0")]


@pytest.mark.parametrize(
    "changes",
    [
        {"block_number": 6},
        {"gas_used": 2},
        {"function": "withdraw"},
        {"to": OTHER},
        {"from": OTHER},
        {"block_hash": "0x" + "cd" * 32},
        {"status": "failed", "error": {"name": "Error", "message": "no"}},
    ],
)
def test_a_record_that_says_other_than_the_receipt_is_named_and_records_nothing(
    publish: Any, mined: Receipt, log: LogAudit, emit: Any, at: Any, finish: Any, failed: Failed, changes: Any
) -> None:
    log.observe(at(1000, emit("vault", "Withdrawn"), tx_hash=PAID))
    leaves = publish(record(**changes))
    finish(leaves)
    assert failed() == [
        ("record.transaction", "log/record/1"),
        ("log.missing_record", f"transaction/{PAID}"),
    ]


def test_a_transaction_that_nobody_mined_is_named(publish: Any, finish: Any, failed: Failed) -> None:
    finish(publish(record()))
    assert failed() == [("record.transaction", "log/record/1")]


@pytest.mark.parametrize("status", [0, 1])
def test_a_disclosed_failure_must_have_failed(
    publish: Any, mined: Receipt, chain: Any, finish: Any, failed: Failed, status: int
) -> None:
    body = dict(record(status="failed", error={"name": "Error", "message": "no"}).body)
    words = {"reason_code": "TRANSACTION_REVERTED", "what": "It failed.", "why": "So.", "next": "Retry."}
    chain.receipts[PAID] = replace(mined, status=status)
    finish(publish(told("disclosure", 1, {**words, "details": {"transaction": body}})))
    assert failed() == ([("record.transaction", "log/record/1")] if status else [])


def test_a_record_that_a_later_one_corrects_is_only_noted(
    publish: Any, mined: Receipt, finish: Any, findings: Findings, failed: Failed
) -> None:
    mended = told("correction", 2, {"corrects": 1, "what": "Gone.", "why": "Reorganised."}, (1,))
    finish(publish(record(block_number=4), mended))
    assert failed() == []
    assert [row.subject for row in findings.rows if row.check == "record.withdrawn"] == ["log/record/1"]


@pytest.mark.parametrize(
    ("mined_in", "now", "verdict"),
    [
        (5, 2599, Verdict.PENDING),
        (5, 2600, Verdict.FAIL),
        (8, 2600, Verdict.PENDING),
        (9, 2000 + 86_399, Verdict.PENDING),
        (9, 2000 + 86_400, Verdict.FAIL),
    ],
)
def test_a_transaction_without_a_record_is_pending_only_while_it_is_young(
    publish: Any,
    mined: Receipt,
    log: LogAudit,
    emit: Any,
    at: Any,
    finish: Any,
    findings: Findings,
    mined_in: int,
    now: int,
    verdict: Verdict,
) -> None:
    leaves = publish(record())
    unrecorded = "0x" + "09" * 32
    log.observe(at(2000, emit("escrow", "BountyClosed"), block=mined_in, tx_hash=unrecorded))
    finish(leaves, now)
    rows = [row for row in findings.rows if row.check == "log.missing_record"]
    assert [(row.verdict, row.transaction) for row in rows] == [(verdict, unrecorded)]


def test_appends_and_other_publishers_need_no_record(
    log: LogAudit, emit: Any, at: Any, finish: Any, failed: Failed
) -> None:
    event = emit("log", "Appended", publisher=OTHER, size=0, count=1, manifest=b"\0" * 32)
    log.observe(at(1000, event))
    finish([], now=10**6)
    assert failed() == []


def test_a_true_batch_passes(
    batch: Any, log: LogAudit, chain: Any, system: System, mined: Receipt, failed: Failed
) -> None:
    given = batch(record())
    answers = {"sizeOf": (1).to_bytes(32, "big"), "rootOf": MountainRange().append(given.leaf).root()}
    for name, answer in answers.items():
        chain.answers[system.batched_log.encode(name, PUBLISHER)[:4]] = answer
    log.finish(9, 2000, race_s=600, stall_s=86_400)
    assert failed() == []


def test_a_batch_whose_records_are_not_those_of_its_root_is_named(
    batch: Any, mined: Receipt, failed: Failed
) -> None:
    batch(record(), root=b"\1" * 32)
    assert failed() == [("log.batch", "log/batch/0")]


def test_a_batch_of_another_count_or_place_is_named(batch: Any, mined: Receipt, failed: Failed) -> None:
    batch(record(4), size=3, count=2)
    assert failed() == [("log.sequence", "log/batch/3"), ("log.count", "log/batch/3")]


def test_a_batch_with_a_record_missing_is_named_once(
    batch: Any, source: Any, mined: Receipt, failed: Failed
) -> None:
    put = source.put

    def forgetful(content: bytes) -> str:
        cid = put(content)
        if content == record().to_bytes():
            del source.blocks[Cid.parse(cid)]
        return str(cid)

    source.put = forgetful
    batch(record())
    assert failed() == [("log.record", "log/record/1")]


def test_a_publisher_with_two_logs_is_named(publish: Any, batch: Any, mined: Receipt, failed: Failed) -> None:
    publish(record())
    batch(record())
    assert failed() == [("log.only", f"log/{PUBLISHER}")]
