from __future__ import annotations

import doctest
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency import merkle, tree
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.transparency.tree import Tree

VECTORS = Path(__file__).parents[2] / "vectors" / "log"


def naive(leaves: list[bytes]) -> bytes:
    if not leaves:
        return keccak256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = max(1 << bit for bit in range(20) if 1 << bit < len(leaves))
    return keccak256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:]))


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(33), "0x" + "00" * 32, None])
def test_only_hashes_of_32_bytes_become_leaves(leaf: Any) -> None:
    with pytest.raises(InputInvalid, match="32 bytes"):
        Tree([leaf])
    with pytest.raises(InputInvalid, match="32 bytes"):
        MountainRange().append(leaf)


@pytest.mark.parametrize("size", [-1, 258, True, None.__class__, 1.0])
def test_a_size_that_the_log_never_had_is_refused(tree: Tree, size: Any) -> None:
    with pytest.raises(InputInvalid, match=r"^size = "):
        tree.head(size)


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (3, 2), (-1, 2), (0, 258)])
def test_an_empty_or_unknown_range_has_no_subtree(tree: Tree, start: int, stop: int) -> None:
    with pytest.raises(InputInvalid):
        tree.subtree(start, stop)


@pytest.mark.parametrize("index", [-1, 257])
def test_there_is_no_leaf_outside_the_log(tree: Tree, index: int) -> None:
    with pytest.raises(InputInvalid):
        tree.leaf(index)


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 0), (3, 1), (4, 2), (7, 4)])
def test_a_range_has_one_peak_for_each_bit_of_its_size(size: int, count: int) -> None:
    with pytest.raises(InputInvalid, match="peaks"):
        MountainRange(size, (bytes(32),) * count)


@pytest.mark.parametrize(
    ("size", "peaks"), [(-1, ()), (2**64, (bytes(32),)), (1, (bytes(31),)), (True, (bytes(32),))]
)
def test_a_malformed_range_is_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(InputInvalid):
        MountainRange(size, peaks)


def test_leaves_are_found_from_the_first_to_the_last(leaves: list[bytes], tree: Tree) -> None:
    assert [tree.leaf(index) for index in range(tree.size)] == leaves
    assert tree.head() == tree.head(257)


def test_keccak_is_that_of_ethereum_and_not_sha3() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"


def test_known_hashes_fix_the_prefixes() -> None:
    """Constants, so that a changed prefix or order of concatenation cannot agree with itself."""
    assert (
        merkle.leaf_hash(b"record 0").hex()
        == "a347abc16a2ff9f4c57e3374c28140fb18b03471a28d0dc562654799acdc2e09"
    )
    assert merkle.leaf_hash(b"record 0") == keccak256(b"\x00" + keccak256(b"record 0"))
    assert merkle.leaf_hash(b"record 0") == merkle.leaf_of(merkle.record_hash(b"record 0"))
    left, right = bytes([1]) * 32, bytes([2]) * 32
    assert merkle.node_hash(left, right).hex() == NODE
    assert keccak256(b"") == merkle.EMPTY_ROOT


NODE = "5fea46c6ed18832adf4be39bd33e5eeb7cb62ff55182560b78bf99b1220e0ffa"

KNOWN = {
    0: "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    1: "a347abc16a2ff9f4c57e3374c28140fb18b03471a28d0dc562654799acdc2e09",
    2: "ba0c3ee8e2fe44d2babde5f9410cf02b9940e1123d1346024b2efb969872a0f8",
    3: "e1909c1ecdb0acfe7ec1f1c76fbaa095b50d2e6fedd06080dfc938f4ece0e00b",
    4: "c7a4b0e5d4d396031c69d0f7ab3df97f06dfa9ffb06e7e0b4c58bef512f403cc",
    5: "346051278e095361c1f561ca050ba7ec3a9952928e9738822dd5b606079beee5",
    6: "281a0c04164c8195ff5e57064d01bdfac59c19d787087031ec2cd977dfc79ed8",
    7: "bf554b13e96698f440bb204db799db0f62947f490f76a944884f5491cbe6b089",
    8: "db843bfdc15f05197ee02567805514bd08393550e8677a12ee72356476213c34",
}


@pytest.mark.parametrize("size", KNOWN)
def test_small_logs_have_the_known_heads(leaves: list[bytes], size: int) -> None:
    for head in (merkle.tree_head(leaves[:size]), Tree(leaves[:size]).head(), naive(leaves[:size])):
        assert head.hex() == KNOWN[size]


def test_the_head_of_seven_is_put_together_by_hand(leaves: list[bytes]) -> None:
    def node(left: bytes, right: bytes) -> bytes:
        return keccak256(b"\x01" + left + right)

    a, b, c, d, e, f, g = leaves[:7]
    by_hand = node(node(node(a, b), node(c, d)), node(node(e, f), g))
    assert by_hand.hex() == KNOWN[7]


def test_the_stored_vectors_are_what_their_script_writes(build: ModuleType) -> None:
    for name, content in build.files().items():
        assert (VECTORS / name).read_text() == content, f"{name}: run tests/vectors/log/build.py"


def test_every_stored_head_and_peak_is_reached_leaf_by_leaf(
    leaves: list[bytes], vectors: Callable[[str], Any]
) -> None:
    stored = {log["size"]: log for log in vectors("roots")["logs"]}
    grown = MountainRange()
    for size in range(258):
        if size in stored:
            assert "0x" + grown.root().hex() == stored[size]["root"]
            assert ["0x" + peak.hex() for peak in grown.peaks] == stored[size]["peaks"]
        if size < 257:
            grown = grown.append(leaves[size])


def test_head_tree_and_range_agree_at_every_size(leaves: list[bytes], tree: Tree) -> None:
    for size in range(258):
        expected = naive(leaves[:size])
        assert tree.head(size) == expected
        assert merkle.tree_head(leaves[:size]) == expected
        assert MountainRange().extend(leaves[:size]).root() == expected


def test_peaks_are_kept_by_height_as_the_contract_stores_them(leaves: list[bytes], tree: Tree) -> None:
    grown = MountainRange().extend(leaves[:13])
    assert grown.by_height() == {3: tree.subtree(0, 8), 2: tree.subtree(8, 12), 0: leaves[12]}
    assert MountainRange().by_height() == {}


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.data())
def test_a_batch_is_its_leaves_one_by_one(leaves: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    batched = MountainRange().extend(leaves[:cut]).extend(leaves[cut:])
    one_by_one = MountainRange()
    for leaf in leaves:
        one_by_one = one_by_one.append(leaf)
    assert batched == one_by_one
    assert batched.root() == naive(leaves)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=24), st.data())
def test_changing_any_leaf_changes_the_head(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda leaf: leaf != leaves[at]))
    assert merkle.tree_head(leaves) != merkle.tree_head([*leaves[:at], other, *leaves[at + 1 :]])


@pytest.mark.parametrize(
    "name", ["canonical", "cid", "checkpoint", "inclusion", "merkle", "mountain_range", "record", "schema"]
)
def test_the_example_in_the_docstring_runs(name: str) -> None:
    module = importlib.import_module(f"resonance_dao.transparency.{name}")
    result = doctest.testmod(module, extraglobs=vars(merkle) | vars(tree) | vars(module))
    assert result.attempted > 0
    assert result.failed == 0
