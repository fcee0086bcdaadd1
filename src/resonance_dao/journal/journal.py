"""
The journal: accepts requests, numbers them without gaps, and answers with a signed receipt.

    journal = Journal(Database(url), identity, signer)
    accepted = journal.accept("transaction", "bounty/1", body, now=now, operation=Call(escrow, data))

Number, record, receipt and the transaction to send are one commit, made before the answer. A process that
dies before the commit has promised nothing; one that dies after it has lost nothing, since the same
`Idempotency` gets the same answer. Numbers come from the ledger's row inside that commit, so there is never
a hole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from resonance_dao.errors import InputInvalid, JournalConflict, NotFound
from resonance_dao.journal.copies import note
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import (
    Accepted,
    Call,
    CopyReport,
    Draft,
    Entry,
    Hook,
    Idempotency,
    Identity,
    ReceiptSigner,
    no_hook,
)
from resonance_dao.journal.ledger import take
from resonance_dao.journal.operation import REQUEST, Operation
from resonance_dao.journal.operation_rows import find
from resonance_dao.journal.queueing import queue
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import idempotency as idempotency_table
from resonance_dao.journal.schema import ledger
from resonance_dao.transparency.receipt import Receipt, SignedReceipt, typed_data
from resonance_dao.transparency.record import Record

PAGE_MAX = 10_000


class Journal:
    """One publisher's journal. Safe to use from many threads and processes."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        signer: ReceiptSigner,
        *,
        anchor_within_s: int = 3600,
        hook: Hook = no_hook,
    ) -> None:
        if signer.address != identity.publisher:
            raise JournalConflict(
                f"the signer is {signer.address}, the journal's publisher {identity.publisher}",
                hint="Open the journal with the key that it was begun with.",
            )
        if anchor_within_s < 1:
            raise InputInvalid("anchor_within_s", anchor_within_s, "must be at least one second")
        self.database, self.identity, self.hook = database, identity, hook
        self._signer, self._anchor_within_s = signer, anchor_within_s

    def accept(
        self,
        kind: str,
        subject: str,
        body: Mapping[str, Any],
        *,
        now: int,
        links: Sequence[int] = (),
        idempotency: Idempotency | None = None,
        operation: Call | None = None,
        copies: Sequence[CopyReport] = (),
    ) -> Accepted:
        """
        Accept a request: number, record, receipt, outbox and what became of its copies in one commit.

        The same `idempotency` again gets the same answer, with `replayed` set. Raises `InputInvalid` for a
        record that breaks its schema (no number is used up), `JournalConflict` when the key was used for
        another request or the database belongs to another publisher, `ChainMismatch` when it belongs to
        another chain.
        """
        draft = Draft(kind, subject, body, tuple(links), operation=operation, copies=tuple(copies))
        with self.database.write() as connection:
            self.lock(connection)
            earlier = self._replay(connection, idempotency)
            if earlier is not None:
                return earlier
            accepted = self.append(connection, draft, now)
            self._remember(connection, idempotency, accepted.number)
            self.hook("accept.before_commit")
        self.hook("accept.committed")
        return accepted

    def replayed(self, idempotency: Idempotency) -> Accepted | None:
        """Return the answer that this request got before, if it did; `JournalConflict` as `accept`."""
        with self.database.read() as connection:
            return self._replay(connection, idempotency)

    def remember(self, idempotency: Idempotency, number: int) -> None:
        """
        Answer this request with entry `number` from now on, for entries that are not made by `accept`.

        Raises `JournalConflict` when the key was used for another request.
        """
        with self.database.write() as connection:
            self.lock(connection)
            if self._replay(connection, idempotency) is None:
                self._remember(connection, idempotency, number)

    def lock(self, connection: Connection) -> int:
        """Take the journal's row for this transaction, as every writer does; return the number of entries."""
        return take(connection, self.identity)

    def append(self, connection: Connection, draft: Draft, now: int) -> Accepted:
        """Write an entry in the transaction of `connection`, which holds `lock`."""
        number = int(connection.execute(select(ledger.c.size)).scalar_one()) + 1
        record = Record(
            draft.kind, number, now, self.identity.chain_id, draft.subject, draft.body, draft.links
        )
        signed = self._sign(record, now)
        content = record.to_bytes()
        connection.execute(
            insert(entries_table).values(
                number=number,
                kind=record.kind,
                subject=record.subject,
                record=content,
                cid=record.cid,
                record_hash=signed.receipt.record_hash,
                leaf=signed.receipt.leaf,
                signature=signed.signature,
                accepted_at=now,
                anchor_by=signed.receipt.anchor_by,
                request=draft.request,
            )
        )
        connection.execute(update(ledger).values(size=number))
        if draft.operation is not None:
            queue(connection, self.identity, draft.operation, REQUEST, now, entry=number)
        if draft.copies:
            note(connection, draft.copies, lambda told: self.append(connection, told, now).number, now)
        return Accepted(number, signed, replayed=False)

    def check(self) -> None:
        """Check that the database belongs to this chain, publisher and log; a new one is claimed for them."""
        with self.database.write() as connection:
            self.lock(connection)

    def size(self) -> int:
        """Return the number of entries."""
        with self.database.read() as connection:
            return int(connection.execute(select(ledger.c.size)).scalar_one_or_none() or 0)

    def entry(self, number: int) -> Entry:
        """Return one entry. Raises `NotFound`."""
        with self.database.read() as connection:
            row = connection.execute(
                select(entries_table).where(entries_table.c.number == number)
            ).one_or_none()
        if row is None:
            raise NotFound(f"the journal has no entry {number}")
        return self._entry(row)

    def entries(
        self, first: int = 1, limit: int = 100, *, kind: str | None = None, subject: str | None = None
    ) -> list[Entry]:
        """Return up to `limit` entries from number `first` on, in order."""
        if not 1 <= limit <= PAGE_MAX:
            raise InputInvalid("limit", limit, f"must be 1 to {PAGE_MAX}")
        query = select(entries_table).where(entries_table.c.number >= first)
        if kind is not None:
            query = query.where(entries_table.c.kind == kind)
        if subject is not None:
            query = query.where(entries_table.c.subject == subject)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(entries_table.c.number).limit(limit)).all()
        return [self._entry(row) for row in rows]

    def outcome_of(self, number: int) -> Entry | None:
        """Return the entry that tells what became of request `number`; None while it is under way."""
        with self.database.read() as connection:
            row = connection.execute(
                select(entries_table).where(entries_table.c.request == number)
            ).one_or_none()
        return None if row is None else self._entry(row)

    def operation_of(self, number: int) -> Operation | None:
        """Return the transaction of request `number`; None when it asked for none."""
        with self.database.read() as connection:
            return find(connection, entry=number)

    def leaves(self, first: int, last: int) -> list[bytes]:
        """Return the leaves of entries `first` to `last`, both included."""
        query = select(entries_table.c.leaf).where(entries_table.c.number.between(first, last))
        with self.database.read() as connection:
            return [
                bytes(leaf) for leaf in connection.execute(query.order_by(entries_table.c.number)).scalars()
            ]

    def _replay(self, connection: Connection, asked: Idempotency | None) -> Accepted | None:
        if asked is None:
            return None
        table = idempotency_table
        query = (
            select(entries_table, table.c.request_hash)
            .join(table, table.c.entry == entries_table.c.number)
            .where(table.c.scope == asked.scope, table.c.key == asked.key)
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if bytes(row.request_hash) != asked.request_hash:
            raise JournalConflict(
                f"the key {asked.key!r} was used for another request",
                hint="Use a new Idempotency-Key for a new request.",
                number=row.number,
            )
        return Accepted(row.number, self._receipt(row), replayed=True)

    def _remember(self, connection: Connection, asked: Idempotency | None, number: int) -> None:
        if asked is not None:
            row = {"scope": asked.scope, "key": asked.key, "request_hash": asked.request_hash}
            connection.execute(insert(idempotency_table).values(entry=number, **row))

    def _sign(self, record: Record, now: int) -> SignedReceipt:
        identity, until = self.identity, now + self._anchor_within_s
        receipt = Receipt(
            record.number, record.hash, now, until, identity.publisher, identity.chain_id, identity.log
        )
        message = typed_data(receipt)
        signature = self._signer.sign_typed_data(message["domain"], message["types"], message["message"])
        return SignedReceipt(receipt, signature)

    def _receipt(self, row: Row[Any]) -> SignedReceipt:
        identity = self.identity
        receipt = Receipt(
            row.number,
            bytes(row.record_hash),
            row.accepted_at,
            row.anchor_by,
            identity.publisher,
            identity.chain_id,
            identity.log,
        )
        return SignedReceipt(receipt, bytes(row.signature))

    def _entry(self, row: Row[Any]) -> Entry:
        return Entry(
            number=row.number,
            kind=row.kind,
            subject=row.subject,
            record=bytes(row.record),
            cid=row.cid,
            record_hash=bytes(row.record_hash),
            leaf=bytes(row.leaf),
            receipt=self._receipt(row),
            accepted_at=row.accepted_at,
            pinned_at=row.pinned_at,
            batch=row.batch,
            request=row.request,
        )
