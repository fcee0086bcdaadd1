"""
The gateway's process runs out of descriptors or memory while clients upload evidence and have work relayed.
Short of descriptors it answers 503 and goes on by itself when there are enough again; out of memory it ends,
and is started anew. Nothing that it promised is lost.

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
STALL_S, SILENT_S, READY_S = 10, 30, 90
READY, STALLED = 200, 503
SHORT = ("Too many open files", "unable to open", "out_of_memory", "MemoryError", "start new thread")
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


def answer(gateway: Gateway, path: str) -> httpx.Response | None:
    """Return a gateway's answer; None when there is none."""
    try:
        return httpx.get(f"{gateway.url}{path}", timeout=5, trust_env=False)
    except httpx.TransportError:
        return None


def watch(town: Town) -> None:
    """Return when the gateway is ready; one that ended, stands still or is silent is started anew."""
    began = heard = time.monotonic()
    while town.gateway.is_running and time.monotonic() - heard < SILENT_S:
        health, told = answer(town.gateway, "/health"), answer(town.gateway, "/ready")
        if health is not None:
            heard = time.monotonic()
            if health.status_code == STALLED:
                break
        if told is not None and told.status_code == READY:
            return
        words = "nothing" if told is None else told.text
        assert time.monotonic() - began < READY_S, f"there is enough again, and it is not ready: {words}"
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
