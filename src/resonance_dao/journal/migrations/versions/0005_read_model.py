"""Read model: the contracts' events as they were read, the blocks they stand in, and the rows for lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_reading_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    op.create_table(
        "seen_block",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=66), nullable=False),
        sa.Column("parent_hash", sa.String(length=66), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seen_block")),
    )
    _make_events()
    _make_rows()


def _make_events() -> None:
    op.create_table(
        "chain_event",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block_hash", sa.String(length=66), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("tx_hash", sa.String(length=66), nullable=False),
        sa.Column("contract", sa.String(length=42), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("block_number", "log_index", name=op.f("pk_chain_event")),
    )
    op.create_table(
        "event_subject",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", "block_number", "log_index", name=op.f("pk_event_subject")),
    )
    op.create_index(op.f("ix_event_subject_block_number"), "event_subject", ["block_number"], unique=False)


def _make_rows() -> None:
    op.create_table(
        "read_row",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("project", sa.BigInteger(), nullable=True),
        sa.Column("bounty", sa.BigInteger(), nullable=True),
        sa.Column("account", sa.String(length=42), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_read_row")),
    )
    op.create_index(op.f("ix_read_row_subject"), "read_row", ["subject"], unique=False)
    for columns in (["kind", "number"], ["kind", "project", "number"], ["kind", "account", "number"]):
        op.create_index(op.f(f"ix_read_row_{'_'.join(columns)}"), "read_row", columns, unique=False)
    op.create_index(op.f("ix_read_row_due_at"), "read_row", ["due_at"], unique=False)


def downgrade() -> None:
    """Remove them: the chain tells everything again."""
    for table in ("read_row", "event_subject", "chain_event", "seen_block", "reading"):
        op.drop_table(table)
