"""
Putting an operation into the outbox, inside the commit of the entry or batch that asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, CursorResult, insert

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.entry import Call, Identity
from resonance_dao.journal.operation import QUEUED, REQUEST
from resonance_dao.journal.same_calls import hash_of
from resonance_dao.journal.schema import operation as operations_table

_INSERT = insert(operations_table)
_INSERT_MANY = insert(operations_table).inline()


def queue(
    connection: Connection,
    identity: Identity,
    call: Call,
    purpose: str,
    now: int,
    *,
    entry: int | None = None,
    batch: int | None = None,
    sender: str | None = None,
) -> int:
    """
    Add an operation that waits to be signed; return its id. `sender` None: the publisher, until the commit
    that signs says otherwise.
    """
    whose = {"entry": entry, "batch": batch, "chain_id": identity.chain_id}
    row = {**_row(call, purpose, now), **whose, "sender": sender or identity.publisher}
    return new_id(connection.execute(_INSERT, row))


def queue_requests(
    connection: Connection, identity: Identity, requests: Iterable[tuple[int, Call, int]]
) -> None:
    """Add the operations of requests, each with its entry's number, its call and the time it was made."""
    # The rows' ids are asked for by nobody, so one statement adds them all.
    whose = {"batch": None, "chain_id": identity.chain_id, "sender": identity.publisher}
    rows = [{**_row(call, REQUEST, now), **whose, "entry": entry} for entry, call, now in requests]
    if rows:
        connection.execute(_INSERT_MANY, rows)


def _row(call: Call, purpose: str, now: int) -> dict[str, Any]:
    row: dict[str, Any] = {"to": call.to, "data": call.data, "gas_limit": call.gas_limit}
    # Anchors and fillers repeat themselves, and should.
    row["call_hash"] = hash_of(call) if purpose == REQUEST else None
    return {**row, "purpose": purpose, "state": QUEUED, "created_at": now}


def new_id(added: CursorResult[Any]) -> int:
    """Return the id that an insert was given."""
    key = added.inserted_primary_key
    if key is None:
        raise JournalConflict("the database gave a new row no id")
    return int(key[0])
