"""The world of the workflows' tests, and read models of it in databases of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resonance_dao.journal.database import Database
from resonance_dao.journal.migration import upgrade
from resonance_dao.workflows.reading.reader import Reader, read_model
from resonance_dao.workflows.system import System
from tests.integration.workflows.conftest import settled_world, world

__all__ = ["settled_world", "world"]

MakeReader = Callable[[System], Reader]


@pytest.fixture
def make_reader(tmp_path: Path) -> Iterator[MakeReader]:
    """Return what makes a reader with an empty read model of its own."""
    opened: list[Database] = []

    def make(system: System) -> Reader:
        url = f"sqlite:///{tmp_path / f'model-{len(opened)}.db'}"
        upgrade(url)
        opened.append(Database(url))
        return Reader(read_model(opened[-1], system), system)

    yield make
    for database in opened:
        database.close()
