"""Questions to the read model: pages of rows, rows of an account, and what to look at now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from resonance_dao.journal.database import Database
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.read_rows import row_of
from resonance_dao.journal.read_schema import read_row
from resonance_dao.journal.read_values import Row


class ReadLists:
    """Reads the rows of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, kind: str, after: int, limit: int, *, project: int | None = None) -> list[Row]:
        """Return rows with numbers after `after`, ascending, of one project or of all."""
        query = select(read_row).where(read_row.c.kind == kind, read_row.c.number > after)
        if project is not None:
            query = query.where(read_row.c.project == project)
        return self._rows(query.order_by(read_row.c.number).limit(limit))

    def named(self, kind: str, keys: Sequence[str]) -> dict[str, Row]:
        """Return the rows with these keys, by key."""
        query = select(read_row).where(read_row.c.kind == kind, read_row.c.key.in_(in_list(keys)))
        return {row.key: row for row in self._rows(query)}

    def of_account(self, kind: str, account: str) -> list[Row]:
        """Return the rows of an account, by number and key."""
        query = select(read_row).where(read_row.c.kind == kind, read_row.c.account == account)
        return sorted(self._rows(query), key=lambda row: (row.number or 0, row.key))

    def _rows(self, query: Select[Any]) -> list[Row]:
        with self._database.read() as connection:
            return [row_of(found) for found in connection.execute(query)]
