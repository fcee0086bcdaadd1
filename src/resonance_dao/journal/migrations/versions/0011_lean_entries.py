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
_KEPT = (
    "number, kind, subject, record, cid, record_hash, leaf, signature, accepted_at, anchor_by, pinned_at, "
    "request"
)
_INDEXES = {
    "ix_entry_kind": ["kind"],
    "ix_entry_subject": ["subject"],
    "ix_entry_pinned_at_number": ["pinned_at", "number"],
}


def upgrade() -> None:
    """Drop the column, with its index."""
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
        return
    op.drop_index("ix_entry_batch_number", "entry")
    op.drop_column("entry", "batch")


def downgrade() -> None:
    """Refuse: a journal is never taken back."""
    raise NotImplementedError("a journal is never taken back; restore the newer program")


def _make_anew() -> None:
    op.create_table(
        "entry_anew",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
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
        sa.Column("request", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_entry_number")),
        sa.ForeignKeyConstraint(["request"], ["entry_anew.number"], name=op.f("fk_entry_request")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entry")),
        sa.UniqueConstraint("cid", name=op.f("uq_entry_cid")),
        sa.UniqueConstraint("request", name=op.f("uq_entry_request")),
    )
    connection = op.get_bind()
    connection.exec_driver_sql(f"INSERT INTO entry_anew ({_KEPT}) SELECT {_KEPT} FROM entry ORDER BY number")  # noqa: S608
    op.drop_table("entry")
    op.rename_table("entry_anew", "entry")
    for name, columns in _INDEXES.items():
        op.create_index(name, "entry", columns)
    if (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()) is not None:
        raise JournalConflict(f"a row of {lost[0]} refers to one that is not there", hint=DAMAGED)
