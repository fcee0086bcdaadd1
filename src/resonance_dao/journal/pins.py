"""
Pins: which entries wait to be pinned, and which copies failed and are tried again.

A failed copy is disclosed once for each content and store, and a later success corrects that disclosure.
Failures to copy the very records that tell of failed pins are tried again without a disclosure of their
own: it would fail too, and so on without end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from resonance_dao.journal.entry import Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import pin as pins_table

FIRST_RETRY_S = 30
LONGEST_RETRY_S = 3600


@dataclass(frozen=True, slots=True)
class PinFailure:
    """A copy that is missing: what, where, why, and when it is tried again (unix s; None: it arrived)."""

    cid: str
    store: str
    error: str
    attempts: int
    next_at: int | None


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

    def mark_pinned(self, numbers: list[int], now: int) -> None:
        """Note that these entries are pinned and may be anchored."""
        if not numbers:
            return
        with self._database.write() as connection:
            connection.execute(
                update(entries_table).where(entries_table.c.number.in_(numbers)).values(pinned_at=now)
            )
        self._journal.hook("pin.marked")

    def failed(self, cid: str, store: str, error: str, disclosure: Draft | None, now: int) -> int | None:
        """Note a failed copy, and disclose it the first time; return the disclosure's number."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            known = self._find(connection, cid, store)
            if known is None:
                number = (
                    None if disclosure is None else self._journal.append(connection, disclosure, now).number
                )
                row = {"cid": cid, "store": store, "error": error, "disclosure": number}
                connection.execute(insert(pins_table).values(attempts=1, next_at=now + FIRST_RETRY_S, **row))
                return number
            attempts = 1 if known.next_at is None else known.attempts + 1
            self._set(
                connection, cid, store, attempts=attempts, error=error, next_at=now + _pause_s(attempts)
            )
        return None

    def arrived(self, cid: str, store: str, correction: Draft | None, now: int) -> bool:
        """Note that a copy is there, and correct its disclosure once; False when it had not failed."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            known = self._find(connection, cid, store)
            if known is None or known.next_at is None:
                return False
            number = known.correction
            if correction is not None and number is None:
                number = self._journal.append(connection, correction, now).number
            self._set(connection, cid, store, next_at=None, correction=number)
        return True

    def disclosure_of(self, cid: str, store: str) -> int | None:
        """Return the number of the entry that told of this failed copy."""
        with self._database.read() as connection:
            known = self._find(connection, cid, store)
        return None if known is None else known.disclosure

    def due(self, now: int, limit: int) -> list[PinFailure]:
        """Return the failed copies whose time to be tried again has come."""
        table = pins_table
        query = select(table).where(table.c.next_at <= now).order_by(table.c.next_at).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [PinFailure(row.cid, row.store, row.error or "", row.attempts, row.next_at) for row in rows]

    def unpinned(self) -> int:
        """Return how many entries wait to be pinned."""
        with self._database.read() as connection:
            query = select(func.count()).where(entries_table.c.pinned_at.is_(None))
            return int(connection.execute(query).scalar_one())

    def failing(self) -> int:
        """Return how many copies are missing."""
        with self._database.read() as connection:
            query = select(func.count()).where(pins_table.c.next_at.is_not(None))
            return int(connection.execute(query).scalar_one())

    def _find(self, connection: Connection, cid: str, store: str) -> Row[Any] | None:
        return connection.execute(
            select(pins_table).where(pins_table.c.cid == cid, pins_table.c.store == store)
        ).one_or_none()

    def _set(self, connection: Connection, cid: str, store: str, **values: object) -> None:
        row = (pins_table.c.cid == cid, pins_table.c.store == store)
        connection.execute(update(pins_table).where(*row).values(**values))


def _pause_s(attempts: int) -> int:
    return min(FIRST_RETRY_S << min(attempts - 1, 20), LONGEST_RETRY_S)
