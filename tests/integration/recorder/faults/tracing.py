"""Faults of single system calls, made by strace: a child waits until strace holds it, then does its work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

CALLS = ("openat", "pwrite64", "write", "fdatasync", "fsync", "ftruncate", "unlink", "rename")
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
ATTACHED_S = 10
Work = Callable[[int], None]
"""What the child does; it writes whatever it has to tell to this descriptor."""


def program() -> str:
    """Return strace; skip the test where it is not, or may not trace."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not here: apt-get install strace")
    probe = subprocess.run([found, "-o", os.devnull, "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip(f"strace may not trace here: {probe.stderr.decode().strip()}")
    return found


def traced(strace: str, work: Work, options: Sequence[str]) -> tuple[list[str], int]:
    """Do `work` in a child under strace; return the whole lines that it told, and how it ended."""
    reading, writing = os.pipe()
    waits, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(waits, 1)
        try:
            work(writing)
        except BaseException as exc:
            os.write(writing, f'["failed", {str(exc)!r}]\n'.encode())
        os._exit(0)
    os.close(writing)
    tracer = subprocess.Popen([strace, "-q", "-y", "-p", str(child), *options], stderr=subprocess.DEVNULL)
    _wait_until_held(child)
    os.write(go, b"!")
    with os.fdopen(reading) as told:
        lines = [line for line in told if line.endswith("\n")]
    _, status = os.waitpid(child, 0)
    tracer.wait(ATTACHED_S)
    os.close(waits)
    os.close(go)
    return lines, status


def calls_of(
    strace: str, work: Work, out: Path, touching: Sequence[str]
) -> tuple[list[tuple[str, int]], list[str]]:
    """
    Do `work` without a fault; return the calls that touch one of these paths, each with its place among those
    of its name, and what was told.
    """
    seen, mine = Counter[str](), []
    told, status = traced(strace, work, ["-o", str(out), "-e", f"trace={','.join(CALLS)}"])
    assert status == 0, told
    for line in out.read_text().splitlines():
        name = line.split("(")[0]
        if name in CALLS:
            seen[name] += 1
            if any(path in line for path in touching):
                mine.append((name, seen[name]))
    return mine, told


def injecting(name: str, place: int, fault: str, out: Path) -> list[str]:
    """Return the options that make one call fail, or the last that the child does."""
    return ["-o", str(out), "-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={place}"]


def _wait_until_held(child: int) -> None:
    deadline = time.monotonic() + ATTACHED_S
    while time.monotonic() < deadline:
        if re.search(r"^TracerPid:\t[1-9]", Path(f"/proc/{child}/status").read_text(), re.MULTILINE):
            return
        time.sleep(0.002)
    pytest.skip("strace may not attach to a process here")
