"""
Drawn cases for the three verifiers, and their layouts as bytes.

A proof: 8 bytes index (or first size), 8 size (or second size), 32 leaf (or first root), 32 root (or second
root), 1 number of hashes, the hashes. A tree: 32 bytes seed, 1 number of batches, 2 for the size of each;
leaf i is keccak256(seed || i as 32 bytes).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from resonance_dao.errors import InputInvalid, ProofMismatch
from resonance_dao.transparency.consistency import (
    ConsistencyProof,
    prove_consistency,
    verify_consistency,
)
from resonance_dao.transparency.inclusion import (
    InclusionProof,
    prove_inclusion,
    verify_inclusion,
)
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.merkle import node_hash
from resonance_dao.transparency.tree import Tree, split

Case = dict[str, Any]
# Twice the largest size of a drawn log is still an integer that JSON carries.
TALLEST = 2**52


def inclusion(tree: Tree, rng: random.Random) -> Case:
    """Draw a sound proof; every fourth from a log too tall to be built, whose other leaves are noise."""
    if not rng.randrange(4):
        return tall_inclusion(rng)
    size = rng.randint(1, tree.size)
    index = rng.randrange(size)
    proof = prove_inclusion(tree, index, size)
    return {
        "index": index,
        "size": size,
        "leaf": tree.leaf(index),
        "root": tree.head(size),
        "hashes": list(proof.hashes),
    }


def tall_inclusion(rng: random.Random) -> Case:
    """Draw noise for siblings and compute the root by RFC 9162's recursion from above."""
    size = rng.randrange(1, 2 ** rng.randint(9, 52)) + 1
    index = rng.choice((rng.randrange(size), size - 1, 0))
    leaf, turns = rng.randbytes(32), list(descent(index, size))
    hashes = [rng.randbytes(32) for _ in turns]
    root = leaf
    for sibling, is_right in zip(hashes, reversed(turns), strict=True):
        root = node_hash(sibling, root) if is_right else node_hash(root, sibling)
    return {"index": index, "size": size, "leaf": leaf, "root": root, "hashes": hashes}


def descent(index: int, size: int) -> Iterator[bool]:
    """Yield from the root down whether the leaf is in the right part."""
    while size > 1:
        middle = split(size)
        is_right = index >= middle
        yield is_right
        index, size = (index - middle, size - middle) if is_right else (index, middle)


def consistency(tree: Tree, rng: random.Random) -> Case:
    """Draw a sound proof."""
    second = rng.randint(1, tree.size)
    first = rng.randint(1, second)
    return {
        "first": first,
        "second": second,
        "first_root": tree.head(first),
        "second_root": tree.head(second),
        "hashes": list(prove_consistency(tree, first, second).hashes),
    }


def to_bytes(case: Case) -> bytes:
    """Return the layout of a proof of either kind."""
    names = ("index", "size", "leaf", "root")
    if "first" in case:
        names = ("first", "second", "first_root", "second_root")
    low, high, one, two = (case[name] for name in names)
    count = len(case["hashes"]).to_bytes(1, "big")
    return b"".join((low.to_bytes(8, "big"), high.to_bytes(8, "big"), one, two, count, *case["hashes"]))


def is_sound(case: Case) -> bool:
    """Return what the Python verifier says; a shape that cannot be built is refused."""
    hashes = tuple(case["hashes"])
    try:
        if "first" in case:
            extends = ConsistencyProof(case["first"], case["second"], hashes)
            verify_consistency(extends, case["first_root"], case["second_root"])
        else:
            verify_inclusion(InclusionProof(case["index"], case["size"], hashes), case["leaf"], case["root"])
    except (InputInvalid, ProofMismatch):
        return False
    return True


def proofs(build: ModuleType, tree: Tree, count: int, seed: int, kind: str) -> Iterator[list[Case]]:
    """Yield `count` sound proofs, each followed by every false variant of it."""
    rng = random.Random(seed)  # noqa: S311 (repeatable, and no secret)
    draw, spoil = {
        "inclusions": (inclusion, build.refused_inclusions),
        "consistencies": (consistency, build.refused_consistencies),
    }[kind]
    for _ in range(count):
        case = draw(tree, rng)
        yield [{**case, "kind": "sound"}, *spoil(case, rng)]


def trees(count: int, seed: int) -> Iterator[tuple[bytes, list[int]]]:
    """Yield (seed, sizes of batches): most trees are small, some have a few hundred leaves or none."""
    rng = random.Random(seed)  # noqa: S311 (repeatable, and no secret)
    for _ in range(count):
        widest = rng.choice((1, 3, 3, 5, 5, 8, 8, 17)) if rng.randrange(50) else 130
        yield rng.randbytes(32), [rng.randrange(widest) for _ in range(rng.randrange(6))]


def tree_bytes(seed: bytes, batches: Sequence[int]) -> bytes:
    """Return the layout of a tree."""
    return b"".join((seed, bytes([len(batches)]), *(size.to_bytes(2, "big") for size in batches)))


def leaves_of(seed: bytes, count: int) -> list[bytes]:
    """Return the leaves of a drawn tree."""
    return [keccak256(seed + at.to_bytes(32, "big")) for at in range(count)]
