"""
The transparency log on a real EVM: what a batch of N records costs beside the floor of its own calldata.

The batches go to a log of more than 4,096 records, so all of its low slots are in use. anvil's default
hardfork applies EIP-7623; with `hardfork="cancun"` the same batches show what a chain without that floor
charges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_utils.crypto import keccak
from gas.node import Node

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.sender import calldata_floor

COUNTS = (1, 16, 64, 256, 1024)
_FILL = (4_095, 5)  # 4,095 records fill every slot below height 12.
_MANIFEST = keccak(b"manifest")


@dataclass(frozen=True)
class Batch:
    """One append: how many records, the gas it used, and the floor of the calldata that was sent."""

    count: int
    gas: int
    floor: int


def measure(
    root: Path, artifact: Artifact, *, hardfork: str | None = None, counts: Sequence[int] = COUNTS
) -> list[Batch]:
    """Append a batch of each size in `counts` to a fresh log on an anvil of its own."""
    with DevChain.start(root, hardfork=hardfork) as dev:
        node = Node(RpcChain(dev.url))
        log = node.create(artifact)
        size = 0
        batches = []
        for count in (*_FILL, *counts):
            batches.append(_append(node, log, size, count))
            size += count
        return batches[len(_FILL) :]


def _append(node: Node, log: Contract, size: int, count: int) -> Batch:
    leaves = [keccak(str(size + i).encode()) for i in range(count)]
    calldata = log.encode("append", size, leaves, _MANIFEST)
    return Batch(count, node.gas(log, calldata), calldata_floor(calldata))
