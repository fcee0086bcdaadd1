"""
One database: SQLite in a file, or PostgreSQL by its URL.

    database = Database("sqlite:///.resonance/journal.db")
    with database.write() as connection: ...      # one commit, or none of it
    with database.read() as connection: ...

A write transaction takes the writer's lock when it begins, so that what it reads cannot change under it.
SQLite runs in WAL mode with synchronous=FULL: what is committed survives a power cut. Errors of the driver
become ours here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError, SQLAlchemyError

from resonance_dao.errors import InputInvalid, JournalConflict, JournalUnavailable, ToolMissing

BUSY_TIMEOUT_S = 30
LOCK_TIMEOUT_S = 30
LOG_PAGES = 4_000
"""
Pages of a file's log, 16 MB, until they are written into the file itself. They are on disk from the commit on
either way; the more there are, the fewer are written twice.
"""
CACHE_KIB = 4_096
"""
What a connection keeps of the file at most. Four times as much makes nothing faster, since every commit of
another connection empties it, and shows as memory that grows for hours.
"""
IDLE_IN_WRITE_S = 15
"""A process that stops in the middle of a write loses its session, and with it the locks, after so long."""
STATEMENT_TIMEOUT_S = 300
SESSIONS = "resonance-"
"""How the names of our sessions in PostgreSQL begin; those of one `Database` share one."""
TURN_S = 0.002
"""How often a writer of a file looks whether the one before it is done."""
KEPT_OPEN = 40
"""Connections to a file that are kept, as many as a gateway has threads: opening one takes a while."""


class Database:
    """A connection pool to the journal's database. Opening it touches nothing until the first transaction."""

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.session_name = f"{SESSIONS}{secrets.token_hex(12)}"
        self.hook: Callable[[str], None] = lambda _step: None
        """Called just before and just after every commit; tests kill the process there."""
        self._engine = _engine(self.url, self.session_name)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(str(self.url.database)) if self.is_sqlite else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """
        Yield a connection in a transaction that is the only writer of the journal's numbers; commit at the
        end.
        """
        with converted(), self._engine.connect() as connection:
            connection.execution_options(resonance_writes=True)
            with connection.begin():
                yield connection
                self.hook("before_commit")
            self.hook("committed")

    @contextmanager
    def alter(self) -> Iterator[Connection]:
        """
        Yield a connection in a transaction that may make tables anew to which others refer. SQLite looks at
        no reference meanwhile, so whoever does that looks at the end.
        """
        with converted(), self._engine.connect() as connection:
            connection.execution_options(resonance_writes=True)
            self._watch_references(connection, on=False)
            try:
                with connection.begin():
                    yield connection
            finally:
                self._watch_references(connection, on=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one consistent state."""
        with converted(), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _watch_references(self, connection: Connection, *, on: bool) -> None:
        # Within a transaction it would be ignored, and SQLAlchemy begins one with any statement of its own.
        if self.is_sqlite:
            connection.connection.cursor().execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def parse_url(url: str) -> URL:
    """Read a database URL; `postgres://` and `postgresql://` mean psycopg 3. Raises `InputInvalid`."""
    parsed = _parts(url)
    if parsed is None:
        rule = "is not a database URL; write @, / and ? in a password as %40, %2F and %3F"
        raise InputInvalid("database_url", "***", rule)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise InputInvalid("database_url", parsed.drivername, "must begin with sqlite:/// or postgresql://")
    if parsed.drivername == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise InputInvalid(
            "database_url",
            parsed.database,
            "must name a file: a journal in memory would lose what it promised",
        )
    return parsed


@contextmanager
def converted() -> Iterator[None]:
    """Turn the driver's errors into ours, so that none travels further."""
    try:
        yield
    except IntegrityError as exc:
        raise JournalConflict(
            "the journal already holds what this would write again", hint="Read the journal and try again."
        ) from exc
    except SQLAlchemyError as exc:
        reason = str(getattr(exc, "orig", None) or exc).strip().splitlines()
        raise JournalUnavailable(
            f"the journal's database did not do its work: {reason[0] if reason else type(exc).__name__}"
        ) from exc
    except UnicodeDecodeError as exc:
        # SQLite quotes its schema in what it says, and Python cannot read a damaged one.
        raise JournalUnavailable(
            "the journal's database did not do its work, and what it says is no text: the file is damaged"
        ) from exc


def without_secrets(url: str) -> str:
    """Return what may be shown of a database's URL: no user, password or options."""
    parsed = _parts(url)
    if parsed is None:
        return "***"
    host = f"[{parsed.host}]" if ":" in (parsed.host or "") else parsed.host or ""
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.drivername}://{host}{port}/{parsed.database or ''}"


def _parts(url: str) -> URL | None:
    """Return the parts of a URL; None where a part may be torn from a password, or there is no URL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    if parsed.drivername == "sqlite":
        return None if parsed.host or parsed.username else parsed
    is_torn = "@" in f"{parsed.host}{parsed.database}" or not 0 < (parsed.port or 1) < 65_536
    options = url.partition("?")[2]
    return None if is_torn or (options and not all("=" in one for one in options.split("&"))) else parsed


_OURS = ("options", "application_name")


def session_options(url: URL, session_name: str) -> dict[str, Any]:
    """
    Return how psycopg connects to PostgreSQL, under which name. What the URL says itself goes before.

    Either end finds within some ten seconds that the other's host or network is gone; a server that was
    left to the defaults would keep the locks of a dead client for more than two hours.
    """
    session = {
        "lock_timeout": f"{LOCK_TIMEOUT_S}s",
        "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_WRITE_S}s",
        "synchronous_commit": "on",
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "10000",
    }
    ours: dict[str, Any] = {"options": " ".join(f"-c {name}={value}" for name, value in session.items())}
    ours |= {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
    ours |= {"tcp_user_timeout": 10_000, "connect_timeout": 10, "application_name": session_name}
    return {name: value for name, value in ours.items() if name in _OURS or name not in url.query}


def _engine(url: URL, session_name: str) -> Engine:
    if url.get_backend_name() == "sqlite":
        options: dict[str, Any] = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
        # The one that was used last knows most of the file.
        engine = create_engine(url, pool_size=KEPT_OPEN, pool_use_lifo=True, connect_args=options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(url, pool_pre_ping=True, connect_args=session_options(url, session_name))
    except (NoSuchModuleError, ImportError) as exc:
        raise ToolMissing("psycopg 3 is not installed", hint="Install resonance-dao[postgres].") from exc
    event.listen(engine, "after_cursor_execute", _end_pipeline)
    return engine


def _end_pipeline(connection: Connection, *told: Any) -> None:
    # After psycopg's pipeline of many rows PostgreSQL does not count how long a session is idle in a write,
    # and whoever is paused there would keep its locks for ever. A statement by itself lets it count again.
    if told[-1]:
        cursor = connection.connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()


def _prepare_sqlite(raw: Any, _record: object) -> None:
    # Python's driver would begin deferred transactions on its own; ours begin in `_begin_sqlite`.
    raw.isolation_level = None
    cursor = raw.cursor()
    kept = (f"wal_autocheckpoint={LOG_PAGES}", f"cache_size=-{CACHE_KIB}")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *kept):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("resonance_writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    # SQLite's own waiting sleeps ever longer, up to 100 ms, and whoever came later takes its turn meanwhile.
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        _take_turn(connection, monotonic() + BUSY_TIMEOUT_S)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(1000 * BUSY_TIMEOUT_S)}")


def _take_turn(connection: Connection, ends: float) -> None:
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as exc:
            if "locked" not in str(exc.orig) or monotonic() >= ends:
                raise
        sleep(TURN_S)
