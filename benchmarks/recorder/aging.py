"""
What a long history costs: a journal of each size is opened by a new process, asked for proofs and given
requests, and its log is appended to.

The journals are filled, not lived: see `filling`. The log on the node gets the slots that it has after as
many appends, so that the recorder finds the root that its journal has.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak
from gas.node import Node
from recorder.filling import fill, open_journal
from recorder.stage import PUBLISHER, Stage, staged

from resonance_dao.chain.chain import identify
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.nodes import Nodes
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.transparency.tiles import TiledTree

SMALL, FULL = (1_000, 10_000, 100_000), (10_000, 100_000, 1_000_000, 10_000_000)
BATCH = 256
# What an earlier run on another node left behind.
_OF_A_NODE = ("milestone", "finality", "sighting", "alarm", "outlay", "spending")


@dataclass(frozen=True)
class Aged:
    """
    A journal of `size` records: s until a new process is ready, on the clock and of a processor; of these, s
    that its recorder took; ms of a proof (p50, p99, the longest, and of a processor); MB in use before and
    after the proofs; ms of accepting (p50, and of a processor); gas of a record in a batch of 256; bytes of
    the database for each record.
    """

    size: int
    ready_s: tuple[float, float]
    recorder_s: float
    proof_ms: tuple[float, float, float, float]
    memory_mb: tuple[float, float]
    accept_ms: tuple[float, float]
    append_gas: float
    bytes_each: float


def measure(folder: Path, sizes: tuple[int, ...]) -> list[Aged]:
    """Measure at each size; a journal that `folder` holds already is used again."""
    return [_at(folder / str(size), size) for size in sizes]


def _at(folder: Path, size: int) -> Aged:
    shutil.rmtree(folder / "blocks", ignore_errors=True)
    with staged(folder) as stage:
        _belong(stage)
        _set_log(stage, _filled(stage, size))
        bytes_each = (folder / "journal.db").stat().st_size / size
        asked = _asked(stage)
        return Aged(size=size, append_gas=_appended(stage, size) / BATCH, bytes_each=bytes_each, **asked)


def _belong(stage: Stage) -> None:
    """Let a journal of an earlier run belong to this node and log."""
    with closing(sqlite3.connect(stage.folder / "journal.db")) as raw:
        for table in _OF_A_NODE:
            raw.execute(f"DELETE FROM {table}")  # noqa: S608  names of ours
        found = identify(stage.chain)
        raw.execute("UPDATE ledger SET genesis_hash = ?, log = ?", (found.genesis_hash, stage.log.address))
        raw.commit()


def _filled(stage: Stage, size: int) -> MountainRange:
    found = identify(stage.chain)
    identity = Identity(found.chain_id, found.genesis_hash, PUBLISHER.address, stage.log.address)
    journal = open_journal(stage.folder, identity)
    fill(stage.folder, size, BATCH)
    nodes = Nodes(journal.database)
    nodes.complete(size)
    tree, start, peaks = TiledTree(nodes.fetch, size), 0, []
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            peaks.append(tree.subtree(start, start + (1 << height)))
            start += 1 << height
    journal.database.close()
    return MountainRange(size, tuple(peaks))


def _set_log(stage: Stage, log: MountainRange) -> None:
    """Write the log as its appends would have left it: a mapping in slot 0 to {size, peaks by height}."""
    first = int.from_bytes(keccak(bytes.fromhex(PUBLISHER.address[2:]).rjust(32, b"\0") + bytes(32)), "big")
    by_height = log.by_height()
    # A height without a peak now had one before, and its slot is not cleared.
    left = keccak(b"left over")
    slots = [log.size.to_bytes(32, "big")]
    slots += [by_height.get(height, left) for height in range(log.size.bit_length())]
    for at, value in enumerate(slots, first):
        stage.chain.request("anvil_setStorageAt", [stage.log.address, f"{at:#066x}", "0x" + value.hex()])
    if bytes(stage.log.call(stage.chain, "rootOf", PUBLISHER.address)) != log.root():
        raise SystemExit("the log's slots are elsewhere")


def _asked(stage: Stage) -> dict[str, Any]:
    """Let a process of its own open the journal, prove and accept; return what it found."""
    began = {"BENCH_BEGAN": str(time.time())}
    command = [sys.executable, "-m", "recorder.aged"]
    run = subprocess.run(
        command, env={**os.environ, **stage.environment, **began}, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise SystemExit(f"a journal in {stage.folder} could not be used:\n{run.stderr}")
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def _appended(stage: Stage, size: int) -> int:
    leaves = [keccak(str(number).encode()) for number in range(BATCH)]
    calldata = stage.log.encode("append", size, leaves, keccak(b"manifest"))
    return Node(stage.chain).gas(stage.log, calldata, sender=PUBLISHER.address)
