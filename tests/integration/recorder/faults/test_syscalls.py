"""
Every system call that writes the journal's file fails once, or is the last thing that the process does: what
was answered is there, and the database is whole.

strace makes the faults: a child that has everything imported waits until strace holds it, and then opens the
journal, accepts twice and closes it, which moves the write-ahead log into the file.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.errors import JournalUnavailable

FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
KEYS = (1, 2)
pytestmark = [pytest.mark.chain, pytest.mark.slow]


def accept_twice(stage: Any, out: int) -> None:
    """Accept two requests, each again when it is refused for want of a disk, and tell of each answer."""
    journal = stage.journal()
    for key in KEYS:
        for _ in range(2):
            try:
                accepted = stage.mint(journal, key, f"wish-{key}")
            except JournalUnavailable:
                continue
            os.write(out, (json.dumps([key, accepted.receipt.to_dict()]) + "\n").encode())
            break
    journal.database.close()


def copies(stage: Any, folder: Path) -> Iterator[Any]:
    """Return the stage on one copy of its journal after another."""
    original = Path(stage.database_url.removeprefix("sqlite:///"))
    stage.chain()
    for number in range(10_000):
        path = folder / str(number) / "journal.db"
        path.parent.mkdir()
        shutil.copy(original, path)
        yield replace(stage, database_url=f"sqlite:///{path}")


def check(stage: Any, answers: dict[int, Any]) -> None:
    """What was answered is there, nothing twice, no hole, the file is whole, and it goes on."""
    path = stage.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    journal = stage.journal()
    entries = journal.entries()
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    receipts = [entry.receipt.to_dict() for entry in entries]
    for key, receipt in answers.items():
        assert key != "failed", receipt
        assert receipt in receipts
    for key in KEYS:
        again = stage.mint(journal, key, f"wish-{key}")
        assert answers.get(key, again.receipt.to_dict()) == again.receipt.to_dict()
    assert journal.size() == len(KEYS)
    journal.database.close()


def answers_of(told: list[str]) -> dict[int, Any]:
    return dict(json.loads(line) for line in told)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_system_call_that_fails_or_is_the_last_loses_nothing_that_was_answered(
    stage: Any, strace: str, tracing: ModuleType, tmp_path: Path, fault: str
) -> None:
    stages, trace = copies(stage, tmp_path), tmp_path / "trace"
    calls, told = tracing.calls_of(strace, partial(accept_twice, next(stages)), trace, ["journal.db"])
    assert len(answers_of(told)) == len(KEYS)
    assert {"openat", "pwrite64", "fdatasync"} <= {name for name, _ in calls}
    killed = 0
    for name, place in calls:
        copy = next(stages)
        options = tracing.injecting(name, place, fault, trace)
        told, status = tracing.traced(strace, partial(accept_twice, copy), options)
        killed += os.WIFSIGNALED(status)
        assert "signal" in fault or "(INJECTED)" in trace.read_text(), (name, place)
        try:
            check(copy, answers_of(told))
        except (AssertionError, sqlite3.Error) as exc:
            raise AssertionError(f"{fault} at {name} number {place}: {exc}") from exc
    assert killed == (len(calls) if "KILL" in fault else 0)
