"""
What is known of each sending key: whether it is out of service, and which of its nonces are accounted for.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from resonance_dao.journal.database import Database
from resonance_dao.journal.schema import operation, retired_sender, sender_start


class RetiredSenders:
    """Which keys send nothing new any more. What they have under way is still looked after."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, str]:
        """Return the addresses and the reason code of each."""
        query = select(retired_sender.c.address, retired_sender.c.reason_code)
        with self._database.read() as connection:
            return {row.address: row.reason_code for row in connection.execute(query)}

    def add(self, address: str, reason_code: str, now: int) -> None:
        """Put a key out of service, for good; one that is keeps its first reason."""
        row = {"address": address, "reason_code": reason_code, "retired_at": now}
        with self._database.write() as connection:
            connection.execute(_insert(connection, retired_sender).values(**row).on_conflict_do_nothing())


class SenderNonces:
    """
    How many nonces of each key are accounted for: those that were used when this journal first saw the key,
    and those that it gave itself.
    """

    def __init__(self, database: Database, chain_id: int) -> None:
        self._database, self._chain_id = database, chain_id

    def accounted(self, address: str, used: int, now: int) -> int:
        """
        Return how many are; `used`, which the chain told before this is asked, is noted at first sight. What
        the chain has beyond the returned number is not ours: ours is in the journal before it is sent.
        """
        known = self._known(address)
        if known is None:
            row = {"address": address, "nonce": used, "noted_at": now}
            with self._database.write() as connection:
                connection.execute(_insert(connection, sender_start).values(**row).on_conflict_do_nothing())
            known = self._known(address)
        return used if known is None else known

    def start(self, address: str) -> int:
        """Return below which nonce a key's transactions are accounted for without being this journal's."""
        query = select(sender_start.c.nonce).where(sender_start.c.address == address)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one_or_none() or 0)

    def accept(self, address: str, used: int, now: int) -> None:
        """Account for every nonce below `used`: a person knows what they were used for."""
        with self._database.write() as connection:
            self.accept_in(connection, address, used, now)

    def accept_in(self, connection: Connection, address: str, used: int, now: int) -> None:
        """As `accept`, in somebody's transaction."""
        row, table = {"nonce": used, "noted_at": now}, sender_start
        statement = _insert(connection, table).values(address=address, **row)
        where = table.c.nonce < used
        connection.execute(
            statement.on_conflict_do_update(index_elements=[table.c.address], set_=row, where=where)
        )

    def _known(self, address: str) -> int | None:
        mine = (operation.c.chain_id == self._chain_id, operation.c.sender == address)
        with self._database.read() as connection:
            query = select(sender_start.c.nonce).where(sender_start.c.address == address)
            start = connection.execute(query).scalar_one_or_none()
            last = connection.execute(select(func.max(operation.c.nonce)).where(*mine)).scalar_one()
        if start is None:
            return None
        return int(start) if last is None else max(int(start), int(last) + 1)


def _insert(connection: Connection, table: Table) -> Any:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
