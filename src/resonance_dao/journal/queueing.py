"""
Putting an operation into the outbox, inside the commit of the entry or batch that asks for it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, CursorResult, insert

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.entry import Call, Identity
from resonance_dao.journal.operation import QUEUED, REQUEST
from resonance_dao.journal.same_calls import hash_of
from resonance_dao.journal.schema import operation as operations_table

_INSERT = insert(operations_table)


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
    row: dict[str, Any] = {"to": call.to, "data": call.data, "gas_limit": call.gas_limit}
    row |= {"entry": entry, "batch": batch}
    # Anchors and fillers repeat themselves, and should.
    row["call_hash"] = hash_of(call) if purpose == REQUEST else None
    whose = {"chain_id": identity.chain_id, "sender": sender or identity.publisher}
    added = connection.execute(
        _INSERT, {"purpose": purpose, "state": QUEUED, "created_at": now, **row, **whose}
    )
    return new_id(added)


def new_id(added: CursorResult[Any]) -> int:
    """Return the id that an insert was given."""
    key = added.inserted_primary_key
    if key is None:
        raise JournalConflict("the database gave a new row no id")
    return int(key[0])
