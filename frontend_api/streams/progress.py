"""
The events of one request, until it is settled and anchored.

Each event holds the whole progress, and its id is a hash of it. So a caller who comes back with
`Last-Event-ID` is told at once if anything changed meanwhile, by any replica and after any restart, and
nothing need be kept for it; steps that were passed in between are not told one by one.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256

from resonance_dao.errors import ResonanceError
from resonance_dao.journal.journal import Journal
from resonance_dao.workflows import recording

RETRY_MS = 3_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, how long to be silent at most, and how long a stream may last, in seconds."""

    look_s: float = 1.0
    silence_s: float = 15.0
    longest_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Told:
    """How far a request has come, as JSON; `is_last`: nothing will follow."""

    data: str
    is_last: bool

    @property
    def id(self) -> str:
        """What this is called in `Last-Event-ID`."""
        return sha256(self.data.encode()).hexdigest()[:16]

    def to_bytes(self) -> bytes:
        """Return the event as it goes over the wire."""
        return f"id: {self.id}\nevent: progress\ndata: {self.data}\n\n".encode()


def look(journal: Journal, number: int) -> Told:
    """Return how far request `number` has come. Raises `NotFound`."""
    progress = recording.progress(journal, number)
    # What asked for no transaction has no outcome to wait for.
    is_settled = progress.settled or (progress.anchored and journal.operation_of(number) is None)
    data = json.dumps(progress.to_dict(), sort_keys=True, separators=(",", ":"))
    return Told(data, is_last=is_settled and progress.anchored)


async def events(
    first: Told,
    again: Callable[[], Awaitable[Told]],
    *,
    last_id: str | None,
    is_leaving: Callable[[], bool],
    sleep: Callable[[float], Awaitable[None]],
    pace: Pace,
) -> AsyncIterator[bytes]:
    """
    Yield what has changed since `last_id`, and a comment when nothing has for a while.

    The end without a last event means: come back, with the id of the event before.
    """
    yield f"retry: {RETRY_MS}\n\n".encode()
    told, known, lasted, silent = first, last_id, 0.0, 0.0
    while True:
        if told.id != known:
            known, silent = told.id, 0.0
            yield told.to_bytes()
        if told.is_last or is_leaving() or lasted >= pace.longest_s:
            return
        await sleep(pace.look_s)
        lasted, silent = lasted + pace.look_s, silent + pace.look_s
        if silent >= pace.silence_s:
            silent = 0.0
            yield b": still here\n\n"
        try:
            told = await again()
        except ResonanceError:
            return
