"""
Which calls are under way: a caller that asks for one again, under whatever Idempotency-Key, would make the
relayer pay for a transaction that can only revert, or that does what was asked for once twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.entry import Call
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.operation import IN_FLIGHT, QUEUED
from resonance_dao.journal.schema import operation as operations_table

_table = operations_table
_UNDER_WAY = select(_table.c.call_hash, _table.c.entry).where(
    _table.c.call_hash.in_(bindparam("hashes", expanding=True)), _table.c.state.in_((QUEUED, *IN_FLIGHT))
)


def hash_of(call: Call) -> bytes:
    """Return what two calls have in common that do the same: the receiver and the data, hashed."""
    return sha256(f"{call.to.lower()} ".encode() + call.data).digest()


def under_way(connection: Connection, calls: Iterable[Call]) -> Mapping[bytes, int]:
    """Return the numbers of the requests that make these calls and are not mined yet, by the call's hash."""
    hashes = in_list({hash_of(call) for call in calls})
    if not hashes:
        return {}
    found = connection.execute(_UNDER_WAY, {"hashes": hashes})
    return {bytes(row.call_hash): row.entry for row in found}


def refusal(number: int) -> JournalConflict:
    """Return the refusal of a call that request `number` makes already."""
    return JournalConflict(
        f"the same call is under way already, as request {number}",
        hint=f"Follow request {number}; ask again only if it does not succeed.",
        number=number,
    )
