"""
Who is told of entries, and which entries they are still to be told of. What was told has no row any more.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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

from resonance_dao.journal.tables import Identifier, metadata

webhook = Table(
    "webhook",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("secret", LargeBinary(32), nullable=False),
    Column("topics", String(100), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("failing_since", BigInteger),
    Column("resumes_at", BigInteger, nullable=False),
    Column("told_at", BigInteger),
    Column("error", Text),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("webhook", String(32), ForeignKey("webhook.id"), nullable=False),
    Column("entry", BigInteger, ForeignKey("entry.number"), nullable=False),
    Column("topic", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger),
    UniqueConstraint("webhook", "entry"),
    Index(None, "webhook", "next_at"),
)
