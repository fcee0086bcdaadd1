"""The first tables: ledger, entries, idempotency keys, operations and attempts, batches, pins, sightings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("manifest_cid", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("tx_hash", sa.String(length=66), nullable=True),
        sa.Column("block_number", sa.BigInteger(), nullable=True),
        sa.Column("final_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_batch_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("first", name=op.f("uq_batch_first")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("genesis_hash", sa.String(length=66), nullable=False),
        sa.Column("publisher", sa.String(length=42), nullable=False),
        sa.Column("log", sa.String(length=42), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_single")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_ledger_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_table(
        "milestone",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block_hash", sa.String(length=66), nullable=False),
        sa.PrimaryKeyConstraint("block_number", name=op.f("pk_milestone")),
    )
    op.create_table(
        "entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("cid", sa.String(length=80), nullable=False),
        sa.Column("record_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=65), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("anchor_by", sa.BigInteger(), nullable=False),
        sa.Column("pinned_at", sa.BigInteger(), nullable=True),
        sa.Column("batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("request", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_entry_number")),
        sa.ForeignKeyConstraint(["batch"], ["batch.id"], name=op.f("fk_entry_batch")),
        sa.ForeignKeyConstraint(["request"], ["entry.number"], name=op.f("fk_entry_request")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entry")),
        sa.UniqueConstraint("cid", name=op.f("uq_entry_cid")),
        sa.UniqueConstraint("request", name=op.f("uq_entry_request")),
    )
    op.create_index(op.f("ix_entry_batch_number"), "entry", ["batch", "number"], unique=False)
    op.create_index(op.f("ix_entry_kind"), "entry", ["kind"], unique=False)
    op.create_index(op.f("ix_entry_pinned_at_number"), "entry", ["pinned_at", "number"], unique=False)
    op.create_index(op.f("ix_entry_subject"), "entry", ["subject"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.number"], name=op.f("fk_idempotency_entry")),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.Column("batch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.String(length=42), nullable=False),
        sa.Column("to", sa.String(length=42), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("gas_limit", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=True),
        sa.Column("tx_hash", sa.String(length=66), nullable=True),
        sa.Column("block_number", sa.BigInteger(), nullable=True),
        sa.Column("block_hash", sa.String(length=66), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('queued', 'refused')) OR nonce IS NOT NULL", name=op.f("ck_operation_nonce")
        ),
        sa.CheckConstraint("purpose IN ('request', 'anchor', 'fill')", name=op.f("ck_operation_purpose")),
        sa.CheckConstraint(
            "state IN ('queued', 'signed', 'sent', 'mined', 'final', 'failed', 'refused')",
            name=op.f("ck_operation_state"),
        ),
        sa.ForeignKeyConstraint(["batch"], ["batch.id"], name=op.f("fk_operation_batch")),
        sa.ForeignKeyConstraint(["entry"], ["entry.number"], name=op.f("fk_operation_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sa.UniqueConstraint("chain_id", "sender", "nonce", name=op.f("uq_operation_chain_id_sender_nonce")),
        sa.UniqueConstraint("entry", name=op.f("uq_operation_entry")),
    )
    op.create_index(op.f("ix_operation_batch"), "operation", ["batch"], unique=False)
    op.create_index(op.f("ix_operation_state_id"), "operation", ["state", "id"], unique=False)
    op.create_table(
        "pin",
        sa.Column("cid", sa.String(length=120), nullable=False),
        sa.Column("store", sa.String(length=120), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("disclosure", sa.BigInteger(), nullable=True),
        sa.Column("correction", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["correction"], ["entry.number"], name=op.f("fk_pin_correction")),
        sa.ForeignKeyConstraint(["disclosure"], ["entry.number"], name=op.f("fk_pin_disclosure")),
        sa.PrimaryKeyConstraint("cid", "store", name=op.f("pk_pin")),
    )
    op.create_index(op.f("ix_pin_next_at"), "pin", ["next_at"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("tx_hash", sa.String(length=66), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.String(length=66), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.number"], name=op.f("fk_sighting_entry")),
        sa.PrimaryKeyConstraint("tx_hash", name=op.f("pk_sighting")),
    )
    op.create_index(op.f("ix_sighting_block_number"), "sighting", ["block_number"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tx_hash", sa.String(length=66), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("gas_limit", sa.BigInteger(), nullable=False),
        sa.Column("max_fee", sa.BigInteger(), nullable=False),
        sa.Column("priority_fee", sa.BigInteger(), nullable=False),
        sa.Column("fills", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operation.id"], name=op.f("fk_attempt_operation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("tx_hash", name=op.f("uq_attempt_tx_hash")),
    )
    op.create_index(op.f("ix_attempt_operation"), "attempt", ["operation"], unique=False)


def downgrade() -> None:
    """Refuse: a journal is never taken back."""
    raise NotImplementedError("a journal is never taken back; restore the newer program")
