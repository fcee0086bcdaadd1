"""Entries as they are read: each with the batch that holds it, which the batches alone tell."""

from __future__ import annotations

from sqlalchemy import Select, case, select

from resonance_dao.journal.schema import batch as batches_table
from resonance_dao.journal.schema import entry as entries_table


def _entries() -> Select[tuple[object, ...]]:
    first, size = batches_table.c.first, batches_table.c.size
    # Batches follow one another without gaps: the last that begins at or before an entry holds it, or none.
    held = case((first + size > entries_table.c.number, batches_table.c.id), else_=None)
    newest = select(held).where(first <= entries_table.c.number).order_by(first.desc()).limit(1)
    return select(entries_table, newest.scalar_subquery().label("batch"))


ENTRIES = _entries()
"""Every column of an entry, and `batch`: the id of its batch; None while it waits for one."""
