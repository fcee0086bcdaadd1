"""
The log's tree in the database: of every 256 nodes the one above them, 32 bytes for 256 records.

They follow from the leaves alone, so any process may add what is missing, and to lose them is to compute them
again. A journal whose log is one of batches has its leaves there: their nodes have negative heights in the
table, so that whoever took the one kind for the other finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from resonance_dao.errors import JournalUnavailable
from resonance_dao.journal.database import Database
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import node as nodes_table
from resonance_dao.transparency.merkle import tree_head
from resonance_dao.transparency.tiles import HEIGHT, WIDTH

AT_ONCE = 64
"""Nodes of one commit: at the lowest height they stand for 16,384 leaves."""

Leaves = Callable[[int, int], list[bytes]]
"""`leaves(first, last)` returns the leaves `first` to `last`, exclusive, from 0."""


class Nodes:
    """The nodes of one journal's log, above its entries, or above the leaves of its batches when given."""

    def __init__(self, database: Database, batches: Leaves | None = None) -> None:
        self._database, self._leaves = database, batches or self._entries
        self._sign = 1 if batches is None else -1

    def fetch(self, height: int, first: int, last: int) -> list[bytes]:
        """Return the complete subtrees `first` to `last`, exclusive, of a height that is a multiple of 8."""
        found = self._nodes(height, first, last) if height else self._leaves(first, last)
        if len(found) != last - first:
            raise JournalUnavailable(
                f"the log's tree lacks nodes of height {height} from {first} on",
                hint="Delete the rows of the table `node`: they are computed again from the records.",
            )
        return found

    def complete(self, size: int) -> None:
        """Add what is missing of the tree over the first `size` leaves, which must be there."""
        height = HEIGHT
        while size >> height:
            have, wanted = self._count(height), size >> height
            while have < wanted:
                following = min(wanted, have + AT_ONCE)
                below = self.fetch(height - HEIGHT, have * WIDTH, following * WIDTH)
                self._keep(
                    height, have, [tree_head(below[at : at + WIDTH]) for at in range(0, len(below), WIDTH)]
                )
                have = following
            height += HEIGHT

    def _entries(self, first: int, last: int) -> list[bytes]:
        number = entries_table.c.number
        query = select(entries_table.c.leaf).where(number > first, number <= last).order_by(number)
        with self._database.read() as connection:
            return [bytes(one) for one in connection.execute(query).scalars()]

    def _nodes(self, height: int, first: int, last: int) -> list[bytes]:
        table: Any = nodes_table.c
        within = (table.height == self._sign * height, table.index >= first, table.index < last)
        query = select(table.hash).where(*within).order_by(table.index)
        with self._database.read() as connection:
            return [bytes(one) for one in connection.execute(query).scalars()]

    def _count(self, height: int) -> int:
        query = select(func.max(nodes_table.c.index)).where(nodes_table.c.height == self._sign * height)
        with self._database.read() as connection:
            newest = connection.execute(query).scalar_one()
        return 0 if newest is None else int(newest) + 1

    def _keep(self, height: int, first: int, hashes: Sequence[bytes]) -> None:
        dialect: Any = sqlite if self._database.is_sqlite else postgresql
        height *= self._sign
        rows = [{"height": height, "index": at, "hash": found} for at, found in enumerate(hashes, first)]
        with self._database.write() as connection:
            connection.execute(dialect.insert(nodes_table).on_conflict_do_nothing(), rows)
