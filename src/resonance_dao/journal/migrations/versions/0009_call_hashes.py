"""
The hash of what each request calls, so that the same call is not under way twice.

What waits from before has none, and is not compared.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty, and its index."""
    op.add_column("operation", sa.Column("call_hash", sa.LargeBinary(length=32), nullable=True))
    op.create_index(op.f("ix_operation_call_hash"), "operation", ["call_hash"], unique=False)


def downgrade() -> None:
    """Refuse: a journal is never taken back."""
    raise NotImplementedError("a journal is never taken back; restore the newer program")
