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

from sqlalchemy import Connection, insert, select, update

from resonance_dao.errors import JournalConflict
from resonance_dao.journal import final_block, outlay
from resonance_dao.journal.entry import Call, Draft
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.nonces import next_nonce
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
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import operation as operations_table

if TYPE_CHECKING:
    from resonance_dao.journal.journal import Journal

Sign = Callable[[int], Signed]
"""Signs an operation's transaction with the nonce that it is given."""

# Each try that fails is one that another process won.
SIGN_TRIES = 40
PAGE = 1000


def finish_batch(connection: Connection, batch: int, tx_hash: str, block_number: int, now: int) -> None:
    """Note that a batch is in the log for good, and which transaction brought it there."""
    row = {"tx_hash": tx_hash, "block_number": block_number, "final_at": now}
    connection.execute(update(batches_table).where(batches_table.c.id == batch).values(**row))


class Outbox:
    """The operations of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._database = journal, journal.database

    def in_states(
        self, states: Iterable[str], limit: int = PAGE, *, purpose: str | None = None, after: int = 0
    ) -> list[Operation]:
        """Return operations in these states, of one purpose or any, oldest first, with ids beyond `after`."""
        table = operations_table
        query = select(table).where(table.c.state.in_(list(states)), table.c.id > after)
        if purpose is not None:
            query = query.where(table.c.purpose == purpose)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.id).limit(limit)).all()
            return with_attempts(connection, rows)

    def to_cancel(self) -> list[Operation]:
        """Return the operations that are to be cancelled and have not ended."""
        table = operations_table
        query = select(table).where(table.c.state.in_((QUEUED, *IN_FLIGHT)), table.c.cancel_at.is_not(None))
        with self._database.read() as connection:
            return with_attempts(connection, connection.execute(query.order_by(table.c.id)).all())

    def subjects(self, operations: Iterable[Operation]) -> dict[int, str]:
        """Return what each of these requests is about, by the operation's id."""
        entries = {found.entry: found.id for found in operations if found.entry is not None}
        table = entries_table
        query = select(table.c.number, table.c.subject).where(table.c.number.in_(in_list(entries)))
        with self._database.read() as connection:
            return {entries[number]: subject for number, subject in connection.execute(query)}

    def holders(self) -> dict[str, str]:
        """Return the key that has the newest request about each subject under way; mined is not ended."""
        table = operations_table
        asked = select(entries_table.c.subject, table.c.sender)
        query = asked.join(table, table.c.entry == entries_table.c.number)
        query = query.where(table.c.state.in_((*IN_FLIGHT, MINED))).order_by(table.c.id)
        with self._database.read() as connection:
            return {row.subject: row.sender for row in connection.execute(query)}

    def of_transaction(self, tx_hash: str) -> Operation | None:
        """Return the operation one of whose attempts has this hash."""
        query = select(attempts_table.c.operation).where(attempts_table.c.tx_hash == tx_hash)
        with self._database.read() as connection:
            found = connection.execute(query).scalar_one_or_none()
            return None if found is None else find(connection, id=found)

    def own(self, hashes: Iterable[str]) -> set[str]:
        """Return those of `hashes` that are attempts of ours."""
        query = select(attempts_table.c.tx_hash).where(attempts_table.c.tx_hash.in_(in_list(hashes)))
        with self._database.read() as connection:
            return set(connection.execute(query).scalars())

    def sign(
        self,
        operation: int,
        chain_nonce: int,
        sign: Sign,
        now: int,
        *,
        sender: str | None = None,
        limits: Mapping[str, int] | None = None,
    ) -> bool:
        """
        Give a queued operation its sender (None: the publisher), its nonce and its first signed transaction,
        in one commit; False: not queued any more, or a scope of `limits` (gwei a day) would exceed its own.

        `sign` runs before that commit, since a signer elsewhere may be slow and the journal must not wait
        for it. What it signs for a nonce that is taken meanwhile is forgotten: nobody else has seen it.
        """
        account = sender or self._journal.identity.publisher
        for _ in range(SIGN_TRIES):
            with self._database.read() as connection:
                if find(connection, id=operation, state=QUEUED) is None:
                    return False
                nonce = self._next_nonce(connection, account, chain_nonce)
            kept = self._keep(operation, account, nonce, chain_nonce, sign(nonce), now, limits)
            if kept is not None:
                return kept
        return False

    def _keep(
        self,
        operation: int,
        account: str,
        nonce: int,
        chain_nonce: int,
        signed: Signed,
        now: int,
        limits: Mapping[str, int] | None,
    ) -> bool | None:
        """Keep an operation's first attempt; None when its nonce was given to another meanwhile."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            if self._next_nonce(connection, account, chain_nonce) != nonce:
                return None
            if not self._move(connection, operation, (QUEUED,), state=SIGNED, nonce=nonce, sender=account):
                return False
            self._attempt(connection, operation, signed, now)
            if not outlay.reserve(connection, operation, signed.cost, now, limits):
                connection.rollback()
                return False
            self._journal.hook("sign.before_commit")
        self._journal.hook("sign.committed")
        return True

    def fill(self, nonce: int, sign: Sign, account: str, now: int) -> Operation | None:
        """Sign a transaction of nothing to use up a nonce; return the operation that has it, if any."""
        with self._database.read() as connection:
            if holder := find(connection, nonce=nonce, sender=account):
                return holder
        signed = sign(nonce)
        with self._database.write() as connection:
            self._journal.lock(connection)
            if holder := find(connection, nonce=nonce, sender=account):
                return holder
            call = Call(account, b"", signed.gas_limit)
            added = queue(connection, self._journal.identity, call, FILL, now, sender=account)
            self._attempt(connection, added, signed, now)
            outlay.reserve(connection, added, signed.cost, now)
            self._move(connection, added, (QUEUED,), state=SIGNED, nonce=nonce)
        return None

    def add_attempt(self, operation: int, signed: Signed, now: int) -> bool:
        """Keep another signed transaction for a nonce, before it is broadcast; False: it is kept already."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            current = find(connection, id=operation)
            if current is None or current.state not in IN_FLIGHT or self._is_kept(connection, signed):
                return False
            self._attempt(connection, operation, signed, now)
            outlay.reserve(connection, operation, signed.cost, now)
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
            if self._move(connection, operation, IN_FLIGHT, state=FAILED):
                outlay.conclude(connection, operation, 0)

    def settle(
        self,
        operation: Operation,
        state: str,
        draft: Draft | None,
        now: int,
        *,
        error: Mapping[str, Any] | None = None,
        paid: int | None = None,
        before: Iterable[str] | None = None,
    ) -> int | None:
        """
        End an operation and write the entry that tells it, in one commit; return the entry's number.

        None when it was ended before, or needs no entry. A batch whose append is final ends with it. `paid`
        is what it cost in wei, if that is known. `before` are the states from which it may end so; None:
        queued for what is refused, else mined.
        """
        before = before or ((QUEUED,) if state == REFUSED else (MINED,))
        with self._database.write() as connection:
            self._journal.lock(connection)
            told = None if error is None else json.dumps(error, sort_keys=True)
            if not self._move(connection, operation.id, before, state=state, error=told):
                return None
            self._finish(connection, operation, state, now)
            if paid is not None:
                outlay.conclude(connection, operation.id, paid)
            number = None if draft is None else self._journal.append(connection, draft, now).number
            self._journal.hook("settle.before_commit")
        self._journal.hook("settle.committed")
        return number

    def _finish(self, connection: Connection, operation: Operation, state: str, now: int) -> None:
        # The row is read anew: what the caller holds may be from before it was mined.
        query = select(operations_table).where(operations_table.c.id == operation.id)
        mined = connection.execute(query).one()
        if mined.block_number is not None:
            final_block.note(connection, mined.block_number, mined.block_hash)
        if state == FINAL and operation.batch is not None:
            finish_batch(connection, operation.batch, mined.tx_hash, mined.block_number, now)

    def _next_nonce(self, connection: Connection, sender: str, chain_nonce: int) -> int:
        return next_nonce(connection, self._journal.identity.chain_id, sender, chain_nonce)

    def _move(self, connection: Connection, operation: int, before: Iterable[str], **values: Any) -> bool:
        table = operations_table
        moved = connection.execute(
            update(table).where(table.c.id == operation, table.c.state.in_(list(before))).values(**values)
        )
        return moved.rowcount == 1

    def _is_kept(self, connection: Connection, signed: Signed) -> bool:
        # A process that was paused may sign the very same bytes as the one that went on.
        query = select(attempts_table.c.operation).where(attempts_table.c.tx_hash == signed.tx_hash)
        return connection.execute(query).first() is not None

    def _attempt(self, connection: Connection, operation: int, signed: Signed, now: int) -> None:
        what = {"gas_limit": signed.gas_limit, "fills": int(signed.fills)}
        what |= {"max_fee": signed.max_fee, "priority_fee": signed.priority_fee}
        if max(signed.max_fee, signed.priority_fee) >= 2**63:
            raise JournalConflict(f"a fee of {signed.max_fee} wei per gas cannot be stored")
        connection.execute(
            insert(attempts_table).values(
                operation=operation, tx_hash=signed.tx_hash, raw=signed.raw, created_at=now, **what
            )
        )
