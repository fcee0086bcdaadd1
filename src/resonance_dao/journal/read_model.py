"""
The read model: the contracts' events in tables, and the rows for lists that follow from them.

Everything in it comes from the chain and can be dropped. The rows of a subject are a function of its events
in the chain's order, and of nothing else: forward they are brought on event by event, and where the chain
stepped back they are made anew from the events that are left. So the same chain gives the same rows,
whatever way the reading took; `dump` puts that into bytes.

Readers may work side by side: a commit counts only if reading still stands where its writer found it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.engine import Row as SqlRow

from resonance_dao.journal.database import Database
from resonance_dao.journal.read_rows import Rows, row_of
from resonance_dao.journal.read_schema import chain_event, event_subject, read_row, reading, seen_block
from resonance_dao.journal.read_values import Fold, ReadEvent, SeenBlock, canonical_text

BLOCKS_KEPT = 1_024
_EVENT = ("block_number", "log_index", "block_hash", "time", "tx_hash", "contract", "source", "name")


class ReadModel:
    """
    The read model of one database. `fingerprint` says which program reads which contracts: tables that were
    filled under another one are neither read nor added to.
    """

    def __init__(self, database: Database, fingerprint: str) -> None:
        self.database, self._fingerprint = database, fingerprint

    def prepare(self) -> bool:
        """Empty the tables if they were filled under another fingerprint; say whether they were."""
        with self.database.read() as connection:
            if connection.execute(select(reading.c.fingerprint)).scalar_one_or_none() == self._fingerprint:
                return False
        self.reset()
        return True

    def reset(self) -> None:
        """Empty the tables; whoever reads next begins at the first block."""
        with self.database.write() as connection:
            known = connection.execute(select(reading.c.id).with_for_update()).scalar_one_or_none()
            for table in (read_row, event_subject, chain_event, seen_block):
                connection.execute(delete(table))
            row = insert(reading).values(id=1) if known is None else update(reading)
            connection.execute(row.values(fingerprint=self._fingerprint))

    def position(self) -> SeenBlock | None:
        """Return the block up to which the chain was read; None too when others filled the tables."""
        with self.database.read() as connection:
            known = connection.execute(select(reading.c.fingerprint)).scalar_one_or_none()
            return _position(connection) if known == self._fingerprint else None

    def seen(self) -> list[SeenBlock]:
        """Return the blocks by which a reorganisation is noticed, the newest first."""
        with self.database.read() as connection:
            rows = connection.execute(select(seen_block).order_by(seen_block.c.number.desc())).all()
        return [SeenBlock(row.number, row.hash, row.parent_hash) for row in rows]

    def append(
        self,
        expected: SeenBlock | None,
        blocks: Sequence[SeenBlock],
        events: Sequence[ReadEvent],
        fold: Fold,
    ) -> bool:
        """
        Write the events up to the last of `blocks`, which follow on `expected`, in one commit; False when
        reading stands somewhere else by now.
        """
        with self.database.write() as connection:
            if not self._stands_at(connection, expected):
                return False
            connection.execute(insert(seen_block), [_block_values(block) for block in blocks])
            if events:
                connection.execute(insert(chain_event), [_event_values(event) for event in events])
            subjects = [found for event in events for found in _subject_values(event)]
            if subjects:
                connection.execute(insert(event_subject), subjects)
            rows = Rows(connection)
            for event in events:
                for subject in event.subjects:
                    fold(subject, rows, event)
            rows.flush()
            _prune(connection)
        return True

    def step_back(self, expected: SeenBlock | None, to: int, fold: Fold) -> bool:
        """
        Forget what was read after block `to`, and make the rows that it changed anew, in one commit; False
        when reading stands somewhere else by now.
        """
        with self.database.write() as connection:
            if not self._stands_at(connection, expected):
                return False
            subject, after = event_subject.c.subject, event_subject.c.block_number > to
            touched = sorted(connection.execute(select(subject).where(after).distinct()).scalars())
            connection.execute(delete(event_subject).where(after))
            connection.execute(delete(chain_event).where(chain_event.c.block_number > to))
            connection.execute(delete(seen_block).where(seen_block.c.number > to))
            rows = Rows(connection)
            rows.forget(touched)
            for name in touched:
                for event in _events_of(connection, name):
                    fold(name, rows, event)
            rows.flush()
        return True

    def contracts(self) -> list[tuple[str, str]]:
        """Return the contracts that ours opened: address and artifact."""
        query = select(read_row).where(read_row.c.kind == "contract").order_by(read_row.c.key)
        with self.database.read() as connection:
            rows = [row_of(found) for found in connection.execute(query)]
        return [(row.key, str(row.body["artifact"])) for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many events there are, and how many rows of each kind."""
        query = select(read_row.c.kind, func.count()).group_by(read_row.c.kind).order_by(read_row.c.kind)
        with self.database.read() as connection:
            events = connection.execute(select(func.count()).select_from(chain_event)).scalar_one()
            return {"event": events, **{row[0]: row[1] for row in connection.execute(query)}}

    def dump(self) -> Iterator[bytes]:
        """
        Yield the whole read model as lines of canonical JSON: where reading stands, the events, the rows.

        The blocks seen on the way are left out: which they are is up to who read, not to the chain.
        """
        with self.database.read() as connection:
            at = _position(connection)
            yield _line({"block": None if at is None else [at.number, at.hash]})
            order = (chain_event.c.block_number, chain_event.c.log_index)
            for found in connection.execute(select(chain_event).order_by(*order)).yield_per(1_000):
                yield _line({"event": [*(getattr(found, name) for name in _EVENT), json.loads(found.args)]})
            # In the order of this language: that of text is each database's own.
            keys = select(read_row.c.kind, read_row.c.key)
            for kind, key in sorted((row.kind, row.key) for row in connection.execute(keys)):
                query = select(read_row).where(read_row.c.kind == kind, read_row.c.key == key)
                yield _row_line(connection.execute(query).one())

    def digest(self) -> tuple[SeenBlock | None, str]:
        """Return where reading stands, and the SHA-256 of the dump, 0x-hex."""
        hashed, head = hashlib.sha256(), b""
        for line in self.dump():
            head = head or line
            hashed.update(line)
        found = json.loads(head)["block"]
        at = None if found is None else SeenBlock(found[0], found[1], "")
        return at, "0x" + hashed.hexdigest()

    def _stands_at(self, connection: Connection, expected: SeenBlock | None) -> bool:
        # The row's lock makes readers in PostgreSQL take turns; SQLite has one writer anyway.
        query = select(reading.c.fingerprint).with_for_update()
        known = connection.execute(query).scalar_one_or_none()
        return known == self._fingerprint and _position(connection) == expected


def _position(connection: Connection) -> SeenBlock | None:
    query = select(seen_block).order_by(seen_block.c.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else SeenBlock(row.number, row.hash, row.parent_hash)


def _events_of(connection: Connection, subject: str) -> list[ReadEvent]:
    place = (chain_event.c.block_number, chain_event.c.log_index)
    joined = event_subject.join(
        chain_event,
        (event_subject.c.block_number == place[0]) & (event_subject.c.log_index == place[1]),
    )
    query = select(chain_event).select_from(joined).where(event_subject.c.subject == subject)
    return [_event_of(row) for row in connection.execute(query.order_by(*place))]


def _event_of(row: SqlRow[Any]) -> ReadEvent:
    return ReadEvent(args=json.loads(row.args), **{name: getattr(row, name) for name in _EVENT})


def _event_values(event: ReadEvent) -> dict[str, Any]:
    return {**{name: getattr(event, name) for name in _EVENT}, "args": canonical_text(dict(event.args))}


def _subject_values(event: ReadEvent) -> list[dict[str, Any]]:
    place = {"block_number": event.block_number, "log_index": event.log_index}
    return [{"subject": subject, **place} for subject in event.subjects]


def _block_values(block: SeenBlock) -> dict[str, Any]:
    return {"number": block.number, "hash": block.hash, "parent_hash": block.parent_hash}


def _prune(connection: Connection) -> None:
    newest = select(seen_block.c.number).order_by(seen_block.c.number.desc()).offset(BLOCKS_KEPT).limit(1)
    oldest = connection.execute(newest).scalar_one_or_none()
    if oldest is not None:
        connection.execute(delete(seen_block).where(seen_block.c.number <= oldest))


def _row_line(found: SqlRow[Any]) -> bytes:
    row = row_of(found)
    place = [row.kind, row.key, row.subject, row.number, row.project, row.bounty, row.account, row.due_at]
    return _line({"row": [*place, row.body]})


def _line(value: object) -> bytes:
    return canonical_text(value).encode() + b"\n"
