"""
One leader: of all the processes that share a journal, one sends.

A lock that the operating system or the database takes back when its holder dies: a file's beside SQLite, an
advisory one in PostgreSQL. It keeps two senders from getting in each other's way; that nothing is sent
twice rests on the outbox alone, so a leader that was paused and wakes beside another does no harm.

In PostgreSQL a leader that is paused, or cut off, does not keep the lead: it says something every `BEAT_S`
seconds on the session that holds the lock, the server's clock tells how long ago that was, and after
`LAPSES_S` whoever stands by has the server end all of its sessions, with whatever they had not committed.
"""

from __future__ import annotations

from threading import Event, Lock, Thread
from weakref import ref

from filelock import FileLock, Timeout
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.database import SESSIONS, Database, converted, session_options

# Any number will do, as long as it is always the same.
LEADER_LOCK = 7_310_002
BEAT_S = 2.0
LAPSES_S = 10.0

# A 64-bit lock is told in two halves. Who may not see the others' sessions finds none silent.
_SILENT = text(
    """
    SELECT application_name FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle' AND application_name LIKE :ours
    AND clock_timestamp() - state_change > :lapses * interval '1 second'
    AND pid IN (
        SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE datname = current_database() AND locktype = 'advisory' AND granted
        AND classid = 0 AND objid = :lock AND objsubid = 1
    )
    """
)
_END = text(
    """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()
    """
)


class Leadership:
    """The right to send. Not taken until `acquire`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file = None if database.file is None else FileLock(f"{database.file}.leader")
        self._connection: Connection | None = None
        self._lock, self._ended = Lock(), Event()

    def acquire(self) -> bool:
        """Take the lead, or keep it; False while another process has it. Never waits."""
        if self._file is not None:
            return _acquire_file(self._file)
        with self._lock:
            return self._beats() or self._acquire_advisory()

    def release(self) -> None:
        """Give the lead up; once given up, do nothing."""
        if self._file is not None:
            self._file.release()
        with self._lock:
            self._ended.set()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _beats(self) -> bool:
        """Say something on the session that holds the lock; False when there is none any more."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            # The session is gone, and the lock with it.
            self._connection = None
        return self._connection is not None

    def _acquire_advisory(self) -> bool:
        self._ended.set()
        with converted():
            url, name = self._database.url, self._database.session_name
            engine = create_engine(
                url,
                poolclass=NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args=session_options(url, name),
            )
            connection = engine.connect()
            taken = connection.execute(
                text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LEADER_LOCK}
            ).scalar_one()
            if not taken:
                _end_silent(connection)
        if not taken:
            connection.close()
            return False
        self._connection, self._ended = connection, Event()
        Thread(target=_keep_beating, args=(ref(self), self._ended), name="leading", daemon=True).start()
        return True

    def _beats_on(self, ended: Event) -> bool:
        with self._lock:
            return not ended.is_set() and self._beats()


def _keep_beating(leading: ref[Leadership], ended: Event) -> None:
    """Beat until the lead has ended; who is forgotten falls silent."""
    while not ended.wait(BEAT_S):
        leadership = leading()
        if leadership is None or not leadership._beats_on(ended):
            return
        del leadership


def _end_silent(connection: Connection) -> None:
    """Have the server end the sessions of a leader that is silent; the next look takes the lead."""
    asked = {"lock": LEADER_LOCK, "lapses": LAPSES_S, "ours": f"{SESSIONS}%"}
    for name in connection.execute(_SILENT, asked).scalars().all():
        connection.execute(_END, {"name": name})


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
