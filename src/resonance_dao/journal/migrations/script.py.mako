"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Alter the tables."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Refuse: a journal is never taken back."""
    raise NotImplementedError("a journal is never taken back; restore the newer program")
