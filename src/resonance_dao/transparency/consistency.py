"""
Proof that a log only grew between two sizes: RFC 9162, section 2.1.4.

Ask for it with the root that *you* kept from the first visit; a log that supplies both roots proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.errors import ProofMismatch
from resonance_dao.transparency.fields import (
    hashes_from_hex,
    to_hash,
    to_hex,
    to_integer,
    to_object,
)
from resonance_dao.transparency.merkle import node_hash
from resonance_dao.transparency.tree import Subtrees, split


@dataclass(frozen=True)
class ConsistencyProof:
    """
    The nodes that lead from the tree of `first` leaves to that of `second`.

    Every log extends the empty one: first >= 1.
    """

    first: int
    second: int
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        to_integer(self.second, "second", 1)
        to_integer(self.first, "first", 1, self.second)
        for at, node in enumerate(self.hashes):
            to_hash(node, f"hashes[{at}]")

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {"first": self.first, "second": self.second, "hashes": [to_hex(node) for node in self.hashes]}

    @classmethod
    def from_dict(cls, value: object, path: str = "$") -> ConsistencyProof:
        """Read what `to_dict` wrote; `InputInvalid` for anything else."""
        members = to_object(value, path, ("first", "second", "hashes"))
        second = to_integer(members["second"], f"{path}.second", 1)
        first = to_integer(members["first"], f"{path}.first", 1, second)
        return cls(first, second, hashes_from_hex(members["hashes"], f"{path}.hashes"))


def prove_consistency(tree: Subtrees, first: int, second: int | None = None) -> ConsistencyProof:
    """
    Return the proof that the log at `second` (now, when None) extends the log at `first`, which is at least
    1.
    """
    second = tree.checked_size(second)
    to_integer(first, "first", 1, second)
    nodes: list[bytes] = []
    start, stop = 0, second
    while stop != first:
        middle = start + split(stop - start)
        if first <= middle:
            nodes.append(tree.subtree(middle, stop))
            stop = middle
        else:
            nodes.append(tree.subtree(start, middle))
            start = middle
    # The tree of `first` is itself a node when it is complete: the verifier has it already.
    if start:
        nodes.append(tree.subtree(start, stop))
    return ConsistencyProof(first, second, tuple(reversed(nodes)))


def roots_from_consistency_proof(proof: ConsistencyProof, first_root: bytes) -> tuple[bytes, bytes]:
    """
    Return the heads of the first and the second tree as the proof gives them.

    `first_root` enters the calculation only where the first tree is a node of the second. `ProofMismatch`
    when the proof has too many or too few hashes.
    """
    to_hash(first_root, "first_root")
    if proof.first == proof.second:
        return _same_size(proof, first_root)
    # The tree of `first` is itself a node when it is complete; the proof leaves it out.
    complete = proof.first & (proof.first - 1) == 0
    nodes = (first_root, *proof.hashes) if complete else proof.hashes
    if not nodes:
        raise ProofMismatch("the consistency proof is empty", first=proof.first, second=proof.second)
    index, last = proof.first - 1, proof.second - 1
    while index % 2:
        index, last = index >> 1, last >> 1
    return _climb(proof, nodes, index, last)


def verify_consistency(proof: ConsistencyProof, first_root: bytes, second_root: bytes) -> None:
    """
    Return when the second tree extends the first; `ProofMismatch` with expected and calculated otherwise.
    """
    to_hash(second_root, "second_root")
    calculated = roots_from_consistency_proof(proof, first_root)
    for size, expected, found in zip(
        (proof.first, proof.second), (first_root, second_root), calculated, strict=True
    ):
        if found != expected:
            raise ProofMismatch(
                f"size {proof.second} does not extend size {proof.first}: the head at {size} differs",
                hint="History was rewritten, or this is another log's proof. Keep both roots as evidence.",
                expected=to_hex(expected),
                calculated=to_hex(found),
            )


def _same_size(proof: ConsistencyProof, root: bytes) -> tuple[bytes, bytes]:
    if proof.hashes:
        raise ProofMismatch(
            "a log is consistent with itself without hashes", first=proof.first, second=proof.second
        )
    return root, root


def _climb(proof: ConsistencyProof, nodes: tuple[bytes, ...], index: int, last: int) -> tuple[bytes, bytes]:
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise ProofMismatch("the consistency proof is too long", first=proof.first, second=proof.second)
        if index % 2 or index == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            second = node_hash(second, node)
        index, last = index >> 1, last >> 1
    if last:
        raise ProofMismatch("the consistency proof is too short", first=proof.first, second=proof.second)
    return first, second
