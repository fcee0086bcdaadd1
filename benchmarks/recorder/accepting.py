"""Requests a second over HTTP: the naive gateway and ours, in turn, on one node in one run."""

from __future__ import annotations

import json
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from recorder.load import Build, Outcome, most, steady
from recorder.stage import Served, staged

NAIVE, OURS = "recorder.naive:create_app", "recorder.ours:create_app"
RECEIVER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
# The key of the publisher, account 9 of anvil's well-known mnemonic, which no other process uses meanwhile.
NAIVE_KEY = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"
CONNECTIONS = 64


@dataclass(frozen=True)
class Accepting:
    """
    A way to serve, its best rate, ms of a processor for each answer at that rate, and latencies at 50 % and
    90 % of it (ms: p50, p99).
    """

    name: str
    rate: float
    busy_ms: float | None
    at_half: tuple[float, float]
    at_nine_tenths: tuple[float, float]


def measure(seconds: float) -> list[Accepting]:
    """Serve and ask; the baseline first and again at the end, so that a drift of the machine is seen."""
    ways = [
        ("naive: one transaction each", NAIVE, 1, {}),
        ("ours, sending in the same process", OURS, 1, {}),
        ("ours, another replica sends", OURS, 1, {"BENCH_RECORDER": "off"}),
        ("ours, two workers, another replica sends", OURS, 2, {"BENCH_RECORDER": "off"}),
        ("naive again", NAIVE, 1, {}),
    ]
    found = []
    for name, factory, workers, options in ways:
        with (
            tempfile.TemporaryDirectory() as folder,
            staged(Path(folder)) as stage,
            stage.served(factory, workers=workers, BENCH_KEY=NAIVE_KEY, **options) as served,
        ):
            found.append(_asked(name, served, seconds))
    return found


def _asked(name: str, served: Served, seconds: float) -> Accepting:
    build, port = _requests(), served.port
    most(port, build, connections=8, seconds=1, status=202)
    before = served.busy_s()
    best = most(port, build, connections=CONNECTIONS, seconds=seconds, status=202, first=10**6)
    if best.refused or not best.latencies:
        raise SystemExit(f"{name}: answers other than 202: {best.refused}")
    after = served.busy_s()
    busy = None if before is None or after is None else 1000 * (after - before) / len(best.latencies)
    rates = [steady(port, build, connections=CONNECTIONS, seconds=seconds, status=202, rate=share * best.rate)
             for share in (0.5, 0.9)]  # fmt: skip
    return Accepting(name, best.rate, busy, *(_percentiles(run) for run in rates))


def _percentiles(run: Outcome) -> tuple[float, float]:
    return run.percentile(0.5), run.percentile(0.99)


def _requests() -> Build:
    """Return what makes request number i: each with a key and an amount of its own."""
    run = uuid.uuid4().hex

    def build(number: int) -> bytes:
        body = json.dumps({"to": RECEIVER, "amount": str(10**6 + number)}).encode()
        head = (
            "POST /mint HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {run}-{number}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return build
