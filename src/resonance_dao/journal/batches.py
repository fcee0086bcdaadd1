"""
Batches: contiguous runs of pinned entries that go into the log together.

Batches follow one another without gaps, and at most one of them is not final.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select, update

from resonance_dao.errors import NotFound
from resonance_dao.journal import outbox
from resonance_dao.journal.entry import Call
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import ANCHOR, QUEUED, REFUSED, Batch, Operation
from resonance_dao.journal.operation_rows import find
from resonance_dao.journal.queueing import new_id, queue
from resonance_dao.journal.schema import batch as batches_table
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import operation as operations_table
from resonance_dao.transparency.manifest import Manifest

# Batches follow one another, so the newest tells where they end, however many there are.
_NEWEST = select(batches_table).order_by(batches_table.c.id.desc()).limit(1)


class Waiting(NamedTuple):
    """An entry that is pinned and not in a batch yet."""

    number: int
    cid: str
    accepted_at: int
    subject: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is needed of a batch to build the log of batches; `root` as in `Batch`."""

    id: int
    first: int
    count: int
    root: bytes | None

    @property
    def end(self) -> int:
        """The number of its last entry."""
        return self.first + self.count - 1


class Batches:
    """The batches of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._database = journal, journal.database

    def get(self, batch: int) -> Batch:
        """Return one batch. Raises `NotFound`."""
        found = self._where(batches_table.c.id == batch)
        if not found:
            raise NotFound(f"the journal has no batch {batch}")
        return found[0]

    def page(self, first: int = 1, limit: int = 100) -> list[Batch]:
        """Return up to `limit` batches from id `first` on, in order."""
        return self._where(batches_table.c.id >= first, limit=limit)

    def final_after(self, batch: int, limit: int) -> list[Held]:
        """Return up to `limit` final batches after this one, in order."""
        return self._held(batches_table.c.id > batch, batches_table.c.final_at.is_not(None), limit=limit)

    def final_ids_after(self, batch: int, limit: int) -> list[int]:
        """Return the ids of up to `limit` final batches after this one, in order."""
        table = batches_table.c
        query = select(table.id).where(table.id > batch, table.final_at.is_not(None)).order_by(table.id)
        with self._database.read() as connection:
            return list(connection.execute(query.limit(limit)).scalars())

    def final_between(self, first: int, last: int) -> int:
        """Return how many final batches have an id from `first` to `last`, exclusive."""
        table = batches_table.c
        within = (table.id >= first, table.id < last, table.final_at.is_not(None))
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).where(*within)).scalar_one())

    def up_to(self, number: int, batch: int, limit: int) -> list[Held]:
        """Return up to `limit` batches after this one, final or not, with no entry behind `number`."""
        table = batches_table.c
        return self._held(table.id > batch, table.first + table.size - 1 <= number, limit=limit)

    def open(self) -> Batch | None:
        """Return the batch that is not final yet."""
        return next((batch for batch in self._newest() if batch.final_at is None), None)

    def anchored(self) -> int:
        """Return the number of the last entry in a final batch: the log's size as far as it is sure."""
        return self._end(batches_table.c.final_at.is_not(None))

    def end(self) -> int:
        """Return the number of the last entry in any batch."""
        return self._end()

    def waiting(self, limit: int) -> list[Waiting]:
        """Return up to `limit` entries after the last batch, stopping at the first one that is not pinned."""
        table, end = entries_table, self.end()
        query = select(table.c.number, table.c.cid, table.c.accepted_at, table.c.subject, table.c.pinned_at)
        query = query.where(table.c.number > end).order_by(table.c.number).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        until = (at for at, row in enumerate(rows) if row[4] is None or row[0] != end + 1 + at)
        return [Waiting._make(row[:4]) for row in rows[: next(until, len(rows))]]

    def create(self, manifest: Manifest, call: Call, now: int, root: bytes | None = None) -> bool:
        """Keep a batch and the transaction that appends it, in one commit; False when another came first."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            if not self._follows(connection, manifest):
                return False
            batch = self._insert(connection, manifest, now, root)
            queue(connection, self._journal.identity, call, ANCHOR, now, batch=batch)
            self._journal.hook("anchor.before_commit")
        self._journal.hook("anchor.committed")
        return True

    def adopt(
        self, manifest: Manifest, tx_hash: str, block_number: int, now: int, root: bytes | None = None
    ) -> bool:
        """Keep a batch that the chain holds already; False when another came first."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            if not self._follows(connection, manifest):
                return False
            batch = self._insert(connection, manifest, now, root)
            outbox.finish_batch(connection, batch, tx_hash, block_number, now)
        return True

    def again(self, batch: Batch, call: Call, now: int) -> None:
        """Queue a batch's transaction once more, after the one before it failed."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            queue(connection, self._journal.identity, call, ANCHOR, now, batch=batch.id)

    def operation(self, batch: int) -> Operation | None:
        """Return a batch's newest transaction."""
        with self._database.read() as connection:
            return find(connection, batch=batch)

    def recognise(self, batch: Batch, tx_hash: str, block_number: int, now: int) -> None:
        """End a batch that the chain holds, and with it the transaction that was queued to bring it there."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            outbox.finish_batch(connection, batch.id, tx_hash, block_number, now)
            table = operations_table
            queued = (table.c.batch == batch.id, table.c.state == QUEUED)
            connection.execute(update(table).where(*queued).values(state=REFUSED))

    def _follows(self, connection: Connection, manifest: Manifest) -> bool:
        newest = connection.execute(_NEWEST).one_or_none()
        if newest is None:
            return manifest.first == 1
        return manifest.first == newest.first + newest.size and newest.final_at is not None

    def _insert(self, connection: Connection, manifest: Manifest, now: int, root: bytes | None) -> int:
        row = {"first": manifest.first, "size": manifest.count, "root": root}
        added = connection.execute(
            insert(batches_table).values(
                manifest=manifest.to_bytes(), manifest_cid=manifest.cid, created_at=now, **row
            )
        )
        return new_id(added)

    def _where(self, *conditions: Any, limit: int = 1) -> list[Batch]:
        query = select(batches_table).where(*conditions).order_by(batches_table.c.id).limit(limit)
        with self._database.read() as connection:
            return [_batch(row) for row in connection.execute(query)]

    def _held(self, *conditions: Any, limit: int) -> list[Held]:
        table = batches_table.c
        query = select(table.id, table.first, table.size, table.root).where(*conditions).order_by(table.id)
        with self._database.read() as connection:
            rows = connection.execute(query.limit(limit)).all()
        return [Held(row.id, row.first, row.size, _bytes(row.root)) for row in rows]

    def _end(self, *conditions: Any) -> int:
        with self._database.read() as connection:
            row = connection.execute(_NEWEST.where(*conditions)).one_or_none()
        return 0 if row is None else int(row.first + row.size - 1)

    def _newest(self) -> list[Batch]:
        with self._database.read() as connection:
            return [_batch(row) for row in connection.execute(_NEWEST)]


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        first=row.first,
        count=row.size,
        manifest=bytes(row.manifest),
        manifest_cid=row.manifest_cid,
        created_at=row.created_at,
        tx_hash=row.tx_hash,
        block_number=row.block_number,
        final_at=row.final_at,
        root=_bytes(row.root),
    )


def _bytes(held: bytes | None) -> bytes | None:
    # PostgreSQL's driver returns a view.
    return None if held is None else bytes(held)
