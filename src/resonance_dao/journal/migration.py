"""
Bring a database to this version's schema: Alembic, run by the program, without an ini file.

Two processes may do so at once: the second waits and finds the work done.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.database import Database

# Any number will do, as long as it is always the same.
UPGRADE_LOCK = 7_310_001


def upgrade(url: str) -> None:
    """
    Make the tables, or alter them to this version. Raises `JournalConflict` when they are of a newer one.
    """
    database = Database(url)
    if database.file is not None:
        database.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(database.file)
    try:
        with database.alter() as connection:
            _upgrade(connection, locking=not database.is_sqlite)
    finally:
        database.close()


def _make_private(file: Path) -> None:
    """Make a new database's file its owner's alone; SQLite gives its side files the same mode."""
    with suppress(
        OSError
    ):  # one that is there keeps its mode; what cannot be made is told of when it is opened
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection that is already in a transaction."""
    config = Config()
    # ConfigParser reads % as a reference; a folder's name may hold one.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, *, locking: bool) -> None:
    if locking:
        # A new index on a large table takes as long as it takes.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
    config = configuration(connection)
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise JournalConflict(
            f"the journal's schema {found} is newer than this program",
            hint="Install the newer version again.",
        )
    command.upgrade(config, "head")
