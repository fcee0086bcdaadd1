"""
The outbox: transactions to send, in the same database and commits as the entries that asked for them.

Functions that take a connection work inside its transaction. `Outbox` adds the transactions of the
relayer's steps; each moves an operation one state on, and only from the state it is thought to be in, so
that a step done twice, or by two processes, is done once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.entry import Call, Draft
from resonance_dao.journal.operation import (
    FAILED,
    FILL,
    FINAL,
    IN_FLIGHT,
    MINED,
    QUEUED,
    REFUSED,
    SENT,
    SIGNED,
    Operation,
    Signed,
)
from resonance_dao.journal.operation_rows import find, with_attempts
from resonance_dao.journal.queueing import queue
from resonance_dao.journal.schema import attempt as attempts_table
from resonance_dao.journal.schema import batch as batches_table
from resonance_dao.journal.schema import operation as operations_table

if TYPE_CHECKING:
    from resonance_dao.journal.journal import Journal

Sign = Callable[[int], Signed]
"""Signs an operation's transaction with the nonce that it is given."""


def finish_batch(connection: Connection, batch: int, tx_hash: str, block_number: int, now: int) -> None:
    """Note that a batch is in the log for good, and which transaction brought it there."""
    row = {"tx_hash": tx_hash, "block_number": block_number, "final_at": now}
    connection.execute(update(batches_table).where(batches_table.c.id == batch).values(**row))


class Outbox:
    """The operations of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._database = journal, journal.database

    def in_states(self, states: Iterable[str], limit: int = 1000) -> list[Operation]:
        """Return the operations in these states, the oldest first."""
        query = select(operations_table).where(operations_table.c.state.in_(list(states)))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(operations_table.c.id).limit(limit)).all()
            return with_attempts(connection, rows)

    def counts(self) -> dict[str, int]:
        """Return how many operations are in each state."""
        state = operations_table.c.state
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(select(state, func.count()).group_by(state))}

    def of_transaction(self, tx_hash: str) -> Operation | None:
        """Return the operation one of whose attempts has this hash."""
        with self._database.read() as connection:
            found = connection.execute(
                select(attempts_table.c.operation).where(attempts_table.c.tx_hash == tx_hash)
            ).scalar_one_or_none()
            return None if found is None else find(connection, id=found)

    def own(self, hashes: Iterable[str]) -> set[str]:
        """Return those of `hashes` that are attempts of ours."""
        query = select(attempts_table.c.tx_hash).where(attempts_table.c.tx_hash.in_(list(hashes)))
        with self._database.read() as connection:
            return set(connection.execute(query).scalars())

    def sign(self, operation: int, chain_nonce: int, sign: Sign, now: int) -> bool:
        """
        Give a queued operation its nonce and its first signed transaction, in one commit; False: not queued
        any more.

        The nonce follows the last of ours. `chain_nonce`, the account's count on the chain, begins the
        series, and takes it up again after others used the key, but only while nothing of ours is in
        flight.
        """
        with self._database.write() as connection:
            self._journal.lock(connection)
            state = connection.execute(
                select(operations_table.c.state).where(operations_table.c.id == operation)
            ).scalar_one()
            if state != QUEUED:
                return False
            nonce = self._next_nonce(connection, chain_nonce)
            self._attempt(connection, operation, sign(nonce), now)
            self._move(connection, operation, (QUEUED,), state=SIGNED, nonce=nonce)
            self._journal.hook("sign.before_commit")
        self._journal.hook("sign.committed")
        return True

    def fill(self, nonce: int, sign: Sign, account: str, now: int) -> bool:
        """Sign a transaction of nothing to use up a nonce that no operation has; False when one has it."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            if find(connection, nonce=nonce) is not None:
                return False
            added = queue(connection, self._journal.identity, Call(account, b"", 21_000), FILL, now)
            self._attempt(connection, added, sign(nonce), now)
            self._move(connection, added, (QUEUED,), state=SIGNED, nonce=nonce)
        return True

    def add_attempt(self, operation: int, signed: Signed, now: int) -> bool:
        """Keep another signed transaction for an operation's nonce, before it is broadcast."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            current = find(connection, id=operation)
            if current is None or current.state not in IN_FLIGHT:
                return False
            self._attempt(connection, operation, signed, now)
            self._journal.hook("replace.before_commit")
        self._journal.hook("replace.committed")
        return True

    def mark_sent(self, operation: int, tx_hash: str, now: int) -> None:
        """Note, before it is done, that an attempt is broadcast: from here on it may have been."""
        with self._database.write() as connection:
            self._move(connection, operation, IN_FLIGHT, state=SENT)
            connection.execute(
                update(attempts_table)
                .where(attempts_table.c.tx_hash == tx_hash, attempts_table.c.sent_at.is_(None))
                .values(sent_at=now)
            )
            self._journal.hook("send.before_commit")
        self._journal.hook("send.marked")

    def mark_mined(self, operation: int, tx_hash: str, block_number: int, block_hash: str) -> None:
        """Note in which block an attempt is now."""
        where = {"tx_hash": tx_hash, "block_number": block_number, "block_hash": block_hash}
        with self._database.write() as connection:
            self._move(connection, operation, (*IN_FLIGHT, MINED), state=MINED, **where)
        self._journal.hook("confirm.mined")

    def mark_dropped(self, operation: int) -> None:
        """Note that the block of an attempt is gone: it is under way again."""
        nowhere = {"tx_hash": None, "block_number": None, "block_hash": None}
        with self._database.write() as connection:
            self._move(connection, operation, (MINED,), state=SENT, **nowhere)
        self._journal.hook("confirm.dropped")

    def abandon(self, operation: int) -> None:
        """End an operation that only filled a gap, when something else has filled it."""
        with self._database.write() as connection:
            self._move(connection, operation, IN_FLIGHT, state=FAILED)

    def settle(
        self,
        operation: Operation,
        state: str,
        draft: Draft | None,
        now: int,
        *,
        error: Mapping[str, Any] | None = None,
    ) -> int | None:
        """
        End an operation and write the entry that tells it, in one commit; return the entry's number.

        None when it was ended before, or needs no entry. A batch whose append is final ends with it.
        """
        before = (QUEUED,) if state == REFUSED else (MINED,)
        with self._database.write() as connection:
            self._journal.lock(connection)
            told = None if error is None else json.dumps(error, sort_keys=True)
            if not self._move(connection, operation.id, before, state=state, error=told):
                return None
            if state == FINAL and operation.batch is not None:
                self._finish(connection, operation.id, operation.batch, now)
            number = None if draft is None else self._journal.append(connection, draft, now).number
            self._journal.hook("settle.before_commit")
        self._journal.hook("settle.committed")
        return number

    def _finish(self, connection: Connection, operation: int, batch: int, now: int) -> None:
        mined = connection.execute(select(operations_table).where(operations_table.c.id == operation)).one()
        finish_batch(connection, batch, mined.tx_hash, mined.block_number, now)

    def _next_nonce(self, connection: Connection, chain_nonce: int) -> int:
        mine = (
            operations_table.c.chain_id == self._journal.identity.chain_id,
            operations_table.c.sender == self._journal.identity.publisher,
        )
        last = connection.execute(select(func.max(operations_table.c.nonce)).where(*mine)).scalar_one()
        if last is None:
            return chain_nonce
        flying = connection.execute(
            select(func.count()).where(*mine, operations_table.c.state.in_(IN_FLIGHT))
        ).scalar_one()
        return int(last) + 1 if flying else max(int(last) + 1, chain_nonce)

    def _move(self, connection: Connection, operation: int, before: Iterable[str], **values: Any) -> bool:
        table = operations_table
        moved = connection.execute(
            update(table).where(table.c.id == operation, table.c.state.in_(list(before))).values(**values)
        )
        return moved.rowcount == 1

    def _attempt(self, connection: Connection, operation: int, signed: Signed, now: int) -> None:
        fees = {"max_fee": signed.max_fee, "priority_fee": signed.priority_fee}
        what = {"gas_limit": signed.gas_limit, "fills": int(signed.fills), **fees}
        if max(signed.max_fee, signed.priority_fee) >= 2**63:
            raise JournalConflict(f"a fee of {signed.max_fee} wei per gas cannot be stored")
        connection.execute(
            insert(attempts_table).values(
                operation=operation, tx_hash=signed.tx_hash, raw=signed.raw, created_at=now, **what
            )
        )
