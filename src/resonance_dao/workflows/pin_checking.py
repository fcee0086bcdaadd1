"""
Checking: every copy on every store is looked at again, round after round.

A copy that is gone or altered is disclosed (`PIN_LOST`) and made again from any good one. A store that does
not answer holds its round up, which is disclosed too, and goes on when it answers again. Each tick looks at
a few copies only, so that a slow store holds nobody up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.mirrored import MirroredStore
from resonance_dao.evidence.store import PinReport
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.pin_rounds import Content, PinRounds
from resonance_dao.journal.pins import Pins
from resonance_dao.workflows.pin_words import LOST, UNREACHABLE, copy_reports

ENTRIES_AT_ONCE = 64
PATIENCE_S = 1.0


class PinChecker:
    """The rounds of one journal over the places of `store`; `clock` is monotonic."""

    def __init__(
        self,
        journal: Journal,
        store: MirroredStore,
        every_s: int,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pins, self._rounds, self._store = Pins(journal), PinRounds(journal), store
        self._every_s, self._clock = every_s, clock

    def check(self, now: int) -> int:
        """Let the round of each store go on a little; return how many copies were looked at."""
        return sum(self._go_on(name, now) for name in self._store.names)

    def _go_on(self, name: str, now: int) -> int:
        held = self._rounds.of(name, now, self._every_s)
        if held.ended_at is not None or self._pins.is_missing(name, UNREACHABLE):
            return 0
        contents = self._rounds.contents(held.position, ENTRIES_AT_ONCE)
        reports = list(self._looks(contents, name, now))
        missing = [report for report in reports if not (report.ok or report.pending)]
        done = len(reports) == len(contents)
        after = replace(
            held,
            # An entry's contents are looked at together: a round that was held up begins with it again.
            position=_behind(contents) if done else contents[len(reports)].number,
            ended_at=None if contents else now,
            checked=held.checked + len(reports),
            missing=held.missing + len(missing),
        )
        self._rounds.advance(held, after, copy_reports(missing, code=LOST), now)
        return len(reports)

    def _looks(self, contents: list[Content], name: str, now: int) -> Iterator[PinReport]:
        until = self._clock() + PATIENCE_S
        for place, content in enumerate(contents):
            report = self._look(content, name, now) if not place or self._clock() < until else None
            if report is None:
                return
            yield report

    def _look(self, content: Content, name: str, now: int) -> PinReport | None:
        cid = Cid.parse(content.cid)
        try:
            return self._store.check(cid, name)
        except EvidenceUnavailable as exc:
            silent = PinReport(cid, name, ok=False, reason=str(exc))
            self._pins.note(copy_reports([silent], code=UNREACHABLE), now)
            return None


def _behind(contents: list[Content]) -> int:
    return contents[-1].number + 1 if contents else 1
