"""
Every system call that writes the journal's file fails once, or is the last thing that the process does: what
was answered is there, and the database is whole.

strace makes the faults: a child that has everything imported waits until strace holds it, and then opens the
journal, accepts twice and closes it, which moves the write-ahead log into the file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.errors import JournalUnavailable

CALLS = ("openat", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename")
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
KEYS = (1, 2)
ATTACHED_S = 10
pytestmark = [pytest.mark.chain, pytest.mark.slow]


@pytest.fixture(scope="module")
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not here: apt-get install strace")
    probe = subprocess.run([found, "-o", os.devnull, "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip(f"strace may not trace here: {probe.stderr.decode().strip()}")
    return found


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


def traced(strace: str, stage: Any, options: list[str]) -> tuple[dict[int, Any], int]:
    """Run `accept_twice` under strace; return the answers that it gave, and how it ended."""
    reading, writing = os.pipe()
    waits, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(waits, 1)
        try:
            accept_twice(stage, writing)
        except BaseException as exc:
            os.write(writing, (json.dumps(["failed", repr(exc)]) + "\n").encode())
        os._exit(0)
    os.close(writing)
    tracer = subprocess.Popen([strace, "-q", "-y", "-p", str(child), *options], stderr=subprocess.DEVNULL)
    wait_until_held(child)
    os.write(go, b"!")
    with os.fdopen(reading) as told:
        answers = dict(json.loads(line) for line in told if line.endswith("\n"))
    _, status = os.waitpid(child, 0)
    tracer.wait(ATTACHED_S)
    os.close(waits)
    os.close(go)
    return answers, status


def wait_until_held(child: int) -> None:
    deadline = time.monotonic() + ATTACHED_S
    while time.monotonic() < deadline:
        if re.search(r"^TracerPid:\t[1-9]", Path(f"/proc/{child}/status").read_text(), re.MULTILINE):
            return
        time.sleep(0.002)
    pytest.skip("strace may not attach to a process here")


def calls_of(strace: str, stage: Any, folder: Path) -> list[tuple[str, int]]:
    """Return the calls that touch the journal's file: each with its place among those of its name."""
    out, seen, mine = folder / "trace", Counter[str](), []
    answers, status = traced(strace, stage, ["-o", str(out), "-e", f"trace={','.join(CALLS)}"])
    assert (len(answers), status) == (2, 0), answers
    for line in out.read_text().splitlines():
        name = line.split("(")[0]
        if name in CALLS:
            seen[name] += 1
            if "journal.db" in line:
                mine.append((name, seen[name]))
    return mine


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


@pytest.mark.parametrize("fault", FAULTS)
def test_a_system_call_that_fails_or_is_the_last_loses_nothing_that_was_answered(
    stage: Any, strace: str, tmp_path: Path, fault: str
) -> None:
    stages = copies(stage, tmp_path)
    calls = calls_of(strace, next(stages), tmp_path)
    assert {"openat", "pwrite64", "fdatasync"} <= {name for name, _ in calls}
    killed = 0
    for name, place in calls:
        copy = next(stages)
        trace = tmp_path / "injected"
        inject = ["-o", str(trace), "-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={place}"]
        answers, status = traced(strace, copy, inject)
        killed += os.WIFSIGNALED(status)
        assert "signal" in fault or "(INJECTED)" in trace.read_text(), (name, place)
        try:
            check(copy, answers)
        except (AssertionError, sqlite3.Error) as exc:
            raise AssertionError(f"{fault} at {name} number {place}: {exc}") from exc
    assert killed == (len(calls) if "KILL" in fault else 0)
