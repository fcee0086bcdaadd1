"""
The log of batches: its leaves are batches of records, so that a batch costs the same however many it has.

Twin of `contracts/BatchedLog.sol`. A record is proven in two steps: its leaf in the batch, the batch in the
log. As with any proof, compare with the root that the contract has, never with one that came along.

    >>> leaves = [leaf_hash(b"a"), leaf_hash(b"b")]
    >>> batch = RecordBatch.of(0, leaves)
    >>> inner, outer = prove_inclusion(Tree(leaves), 1), prove_inclusion(Tree([batch.leaf]), 0)
    >>> verify_batched(BatchedProof(batch, inner, outer), leaves[1], Tree([batch.leaf]).head())
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resonance_dao.errors import InputInvalid, ProofMismatch
from resonance_dao.transparency.fields import UINT64_MAX, from_hex, to_hash, to_hex, to_integer, to_object
from resonance_dao.transparency.inclusion import InclusionProof, root_from_inclusion_proof, verify_inclusion
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.merkle import leaf_of, tree_head


@dataclass(frozen=True)
class RecordBatch:
    """The records from index `first` on, `count` of them; `root` is the tree head over their leaves."""

    first: int
    count: int
    root: bytes

    def __post_init__(self) -> None:
        to_integer(self.first, "first", 0, UINT64_MAX)
        to_integer(self.count, "count", 1, UINT64_MAX - self.first)
        to_hash(self.root, "root")

    @classmethod
    def of(cls, first: int, leaves: Sequence[bytes]) -> RecordBatch:
        """Return the batch of these leaves."""
        return cls(first, len(leaves), tree_head(leaves))

    @property
    def leaf(self) -> bytes:
        """
        The batch's leaf: keccak256(0x00 || keccak256(abi.encode(first, count, root))).

        These 96 bytes begin with zeros and a record is text, so nothing is both.
        """
        words = self.first.to_bytes(32, "big") + self.count.to_bytes(32, "big") + self.root
        return leaf_of(keccak256(words))

    def holds(self, index: int) -> bool:
        """Return whether the record at `index` is in the batch."""
        return self.first <= index < self.first + self.count

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {"first": self.first, "count": self.count, "root": to_hex(self.root)}

    @classmethod
    def from_dict(cls, value: object, path: str = "$") -> RecordBatch:
        """Read what `to_dict` wrote; `InputInvalid` for anything else."""
        members = to_object(value, path, ("first", "count", "root"))
        first = to_integer(members["first"], f"{path}.first")
        count = to_integer(members["count"], f"{path}.count", 1)
        return cls(first, count, from_hex(members["root"], f"{path}.root", 32))


@dataclass(frozen=True)
class BatchedProof:
    """`inner` leads from the record's leaf to the batch's root, `outer` from the batch to the log's."""

    batch: RecordBatch
    inner: InclusionProof
    outer: InclusionProof

    def __post_init__(self) -> None:
        if self.inner.size != self.batch.count:
            raise InputInvalid(
                "inner.size", self.inner.size, f"must be {self.batch.count}, the batch's count"
            )

    @property
    def index(self) -> int:
        """The record's index in the log, from 0."""
        return self.batch.first + self.inner.index

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "batch": self.batch.to_dict(),
            "inner": self.inner.to_dict(),
            "outer": self.outer.to_dict(),
        }

    @classmethod
    def from_dict(cls, value: object, path: str = "$") -> BatchedProof:
        """Read what `to_dict` wrote; `InputInvalid` for anything else."""
        members = to_object(value, path, ("batch", "inner", "outer"))
        return cls(
            RecordBatch.from_dict(members["batch"], f"{path}.batch"),
            InclusionProof.from_dict(members["inner"], f"{path}.inner"),
            InclusionProof.from_dict(members["outer"], f"{path}.outer"),
        )


def verify_batched(proof: BatchedProof, leaf: bytes, root: bytes) -> None:
    """
    Return when the leaf stands at `proof.index` of the log of batches with this head; `ProofMismatch`
    otherwise.
    """
    found = root_from_inclusion_proof(proof.inner, leaf)
    if found != proof.batch.root:
        raise ProofMismatch(
            f"leaf {proof.index} is not in the batch of {proof.batch.count} from {proof.batch.first} on",
            expected=to_hex(proof.batch.root),
            calculated=to_hex(found),
        )
    verify_inclusion(proof.outer, proof.batch.leaf, root)
