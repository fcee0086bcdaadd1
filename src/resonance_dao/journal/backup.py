"""
A copy of a SQLite journal while it is in use, and whether a copy is whole.

The copy is of one moment (SQLite's online backup). What opens doors is left out of it: sessions, the secret
of sign-ins and the nonces that were used with it, so that a stolen backup signs nobody in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from resonance_dao.errors import InputInvalid, JournalConflict, JournalUnavailable
from resonance_dao.journal.database import Database
from resonance_dao.journal.operation import UNSETTLED
from resonance_dao.journal.schema import entry, ledger, operation
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.merkle import leaf_of, record_hash

DOORS = ("session", "used_nonce", "door_secret")
_PAGES = 2_000
_ROWS = 2_000
_POSTGRES = (
    "PostgreSQL has its own tools: make a backup with `pg_dump --format=custom --file=FILE DATABASE`, bring "
    "it back with `pg_restore --clean --if-exists --dbname=DATABASE FILE` while no gateway runs, and keep "
    "the evidence folder beside it. The gateway compares it with the chain when it starts."
)


@dataclass(frozen=True, slots=True)
class Held:
    """What a journal holds: whose it is, how many entries, and when the last was accepted (unix s)."""

    chain_id: int
    genesis_hash: str
    publisher: str
    log: str
    size: int
    last_at: int | None

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return asdict(self)


def sqlite_file(database_url: str) -> Path:
    """Return the file of a SQLite URL. `InputInvalid` for PostgreSQL says what to use instead."""
    database = Database(database_url)
    try:
        if database.file is None:
            raise InputInvalid(
                "RESONANCE_DATABASE_URL", "postgresql", "is no file that this could copy", hint=_POSTGRES
            )
        return database.file
    finally:
        database.close()


def copy(source: Path, target: Path) -> None:
    """Copy a journal that may be in use to a new file, without what opens doors."""
    if not source.is_file():
        raise InputInvalid("RESONANCE_HOME", str(source), "is no journal: there is nothing to keep yet")
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as before,
            closing(sqlite3.connect(target)) as after,
        ):
            before.backup(after, pages=_PAGES)
            after.execute("PRAGMA journal_mode=DELETE")
            after.execute("PRAGMA secure_delete=ON")
            there = {row[0] for row in after.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for table in DOORS:
                if table in there:
                    after.execute(f"DELETE FROM {table}")  # noqa: S608  a name of ours
            after.commit()
    except sqlite3.Error as exc:
        raise JournalUnavailable(f"the journal could not be copied: {exc}") from exc


def check(database: Database, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Held:
    """
    Read a whole SQLite journal and return what it holds: its pages are sound, its numbers have no gap, and
    every record is the one that its receipt and its leaf name.

    Raises `JournalConflict` for one that is not whole, or that belongs to nobody yet.
    """
    with database.read() as connection:
        _check_pages(connection)
        row = connection.execute(select(ledger)).one_or_none()
        if row is None:
            raise _damaged("it was never begun")
        found = connection.execute(
            select(func.count(), func.min(entry.c.number), func.max(entry.c.number))
        ).one()
        if tuple(found) not in ((row.size, 1, row.size), (0, None, None)) or found[0] != row.size:
            raise _damaged(f"it should hold {row.size} records without a gap, and holds {found[0]}")
        _check_records(connection, row.size, progress)
        last_at = connection.execute(select(func.max(entry.c.accepted_at))).scalar_one()
    return Held(row.chain_id, row.genesis_hash, row.publisher, row.log, row.size, last_at)


def has_begun(database: Database) -> bool:
    """Return whether the journal is somebody's: before its first request it names no chain and no key."""
    with database.read() as connection:
        return any(
            connection.execute(select(table).limit(1)).first() is not None for table in (ledger, entry)
        )


def last_nonces(database: Database) -> dict[str, int]:
    """Return the last nonce that each key was given."""
    query = select(operation.c.sender, func.max(operation.c.nonce)).where(operation.c.nonce.is_not(None))
    with database.read() as connection:
        return {row[0]: int(row[1]) for row in connection.execute(query.group_by(operation.c.sender))}


def has_unsettled(database: Database) -> bool:
    """Return whether something waits to be sent, or for its end."""
    query = select(operation.c.id).where(operation.c.state.in_(UNSETTLED)).limit(1)
    with database.read() as connection:
        return connection.execute(query).first() is not None


def _check_pages(connection: Connection) -> None:
    verdict = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if verdict != "ok":
        raise _damaged(f"the database is not sound: {verdict}")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise _damaged("one of its rows names another that is not there")


def _check_records(connection: Connection, size: int, progress: Callable[[int, int], None]) -> None:
    wanted = (entry.c.number, entry.c.record, entry.c.cid, entry.c.record_hash, entry.c.leaf)
    for first in range(1, size + 1, _ROWS):
        query = select(*wanted).where(entry.c.number.between(first, first + _ROWS - 1))
        for row in connection.execute(query):
            if not _is_itself(row):
                raise _damaged(f"record {row.number} is not the one that its receipt names")
        progress(min(first + _ROWS - 1, size), size)


def _is_itself(row: Any) -> bool:
    # SQLite keeps text in a column of bytes if it is given text.
    if not isinstance(row.record, bytes):
        return False
    record, digest = row.record, bytes(row.record_hash)
    return (record_hash(record), leaf_of(digest), cid_of(record)) == (digest, bytes(row.leaf), row.cid)


def _damaged(what: str) -> JournalConflict:
    return JournalConflict(f"the journal is damaged: {what}", hint="Use another backup.")
