"""
Which nonce a key uses next: its last in the journal, and one more.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from resonance_dao.journal.operation import IN_FLIGHT
from resonance_dao.journal.schema import operation as operations_table


def next_nonce(connection: Connection, chain_id: int, sender: str, chain_nonce: int) -> int:
    """
    Return the nonce of a sender's next transaction.

    `chain_nonce`, the account's count on the chain, begins the series, and takes it up again after others
    used the key, but only while nothing of its own is in flight.
    """
    table = operations_table
    mine = (table.c.chain_id == chain_id, table.c.sender == sender)
    last = connection.execute(select(func.max(table.c.nonce)).where(*mine)).scalar_one()
    if last is None:
        return chain_nonce
    flying = connection.execute(select(func.count()).where(*mine, table.c.state.in_(IN_FLIGHT))).scalar_one()
    return int(last) + 1 if flying else max(int(last) + 1, chain_nonce)
