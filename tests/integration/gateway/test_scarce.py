"""
The gateway's process runs out of descriptors or memory while clients upload evidence and have work relayed.
It answers 503, or ends; when there is enough again it goes on by itself, or starts again, and nothing that it
promised is lost.

    RESONANCE_SCARCE=20 pytest tests/integration/gateway/test_scarce.py
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path

import httpx
import pytest

from resonance_dao.cli.demo.gateway import Gateway
from tests.integration.gateway.town import SEED, Town, check, postgres, town

__all__ = ["postgres", "town"]

resource = pytest.importorskip("resource", reason="limits of a process are POSIX")
SCARCE = int(os.environ.get("RESONANCE_SCARCE", "4"))
STALL_S, READY_S = 10, 60
READY, STALLED = 200, 503
SHORT = ("Too many open files", "unable to open", "MemoryError", "SystemError", "start new thread")
Limit = Callable[[int, int], None]
pytestmark = [
    *(pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(900 + SCARCE * 60)),
    pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits a process that runs"),
]


def limit_descriptors(process: int, spare: int) -> None:
    """Leave a process so many descriptors beside those that it has."""
    used = {int(opened.name) for opened in Path(f"/proc/{process}/fd").iterdir()}
    free = (number for number in count() if number not in used)
    set_limit(process, resource.RLIMIT_NOFILE, next(islice(free, spare, None)))


def limit_memory(process: int, spare: int) -> None:
    """Leave a process so many pages beside those that it may write to."""
    told = Path(f"/proc/{process}/status").read_text()
    held_kib = int(next(line for line in told.splitlines() if line.startswith("VmData:")).split()[1])
    set_limit(process, resource.RLIMIT_DATA, 1024 * held_kib + spare * resource.getpagesize())


def set_limit(process: int, what: int, soft: int) -> None:
    _, hard = resource.prlimit(process, what)
    resource.prlimit(process, what, (soft, hard))


def lift(process: int) -> None:
    """Give back what was taken."""
    for what in (resource.RLIMIT_NOFILE, resource.RLIMIT_DATA):
        _, hard = resource.prlimit(process, what)
        resource.prlimit(process, what, (hard, hard))


def answer(gateway: Gateway, path: str) -> int:
    """Return the status of a gateway's answer; 0 when there is none."""
    try:
        return httpx.get(f"{gateway.url}{path}", timeout=5, trust_env=False).status_code
    except httpx.TransportError:
        return 0


def watch(town: Town) -> None:
    """Return when the gateway is ready; one that ended or stands still is started anew, as operators do."""
    until = time.monotonic() + READY_S
    while town.gateway.is_running and answer(town.gateway, "/health") != STALLED:
        if answer(town.gateway, "/ready") == READY:
            return
        assert time.monotonic() < until, f"there is enough again, and it is not ready after {READY_S} s"
        time.sleep(0.2)
    town.start()


@pytest.mark.parametrize("limit", [limit_descriptors, limit_memory])
def test_a_gateway_that_runs_short_keeps_every_promise(town: Town, limit: Limit) -> None:
    town.env["RESONANCE_STALL_S"] = str(STALL_S)
    # Python itself fails in ways of its own where it gets no memory; the same key is answered later.
    town.tolerated += (500,)
    rng, first = random.Random(SEED), town.start()  # noqa: S311
    with town.busy(lambda: watch(town)):
        for _ in range(SCARCE):
            time.sleep(rng.uniform(0.3, 2))
            process = town.gateway._process.pid
            limit(process, rng.randrange(3))
            time.sleep(rng.uniform(1, 4))
            if town.gateway.is_running:
                lift(process)
            watch(town)
        # What has come to a stand by then shows it by now.
        time.sleep(STALL_S + 2)
        watch(town)
    check(town)
    # Whoever connects may wait until there is a descriptor again, and notice nothing.
    log = town.log.read_text(encoding="utf-8")
    assert town.asked_again > 0 or any(words in log for words in SHORT), "nothing was short"
    assert town.gateway is first or limit is limit_memory, "descriptors are no reason to start anew"
    assert log.count("out of system resource") <= 2 * SCARCE, "a shortage fills the log"
