from __future__ import annotations

import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid, ProofMismatch
from resonance_dao.transparency.consistency import (
    ConsistencyProof,
    prove_consistency,
    roots_from_consistency_proof,
    verify_consistency,
)
from resonance_dao.transparency.merkle import EMPTY_ROOT
from resonance_dao.transparency.tree import Tree

KINDS_AT_LEAST = 23


def is_accepted(case: dict[str, Any]) -> bool:
    """Run a vector whose values are bytes; a shape that cannot even be built counts as refused."""
    try:
        proof = ConsistencyProof(case["first"], case["second"], tuple(case["hashes"]))
        verify_consistency(proof, case["first_root"], case["second_root"])
    except (InputInvalid, ProofMismatch):
        return False
    return True


def to_bytes(case: dict[str, Any]) -> dict[str, Any]:
    hashes = [bytes.fromhex(one[2:]) for one in case["hashes"]]
    roots = {key: bytes.fromhex(case[key][2:]) for key in ("first_root", "second_root")}
    return {**case, "hashes": hashes, **roots}


def test_no_stored_false_proof_is_accepted(vectors: Callable[[str], Any]) -> None:
    refused = vectors("consistency")["refused"]
    assert len({case["kind"] for case in refused}) >= KINDS_AT_LEAST
    assert [case for case in refused if is_accepted(to_bytes(case))] == []


def test_every_stored_sound_proof_is_accepted_and_made_alike(
    tree: Tree, vectors: Callable[[str], Any]
) -> None:
    for case in map(to_bytes, vectors("consistency")["accepted"]):
        assert is_accepted(case)
        assert list(prove_consistency(tree, case["first"], case["second"]).hashes) == case["hashes"]


@pytest.mark.parametrize(
    "count", [200, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def test_no_mutation_of_a_random_proof_is_accepted(build: ModuleType, tree: Tree, count: int) -> None:
    rng = random.Random(count)  # noqa: S311 (repeatable, and no secret)
    kinds: set[str] = set()
    for _ in range(count):
        second = rng.randint(1, 257)
        first = rng.randint(1, second)
        case = {
            "first": first,
            "second": second,
            "first_root": tree.head(first),
            "second_root": tree.head(second),
            "hashes": list(prove_consistency(tree, first, second).hashes),
        }
        assert is_accepted(case)
        for false in build.refused_consistencies(case, rng):
            kinds.add(false["kind"])
            assert not is_accepted(false), false
    assert len(kinds) >= KINDS_AT_LEAST


@pytest.mark.parametrize("limit", [64, pytest.param(257, marks=pytest.mark.slow)])
def test_every_log_extends_every_earlier_one(tree: Tree, limit: int) -> None:
    heads = [tree.head(size) for size in range(limit + 1)]
    for second in range(1, limit + 1):
        for first in range(1, second + 1):
            verify_consistency(prove_consistency(tree, first, second), heads[first], heads[second])


@pytest.mark.parametrize(("changed", "first"), [(0, 1), (3, 4), (3, 5), (6, 7), (2, 12)])
def test_a_log_that_rewrote_history_cannot_prove_otherwise(
    leaves: list[bytes], changed: int, first: int
) -> None:
    honest = Tree(leaves[:13])
    rewritten = Tree([*leaves[:changed], bytes(32), *leaves[changed + 1 : 13]])
    with pytest.raises(ProofMismatch, match=f"head at {first} differs|head at 13 differs") as caught:
        verify_consistency(prove_consistency(rewritten, first), honest.head(first), rewritten.head())
    assert caught.value.details["expected"] != caught.value.details["calculated"]


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5), (-1, 5), (1, 0), (1, 258)])
def test_sizes_that_make_no_statement_are_refused(tree: Tree, first: int, second: int) -> None:
    with pytest.raises(InputInvalid):
        prove_consistency(tree, first, second)


def test_the_empty_log_proves_nothing() -> None:
    with pytest.raises(InputInvalid, match="first"):
        ConsistencyProof(0, 5, ())


def test_a_log_is_consistent_with_itself_without_hashes(tree: Tree) -> None:
    assert prove_consistency(tree, 6, 6).hashes == ()
    with pytest.raises(ProofMismatch, match="without hashes"):
        verify_consistency(ConsistencyProof(6, 6, (bytes(32),)), tree.head(6), tree.head(6))
    with pytest.raises(ProofMismatch):
        verify_consistency(ConsistencyProof(6, 6, ()), tree.head(6), EMPTY_ROOT)


@pytest.mark.parametrize(
    ("first", "hashes", "word"),
    [(3, (), "empty"), (4, (), "short"), (3, (bytes(32),), "short"), (4, (bytes(32),) * 5, "long")],
)
def test_the_number_of_hashes_follows_from_the_sizes(
    tree: Tree, first: int, hashes: tuple[bytes, ...], word: str
) -> None:
    with pytest.raises(ProofMismatch, match=word):
        roots_from_consistency_proof(ConsistencyProof(first, 8, hashes), tree.head(first))


def test_computing_gives_both_heads(tree: Tree) -> None:
    assert roots_from_consistency_proof(prove_consistency(tree, 6, 11), tree.head(6)) == (
        tree.head(6),
        tree.head(11),
    )
    # The first head is calculated from the hashes alone where the first tree is no node of the second.
    assert roots_from_consistency_proof(prove_consistency(tree, 6, 11), bytes(32))[0] == tree.head(6)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"first": 1, "second": 2},
        {"first": 0, "second": 2, "hashes": []},
        {"first": 3, "second": 2, "hashes": []},
        {"first": 1, "second": 2.0, "hashes": []},
        {"first": 1, "second": 2, "hashes": ["0x00"]},
        {"first": 1, "second": 2, "hashes": {}},
        {"first": 1, "second": 2, "hashes": [], "extra": 1},
    ],
)
def test_a_malformed_proof_is_refused(value: object) -> None:
    with pytest.raises(InputInvalid):
        ConsistencyProof.from_dict(value)


@pytest.mark.parametrize(
    ("first", "second", "hashes"),
    [
        (1, 0, ()),
        (1, 2**53, ()),
        (1, "2", ()),
        (3, 2, ()),
        (1, 2, (bytes(31),)),
        (1, 2, (bytes(64),)),
        (1, 3, (bytes(32), "00" * 32)),
    ],
)
def test_a_proof_of_another_shape_cannot_be_made(first: int, second: Any, hashes: Any) -> None:
    with pytest.raises(InputInvalid):
        ConsistencyProof(first, second, hashes)


def test_roots_of_another_length_are_refused(tree: Tree) -> None:
    proof = prove_consistency(tree, 2, 3)
    with pytest.raises(InputInvalid, match="first_root"):
        verify_consistency(proof, b"", tree.head(3))
    with pytest.raises(InputInvalid, match="second_root"):
        verify_consistency(proof, tree.head(2), b"")


@given(st.integers(1, 257), st.data())
def test_a_proof_survives_its_codec(tree: Tree, second: int, data: st.DataObject) -> None:
    proof = prove_consistency(tree, data.draw(st.integers(1, second)), second)
    assert ConsistencyProof.from_dict(proof.to_dict()) == proof
