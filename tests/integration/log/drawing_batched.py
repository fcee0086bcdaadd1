"""
Drawn proofs of two steps for the three verifiers, and their layout as bytes: 8 bytes first, 32 the batch's
root, then the inner proof (with the log's root for its root) and the outer (its leaf and root are zero) as in
`drawing.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from resonance_dao.errors import InputInvalid, ProofMismatch
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch, verify_batched
from resonance_dao.transparency.inclusion import InclusionProof, prove_inclusion
from resonance_dao.transparency.merkle import node_hash
from resonance_dao.transparency.tree import Tree
from tests.integration.log import drawing

Case = dict[str, Any]


@dataclass(frozen=True)
class DrawnLog:
    """A log of batches with all its leaves."""

    batches: Sequence[RecordBatch]
    leaves: Sequence[bytes]

    @property
    def tree(self) -> Tree:
        """The tree over the batches."""
        return Tree(batch.leaf for batch in self.batches)

    def held(self, batch: RecordBatch) -> Sequence[bytes]:
        """Return the leaves of a batch."""
        return self.leaves[batch.first : batch.first + batch.count]


def log(batches: int, seed: int) -> DrawnLog:
    """Draw a log of batches of one to forty records."""
    rng = random.Random(seed)  # noqa: S311 (repeatable, and no secret)
    counts = [rng.choice((1, 2, 3, 5, 8, 13, 40)) for _ in range(batches)]
    leaves = [rng.randbytes(32) for _ in range(sum(counts))]
    firsts = [sum(counts[:at]) for at in range(batches)]
    made = [RecordBatch.of(first, leaves[first : first + n]) for first, n in zip(firsts, counts, strict=True)]
    return DrawnLog(made, leaves)


def proofs(build: ModuleType, held: DrawnLog, count: int, seed: int) -> Iterator[list[Case]]:
    """Yield `count` sound proofs, each followed by false variants of every part of it."""
    rng, tree = random.Random(seed), held.tree  # noqa: S311 (repeatable, and no secret)
    for _ in range(count):
        at = rng.randrange(len(held.batches))
        batch = held.batches[at]
        index = rng.randrange(batch.count)
        inner = prove_inclusion(Tree(held.held(batch)), index)
        outer = prove_inclusion(tree, at)
        case = {
            "kind": "sound",
            "first": batch.first,
            "index": index,
            "count": batch.count,
            "leaf": held.leaves[batch.first + index],
            "batch_root": batch.root,
            "within": list(inner.hashes),
            "position": at,
            "size": tree.size,
            "above": list(outer.hashes),
            "root": tree.head(),
        }
        yield [case, *refused(build, case, batch.leaf, rng)]


def refused(build: ModuleType, case: Case, batch_leaf: bytes, rng: random.Random) -> Iterator[Case]:
    """Yield false variants of a sound case."""
    yield from _inner(build, case, rng)
    yield from _outer(build, case, batch_leaf, rng)
    for kind, first in (("first - 1", case["first"] - 1), ("first + 1", case["first"] + 1)):
        if first >= 0:
            yield {**case, "kind": kind, "first": first}
    yield {**case, "kind": "the batch's leaf for the record's", "leaf": batch_leaf}
    yield {**case, "kind": "the batch's root for the record's leaf, alone", "leaf": case["batch_root"]} | (
        {"index": 0, "count": 1, "within": []}
        if case["count"] > 1
        else {"leaf": node_hash(case["leaf"], case["leaf"])}
    )
    if case["within"] != case["above"]:
        yield {**case, "kind": "paths exchanged", "within": case["above"], "above": case["within"]}
        joined = [*case["within"], *case["above"]]
        yield {**case, "kind": "one path, joined", "within": joined, "above": []}


def _inner(build: ModuleType, case: Case, rng: random.Random) -> Iterator[Case]:
    step = {
        "index": case["index"],
        "size": case["count"],
        "leaf": case["leaf"],
        "root": case["batch_root"],
        "hashes": case["within"],
    }
    for one in build.refused_inclusions(step, rng):
        changed = {"index": one["index"], "count": one["size"], "leaf": one["leaf"]}
        changed |= {"batch_root": one["root"], "within": one["hashes"]}
        yield {**case, **changed, "kind": f"inner: {one['kind']}"}


def _outer(build: ModuleType, case: Case, batch_leaf: bytes, rng: random.Random) -> Iterator[Case]:
    step = {
        "index": case["position"],
        "size": case["size"],
        "leaf": batch_leaf,
        "root": case["root"],
        "hashes": case["above"],
    }
    for one in build.refused_inclusions(step, rng):
        # Nobody can name another leaf: it is computed from the batch.
        if one["leaf"] == batch_leaf:
            changed = {"position": one["index"], "size": one["size"], "root": one["root"]}
            yield {**case, **changed, "above": one["hashes"], "kind": f"outer: {one['kind']}"}


def to_bytes(case: Case) -> bytes:
    """Return the layout of a proof."""
    zero = bytes(32)
    inner = {"index": case["index"], "size": case["count"], "leaf": case["leaf"], "root": case["root"]}
    outer = {"index": case["position"], "size": case["size"], "leaf": zero, "root": zero}
    head: bytes = case["first"].to_bytes(8, "big") + case["batch_root"]
    steps = ({**inner, "hashes": case["within"]}, {**outer, "hashes": case["above"]})
    return head + b"".join(map(drawing.to_bytes, steps))


def arguments(case: Case) -> tuple[Any, ...]:
    """Return what `verifyInclusion` of the contract takes, after the publisher."""
    batch = {"first": case["first"], "count": case["count"], "root": case["batch_root"]}
    index = case["first"] + case["index"]
    return case["leaf"], index, batch, case["within"], case["position"], case["above"]


def is_sound(case: Case) -> bool:
    """Return what the Python verifier says; a shape that cannot be built is refused."""
    try:
        proof = BatchedProof(
            RecordBatch(case["first"], case["count"], case["batch_root"]),
            InclusionProof(case["index"], case["count"], tuple(case["within"])),
            InclusionProof(case["position"], case["size"], tuple(case["above"])),
        )
        verify_batched(proof, case["leaf"], case["root"])
    except (InputInvalid, ProofMismatch):
        return False
    return True
