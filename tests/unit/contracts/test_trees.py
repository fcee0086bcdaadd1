"""Every `.tree` of the contract tests is honest: each leaf stands in a test beside it, none is missing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

TREES = sorted((Path(__file__).parents[2] / "contracts").rglob("*.tree"))
LEAF = re.compile(r"[├└]── (it should .+)$", re.MULTILINE)
COMMENT = re.compile(r"// (it should .+)$", re.MULTILINE)


def test_there_are_trees() -> None:
    assert len(TREES) > 10


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: f"{tree.parent.name}/{tree.stem}")
def test_every_leaf_is_a_comment_in_a_test_and_every_comment_a_leaf(tree: Path) -> None:
    leaves = Counter(LEAF.findall(tree.read_text(encoding="utf-8")))
    comments = Counter(COMMENT.findall(tree.with_suffix(".t.sol").read_text(encoding="utf-8")))
    assert leaves.keys() == comments.keys()
    # A leaf may have several tests, but no test stands for several leaves.
    assert leaves <= comments
