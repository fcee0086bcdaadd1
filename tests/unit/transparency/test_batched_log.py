"""The log of batches: two steps, and none may be false."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid, ProofMismatch
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch, verify_batched
from resonance_dao.transparency.inclusion import prove_inclusion
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.merkle import leaf_hash, leaf_of
from resonance_dao.transparency.tree import Tree

COUNTS = [3, 1, 8, 5, 2]
LEAVES = [leaf_hash(f"record {i}".encode()) for i in range(sum(COUNTS))]


def log_of(counts: list[int]) -> list[RecordBatch]:
    firsts = [sum(counts[:at]) for at in range(len(counts))]
    return [
        RecordBatch.of(first, LEAVES[first : first + count])
        for first, count in zip(firsts, counts, strict=True)
    ]


BATCHES = log_of(COUNTS)
LOG = Tree([batch.leaf for batch in BATCHES])


def proof_of(index: int) -> BatchedProof:
    at = next(at for at, batch in enumerate(BATCHES) if batch.holds(index))
    batch = BATCHES[at]
    inner = prove_inclusion(Tree(LEAVES[batch.first : batch.first + batch.count]), index - batch.first)
    return BatchedProof(batch, inner, prove_inclusion(LOG, at))


@pytest.mark.parametrize(
    ("first", "count", "root"),
    [(-1, 1, bytes(32)), (0, 0, bytes(32)), (2**64 - 1, 1, bytes(32)), (0, 1, b"")],
)
def test_what_is_no_batch_is_refused(first: int, count: int, root: bytes) -> None:
    with pytest.raises(InputInvalid):
        RecordBatch(first, count, root)


def test_a_proof_whose_parts_do_not_fit_is_refused() -> None:
    with pytest.raises(InputInvalid, match=r"inner\.size"):
        BatchedProof(BATCHES[0], proof_of(3).inner, proof_of(0).outer)


@pytest.mark.parametrize(
    "change",
    [
        {"batch": None},
        {"batch": {"first": 0, "count": 3}},
        {"batch": {"first": 0, "count": 3, "root": "0x00"}},
        {"inner": {}},
        {"more": 1},
    ],
)
def test_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InputInvalid):
        BatchedProof.from_dict({**proof_of(0).to_dict(), **change})


def test_the_leaf_is_the_hash_of_three_words() -> None:
    batch = RecordBatch(7, 2, b"\x11" * 32)
    words = bytes(31) + b"\x07" + bytes(31) + b"\x02" + b"\x11" * 32
    assert batch.leaf == leaf_of(keccak256(words))


def test_every_record_is_proven_and_every_proof_survives_writing() -> None:
    for index, leaf in enumerate(LEAVES):
        proof = BatchedProof.from_dict(proof_of(index).to_dict())
        assert (proof, proof.index) == (proof_of(index), index)
        verify_batched(proof, leaf, LOG.head())


@given(index=st.integers(0, len(LEAVES) - 1), other=st.integers(0, len(LEAVES) - 1), data=st.data())
def test_no_false_proof_is_accepted(index: int, other: int, data: st.DataObject) -> None:
    proof, foreign = proof_of(index), proof_of(other)
    batch = proof.batch
    false = [
        (proof, leaf_hash(b"other"), LOG.head()),
        (proof, LEAVES[index], keccak256(b"root")),
        (proof, batch.leaf, LOG.head()) if batch.root != LEAVES[index] else (proof, bytes(32), LOG.head()),
        (replace(proof, batch=replace(batch, first=batch.first + 1)), LEAVES[index], LOG.head()),
        (replace(proof, batch=replace(batch, root=keccak256(b"root"))), LEAVES[index], LOG.head()),
        (
            replace(proof, outer=replace(proof.outer, hashes=proof.outer.hashes[:-1])),
            LEAVES[index],
            LOG.head(),
        ),
    ]
    if index != other:
        false.append((foreign, LEAVES[index], LOG.head()))
        false.append((replace(proof, outer=foreign.outer), LEAVES[index], LOG.head()))
        if foreign.batch == batch:
            false.pop()
    flipped = bytearray(b"".join(proof.inner.hashes + proof.outer.hashes))
    flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    nodes = tuple(bytes(flipped[at : at + 32]) for at in range(0, len(flipped), 32))
    cut = len(proof.inner.hashes)
    spoilt = replace(
        proof,
        inner=replace(proof.inner, hashes=nodes[:cut]),
        outer=replace(proof.outer, hashes=nodes[cut:]),
    )
    for one, leaf, root in [*false, (spoilt, LEAVES[index], LOG.head())]:
        with pytest.raises(ProofMismatch):
            verify_batched(one, leaf, root)
