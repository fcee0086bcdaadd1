"""
The tables. Alembic's migrations make them; a test compares the two.

Hashes are 32-byte blobs, except those of the chain, which are `0x` text as JSON-RPC spells them. Times are
unix seconds. `ledger` has one row: whose journal this is, and how many entries it holds; locking that row
is what keeps the numbers gapless on PostgreSQL, as `BEGIN IMMEDIATE` does on SQLite.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from resonance_dao.journal import read_schema
from resonance_dao.journal.tables import Identifier, metadata
from resonance_dao.journal.webhook_tables import delivery, webhook

# Whoever has these tables has the read model's and the webhooks' among them.
__all__ = ["delivery", "metadata", "read_schema", "webhook"]

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("chain_id", BigInteger, nullable=False),
    Column("genesis_hash", String(66), nullable=False),
    Column("publisher", String(42), nullable=False),
    Column("log", String(42), nullable=False),
    Column("size", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("size >= 0", name="size"),
)

batch = Table(
    "batch",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("first", BigInteger, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("manifest_cid", String(80), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("tx_hash", String(66)),
    Column("block_number", BigInteger),
    Column("final_at", BigInteger),
    Column("root", LargeBinary(32)),
    CheckConstraint("size > 0", name="size"),
)

entry = Table(
    "entry",
    metadata,
    Column("number", Identifier, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("cid", String(80), nullable=False, unique=True),
    Column("record_hash", LargeBinary(32), nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(65), nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
    Column("anchor_by", BigInteger, nullable=False),
    Column("pinned_at", BigInteger),
    Column("request", BigInteger, ForeignKey("entry.number"), unique=True),
    CheckConstraint("number > 0", name="number"),
    Index(None, "kind"),
    Index(None, "subject"),
    Index(None, "pinned_at", "number"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", String(255), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", LargeBinary(32), nullable=False),
    Column("entry", BigInteger, ForeignKey("entry.number"), nullable=False),
)

door_secret = Table(
    "door_secret",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("secret", LargeBinary(32), nullable=False),
    CheckConstraint("id = 1", name="single"),
)

used_nonce = Table(
    "used_nonce",
    metadata,
    Column("nonce", String(200), primary_key=True),
    Column("until", BigInteger, nullable=False, index=True),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("account", String(42), nullable=False, index=True),
    Column("opened_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("secret_hash", LargeBinary(32), nullable=False),
    Column("scopes", String(255), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("revoked_at", BigInteger),
)

# Amounts are in gwei: a day's wei would not fit into 64 bits on every chain.
spending = Table(
    "spending",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("scope", String(255), primary_key=True),
    Column("gwei", BigInteger, nullable=False),
    CheckConstraint("gwei >= 0", name="gwei"),
)

operation = Table(
    "operation",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("entry", BigInteger, ForeignKey("entry.number"), unique=True),
    Column("batch", Identifier, ForeignKey("batch.id"), index=True),
    Column("chain_id", BigInteger, nullable=False),
    Column("sender", String(42), nullable=False),
    Column("to", String(42), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("gas_limit", BigInteger),
    Column("state", String(16), nullable=False),
    Column("nonce", BigInteger),
    Column("tx_hash", String(66)),
    Column("block_number", BigInteger),
    Column("block_hash", String(66)),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("cancel_at", BigInteger),
    Column("outlay_day", Integer),
    Column("outlay_gwei", BigInteger),
    Column("call_hash", LargeBinary(32), index=True),
    UniqueConstraint("chain_id", "sender", "nonce"),
    CheckConstraint("purpose IN ('request', 'anchor', 'fill')", name="purpose"),
    CheckConstraint(
        "state IN ('queued', 'signed', 'sent', 'mined', 'final', 'failed', 'refused')", name="state"
    ),
    CheckConstraint("(state IN ('queued', 'refused')) OR nonce IS NOT NULL", name="nonce"),
    Index(None, "state", "id"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("operation", Identifier, ForeignKey("operation.id"), nullable=False, index=True),
    Column("tx_hash", String(66), nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("gas_limit", BigInteger, nullable=False),
    Column("max_fee", BigInteger, nullable=False),
    Column("priority_fee", BigInteger, nullable=False),
    Column("fills", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
)

retired_sender = Table(
    "retired_sender",
    metadata,
    Column("address", String(42), primary_key=True),
    Column("reason_code", String(64), nullable=False),
    Column("retired_at", BigInteger, nullable=False),
)

sender_start = Table(
    "sender_start",
    metadata,
    Column("address", String(42), primary_key=True),
    Column("nonce", BigInteger, nullable=False),
    Column("noted_at", BigInteger, nullable=False),
)

outlay = Table(
    "outlay",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("scope", String(120), primary_key=True),
    Column("gwei", BigInteger, nullable=False),
    CheckConstraint("gwei >= 0", name="gwei"),
)

finality = Table(
    "finality",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", String(66), nullable=False),
    CheckConstraint("id = 1", name="single"),
)

alarm = Table(
    "alarm",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("reason_code", String(64), nullable=False),
    Column("disclosure", BigInteger, ForeignKey("entry.number"), nullable=False),
    Column("raised_at", BigInteger, nullable=False),
)

pin = Table(
    "pin",
    metadata,
    Column("cid", String(120), primary_key=True),
    Column("store", String(120), primary_key=True),
    Column("error", Text),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger),
    Column("disclosure", BigInteger, ForeignKey("entry.number")),
    Column("correction", BigInteger, ForeignKey("entry.number")),
    Column("reason_code", String(64)),
    Column("waits_since", BigInteger),
    Index(None, "next_at"),
    Index(None, "store", "next_at"),
    Index(None, "disclosure"),
)

pin_round = Table(
    "pin_round",
    metadata,
    Column("store", String(120), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("checked", BigInteger, nullable=False),
    Column("missing", BigInteger, nullable=False),
)

sighting = Table(
    "sighting",
    metadata,
    Column("tx_hash", String(66), primary_key=True),
    Column("entry", BigInteger, ForeignKey("entry.number"), nullable=False),
    Column("block_number", BigInteger, nullable=False, index=True),
    Column("block_hash", String(66), nullable=False),
)

milestone = Table(
    "milestone",
    metadata,
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("block_hash", String(66), nullable=False),
)

node = Table(
    "node",
    metadata,
    Column("height", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)
