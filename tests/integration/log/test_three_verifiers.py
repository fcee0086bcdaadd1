"""Python, Solidity and JavaScript say the same of the same drawn proofs and trees, byte for byte."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.contract import Contract
from resonance_dao.transparency.merkle import tree_head
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.transparency.tree import Tree
from tests.integration.log import drawing

pytestmark = [pytest.mark.chain, pytest.mark.timeout(1_800)]

Node = Callable[[str, bytes], bytes]
Probe = tuple[RpcChain, Contract]
Item = TypeVar("Item")

KINDS_AT_LEAST = 23
# Calldata costs 40 gas a byte at least, and a call has the gas of a block.
MOST_BYTES = 250_000
MANY = [pytest.mark.slow, pytest.mark.timeout(3_000)]
PROOFS = int(os.environ.get("RESONANCE_PROOFS", "2000"))
TREES = int(os.environ.get("RESONANCE_TREES", "10000"))


def in_chunks(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while chunk := list(islice(items, size)):
        yield chunk


def on_chain(probe: Probe, cases: list[bytes]) -> bytes:
    chain, contract = probe
    verdicts, length = b"", 0
    batch: list[bytes] = []
    for at, case in enumerate(cases):
        batch, length = [*batch, case], length + len(case)
        if length > MOST_BYTES or at == len(cases) - 1:
            verdicts += bytes(contract.call(chain, "inclusions", b"".join(batch)))
            batch, length = [], 0
    return verdicts


@pytest.mark.parametrize("count", [250, pytest.param(PROOFS, marks=MANY)])
@pytest.mark.parametrize("kind", ["inclusions", "consistencies"])
def test_no_mutated_proof_is_accepted_anywhere(
    probe: Probe, javascript: Node, build: ModuleType, tree: Tree, kind: str, count: int
) -> None:
    # The chain only ever appends, so it has no verifier of consistency.
    kinds: set[str] = set()
    for families in in_chunks(drawing.proofs(build, tree, count, count, kind), 500):
        cases = [case for family in families for case in family]
        expected = bytes(case["kind"] == "sound" for case in cases)
        layouts = [drawing.to_bytes(case) for case in cases]
        kinds |= {case["kind"] for case in cases}
        assert expected.count(1) == len(families)
        assert bytes(map(drawing.is_sound, cases)) == expected
        assert javascript(kind, b"".join(layouts)) == expected
        if kind == "inclusions":
            assert on_chain(probe, layouts) == expected
    assert len(kinds) > KINDS_AT_LEAST


@pytest.mark.parametrize("count", [1_000, pytest.param(TREES, marks=MANY)])
def test_every_tree_has_the_same_head_everywhere(probe: Probe, javascript: Node, count: int) -> None:
    chain, contract = probe
    for chunk in in_chunks(drawing.trees(count, count), 5_000):
        expected = []
        for seed, batches in chunk:
            leaves = drawing.leaves_of(seed, sum(batches))
            expected.append(tree_head(leaves))
            assert MountainRange().extend(leaves).root() == expected[-1]
        layouts = [drawing.tree_bytes(seed, batches) for seed, batches in chunk]
        assert javascript("heads", b"".join(layouts)) == b"".join(expected)
        for at in range(0, len(chunk), 100):
            given = b"".join(layouts[at : at + 100])
            assert list(map(bytes, contract.call(chain, "heads", given))) == expected[at : at + 100]


def test_the_stored_vectors_hold_in_javascript() -> None:
    script = str(Path(__file__).with_name("log.test.mjs"))
    ran = subprocess.run(["node", "--test", script], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "# fail 0" in ran.stdout and "# pass 0" not in ran.stdout
