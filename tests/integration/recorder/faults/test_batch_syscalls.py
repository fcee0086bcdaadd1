"""
Every system call that writes journal or evidence while two requests are sent and anchored fails once, or is
the last thing that the process does: the next process ends the work, nothing is done twice, and every record
and manifest is there, byte for byte.

    RESONANCE_SYSCALLS=all pytest tests/integration/recorder/faults/test_batch_syscalls.py
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.errors import ResonanceError
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.journal.batches import Batches
from resonance_dao.transparency.manifest import cid_of_digest

FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
SYSCALLS = os.environ.get("RESONANCE_SYSCALLS", "12")
AMOUNTS, TRIES = [5, 7], 4
pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(3600)]


def send_and_anchor(stage: Any, _out: int) -> None:
    """Do what waits, beginning again after an error, as a service that is started again does."""
    for _ in range(TRIES):
        journal = stage.journal()
        with suppress(ResonanceError, OSError):
            recorder = stage.recorder(journal)
            stage.settle(recorder)
            recorder.close()
            break
        journal.database.close()


def check(stage: Any) -> None:
    """The work is ended, once; the file is whole; each record and manifest has the bytes of its CID."""
    send_and_anchor(stage, -1)
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    journal, chain = stage.journal(), stage.chain()
    logs = chain.logs([stage.token.address], 0, chain.block().number)
    assert sorted(event.args["value"] for event in stage.token.events(logs, "Transfer")) == AMOUNTS
    entries = journal.entries()
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) == 2 * len(AMOUNTS), [entry.kind for entry in entries]
    assert Batches(journal).anchored() == len(entries)
    assert stage.log.call(chain, "sizeOf", journal.identity.publisher) == len(entries)
    logs = chain.logs([stage.log.address], 0, chain.block().number)
    manifests = [cid_of_digest(event.args["manifest"]) for event in stage.log.events(logs, "Appended")]
    for cid in [*(entry.cid for entry in entries), *manifests]:
        stage.store.get_block(Cid.parse(cid))
    journal.database.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_system_call_of_a_batch_that_fails_or_is_the_last_leaves_work_that_can_be_ended(
    stage: Any, strace: str, tracing: ModuleType, tmp_path: Path, fault: str
) -> None:
    journal, chain = stage.journal(), stage.chain()
    for amount in AMOUNTS:
        stage.mint(journal, amount, f"wish-{amount}")
    journal.database.close()
    original = Path(stage.database_url.removeprefix("sqlite:///"))

    def fresh(number: int) -> Any:
        folder = tmp_path / f"try-{number}"
        folder.mkdir()
        shutil.copy(original, folder / "journal.db")
        url, store = f"sqlite:///{folder / 'journal.db'}", EmbeddedStore(folder / "blocks")
        return replace(stage, database_url=url, store=store)

    snapshot, trace = chain.request("evm_snapshot"), tmp_path / "trace"
    first = fresh(0)
    calls, told = tracing.calls_of(strace, partial(send_and_anchor, first), trace, [str(tmp_path / "try-")])
    assert told == []
    check(first)
    assert {"pwrite64", "fdatasync", "rename"} <= {name for name, _ in calls}
    step = 1 if SYSCALLS == "all" else max(1, len(calls) // int(SYSCALLS))
    killed = failed = 0
    for number, (name, place) in enumerate(calls[::step], 1):
        chain.request("evm_revert", [snapshot])
        snapshot, copy = chain.request("evm_snapshot"), fresh(number)
        options = tracing.injecting(name, place, fault, trace)
        told, status = tracing.traced(strace, partial(send_and_anchor, copy), options)
        killed += os.WIFSIGNALED(status)
        failed += "(INJECTED)" in trace.read_text()
        try:
            assert told == []
            check(copy)
        except (AssertionError, sqlite3.Error, ResonanceError) as exc:
            raise AssertionError(f"{fault} at {name} number {place} of {len(calls)} calls: {exc}") from exc
    # A block may be mined a little later than at first, so that a few calls are not reached.
    struck = killed if "KILL" in fault else failed
    assert struck * 10 >= number * 9, (struck, number)
