"""
Operations as they are read from their tables, each with its attempts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.operation import Attempt, Operation
from resonance_dao.journal.schema import attempt as attempts_table
from resonance_dao.journal.schema import operation as operations_table


def find(connection: Connection, **where: Any) -> Operation | None:
    """Return the newest operation whose columns are so."""
    query = select(operations_table).filter_by(**where).order_by(operations_table.c.id.desc()).limit(1)
    return next(iter(with_attempts(connection, connection.execute(query).all())), None)


def with_attempts(connection: Connection, rows: Iterable[Row[Any]]) -> list[Operation]:
    """Return these rows as operations, in their order."""
    rows = list(rows)
    attempts: dict[int, list[Attempt]] = {row.id: [] for row in rows}
    query = select(attempts_table).where(attempts_table.c.operation.in_(in_list(attempts)))
    for found in connection.execute(query.order_by(attempts_table.c.id)) if rows else ():
        attempts[found.operation].append(_attempt(found))
    return [_operation(row, tuple(attempts[row.id])) for row in rows]


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        tx_hash=row.tx_hash,
        raw=bytes(row.raw),
        gas_limit=row.gas_limit,
        max_fee=row.max_fee,
        priority_fee=row.priority_fee,
        fills=bool(row.fills),
        created_at=row.created_at,
        sent_at=row.sent_at,
    )


def _operation(row: Row[Any], attempts: tuple[Attempt, ...]) -> Operation:
    return Operation(
        id=row.id,
        purpose=row.purpose,
        entry=row.entry,
        batch=row.batch,
        to=row.to,
        data=bytes(row.data),
        gas_limit=row.gas_limit,
        state=row.state,
        nonce=row.nonce,
        tx_hash=row.tx_hash,
        block_number=row.block_number,
        block_hash=row.block_hash,
        error=None if row.error is None else json.loads(row.error),
        created_at=row.created_at,
        attempts=attempts,
        sender=row.sender,
        cancel_at=row.cancel_at,
    )
