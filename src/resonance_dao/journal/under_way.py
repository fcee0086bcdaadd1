"""
What is to be sent and what is under way, for who only looks: needs neither the chain nor a key.
"""

from __future__ import annotations

from sqlalchemy import func, select

from resonance_dao.journal.alarms import Alarm
from resonance_dao.journal.database import Database
from resonance_dao.journal.operation import QUEUED, UNSETTLED, Operation
from resonance_dao.journal.operation_rows import with_attempts
from resonance_dao.journal.schema import alarm as alarms_table
from resonance_dao.journal.schema import ledger as ledger_table
from resonance_dao.journal.schema import operation as operations_table


class UnderWay:
    """Reads the sending side of one journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publisher(self) -> str | None:
        """Return whose journal this is; None while nothing was ever accepted."""
        with self._database.read() as connection:
            return connection.execute(select(ledger_table.c.publisher)).scalar_one_or_none()

    def operations(self, limit: int = 1000) -> list[Operation]:
        """Return what has not ended, the oldest first."""
        table = operations_table
        query = select(table).where(table.c.state.in_(UNSETTLED)).order_by(table.c.id).limit(limit)
        with self._database.read() as connection:
            return with_attempts(connection, connection.execute(query).all())

    def last_nonces(self) -> dict[str, int]:
        """Return the highest nonce that each key was ever given here."""
        table = operations_table
        query = select(table.c.sender, func.max(table.c.nonce)).where(table.c.state != QUEUED)
        query = query.where(table.c.nonce.is_not(None)).group_by(table.c.sender)
        with self._database.read() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(query)}

    def alarms(self) -> list[Alarm]:
        """Return the alarms that are not over, the oldest first."""
        query = select(alarms_table).order_by(alarms_table.c.raised_at, alarms_table.c.subject)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [Alarm(row.subject, row.reason_code, row.disclosure, row.raised_at) for row in rows]
