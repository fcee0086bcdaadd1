"""The head of each batch's own tree, for journals whose log is one of batches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("batch", sa.Column("root", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    """Remove it."""
    with op.batch_alter_table("batch") as table:
        table.drop_column("root")
