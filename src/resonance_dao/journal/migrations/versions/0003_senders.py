"""Senders: keys out of service, wishes to cancel, what a day's gas took, the last final block, alarms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What was final when this was installed stays so: the newest block in which an operation ended.
_LAST_FINAL = """
INSERT INTO finality (id, block_number, block_hash)
SELECT 1, block_number, block_hash FROM operation
WHERE state IN ('final', 'failed') AND block_number IS NOT NULL AND block_hash IS NOT NULL
ORDER BY block_number DESC LIMIT 1
"""


def upgrade() -> None:
    """Make the tables and columns; what is there stays as it is."""
    op.add_column("operation", sa.Column("cancel_at", sa.BigInteger(), nullable=True))
    op.add_column("operation", sa.Column("outlay_day", sa.Integer(), nullable=True))
    op.add_column("operation", sa.Column("outlay_gwei", sa.BigInteger(), nullable=True))
    op.create_table(
        "retired_sender",
        sa.Column("address", sa.String(length=42), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_retired_sender")),
    )
    op.create_table(
        "outlay",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("gwei", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "scope", name=op.f("pk_outlay")),
        sa.CheckConstraint("gwei >= 0", name=op.f("ck_outlay_gwei")),
    )
    op.create_table(
        "finality",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.String(length=66), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finality")),
        sa.CheckConstraint("id = 1", name=op.f("ck_finality_single")),
    )
    op.create_table(
        "alarm",
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=False),
        sa.Column("disclosure", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["disclosure"], ["entry.number"], name=op.f("fk_alarm_disclosure")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_alarm")),
    )
    op.execute(_LAST_FINAL)


def downgrade() -> None:
    """Refuse: a journal is never taken back."""
    raise NotImplementedError("a journal is never taken back; restore the newer program")
