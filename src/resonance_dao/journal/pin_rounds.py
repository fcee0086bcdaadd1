"""
Rounds: every copy on every store is looked at again, a few at a time, in the order of the entries.

A round is one row per store, not one per copy: where it has come to, and what it has found. What must be on
a store is read from the entries: the record, the evidence that it tells of unless that was forgotten, and
the manifest of the batch that it begins. Positions are entry numbers, times unix seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from resonance_dao.journal.copies import note
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import CopyReport
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.schema import batch, entry, pin_round

EVIDENCE = "evidence"
_KEPT = ("pinned", "sealed")


@dataclass(frozen=True, slots=True)
class PinRound:
    """
    One store's round: it goes on at `position`, has `checked` so many copies and found `missing` of them
    missing. `ended_at` None: it is under way.
    """

    store: str
    position: int
    begun_at: int
    ended_at: int | None
    checked: int
    missing: int

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Content:
    """What must be on every store because of entry `number`."""

    number: int
    cid: str


class PinRounds:
    """The rounds of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._database = journal, journal.database

    def all(self) -> tuple[PinRound, ...]:
        """Return the last round of each store."""
        return last_rounds(self._database)

    def of(self, store: str, now: int, every_s: int) -> PinRound:
        """
        Return the round of a store. The next begins `every_s` after the last one began; of a store that is
        new, `every_s` from now, since all it has was just put there.
        """
        query = select(pin_round).where(pin_round.c.store == store)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is not None and not _is_due(row, now, every_s):
            return _round(row)
        with self._database.write() as connection:
            # Another process may have begun it meanwhile: two may lead for a moment.
            self._journal.lock(connection)
            row = connection.execute(query).one_or_none()
            if row is None or _is_due(row, now, every_s):
                _begin(connection, store, now, is_new=row is None)
            return _round(connection.execute(query).one())

    def contents(self, position: int, limit: int) -> list[Content]:
        """Return what the first `limit` pinned entries from `position` on want to be kept, in their order."""
        query = select(entry.c.number, entry.c.cid, entry.c.kind, entry.c.subject, entry.c.record)
        query = query.where(entry.c.number >= position, entry.c.pinned_at.is_not(None))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(entry.c.number).limit(limit)).all()
            if not rows:
                return []
            manifests = _manifests(connection, rows[0].number, rows[-1].number)
            forgotten = _forgotten(connection, {row.subject for row in rows if row.kind == EVIDENCE})
        found = []
        for row in rows:
            told = None if row.kind != EVIDENCE or row.subject in forgotten else _told(row.record)
            cids = (row.cid, told, manifests.get(row.number))
            found += [Content(row.number, cid) for cid in dict.fromkeys(cids) if cid is not None]
        return found

    def advance(self, before: PinRound, after: PinRound, copies: Sequence[CopyReport], now: int) -> None:
        """
        Note in one commit how far a round has come and which copies it found missing. A round that another
        process has moved meanwhile stays as it is.
        """
        mine = (pin_round.c.store == before.store, pin_round.c.position == before.position)
        values = after.to_dict()
        with self._database.write() as connection:
            self._journal.lock(connection)
            if connection.execute(update(pin_round).where(*mine).values(**values)).rowcount:
                note(connection, copies, lambda told: self._journal.append(connection, told, now).number, now)


def last_rounds(database: Database) -> tuple[PinRound, ...]:
    """Return the last round of each store, for whoever has the database alone."""
    with database.read() as connection:
        rows = connection.execute(select(pin_round).order_by(pin_round.c.store)).all()
    return tuple(_round(row) for row in rows)


def _manifests(connection: Connection, first: int, last: int) -> dict[int, str]:
    query = select(batch.c.first, batch.c.manifest_cid).where(batch.c.first.between(first, last))
    return {row[0]: row[1] for row in connection.execute(query)}


def _forgotten(connection: Connection, subjects: Iterable[str]) -> set[str]:
    query = select(entry.c.subject, entry.c.record).where(
        entry.c.kind == EVIDENCE, entry.c.subject.in_(in_list(subjects))
    )
    return {row[0] for row in connection.execute(query) if _body(row[1]).get("status") == "forgotten"}


def _told(record: bytes) -> str | None:
    body = _body(record)
    cid = body.get("cid")
    return cid if body.get("status") in _KEPT and isinstance(cid, str) else None


def _body(record: bytes) -> dict[str, Any]:
    # Written by the journal itself, as canonical JSON: no need to read it as a stranger's.
    body = json.loads(bytes(record))["body"]
    return body if isinstance(body, dict) else {}


def _round(row: Row[Any]) -> PinRound:
    return PinRound(row.store, row.position, row.begun_at, row.ended_at, row.checked, row.missing)


def _is_due(row: Row[Any], now: int, every_s: int) -> bool:
    return row.ended_at is not None and now - row.begun_at >= every_s


def _begin(connection: Connection, store: str, now: int, *, is_new: bool) -> None:
    values = {"position": 1, "begun_at": now, "checked": 0, "missing": 0}
    if is_new:
        connection.execute(insert(pin_round).values(store=store, ended_at=now, **values))
    else:
        connection.execute(
            update(pin_round).where(pin_round.c.store == store).values(ended_at=None, **values)
        )
