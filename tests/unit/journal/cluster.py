"""
A PostgreSQL server for tests: a given one, or a private one that lives as long as the tests.

Loaded by the conftests that need it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from resonance_dao.journal.database import parse_url

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
