"""The tree that is read where it is needed, beside the one that is held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.consistency import prove_consistency
from resonance_dao.transparency.inclusion import prove_inclusion, verify_inclusion
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.merkle import EMPTY_ROOT
from resonance_dao.transparency.tiles import TILES_KEPT, TiledTree
from resonance_dao.transparency.tree import Tree

MOST = 2**16 + 3 * 256 + 5


@cache
def whole() -> Tree:
    return Tree(keccak256(number.to_bytes(4, "big")) for number in range(MOST))


def fetch(height: int, first: int, last: int) -> Sequence[bytes]:
    return [whole().subtree(at << height, at + 1 << height) for at in range(first, last)]


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (1, 1), (3, 2), (-1, 2), (0, 6)])
def test_a_range_that_is_none_is_refused(start: int, stop: int) -> None:
    with pytest.raises(InputInvalid):
        TiledTree(fetch, 5).subtree(start, stop)


def test_a_size_that_the_log_has_not_reached_is_refused() -> None:
    with pytest.raises(InputInvalid):
        TiledTree(fetch, 5).head(6)


def test_the_empty_log_has_the_empty_head() -> None:
    assert TiledTree(fetch).head() == EMPTY_ROOT


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, MOST])
def test_the_head_is_that_of_the_whole_tree(size: int) -> None:
    assert TiledTree(fetch, size).head() == whole().head(size)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_proof_is_that_of_the_whole_tree(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST) | st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    tree = TiledTree(fetch, MOST, tiles_kept=data.draw(st.integers(1, 4)))
    proof = prove_inclusion(tree, index, size)
    assert proof == prove_inclusion(whole(), index, size)
    verify_inclusion(proof, whole().leaf(index), whole().head(size))
    first = data.draw(st.integers(1, size))
    assert prove_consistency(tree, first, size) == prove_consistency(whole(), first, size)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=2, max_size=6).map(sorted))
def test_a_tree_that_grows_reads_on(sizes: list[int]) -> None:
    tree = TiledTree(fetch)
    for size in sizes:
        tree.size = size
        assert tree.head() == whole().head(size)
        assert tree.head(sizes[0]) == whole().head(sizes[0])


def test_a_proof_reads_a_few_tiles_and_keeps_no_more_than_it_may() -> None:
    read: list[tuple[int, int]] = []

    def counted(height: int, first: int, last: int) -> Sequence[bytes]:
        read.append((height, last - first))
        return fetch(height, first, last)

    tree = TiledTree(counted, MOST, tiles_kept=8)
    prove_inclusion(tree, 12_345, MOST)
    assert len(read) <= 6
    assert max(count for _, count in read) <= 256
    for index in range(0, MOST, 997):
        prove_inclusion(tree, index, MOST)
    assert len(tree._tiles) <= 8


def fetches(leaves: Iterable[int]) -> int:
    """Return how often a tree of 300 full tiles reads when it is asked for these leaves, one by one."""
    fetched: list[int] = []

    def fetch(height: int, first: int, last: int) -> list[bytes]:
        fetched.append(height)
        return [keccak256(bytes([number % 256])) for number in range(first, last)]

    tree = TiledTree(fetch, 256 * 300)
    for leaf in leaves:
        tree.subtree(leaf, leaf + 1)
    return len(fetched)


def test_no_more_tiles_are_kept_than_is_said_and_the_one_not_used_for_longest_goes() -> None:
    firsts = range(0, 256 * 300, 256)
    assert TILES_KEPT == 128
    assert fetches([*firsts[:128], firsts[0]]) == 128
    assert fetches([*firsts[:129], firsts[0]]) == 130
    assert fetches([*firsts[:128], firsts[0], firsts[128], firsts[0]]) == 129
    assert fetches([255, 255]) == 1


def test_the_heights_that_are_read_are_those_that_are_kept() -> None:
    heights = set[int]()

    def fetch(height: int, first: int, last: int) -> list[bytes]:
        heights.add(height)
        return [keccak256(bytes([height]))] * (last - first)

    TiledTree(fetch, 2**16 + 2**8 + 1).head()
    assert heights == {0, 8, 16}
