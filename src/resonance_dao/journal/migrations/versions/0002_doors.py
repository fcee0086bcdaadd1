"""Doors: the gateway's secret, nonces that were used, sessions, API keys, and what a day's relaying took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "door_secret",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_door_secret_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_secret")),
    )
    op.create_table(
        "used_nonce",
        sa.Column("nonce", sa.String(length=200), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_used_nonce")),
    )
    op.create_index(op.f("ix_used_nonce_until"), "used_nonce", ["until"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=42), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account"), "session", ["account"], unique=False)
    op.create_index(op.f("ix_session_until"), "session", ["until"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )
    op.create_table(
        "spending",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("gwei", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("gwei >= 0", name=op.f("ck_spending_gwei")),
        sa.PrimaryKeyConstraint("day", "scope", name=op.f("pk_spending")),
    )


def downgrade() -> None:
    """Refuse: a journal is never taken back."""
    raise NotImplementedError("a journal is never taken back; restore the newer program")
