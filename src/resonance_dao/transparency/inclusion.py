"""
Proof that a leaf stands at an index of the log: RFC 9162, section 2.1.3.

Computing a root from a proof and comparing it with the one that is trusted are two functions. A proof that
has been computed only shows inclusion in *some* tree: compare with a root read from the chain. Twin:
`TransparencyLog.verifyInclusion`.

    >>> tree = Tree([leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")])
    >>> verify_inclusion(prove_inclusion(tree, 1), leaf_hash(b"b"), tree.head())
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
class InclusionProof:
    """The siblings of the leaf at `index`, from the leaf up, in the log of `size` leaves. Index from 0."""

    index: int
    size: int
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        to_integer(self.size, "size", 1)
        to_integer(self.index, "index", 0, self.size - 1)
        for at, sibling in enumerate(self.hashes):
            to_hash(sibling, f"hashes[{at}]")

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "index": self.index,
            "size": self.size,
            "hashes": [to_hex(sibling) for sibling in self.hashes],
        }

    @classmethod
    def from_dict(cls, value: object, path: str = "$") -> InclusionProof:
        """Read what `to_dict` wrote; `InputInvalid` for anything else."""
        members = to_object(value, path, ("index", "size", "hashes"))
        size = to_integer(members["size"], f"{path}.size", 1)
        index = to_integer(members["index"], f"{path}.index", 0, size - 1)
        return cls(index, size, hashes_from_hex(members["hashes"], f"{path}.hashes"))


def prove_inclusion(tree: Subtrees, index: int, size: int | None = None) -> InclusionProof:
    """Return the proof for the leaf at `index` in the log as it was at `size` (now, when None)."""
    size = tree.checked_size(size)
    to_integer(index, "index", 0, size - 1)
    siblings: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + split(stop - start)
        if index < middle:
            siblings.append(tree.subtree(middle, stop))
            stop = middle
        else:
            siblings.append(tree.subtree(start, middle))
            start = middle
    return InclusionProof(index, size, tuple(reversed(siblings)))


def root_from_inclusion_proof(proof: InclusionProof, leaf: bytes) -> bytes:
    """
    Return the tree head that the proof leads to; `ProofMismatch` when it has too many or too few hashes.
    """
    node, index, last = to_hash(leaf, "leaf"), proof.index, proof.size - 1
    for sibling in proof.hashes:
        if last == 0:
            raise ProofMismatch("the inclusion proof is too long", index=proof.index, size=proof.size)
        if index % 2 or index == last:
            node = node_hash(sibling, node)
            # On the right edge, levels without a sibling add no hash.
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise ProofMismatch("the inclusion proof is too short", index=proof.index, size=proof.size)
    return node


def verify_inclusion(proof: InclusionProof, leaf: bytes, root: bytes) -> None:
    """
    Return when the leaf stands in the tree with this head; `ProofMismatch` with expected and calculated
    otherwise.
    """
    calculated = root_from_inclusion_proof(proof, leaf)
    if calculated != to_hash(root, "root"):
        raise ProofMismatch(
            f"leaf {proof.index} is not in the log of size {proof.size}",
            hint="Read the root from the chain at the size that the proof names.",
            expected=to_hex(root),
            calculated=to_hex(calculated),
        )
