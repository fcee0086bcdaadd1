"""A journal on SQLite and one on PostgreSQL: every test of this folder runs on both."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

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

_spec = importlib.util.spec_from_file_location("cluster", Path(__file__).parent / "cluster.py")
assert _spec is not None
assert _spec.loader is not None
cluster = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cluster)
postgres = cluster.postgres


@pytest.fixture(scope="session")
def postgres_tables(postgres: str) -> str:
    """The name of a database with tables and nothing in them."""
    url = cluster.new_database(postgres)
    upgrade(url)
    return str(parse_url(url).database)


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with tables and nothing in them."""
    file = tmp_path_factory.mktemp("tables") / "journal.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'journal.db'}"
    return cluster.new_database(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The URL of a database with tables."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_tables"), tmp_path / "journal.db")
        return f"sqlite:///{copy}"
    server = request.getfixturevalue("postgres")
    return cluster.new_database(server, request.getfixturevalue("postgres_tables"))


@pytest.fixture
def postgres_url(postgres: str, postgres_tables: str) -> str:
    """The URL of a PostgreSQL database with tables."""
    url: str = cluster.new_database(postgres, postgres_tables)
    return url


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
def statements(journal: Journal) -> list[str]:
    """Every statement that the journal's database is told, as they come."""
    said = list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(journal.database._engine, "before_cursor_execute", note)
    return said


@pytest.fixture
def accept() -> Callable[..., int]:
    """Accept one request and return its number."""

    def accept_it(journal: Journal, **options: Any) -> int:
        body = {"to": LOG, "function": "mint", "status": "requested", "tx_hash": None}
        return journal.accept("transaction", "bounty/1", body, **{"now": NOW, **options}).number

    return accept_it


@pytest.fixture
def new_database() -> Callable[..., str]:
    """Make a database on a PostgreSQL server: of this name's tables, if one is given."""
    return cluster.new_database  # type: ignore[no-any-return]
