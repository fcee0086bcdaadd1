"""
One leader: of all the processes that share a journal, one sends.

A lock that the operating system or the database takes back when its holder dies: a file's beside SQLite, an
advisory one in PostgreSQL. It keeps two senders from getting in each other's way; that nothing is sent
twice rests on the outbox alone, so a leader that was paused and wakes beside another does no harm.
"""

from __future__ import annotations

from filelock import FileLock, Timeout
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.database import Database, converted, session_options

# Any number will do, as long as it is always the same.
LEADER_LOCK = 7_310_002


class Leadership:
    """The right to send. Not taken until `acquire`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file = None if database.file is None else FileLock(f"{database.file}.leader")
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Take the lead, or keep it; False while another process has it. Never waits."""
        return self._acquire_advisory() if self._file is None else _acquire_file(self._file)

    def release(self) -> None:
        """Give the lead up; once given up, do nothing."""
        if self._file is not None:
            self._file.release()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _acquire_advisory(self) -> bool:
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
                return True
            except SQLAlchemyError:
                # The session is gone, and the lock with it.
                self._connection = None
        with converted():
            url = self._database.url
            engine = create_engine(
                url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=session_options(url)
            )
            connection = engine.connect()
            taken = connection.execute(
                text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LEADER_LOCK}
            ).scalar_one()
        if not taken:
            connection.close()
            return False
        self._connection = connection
        return True


def _acquire_file(file: FileLock) -> bool:
    if file.is_locked:
        return True
    try:
        file.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as exc:
        raise JournalConflict(f"the lock beside the journal cannot be taken: {exc}") from exc
    return True
