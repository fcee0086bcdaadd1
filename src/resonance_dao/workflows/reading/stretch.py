"""A stretch of the chain, cut into pages that are each written in one commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from resonance_dao.journal.read_values import ReadEvent, SeenBlock

EVENTS_AT_ONCE = 100
"""A commit keeps the journal's other writers waiting; about so many events take a fraction of a second."""


@dataclass(frozen=True, slots=True)
class Page:
    """The events up to the last of `blocks`."""

    blocks: tuple[SeenBlock, ...]
    events: tuple[ReadEvent, ...]


def paged(events: Sequence[ReadEvent], headers: Mapping[int, SeenBlock], last: int) -> list[Page]:
    """Cut the events of a stretch, in order, into pages of whole blocks; the last page ends with `last`."""
    pages, held = list[Page](), list[ReadEvent]()
    for number, told in groupby(events, key=lambda event: event.block_number):
        held += told
        if len(held) >= EVENTS_AT_ONCE and number != last:
            pages.append(Page((headers[number],), tuple(held)))
            held = []
    return [*pages, Page((headers[last],), tuple(held))]
