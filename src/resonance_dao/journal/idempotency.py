"""
Idempotency keys: which request was answered with which entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, tuple_

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.entry import Idempotency
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import idempotency as idempotency_table

Name = tuple[str, str]
"""A caller's scope and its key."""


def answered(connection: Connection, asked: Iterable[Idempotency]) -> Mapping[Name, Row[Any]]:
    """Return the entries that these requests were answered with, as far as they were."""
    table, names = idempotency_table, [(one.scope, one.key) for one in asked]
    if not names:
        return {}
    found = select(entries_table, table.c.scope, table.c.key, table.c.request_hash).join(
        table, table.c.entry == entries_table.c.number
    )
    rows = connection.execute(found.where(tuple_(table.c.scope, table.c.key).in_(names)))
    return {(row.scope, row.key): row for row in rows}


def require_same(asked: Idempotency, request_hash: bytes, number: int) -> None:
    """Refuse a key that was used for another request (`JournalConflict`)."""
    if request_hash != asked.request_hash:
        raise JournalConflict(
            f"the key {asked.key!r} was used for another request",
            hint="Use a new Idempotency-Key for a new request.",
            number=number,
        )


def remember(connection: Connection, answers: Iterable[tuple[Idempotency, int]]) -> None:
    """Keep which requests these entries answer."""
    rows = [
        {"scope": asked.scope, "key": asked.key, "request_hash": asked.request_hash, "entry": number}
        for asked, number in answers
    ]
    if rows:
        connection.execute(insert(idempotency_table), rows)
