"""The log: entries, proofs, its head."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from frontend_api.schemas.accepted import ReceiptOut
from frontend_api.schemas.wire import Address, Bytes32, CidText, Count, HexBytes, Id, Time, Wire
from resonance_dao.journal.entry import Entry
from resonance_dao.transparency.batched_log import BatchedProof
from resonance_dao.transparency.consistency import ConsistencyProof
from resonance_dao.workflows.proving import EntryProof


class LogOut(Wire):
    """Whose log it is and how far it reaches."""

    chain_id: Id
    log: Address = Field(description="The TransparencyLog, or the BatchedLog.")
    publisher: Address
    size: Count = Field(description="Records accepted.")
    anchored: Count = Field(description="Records whose batch is final on-chain.")


class EntrySummary(Wire):
    """An entry in a list."""

    number: Id
    kind: str
    subject: str
    cid: CidText
    record_hash: Bytes32
    accepted_at: Time
    pinned: bool
    batch: int | None
    request: int | None = Field(description="The request whose outcome this is.")

    @classmethod
    def of(cls, entry: Entry) -> EntrySummary:
        """Return the short shape of an entry."""
        return cls(**_facts(entry))


class EntryOut(EntrySummary):
    """An entry with its record: `record` to read, `record_bytes` to hash."""

    leaf: Bytes32
    record: dict[str, Any]
    record_bytes: HexBytes = Field(description="The canonical bytes (RFC 8785) that are pinned and hashed.")
    receipt: ReceiptOut

    @classmethod
    def of(cls, entry: Entry) -> EntryOut:
        """Return the shape of an entry."""
        return cls(
            **_facts(entry),
            leaf=_hex(entry.leaf),
            record=entry.to_record().to_dict(),
            record_bytes=_hex(entry.record),
            receipt=ReceiptOut.of(entry.receipt),
        )


class InclusionOut(Wire):
    """RFC 9162 inclusion proof, hashed with keccak-256."""

    index: Count
    size: Count
    hashes: list[Bytes32]


class BatchOut(Wire):
    """A batch of records, as the log of batches holds it."""

    first: Count = Field(description="The index of its first record.")
    count: Id
    root: Bytes32 = Field(description="The head over its records' leaves.")


class BatchedOut(Wire):
    """Two steps: `inner` from the record to the batch's root, `outer` from the batch to the log's."""

    batch: BatchOut
    inner: InclusionOut
    outer: InclusionOut


class ProofOut(Wire):
    """All that is needed to check, against the chain alone, that a record stands in the log."""

    number: Id
    record_bytes: HexBytes
    leaf: Bytes32
    root: Bytes32 = Field(description="`rootOf` of the log at the proof's size.")
    proof: InclusionOut | BatchedOut
    transaction: str | None = Field(description="The transaction that anchored it.")
    receipt: ReceiptOut

    @classmethod
    def of(cls, found: EntryProof) -> ProofOut:
        """Return the shape of a proof."""
        shape = BatchedOut if isinstance(found.proof, BatchedProof) else InclusionOut
        return cls(
            number=found.index + 1,
            record_bytes=_hex(found.record),
            leaf=_hex(found.leaf),
            root=_hex(found.root),
            proof=shape.model_validate(found.proof.to_dict()),
            transaction=found.tx,
            receipt=ReceiptOut.of(found.receipt),
        )


class ConsistencyOut(Wire):
    """RFC 9162 consistency proof: the log of size `second` only added to the log of size `first`."""

    first: Count
    second: Count
    hashes: list[Bytes32]

    @classmethod
    def of(cls, proof: ConsistencyProof) -> ConsistencyOut:
        """Return the shape of a consistency proof."""
        return cls.model_validate(proof.to_dict())


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "kind": entry.kind,
        "subject": entry.subject,
        "cid": entry.cid,
        "record_hash": _hex(entry.record_hash),
        "accepted_at": entry.accepted_at,
        "pinned": entry.pinned_at is not None,
        "batch": entry.batch,
        "request": entry.request,
    }


def _hex(content: bytes) -> str:
    return "0x" + content.hex()
