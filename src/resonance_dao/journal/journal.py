"""
The journal: accepts requests, numbers them without gaps, and answers with a signed receipt.

    journal = Journal(Database(url), identity, signer)
    accepted = journal.accept("transaction", "bounty/1", body, now=now, operation=Call(escrow, data))

Number, record, receipt and the transaction to send are one commit, made before the answer; requests of many
threads share it (`group`). A process that
dies before the commit has promised nothing; one that dies after it has lost nothing, since the same
`Idempotency` gets the same answer. Numbers come from the ledger's row inside that commit, so there is never
a hole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select

from resonance_dao.errors import InputInvalid, JournalConflict, NotFound
from resonance_dao.journal import deliveries
from resonance_dao.journal.copies import note
from resonance_dao.journal.database import Database
from resonance_dao.journal.drafting import Drafting
from resonance_dao.journal.entering import Entered, Enterer
from resonance_dao.journal.entry import (
    Accepted,
    Call,
    CopyReport,
    Draft,
    Entry,
    Guard,
    Hook,
    Idempotency,
    Identity,
    ReceiptSigner,
    no_hook,
)
from resonance_dao.journal.entry_rows import ENTRIES
from resonance_dao.journal.group import MOST, Asking, Group
from resonance_dao.journal.idempotency import answered, remember, require_same
from resonance_dao.journal.ledger import take
from resonance_dao.journal.operation import Operation
from resonance_dao.journal.operation_rows import find
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import ledger

PAGE_MAX = 10_000


class Journal:
    """
    One publisher's journal. Safe to use from many threads and processes. At most `group_max` requests share
    a commit.
    """

    def __init__(
        self,
        database: Database,
        identity: Identity,
        signer: ReceiptSigner,
        *,
        anchor_within_s: int = 3600,
        hook: Hook = no_hook,
        group_max: int = MOST,
    ) -> None:
        if signer.address != identity.publisher:
            raise JournalConflict(
                f"the signer is {signer.address}, the journal's publisher {identity.publisher}",
                hint="Open the journal with the key that it was begun with.",
            )
        if anchor_within_s < 1:
            raise InputInvalid("anchor_within_s", anchor_within_s, "must be at least one second")
        if group_max < 1:
            raise InputInvalid("group_max", group_max, "must be at least one request")
        self.database, self.identity, self.hook = database, identity, hook
        self._enterer = Enterer(identity, signer, anchor_within_s)
        self._group = Group(self._commit, group_max)

    def accept(  # noqa: PLR0913 - what one request may carry
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
        guard: Guard | None = None,
    ) -> Accepted:
        """
        Accept a request: number, record, receipt, outbox, what became of its copies and what `guard` writes
        in one commit, which it may share with others that wait; it is refused by itself.

        The same `idempotency` again gets the same answer, with `replayed` set. Raises `InputInvalid` for a
        record that breaks its schema (no number is used up), `JournalConflict` when the key was used for
        another request or the database belongs to another publisher, `ChainMismatch` when it belongs to
        another chain, `JournalUnavailable` when the database did not do its work, and whatever `guard` does.
        """
        draft = Draft(kind, subject, body, tuple(links), operation=operation, copies=tuple(copies))
        return self.take(Asking(draft, now, idempotency, guard))

    def take(self, asking: Asking) -> Accepted:
        """Accept what is asked, as `accept`."""
        return self._group.accept(asking)

    def accept_all(self, many: Sequence[Asking]) -> None:
        """Accept requests as `accept` does, together; each has its outcome then, an answer or its refusal."""
        self._group.accept_all(many)

    def replayed(self, idempotency: Idempotency) -> Accepted | None:
        """Return the answer that this request got before, if it did; `JournalConflict` as `accept`."""
        with self.database.read() as connection:
            row = answered(connection, [idempotency]).get((idempotency.scope, idempotency.key))
        return None if row is None else self._again(idempotency, row)

    def remember(self, idempotency: Idempotency, number: int) -> None:
        """
        Answer this request with entry `number` from now on, for entries that are not made by `accept`.

        Raises `JournalConflict` when the key was used for another request.
        """
        with self.database.write() as connection:
            self.lock(connection)
            row = answered(connection, [idempotency]).get((idempotency.scope, idempotency.key))
            if row is None:
                remember(connection, [(idempotency, number)])
            else:
                require_same(idempotency, bytes(row.request_hash), row.number)

    def lock(self, connection: Connection) -> int:
        """Take the journal's row for this transaction, as every writer does; return the number of entries."""
        return take(connection, self.identity)

    def append(self, connection: Connection, draft: Draft, now: int) -> Accepted:
        """Write an entry, and what follows it, in the transaction of `connection`, which holds `lock`."""
        number = int(connection.execute(select(ledger.c.size)).scalar_one()) + 1
        entered = [self._enterer.enter(draft, number, now)]
        accepted = entered[0].accepted
        for follower in () if draft.follows is None else draft.follows(number, accepted.cid):
            entered.append(self._enterer.enter(follower, number + len(entered), now))
        self._write(connection, entered)
        return accepted

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
            row = connection.execute(ENTRIES.where(entries_table.c.number == number)).one_or_none()
        if row is None:
            raise NotFound(f"the journal has no entry {number}")
        return self._entry(row)

    def entries(
        self, first: int = 1, limit: int = 100, *, kind: str | None = None, subject: str | None = None
    ) -> list[Entry]:
        """Return up to `limit` entries from number `first` on, in order."""
        if not 1 <= limit <= PAGE_MAX:
            raise InputInvalid("limit", limit, f"must be 1 to {PAGE_MAX}")
        query = ENTRIES.where(entries_table.c.number >= first)
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
            row = connection.execute(ENTRIES.where(entries_table.c.request == number)).one_or_none()
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

    def _commit(self, group: Sequence[Asking]) -> None:
        """Write a group in one commit, and give each of it its outcome."""
        try:
            outcomes = self._commit_together(group)
        except JournalConflict as exc:
            if len(group) == 1:
                group[0].outcome = exc
                return
            # A row broke a constraint before the commit, and nothing was kept: each by itself.
            for asking in group:
                self._commit([asking])
            return
        for asking, outcome in zip(group, outcomes, strict=True):
            asking.outcome = outcome

    def _commit_together(self, group: Sequence[Asking]) -> list[Accepted | BaseException]:
        with self.database.write() as connection:
            size = self.lock(connection)
            drafting = Drafting(connection, self._enterer, size, self._again)
            outcomes = drafting.take(group)
            if not drafting.entered:
                return outcomes
            self._write(connection, drafting.entered)
            remember(connection, drafting.answers)
            self.hook("accept.before_commit")
        self.hook("accept.committed")
        return outcomes

    def _write(self, connection: Connection, entered: Sequence[Entered]) -> None:
        self._enterer.write(connection, entered)
        deliveries.queue(connection, [_written(one) for one in entered])
        for one in entered:
            if one.draft.copies:
                note(connection, one.draft.copies, partial(self._tell, connection, one.now), one.now)

    def _tell(self, connection: Connection, now: int, draft: Draft) -> int:
        return self.append(connection, draft, now).number

    def _again(self, asked: Idempotency, row: Row[Any]) -> Accepted:
        require_same(asked, bytes(row.request_hash), row.number)
        return Accepted(row.number, self._enterer.receipt_of(row), replayed=True, cid=row.cid)

    def _entry(self, row: Row[Any]) -> Entry:
        return Entry(
            number=row.number,
            kind=row.kind,
            subject=row.subject,
            record=bytes(row.record),
            cid=row.cid,
            record_hash=bytes(row.record_hash),
            leaf=bytes(row.leaf),
            receipt=self._enterer.receipt_of(row),
            accepted_at=row.accepted_at,
            pinned_at=row.pinned_at,
            batch=row.batch,
            request=row.request,
        )


def _written(one: Entered) -> deliveries.Written:
    draft = one.draft
    return deliveries.Written(one.accepted.number, draft.kind, tells_outcome=draft.request is not None)
