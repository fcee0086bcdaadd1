from __future__ import annotations

import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid, ProofMismatch
from resonance_dao.transparency.inclusion import (
    InclusionProof,
    prove_inclusion,
    root_from_inclusion_proof,
    verify_inclusion,
)
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.merkle import leaf_hash, leaf_of, node_hash
from resonance_dao.transparency.tree import Tree

KINDS_AT_LEAST = 23


def is_accepted(case: dict[str, Any]) -> bool:
    """Run a vector whose values are bytes; a shape that cannot even be built counts as refused."""
    try:
        proof = InclusionProof(case["index"], case["size"], tuple(case["hashes"]))
        verify_inclusion(proof, case["leaf"], case["root"])
    except (InputInvalid, ProofMismatch):
        return False
    return True


def to_bytes(case: dict[str, Any]) -> dict[str, Any]:
    hashes = [bytes.fromhex(one[2:]) for one in case["hashes"]]
    return {**case, "hashes": hashes, **{key: bytes.fromhex(case[key][2:]) for key in ("leaf", "root")}}


def test_no_stored_false_proof_is_accepted(vectors: Callable[[str], Any]) -> None:
    refused = vectors("inclusion")["refused"]
    assert len({case["kind"] for case in refused}) >= KINDS_AT_LEAST
    assert [case for case in refused if is_accepted(to_bytes(case))] == []


def test_every_stored_sound_proof_is_accepted_and_made_alike(
    tree: Tree, vectors: Callable[[str], Any]
) -> None:
    for case in map(to_bytes, vectors("inclusion")["accepted"]):
        assert is_accepted(case)
        assert list(prove_inclusion(tree, case["index"], case["size"]).hashes) == case["hashes"]


@pytest.mark.parametrize(
    "count", [300, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def test_no_mutation_of_a_random_proof_is_accepted(
    build: ModuleType, tree: Tree, leaves: list[bytes], count: int
) -> None:
    rng = random.Random(count)  # noqa: S311 (repeatable, and no secret)
    kinds: set[str] = set()
    for _ in range(count):
        size = rng.randint(1, 257)
        index = rng.randrange(size)
        hashes = list(prove_inclusion(tree, index, size).hashes)
        case = {
            "index": index,
            "size": size,
            "leaf": leaves[index],
            "root": tree.head(size),
            "hashes": hashes,
        }
        assert is_accepted(case)
        for false in build.refused_inclusions(case, rng):
            kinds.add(false["kind"])
            assert not is_accepted(false), false
    assert len(kinds) >= KINDS_AT_LEAST


@pytest.mark.parametrize("limit", [65, pytest.param(257, marks=pytest.mark.slow)])
def test_every_leaf_of_every_log_is_proven(tree: Tree, leaves: list[bytes], limit: int) -> None:
    for size in range(1, limit + 1):
        root = tree.head(size)
        for index in range(size):
            verify_inclusion(prove_inclusion(tree, index, size), leaves[index], root)


def test_one_flipped_bit_anywhere_is_refused(tree: Tree, leaves: list[bytes]) -> None:
    proof, root = prove_inclusion(tree, 5, 11), tree.head(11)
    for at, whole in enumerate(proof.hashes):
        for bit in range(256):
            flipped = (int.from_bytes(whole, "big") ^ 1 << bit).to_bytes(32, "big")
            hashes = (*proof.hashes[:at], flipped, *proof.hashes[at + 1 :])
            with pytest.raises(ProofMismatch):
                verify_inclusion(InclusionProof(5, 11, hashes), leaves[5], root)


def test_a_mismatch_carries_what_was_expected_and_calculated(tree: Tree, leaves: list[bytes]) -> None:
    proof = prove_inclusion(tree, 2, 7)
    with pytest.raises(ProofMismatch) as caught:
        verify_inclusion(proof, leaves[2], tree.head(8))
    assert caught.value.details == {
        "expected": "0x" + tree.head(8).hex(),
        "calculated": "0x" + tree.head(7).hex(),
    }
    assert caught.value.hint


def test_computing_compares_with_nothing(tree: Tree, leaves: list[bytes]) -> None:
    proof = prove_inclusion(tree, 2, 7)
    assert root_from_inclusion_proof(proof, leaves[2]) == tree.head(7)
    assert root_from_inclusion_proof(proof, leaves[3]) != tree.head(7)


@pytest.mark.parametrize(("hashes", "word"), [((), "short"), ((bytes(32),) * 4, "long")])
def test_the_number_of_hashes_follows_from_index_and_size(
    leaves: list[bytes], hashes: tuple[bytes, ...], word: str
) -> None:
    with pytest.raises(ProofMismatch, match=word):
        root_from_inclusion_proof(InclusionProof(5, 8, hashes), leaves[5])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 2), (257, 257), (0, 258), (0, True)])
def test_nothing_is_proven_outside_the_log(tree: Tree, index: int, size: int) -> None:
    with pytest.raises(InputInvalid):
        prove_inclusion(tree, index, size)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"index": 0, "size": 1},
        {"index": 0, "size": 1, "hashes": [], "root": "0x"},
        {"index": "0", "size": 1, "hashes": []},
        {"index": False, "size": 1, "hashes": []},
        {"index": 1, "size": 1, "hashes": []},
        {"index": 0, "size": 2**64, "hashes": []},
        {"index": 0, "size": 2, "hashes": "0x"},
        {"index": 0, "size": 2, "hashes": ["0x" + "00" * 31]},
        {"index": 0, "size": 2, "hashes": ["0x" + "AB" * 32]},
        {"index": 0, "size": 2, "hashes": ["00" * 33]},
        {"index": 0, "size": 2, "hashes": ["0x" + "00" * 32 + "\n"]},
        {"index": 0, "size": 2, "hashes": [None]},
    ],
)
def test_a_malformed_proof_is_refused(value: object) -> None:
    with pytest.raises(InputInvalid):
        InclusionProof.from_dict(value)


@pytest.mark.parametrize(
    ("index", "size", "hashes"),
    [
        (0, 0, ()),
        (0, -1, ()),
        (1, 1, ()),
        (0, 2**53, ()),
        (0, "2", ()),
        (0, 2, (bytes(31),)),
        (0, 2, (bytes(64),)),
        (0, 3, (bytes(32), b"")),
        (0, 2, ("00" * 32,)),
    ],
)
def test_a_proof_of_another_shape_cannot_be_made(index: int, size: Any, hashes: Any) -> None:
    with pytest.raises(InputInvalid):
        InclusionProof(index, size, hashes)


def test_a_root_or_leaf_of_another_length_is_refused(tree: Tree, leaves: list[bytes]) -> None:
    proof = prove_inclusion(tree, 0, 2)
    with pytest.raises(InputInvalid, match="root"):
        verify_inclusion(proof, leaves[0], b"")
    with pytest.raises(InputInvalid, match="leaf"):
        verify_inclusion(proof, b"", tree.head(2))


@given(st.integers(1, 257), st.data())
def test_a_proof_survives_its_codec(tree: Tree, size: int, data: st.DataObject) -> None:
    proof = prove_inclusion(tree, data.draw(st.integers(0, size - 1)), size)
    assert InclusionProof.from_dict(proof.to_dict()) == proof


def test_pitfall_13_an_inner_node_passes_for_no_leaf_and_no_record(tree: Tree, leaves: list[bytes]) -> None:
    # Where leaves and nodes are hashed alike, 64 bytes that two hashes make are a record of the log.
    pair = leaves[0] + leaves[1]
    node, root = node_hash(leaves[0], leaves[1]), tree.head(4)
    shorter = InclusionProof(0, 2, (node_hash(leaves[2], leaves[3]),))
    assert node_hash(node, *shorter.hashes) == root
    assert leaf_hash(pair) != node
    for claimed in (leaf_hash(pair), leaf_of(keccak256(pair))):
        with pytest.raises(ProofMismatch):
            verify_inclusion(shorter, claimed, root)
    # The node itself is no leaf of the log of four: its proof is of a log of two, which has another head.
    with pytest.raises(ProofMismatch):
        verify_inclusion(InclusionProof(0, 4, shorter.hashes), node, root)
    with pytest.raises(ProofMismatch):
        verify_inclusion(InclusionProof(0, 2, prove_inclusion(tree, 0, 2).hashes), leaves[0], root)
