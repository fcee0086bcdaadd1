"""
Idempotency keys: which request was answered with which entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, tuple_

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.entry import Idempotency
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import idempotency as idempotency_table

Name = tuple[str, str]
"""A caller's scope and its key."""

# Statements that every request needs are made once; making one costs more than running it.
_table = idempotency_table
_ANSWERED = (
    select(entries_table, _table.c.scope, _table.c.key, _table.c.request_hash)
    .join(_table, _table.c.entry == entries_table.c.number)
    .where(tuple_(_table.c.scope, _table.c.key).in_(bindparam("names", expanding=True)))
)
_REMEMBER = insert(_table)


def answered(connection: Connection, asked: Iterable[Idempotency]) -> Mapping[Name, Row[Any]]:
    """Return the entries that these requests were answered with, as far as they were."""
    names = in_list((one.scope, one.key) for one in asked)
    if not names:
        return {}
    return {(row.scope, row.key): row for row in connection.execute(_ANSWERED, {"names": names})}


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
        connection.execute(_REMEMBER, rows)
