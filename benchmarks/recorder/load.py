"""
A load generator: keep-alive connections, requests as bytes, latencies from the moment a request was due.

In the closed loop every connection sends its next request when it has its answer: that finds the most a
server does. In the open loop requests are due at a steady rate whether or not the server keeps up, so waiting
in line counts as latency.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Build = Callable[[int], bytes]


@dataclass
class Outcome:
    """What a run saw: seconds it took, latencies in s of answers with the wanted status, and the others."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency in ms that this share of the answers keeps."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def most(
    port: int, build: Build, *, connections: int, seconds: float, status: int, first: int = 0
) -> Outcome:
    """Ask as fast as the server answers."""
    return asyncio.run(_closed(port, build, connections, seconds, status, first))


def steady(
    port: int, build: Build, *, connections: int, seconds: float, status: int, rate: float, first: int = 0
) -> Outcome:
    """Ask `rate` times a second."""
    return asyncio.run(_open(port, build, connections, seconds, status, rate, first))


async def _closed(
    port: int, build: Build, connections: int, seconds: float, status: int, first: int
) -> Outcome:
    outcome, numbers = Outcome(), iter(range(first, 10**12))
    began = time.perf_counter()

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (due := time.perf_counter()) < began + seconds:
            _note(outcome, status, await _ask(reader, writer, build(next(numbers))), due)
        writer.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    outcome.seconds = time.perf_counter() - began
    return outcome


async def _open(
    port: int, build: Build, connections: int, seconds: float, status: int, rate: float, first: int
) -> Outcome:
    outcome, total = Outcome(), int(rate * seconds)
    numbers = iter(range(total))
    began = time.perf_counter() + 0.2

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            _note(outcome, status, await _ask(reader, writer, build(first + number)), due)
        writer.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    outcome.seconds = time.perf_counter() - began
    return outcome


def _note(outcome: Outcome, wanted: int, status: int, due: float) -> None:
    if status == wanted:
        outcome.latencies.append(time.perf_counter() - due)
    else:
        outcome.refused[status] = outcome.refused.get(status, 0) + 1


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]
    await reader.readexactly(int(length))
    return int(head[9:12])
