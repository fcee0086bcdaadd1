"""
A journal with millions of entries, made in minutes: rows as accepting writes them, but with hashes and
signatures that stand for nothing, since what is measured on them is how the database and the tree scale.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from recorder.stage import PUBLISHER

from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.transparency.cid import cid_of_digest

AT_ONCE = 100_000
NOW = 1_767_225_600
LOG = "0x" + "11" * 20
IDENTITY = Identity(31337, "0x" + "11" * 32, PUBLISHER.address, LOG)
_COLUMNS = (
    "number, kind, subject, record, cid, record_hash, leaf, signature, accepted_at, anchor_by, pinned_at"
)
_BATCH = "id, first, size, manifest, manifest_cid, created_at, tx_hash, block_number, final_at"
_RECORD = b'{"body":{"function":"mint","status":"requested","to":"0x1111111111111111111111111111111111111111"'


def open_journal(folder: Path, identity: Identity = IDENTITY) -> Journal:
    """Return the journal in this folder, brought to this version."""
    url = f"sqlite:///{folder / 'journal.db'}"
    upgrade(url)
    journal = Journal(Database(url), identity, PUBLISHER)
    journal.check()
    return journal


def fill(folder: Path, size: int, batch: int | None = None) -> None:
    """Let the journal in this folder have `size` entries, all pinned, in final batches of `batch`, if any."""
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as raw:
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-1000000"):
            raw.execute(f"PRAGMA {pragma}")
        (have,) = raw.execute("SELECT size FROM ledger").fetchone()
        for first in range(have + 1, size + 1, AT_ONCE):
            last = min(size, first + AT_ONCE - 1)
            raw.execute("BEGIN IMMEDIATE")
            _insert(raw, "entry", _COLUMNS, _rows(first, last))
            raw.execute("UPDATE ledger SET size = ?", (last,))
            raw.execute("COMMIT")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if batch is not None:
            # A batch that was cut short by the size before is made anew.
            raw.execute("DELETE FROM batch")
            _insert(raw, "batch", _BATCH, _batches(size, batch))


def _insert(raw: sqlite3.Connection, table: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * len(columns.split(",")))
    raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608  names of ours


def _rows(first: int, last: int) -> Iterator[tuple[object, ...]]:
    for number in range(first, last + 1):
        leaf = sha256(number.to_bytes(8, "big")).digest()
        record, subject = _RECORD + b"%d}}" % number, f"bounty/{number % 1000}"
        made = (number, "transaction", subject, record, cid_of_digest(leaf), leaf, leaf, leaf * 2 + b"\x1b")
        yield *made, NOW, NOW + 3600, NOW


def _batches(size: int, batch: int) -> Iterator[tuple[object, ...]]:
    for at, first in enumerate(range(1, size + 1, batch), 1):
        count = min(batch, size + 1 - first)
        yield at, first, count, b"", "", NOW, "0x" + at.to_bytes(32, "big").hex(), 1, NOW
