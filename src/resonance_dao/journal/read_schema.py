"""
The read model's tables: all of it can be dropped and read from the chain again.

`chain_event` is what the contracts said, `event_subject` what each event is about, `read_row` what follows
from the events of one subject, and `seen_block` the blocks by which a reorganisation is noticed. A row's
`due_at` (unix s) is from when somebody should look whether there is something to do; none: there is not.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text

from resonance_dao.journal.tables import metadata

reading = Table(
    "reading",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String(64), nullable=False),
    CheckConstraint("id = 1", name="single"),
)

seen_block = Table(
    "seen_block",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(66), nullable=False),
    Column("parent_hash", String(66), nullable=False),
)

chain_event = Table(
    "chain_event",
    metadata,
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("log_index", BigInteger, primary_key=True, autoincrement=False),
    Column("block_hash", String(66), nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("tx_hash", String(66), nullable=False),
    Column("contract", String(42), nullable=False),
    Column("source", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("args", Text, nullable=False),
)

event_subject = Table(
    "event_subject",
    metadata,
    Column("subject", String(120), primary_key=True),
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("log_index", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "block_number"),
)

read_row = Table(
    "read_row",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("key", String(160), primary_key=True),
    Column("subject", String(120), nullable=False, index=True),
    Column("number", BigInteger),
    Column("project", BigInteger),
    Column("bounty", BigInteger),
    Column("account", String(42)),
    Column("due_at", BigInteger, index=True),
    Column("body", Text, nullable=False),
    Index(None, "kind", "number"),
    Index(None, "kind", "project", "number"),
    Index(None, "kind", "account", "number"),
)
