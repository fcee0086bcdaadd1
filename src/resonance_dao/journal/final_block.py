"""
The newest block in which an operation ended for good.

Everything that was told as final lies in it or below it. If the chain has another block of its number, a
promise was broken, and nothing may be sent as if it had not been.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from resonance_dao.journal.database import Database
from resonance_dao.journal.schema import finality


class FinalBlock(NamedTuple):
    """A block's number and hash."""

    number: int
    hash: str


def read(database: Database) -> FinalBlock | None:
    """Return the newest final block; None when nothing has ended yet."""
    with database.read() as connection:
        row = connection.execute(select(finality)).one_or_none()
    return None if row is None else FinalBlock(row.block_number, row.block_hash)


def note(connection: Connection, number: int, block_hash: str) -> None:
    """Keep a block in which an operation ended, unless a newer one is known. The caller holds the lock."""
    known = connection.execute(select(finality.c.block_number)).scalar_one_or_none()
    row = {"block_number": number, "block_hash": block_hash}
    if known is None:
        connection.execute(insert(finality).values(id=1, **row))
    elif known < number:
        connection.execute(update(finality).values(**row))


def decide(connection: Connection, block: FinalBlock) -> None:
    """Keep a block that a person takes for final, whatever is known. The caller holds the lock."""
    connection.execute(delete(finality))
    connection.execute(insert(finality).values(id=1, block_number=block.number, block_hash=block.hash))
