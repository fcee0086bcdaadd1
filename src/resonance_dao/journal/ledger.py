"""
The ledger's one row: whose journal this is, and how many entries it has.

Whoever writes an entry takes this row first. On PostgreSQL that keeps other writers waiting until the
commit, so a number is never given twice and never lost; on SQLite the transaction itself does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from resonance_dao.errors import ChainMismatch, JournalConflict
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.schema import ledger

_LOCKED = select(ledger).with_for_update()


def take(connection: Connection, identity: Identity) -> int:
    """
    Take the row for this transaction and return the number of entries; an empty database is claimed.

    Raises `ChainMismatch` when it belongs to another chain, `JournalConflict` to another publisher or log.
    """
    row = connection.execute(_LOCKED).one_or_none()
    if row is None:
        _claim(connection, identity)
        row = connection.execute(_LOCKED).one()
    _check(row, identity)
    return int(row.size)


def _claim(connection: Connection, identity: Identity) -> None:
    # Two processes may claim at once; the second finds the row of the first.
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    whose = {"chain_id": identity.chain_id, "genesis_hash": identity.genesis_hash}
    row = {"id": 1, "publisher": identity.publisher, "log": identity.log, "size": 0, **whose}
    connection.execute(dialect.insert(ledger).values(**row).on_conflict_do_nothing())


def _check(row: Row[Any], identity: Identity) -> None:
    if (row.chain_id, row.genesis_hash) != (identity.chain_id, identity.genesis_hash):
        raise ChainMismatch(
            f"the journal was begun on chain {row.chain_id} with genesis {row.genesis_hash}",
            hint="A development chain that was restarted is another chain: begin a new journal.",
            expected=row.genesis_hash,
            found=identity.genesis_hash,
        )
    if (row.publisher, row.log) != (identity.publisher, identity.log):
        raise JournalConflict(
            f"the journal belongs to publisher {row.publisher} and log {row.log}",
            hint="Name the database, the key and the log that belong together.",
        )
