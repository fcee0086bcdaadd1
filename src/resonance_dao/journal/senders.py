"""
The keys that send nothing new any more, because somebody else used them.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from resonance_dao.journal.database import Database
from resonance_dao.journal.schema import retired_sender


class RetiredSenders:
    """Which keys are out of service. What they have under way is still looked after."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, str]:
        """Return the addresses and the reason code of each."""
        query = select(retired_sender.c.address, retired_sender.c.reason_code)
        with self._database.read() as connection:
            return {row.address: row.reason_code for row in connection.execute(query)}

    def add(self, address: str, reason_code: str, now: int) -> None:
        """Put a key out of service, for good."""
        table = retired_sender
        with self._database.write() as connection:
            connection.execute(delete(table).where(table.c.address == address))
            row = {"address": address, "reason_code": reason_code, "retired_at": now}
            connection.execute(insert(table).values(**row))
