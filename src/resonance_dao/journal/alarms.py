"""
Alarms: what an operator must see to, each told once by a disclosure, until it is over.

A process that restarts meets the same trouble again; what is raised already is not told again. Its end is
told by a correction of the disclosure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from resonance_dao.journal.entry import Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.schema import alarm as alarms_table


@dataclass(frozen=True, slots=True)
class Alarm:
    """What it is about, its reason code, the disclosure's number and when it was raised (unix s)."""

    subject: str
    reason_code: str
    disclosure: int
    raised_at: int


class Alarms:
    """The alarms of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._database = journal, journal.database

    def raised(self) -> list[Alarm]:
        """Return what is not over, the oldest first."""
        query = select(alarms_table).order_by(alarms_table.c.raised_at, alarms_table.c.subject)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [Alarm(row.subject, row.reason_code, row.disclosure, row.raised_at) for row in rows]

    def sound(self, disclosure: Draft, now: int) -> bool:
        """Write a disclosure and keep its alarm, in one commit; False when its subject has one already."""
        subject, table = disclosure.subject, alarms_table
        with self._database.write() as connection:
            self._journal.lock(connection)
            if connection.execute(select(table).where(table.c.subject == subject)).first() is not None:
                return False
            number = self._journal.append(connection, disclosure, now).number
            row = {"reason_code": str(disclosure.body["reason_code"]), "disclosure": number}
            connection.execute(insert(table).values(subject=subject, raised_at=now, **row))
            self._journal.hook("alarm.before_commit")
        self._journal.hook("alarm.committed")
        return True

    def end(
        self,
        subject: str,
        correction: Callable[[int], Draft],
        now: int,
        *,
        write: Callable[[Connection], None] = lambda _connection: None,
    ) -> bool:
        """
        End an alarm and write the correction of its disclosure, and what else `write` does, in one commit;
        False when there is none.
        """
        table = alarms_table
        with self._database.write() as connection:
            self._journal.lock(connection)
            query = select(table.c.disclosure).where(table.c.subject == subject)
            disclosure = connection.execute(query).scalar_one_or_none()
            if disclosure is None:
                return False
            connection.execute(delete(table).where(table.c.subject == subject))
            self._journal.append(connection, correction(disclosure), now)
            write(connection)
        return True
