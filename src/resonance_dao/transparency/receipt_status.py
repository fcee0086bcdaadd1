"""
What became of a receipt: a decision from the chain's facts alone, which anybody can repeat.

`OMITTED` accuses the publisher, so it is said only when the facts leave nothing else: the time has passed and
the log is too short, or another record stands at that number, which the append-only log can never mend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.batched_log import BatchedProof, verify_batched
from resonance_dao.transparency.fields import to_hash, to_hex, to_integer
from resonance_dao.transparency.inclusion import InclusionProof, verify_inclusion
from resonance_dao.transparency.receipt import Receipt


@dataclass(frozen=True)
class ReceiptStatus:
    """`until` is set while pending: from that unix second on the record must be in the log."""

    state: Literal["included", "pending", "omitted"]
    reason: str
    until: int | None = None

    def to_text(self) -> str:
        """Return one line for people."""
        if self.state == "pending":
            return f"pending until {self.until}: {self.reason}"
        return f"{'OMITTED' if self.state == 'omitted' else self.state}: {self.reason}"


def decide(receipt: Receipt, *, log_size: int, leaf: bytes | None, now: int) -> ReceiptStatus:
    """
    Return the status of a receipt whose signature was verified.

    `log_size` and `leaf` (what stands at `receipt.index`; None only while the log is shorter) are of one
    block, `now` is that block's time. The promise is pending in [accepted_at, anchor_by).
    """
    to_integer(log_size, "log_size")
    to_integer(now, "now")
    if log_size > receipt.index:
        return _at_its_place(receipt, leaf)
    if leaf is not None:
        raise InputInvalid("leaf", leaf, f"cannot be known: the log has {log_size} leaves")
    if now < receipt.anchor_by:
        reason = f"the log has {log_size} records, this is number {receipt.number}"
        return ReceiptStatus("pending", reason, receipt.anchor_by)
    late = now - receipt.anchor_by
    return ReceiptStatus(
        "omitted",
        f"record {receipt.number} is not in the log of {log_size} records, {late} s after it was due",
    )


def decide_by_proof(
    receipt: Receipt,
    proof: InclusionProof | BatchedProof | None,
    *,
    log_size: int,
    root: bytes,
    now: int,
    batches: int | None = None,
) -> ReceiptStatus:
    """
    As `decide`, from an inclusion proof against the head `root` at `log_size`; a log of batches has
    `batches`, and takes a proof of two steps.

    A proof can only show inclusion: `ProofMismatch` when it does not, and `InputInvalid` when none is given
    though the log is long enough. To show that another record stands there, read the leaf and use `decide`.
    """
    if log_size <= receipt.index:
        return decide(receipt, log_size=log_size, leaf=None, now=now)
    if batches is None and isinstance(proof, InclusionProof):
        _require_place(proof, (proof.index, proof.size), receipt, log_size)
        verify_inclusion(proof, receipt.leaf, root)
    elif batches is not None and isinstance(proof, BatchedProof):
        _require_place(proof, (proof.index, proof.outer.size), receipt, batches)
        verify_batched(proof, receipt.leaf, root)
    else:
        steps = "one step" if batches is None else "two steps"
        raise InputInvalid("proof", proof, f"must be of {steps}, for index {receipt.index}")
    return decide(receipt, log_size=log_size, leaf=receipt.leaf, now=now)


def _at_its_place(receipt: Receipt, leaf: bytes | None) -> ReceiptStatus:
    found = to_hash(leaf, "leaf")
    if found == receipt.leaf:
        return ReceiptStatus("included", f"record {receipt.number} is in the log")
    return ReceiptStatus("omitted", f"another record stands at number {receipt.number}: leaf {to_hex(found)}")


def _require_place(
    proof: InclusionProof | BatchedProof, place: tuple[int, int], receipt: Receipt, size: int
) -> None:
    if place != (receipt.index, size):
        raise InputInvalid("proof", proof, f"must be for index {receipt.index} in the log of size {size}")
