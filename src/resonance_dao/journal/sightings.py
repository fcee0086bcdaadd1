"""
Sightings: the transactions of others that the journal has told of, and how far the chain has been read.

Milestones are the blocks up to which it was read, with their hashes; when one is no longer the chain's,
reading steps back to the newest that is. A milestone vouches for every sighting at or below it: reading
compares those in its way with the chain before it notes the next one, so it may be broken off anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from resonance_dao.journal.entry import Draft
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.schema import milestone as milestones_table
from resonance_dao.journal.schema import sighting as sightings_table

MILESTONES_KEPT = 512


@dataclass(frozen=True, slots=True)
class Milestone:
    """A block up to which the chain was read."""

    block_number: int
    block_hash: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A transaction and the entry that tells of it."""

    tx_hash: str
    entry: int
    block_number: int
    block_hash: str


class Sightings:
    """The sightings of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._database = journal, journal.database

    def find(self, tx_hash: str) -> Sighting | None:
        """Return the sighting of a transaction."""
        return next(iter(self._where(sightings_table.c.tx_hash == tx_hash)), None)

    def known(self, hashes: Iterable[str]) -> set[str]:
        """Return those of `hashes` that have been told of."""
        return {found.tx_hash for found in self._where(sightings_table.c.tx_hash.in_(in_list(hashes)))}

    def between(self, first: int, last: int) -> list[Sighting]:
        """Return the sightings in the blocks `first` to `last`, both included, in their order."""
        return self._where(sightings_table.c.block_number.between(first, last))

    def add(self, tx_hash: str, block: Milestone, draft: Draft, now: int) -> int:
        """Write the entry that tells of a transaction, unless there is one; return its number."""
        with self._database.write() as connection:
            self._journal.lock(connection)
            query = select(sightings_table.c.entry).where(sightings_table.c.tx_hash == tx_hash)
            known = connection.execute(query).scalar_one_or_none()
            if known is not None:
                return int(known)
            number = self._journal.append(connection, draft, now).number
            where = {"block_number": block.block_number, "block_hash": block.block_hash}
            connection.execute(insert(sightings_table).values(tx_hash=tx_hash, entry=number, **where))
            self._journal.hook("observe.before_commit")
        self._journal.hook("observe.committed")
        return number

    def withdraw(self, gone: Sequence[Sighting], correction: Callable[[Sighting], Draft], now: int) -> int:
        """
        Write of sightings that the chain has another block in the place of theirs, and forget them, so that
        their transactions may come again; return how many, in one commit.
        """
        written = 0
        with self._database.write() as connection:
            self._journal.lock(connection)
            for sighting in gone:
                mine = sightings_table.c.entry == sighting.entry
                if connection.execute(delete(sightings_table).where(mine)).rowcount:
                    self._journal.append(connection, correction(sighting), now)
                    written += 1
            self._journal.hook("withdraw.before_commit")
        self._journal.hook("withdraw.committed")
        return written

    def milestones(self) -> list[Milestone]:
        """Return the milestones, the newest first."""
        table = milestones_table
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.block_number.desc())).all()
        return [Milestone(row.block_number, row.block_hash) for row in rows]

    def reached(self, block: Milestone) -> None:
        """Note that the chain was read up to and with this block."""
        table = milestones_table
        with self._database.write() as connection:
            self._journal.lock(connection)
            connection.execute(delete(table).where(table.c.block_number >= block.block_number))
            connection.execute(
                insert(table).values(block_number=block.block_number, block_hash=block.block_hash)
            )
            count = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if count > MILESTONES_KEPT:
                oldest = select(func.min(table.c.block_number)).scalar_subquery()
                connection.execute(delete(table).where(table.c.block_number == oldest))
        self._journal.hook("observe.reached")

    def step_back(self, to: int) -> None:
        """
        Forget the milestones after block `to`. What was seen after it is looked at again when it is read
        again.
        """
        with self._database.write() as connection:
            self._journal.lock(connection)
            connection.execute(delete(milestones_table).where(milestones_table.c.block_number > to))
            self._journal.hook("step_back.before_commit")
        self._journal.hook("step_back.committed")

    def _where(self, condition: object) -> list[Sighting]:
        table = sightings_table
        query = select(table).where(condition).order_by(table.c.block_number)  # type: ignore[arg-type]
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [Sighting(row.tx_hash, row.entry, row.block_number, row.block_hash) for row in rows]
