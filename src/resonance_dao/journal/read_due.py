"""
What to look at now: rows whose time has come, in an order in which a reader can go on where it stopped.

Each question reads a bounded part of the tables. The order is that of bounties and of what happened in them;
what belongs to no bounty is in the order in which it came up.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from resonance_dao.errors import JournalUnavailable
from resonance_dao.journal.database import Database
from resonance_dao.journal.read_rows import row_of
from resonance_dao.journal.read_schema import chain_event, read_row
from resonance_dao.journal.read_values import Row

Place = tuple[int, int]
"""Where a row stands among those of its kind: its bounty, zero when there is none, and its number."""


class ReadDue:
    """Reads from one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def dated(self, kind: str, after: Place, now: int, limit: int) -> list[Row]:
        """Return rows of a kind that are due at `now` (unix s), after a place, in order."""
        # Joined with nothing, the kind is no reason to read all of its rows: those that are due are few.
        query = select(read_row).where(read_row.c.kind + "" == kind, read_row.c.due_at <= now)
        return self._page(query, after, limit)

    def to_count(self, after: Place, limit: int) -> list[Row]:
        """Return outcomes, after a place, that wait for a track record which their project has."""
        ruled = select(read_row.c.project).where(read_row.c.kind == "policy")
        query = select(read_row).where(read_row.c.kind == "outcome", read_row.c.project.in_(ruled))
        return self._page(query, after, limit)

    def revoked(self, after: Place, limit: int) -> list[Row]:
        """Return ratings that count, after a place, though their raters have revoked them."""
        revocation = read_row.alias()
        is_revoked = (revocation.c.kind == "revocation") & (revocation.c.key == read_row.c.key)
        query = select(read_row).join(revocation, is_revoked).where(read_row.c.kind == "counted")
        return self._page(query, after, limit)

    def pools(self, first: int, now: int, limit: int) -> list[Row]:
        """Return pools from number `first` on of which something may be due at `now`: that hold credit."""
        credit = read_row.alias()
        holders = select(credit.c.account).where(credit.c.kind == "credit", credit.c.number == 1)
        query = select(read_row).where(read_row.c.kind == "pool", read_row.c.key.in_(holders))
        in_time = or_(read_row.c.due_at.is_(None), read_row.c.due_at <= now)
        query = query.where(in_time, read_row.c.number >= first)
        return self._rows(query.order_by(read_row.c.number).limit(limit))

    def shares(self, pool: Row, after: int, limit: int) -> list[Row]:
        """Return the shares of a pool with numbers after `after`, in order."""
        query = select(read_row).where(read_row.c.subject == pool.subject, read_row.c.kind + "" == "share")
        query = query.where(read_row.c.number > after)
        return self._rows(query.order_by(read_row.c.number).limit(limit))

    def due_before(self, row: Row, now: int) -> list[Row]:
        """Return the rows of the same kind and subject that are due at `now` and stand before this one."""
        query = select(read_row).where(read_row.c.subject == row.subject, read_row.c.kind + "" == row.kind)
        return self._rows(query.where(read_row.c.due_at <= now, read_row.c.number < row.number))

    def event(self, block: int, log_index: int) -> dict[str, Any]:
        """Return the arguments of an event of which a row tells; `JournalUnavailable` when both went."""
        place = (chain_event.c.block_number == block) & (chain_event.c.log_index == log_index)
        with self._database.read() as connection:
            text = connection.execute(select(chain_event.c.args).where(place)).scalar_one_or_none()
        if text is None:
            raise JournalUnavailable("the chain took an event back while it was read", hint="Ask again.")
        found: dict[str, Any] = json.loads(text)
        return found

    def _page(self, query: Select[Any], after: Place, limit: int) -> list[Row]:
        bounty, number = func.coalesce(read_row.c.bounty, 0), read_row.c.number
        follows = or_(bounty > after[0], and_(bounty == after[0], number > after[1]))
        return self._rows(query.where(follows).order_by(bounty, number).limit(limit))

    def _rows(self, query: Select[Any]) -> list[Row]:
        with self._database.read() as connection:
            return [row_of(found) for found in connection.execute(query)]


def place_of_row(row: Row) -> Place:
    """Return where a row stands among those of its kind."""
    return row.bounty or 0, row.number or 0
