"""Pins: why a copy is missing, since when a service works on it, and the rounds that check every copy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that may be empty, their indexes, and one small table."""
    op.add_column("pin", sa.Column("reason_code", sa.String(length=64), nullable=True))
    op.add_column("pin", sa.Column("waits_since", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_pin_store_next_at"), "pin", ["store", "next_at"], unique=False)
    op.create_index(op.f("ix_pin_disclosure"), "pin", ["disclosure"], unique=False)
    op.create_table(
        "pin_round",
        sa.Column("store", sa.String(length=120), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", name=op.f("pk_pin_round")),
    )


def downgrade() -> None:
    """Refuse: a journal is never taken back."""
    raise NotImplementedError("a journal is never taken back; restore the newer program")
