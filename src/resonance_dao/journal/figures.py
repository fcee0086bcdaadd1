"""
Figures: how a journal stands, in numbers that an operator watches.

Each is read from an index or from one row, so that asking costs the same with ten records and ten million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from resonance_dao.journal.database import Database
from resonance_dao.journal.operation import UNSETTLED
from resonance_dao.journal.schema import alarm, batch, entry, ledger, operation


@dataclass(frozen=True, slots=True)
class Figures:
    """
    Counts of entries, of operations by state (those that have not ended) and of alarms by reason. Of the
    first entry that is not anchored `waits_since` is when it was accepted and `anchor_by` when that is due,
    in unix s; None when all are anchored.
    """

    accepted: int
    anchored: int
    unpinned: int
    waits_since: int | None
    anchor_by: int | None
    operations: Mapping[str, int]
    alarms: Mapping[str, int]


def read_figures(database: Database) -> Figures:
    """Return how the journal of a database stands; every figure is of the same moment."""
    with database.read() as connection:
        anchored = _anchored(connection)
        oldest = connection.execute(
            select(entry.c.accepted_at, entry.c.anchor_by).where(entry.c.number == anchored + 1)
        ).one_or_none()
        return Figures(
            accepted=int(connection.execute(select(ledger.c.size)).scalar_one_or_none() or 0),
            anchored=anchored,
            unpinned=int(
                connection.execute(select(func.count()).where(entry.c.pinned_at.is_(None))).scalar_one()
            ),
            waits_since=None if oldest is None else oldest.accepted_at,
            anchor_by=None if oldest is None else oldest.anchor_by,
            operations=dict.fromkeys(UNSETTLED, 0) | _operations(connection),
            alarms=_alarms(connection),
        )


def anchor_by(database: Database, number: int) -> int | None:
    """Return by when (unix s) an entry's receipt promises it in the log; None when there is no such entry."""
    with database.read() as connection:
        query = select(entry.c.anchor_by).where(entry.c.number == number)
        return connection.execute(query).scalar_one_or_none()


def _anchored(connection: Connection) -> int:
    query = select(batch.c.first, batch.c.size).where(batch.c.final_at.is_not(None))
    row = connection.execute(query.order_by(batch.c.id.desc()).limit(1)).one_or_none()
    return 0 if row is None else int(row.first + row.size - 1)


def _operations(connection: Connection) -> dict[str, int]:
    state = operation.c.state
    query = select(state, func.count()).where(state.in_(UNSETTLED)).group_by(state)
    return {row[0]: row[1] for row in connection.execute(query)}


def _alarms(connection: Connection) -> dict[str, int]:
    query = select(alarm.c.reason_code, func.count()).group_by(alarm.c.reason_code)
    return {row[0]: row[1] for row in connection.execute(query)}
