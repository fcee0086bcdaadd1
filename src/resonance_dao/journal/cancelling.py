"""
Wishing that a request be not carried out. The wish is kept here; the process that leads acts on it.

A request that waits is refused. For one that may have been broadcast, a transfer of nothing is sent at the
same nonce for more: whichever of the two is mined decides.
"""

from __future__ import annotations

from sqlalchemy import update

from resonance_dao.errors import JournalConflict, NotFound
from resonance_dao.journal.database import Database
from resonance_dao.journal.operation import MINED, Operation
from resonance_dao.journal.operation_rows import find
from resonance_dao.journal.schema import operation as operations_table


def cancellable(database: Database, entry: int) -> Operation:
    """
    Return the operation of request number `entry`. `NotFound` when there is none, `JournalConflict` when it
    is too late.
    """
    with database.read() as connection:
        found = find(connection, entry=entry)
    if found is None:
        raise NotFound(f"record {entry} asked for no transaction, or does not exist")
    if found.settled or found.state == MINED:
        raise JournalConflict(
            f"the transaction of record {entry} is {found.state}: it cannot be cancelled any more",
            hint="`GET /v1/log/records` shows its outcome.",
        )
    return found


def ask(database: Database, entry: int, now: int) -> Operation:
    """Keep the wish that request number `entry` be cancelled; raises as `cancellable`. Idempotent."""
    found, table = cancellable(database, entry), operations_table
    with database.write() as connection:
        wish = update(table).where(table.c.id == found.id, table.c.cancel_at.is_(None))
        connection.execute(wish.values(cancel_at=now))
    return cancellable(database, entry)
