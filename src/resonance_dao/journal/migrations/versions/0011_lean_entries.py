"""
Entries no longer name their batch: the batches tell which entries they hold, and anchoring need not write
every entry again.

SQLite cannot drop a column that refers to another table, so it makes the table anew; with that its numbers
become the rows' own, which saves an index. Ten million entries take it some minutes, once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from resonance_dao.errors import JournalConflict

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DAMAGED = "The database is damaged, and as it was before: restore a backup."


def upgrade() -> None:
    """Drop the column, with its index."""
    op.drop_index("ix_entry_batch_number", "entry")
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
    else:
        op.drop_column("entry", "batch")


def downgrade() -> None:
    """Refuse: a journal is never taken back."""
    raise NotImplementedError("a journal is never taken back; restore the newer program")


def _make_anew() -> None:
    with op.batch_alter_table("entry", recreate="always") as table:
        table.drop_constraint("fk_entry_batch", type_="foreignkey")
        table.drop_column("batch")
        table.alter_column("number", type_=sa.Integer(), existing_type=sa.BigInteger(), autoincrement=False)
    lost = op.get_bind().exec_driver_sql("PRAGMA foreign_key_check").first()
    if lost is not None:
        raise JournalConflict(f"a row of {lost[0]} refers to one that is not there", hint=DAMAGED)
