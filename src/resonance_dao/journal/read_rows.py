"""The rows of the read model within one commit: read once, changed in memory, written at the end."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.engine import Row as SqlRow

from resonance_dao.journal.read_schema import read_row
from resonance_dao.journal.read_values import Row, canonical_text

_COLUMNS = tuple(field.name for field in fields(Row) if field.name != "body")


class Rows:
    """Rows by kind and key, in a transaction that somebody else commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[tuple[str, str], Row | None] = {}
        self._changed: set[tuple[str, str]] = set()

    def get(self, kind: str, key: str) -> Row | None:
        """Return a row as it stands now."""
        if (kind, key) not in self._held:
            query = select(read_row).where(read_row.c.kind == kind, read_row.c.key == key)
            found = self._connection.execute(query).one_or_none()
            self._held[kind, key] = None if found is None else row_of(found)
        return self._held[kind, key]

    def put(self, row: Row) -> None:
        """Write a row, in the place of the one before."""
        self._held[row.kind, row.key] = row
        self._changed.add((row.kind, row.key))

    def drop(self, kind: str, key: str) -> None:
        """Remove a row, if it is there."""
        if self.get(kind, key) is not None:
            self._held[kind, key] = None
            self._changed.add((kind, key))

    def forget(self, subjects: Iterable[str]) -> None:
        """Remove every row of these subjects, before any is read."""
        for subject in subjects:
            self._connection.execute(delete(read_row).where(read_row.c.subject == subject))

    def flush(self) -> None:
        """Write what was changed."""
        for kind, key in self._changed:
            self._connection.execute(delete(read_row).where(read_row.c.kind == kind, read_row.c.key == key))
        left = [row for name in self._changed if (row := self._held[name]) is not None]
        if left:
            self._connection.execute(insert(read_row), [_values(row) for row in left])
        self._changed.clear()


def row_of(found: SqlRow[Any]) -> Row:
    """Return a row as the database gave it."""
    return Row(body=json.loads(found.body), **{name: getattr(found, name) for name in _COLUMNS})


def _values(row: Row) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _COLUMNS}, "body": canonical_text(dict(row.body))}
