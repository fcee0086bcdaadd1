"""A journal on SQLite and one on PostgreSQL: every test of this folder runs on both."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from resonance_dao.chain.signer import DevSigner
from resonance_dao.journal.database import Database, parse_url
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade

GENESIS = "0x" + "11" * 32
LOG = "0x" + "11" * 20
OPERATOR = DevSigner(9)
IDENTITY = Identity(31337, GENESIS, OPERATOR.address, LOG)
NOW = 1_767_225_600
_names = count(1)


def command(folder: Path, *words: str) -> None:
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *words], check=True, capture_output=True, cwd=folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server with the database name left open: one of our own, or a given one."""
    given = os.environ.get("RESONANCE_TEST_POSTGRES_URL")
    if given:
        yield given.rsplit("/", 1)[0] + "/{}"
        return
    missing = [name for name in ("initdb", "pg_ctl", "postgres") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"PostgreSQL is not here ({', '.join(missing)}), nor RESONANCE_TEST_POSTGRES_URL")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o777)
    cluster = str(folder / "cluster")
    command(folder, "initdb", "-D", cluster, "-U", "resonance", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -F"
    command(folder, "pg_ctl", "-D", cluster, "-w", "-o", options, "-l", str(folder / "log"), "start")
    yield f"postgresql://resonance@/{{}}?host={folder}"
    command(folder, "pg_ctl", "-D", cluster, "-m", "immediate", "stop")
    shutil.rmtree(folder)


def new_database(server: str, template: str = "template1") -> str:
    name = f"journal_{os.getpid()}_{next(_names)}"
    engine = create_engine(parse_url(server.format("postgres")), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return server.format(name)


@pytest.fixture(scope="session")
def postgres_tables(postgres: str) -> str:
    """The name of a database with tables and nothing in them."""
    url = new_database(postgres)
    upgrade(url)
    return str(parse_url(url).database)


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with tables and nothing in them."""
    file = tmp_path_factory.mktemp("tables") / "journal.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'journal.db'}"
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with tables."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_tables"), tmp_path / "journal.db")
        return f"sqlite:///{copy}"
    server = request.getfixturevalue("postgres")
    return new_database(server, request.getfixturevalue("postgres_tables"))


@pytest.fixture
def open_journal(url: str) -> Iterator[Callable[..., Journal]]:
    """Open the same database as another process would."""
    opened: list[Database] = []

    def open_it(identity: Identity = IDENTITY, **options: Any) -> Journal:
        opened.append(Database(url))
        return Journal(opened[-1], identity, OPERATOR, **options)

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def journal(open_journal: Callable[..., Journal]) -> Journal:
    return open_journal()


@pytest.fixture
def accept() -> Callable[..., int]:
    """Accept one request and return its number."""

    def accept_it(journal: Journal, **options: Any) -> int:
        body = {"to": LOG, "function": "mint", "status": "requested", "tx_hash": None}
        return journal.accept("transaction", "bounty/1", body, **{"now": NOW, **options}).number

    return accept_it
