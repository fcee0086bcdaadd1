"""
Pins: which entries wait to be pinned, which copies are missing and when they are tried again.

What is told of missing copies is in `copies`; the rounds that look for them are in `pin_rounds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, select, update

from resonance_dao.journal.copies import FIRST_RETRY_S, LONGEST_RETRY_S, WAITING_MAX_S, note
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import CopyReport
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import pin as pins_table

__all__ = [
    "FIRST_RETRY_S",
    "LONGEST_RETRY_S",
    "WAITING_MAX_S",
    "Missing",
    "MissingCopy",
    "Pins",
    "missing_copies",
]


@dataclass(frozen=True, slots=True)
class MissingCopy:
    """A copy that is missing: what, where, why, and when it is tried again (unix s)."""

    cid: str
    store: str
    error: str
    attempts: int
    next_at: int
    reason_code: str


@dataclass(frozen=True, slots=True)
class Missing:
    """How many copies a store lacks: `failed` ones, and those it is at work on (`waiting`)."""

    store: str
    failed: int
    waiting: int

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return asdict(self)


class Pins:
    """The pins of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._database = journal, journal.database

    def waiting(self, limit: int) -> list[int]:
        """Return the numbers of the first entries that are not pinned."""
        number = entries_table.c.number
        query = select(number).where(entries_table.c.pinned_at.is_(None)).order_by(number).limit(limit)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def mark_pinned(self, numbers: Sequence[int], now: int, copies: Sequence[CopyReport] = ()) -> None:
        """Note in one commit that these entries are pinned and may be anchored, and what their copies did."""
        if not numbers and not copies:
            return
        with self._database.write() as connection:
            self._journal.lock(connection)
            connection.execute(
                update(entries_table)
                .where(entries_table.c.number.in_(in_list(numbers)))
                .values(pinned_at=now)
            )
            self._note(connection, copies, now)
        self._journal.hook("pin.marked")

    def note(self, copies: Sequence[CopyReport], now: int) -> int:
        """Note in one commit what became of copies; return how many that were missing have arrived."""
        if not copies:
            return 0
        with self._database.write() as connection:
            self._journal.lock(connection)
            return self._note(connection, copies, now)

    def due(self, now: int, limit: int) -> list[MissingCopy]:
        """Return the missing copies whose time to be tried again has come."""
        table = pins_table
        query = select(table).where(table.c.next_at <= now).order_by(table.c.next_at).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [
            MissingCopy(row.cid, row.store, row.error or "", row.attempts, row.next_at, row.reason_code or "")
            for row in rows
        ]

    def missing(self) -> tuple[Missing, ...]:
        """Return the stores that lack copies, and how many."""
        return missing_copies(self._database)

    def is_missing(self, store: str, reason_code: str) -> bool:
        """Say whether a store lacks any copy for this reason."""
        table = pins_table
        query = select(table.c.cid).where(table.c.store == store, table.c.reason_code == reason_code)
        with self._database.read() as connection:
            return connection.execute(query.where(table.c.next_at.is_not(None)).limit(1)).first() is not None

    def failing(self) -> int:
        """Return how many copies failed and are still missing."""
        return sum(store.failed for store in self.missing())

    def _note(self, connection: Connection, copies: Sequence[CopyReport], now: int) -> int:
        return note(
            connection, copies, lambda draft: self._journal.append(connection, draft, now).number, now
        )


def missing_copies(database: Database) -> tuple[Missing, ...]:
    """Return the stores that lack copies, and how many, for whoever has the database alone."""
    table = pins_table
    query = select(table.c.store, func.count(), func.count(table.c.waits_since))
    query = query.where(table.c.next_at.is_not(None)).group_by(table.c.store).order_by(table.c.store)
    with database.read() as connection:
        return tuple(
            Missing(row[0], failed=row[1] - row[2], waiting=row[2]) for row in connection.execute(query)
        )
