"""
What is due, a page at a time: the read model says of what something may be, the chain whether it is.

A page asks the chain about a bounded number of things, each with a bounded number of questions, and reads a
bounded number of rows, however much there is and was. It may hold nothing and yet have a next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from resonance_dao.journal.database import Database
from resonance_dao.journal.read_due import ReadDue, place_of_row
from resonance_dao.journal.read_lists import ReadLists
from resonance_dao.journal.read_values import Row
from resonance_dao.workflows.reading.asking import Asking
from resonance_dao.workflows.reading.naming import named
from resonance_dao.workflows.system import Action, System

KINDS = ("bounty", "bond", "selection", "silence", "submission", "outcome", "rating", "counted", "share")
"""The kinds of rows of which something may be due, in the order in which they are looked at."""
ROWS_A_PAGE, ROWS_AT_ONCE = 2_000, 100


@dataclass(frozen=True, slots=True)
class DuePlace:
    """The row after which a page goes on: its kind, and where it stands among those of its kind."""

    kind: str
    first: int
    second: int


class Due:
    """What is due by one system's read model and chain."""

    def __init__(self, database: Database, system: System) -> None:
        self._rows, self._lists, self._system = ReadDue(database), ReadLists(database), system

    def page(self, after: DuePlace | None, limit: int) -> tuple[list[Action], DuePlace | None]:
        """Return what is due of at most `limit` things after a place, and where the next page goes on."""
        now = self._system.now()
        asking = Asking(self._rows, self._lists, self._system, now)
        actions, asked = list[Action](), 0
        for looked, (row, place) in enumerate(self._candidates(after, now), 1):
            if asking.is_worth_asking(row):
                actions += asking.due(row)
                asked += 1
            if asked == limit or looked == ROWS_A_PAGE:
                return actions, place
        return actions, None

    def find(self, to: str, data: bytes) -> Action | None:
        """Return the call with this calldata if it is due now; about nothing else the chain is asked."""
        now = self._system.now()
        asking = Asking(self._rows, self._lists, self._system, now)
        row = named(self._lists, self._system, to, data)
        if row is None or not asking.is_worth_asking(row):
            return None
        return next((one for one in asking.due(row) if (one.to, one.data) == (to, data)), None)

    def _candidates(self, after: DuePlace | None, now: int) -> Iterator[tuple[Row, DuePlace]]:
        start = 0 if after is None else KINDS.index(after.kind)
        for kind in KINDS[start:]:
            at = (after.first, after.second) if after is not None and after.kind == kind else (0, 0)
            found = self._shares(at, now) if kind == "share" else self._of_kind(kind, at, now)
            for row, place in found:
                yield row, DuePlace(kind, *place)

    def _of_kind(self, kind: str, at: tuple[int, int], now: int) -> Iterator[tuple[Row, tuple[int, int]]]:
        while True:
            if kind == "outcome":
                rows = self._rows.to_count(at, ROWS_AT_ONCE)
            elif kind == "counted":
                rows = self._rows.revoked(at, ROWS_AT_ONCE)
            else:
                rows = self._rows.dated(kind, at, now, ROWS_AT_ONCE)
            for row in rows:
                yield row, place_of_row(row)
            if len(rows) < ROWS_AT_ONCE:
                return
            at = place_of_row(rows[-1])

    def _shares(self, at: tuple[int, int], now: int) -> Iterator[tuple[Row, tuple[int, int]]]:
        first, after = at
        while pools := self._rows.pools(first, now, ROWS_AT_ONCE):
            for pool in pools:
                number = int(pool.number or 0)
                second = after if number == at[0] else 0
                while rows := self._rows.shares(pool, second, ROWS_AT_ONCE):
                    for row in rows:
                        second = int(row.number or 0)
                        yield row, (number, second)
                first = number + 1
