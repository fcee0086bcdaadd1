"""
What a day's relaying may cost, and what of it was given out: the count that all replicas share.

Amounts are in gwei, rounded up; a day is a whole number of days since 1970, UTC. What was given out is never
more than the limit, whoever dies when.

This is what callers may ask for, estimated before anything is accepted. What sending takes from each key is
another count, in `outlay.py`, made when a transaction is signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from resonance_dao.journal.database import Database
from resonance_dao.journal.schema import spending


@dataclass(frozen=True, slots=True)
class Claim:
    """
    What is wanted of one scope's budget: at least `needed`, and up to `portion` to be spent without asking
    again, within `limit` for the day; gwei.
    """

    scope: str
    needed: int
    portion: int
    limit: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """The scope whose budget of the day does not reach."""

    scope: str


class Spending:
    """The budgets of one gateway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, day: int, claims: Sequence[Claim]) -> dict[str, int] | Refusal:
        """Return what each scope was given, in one commit; or the scope that is refused: nothing is taken."""
        given: dict[str, int] = {}
        with self._database.write() as connection:
            connection.execute(delete(spending).where(spending.c.day < day - 1))
            # Always in the same order, so that two replicas never wait for each other.
            for claim in sorted(claims, key=lambda one: one.scope):
                left = claim.limit - _locked(connection, day, claim.scope)
                if left < claim.needed:
                    return Refusal(claim.scope)
                given[claim.scope] = min(max(claim.needed, claim.portion), left)
            for scope, gwei in given.items():
                self._add(connection, day, scope, gwei)
        return given

    def give_back(self, day: int, amounts: dict[str, int]) -> None:
        """Return what was given out and not spent."""
        with self._database.write() as connection:
            for scope, gwei in sorted(amounts.items()):
                self._add(connection, day, scope, -gwei)

    def given(self, day: int) -> dict[str, int]:
        """Return what each scope was given on a day, in gwei."""
        query = select(spending.c.scope, spending.c.gwei).where(spending.c.day == day)
        with self._database.read() as connection:
            return {scope: int(gwei) for scope, gwei in connection.execute(query)}

    def _add(self, connection: Connection, day: int, scope: str, gwei: int) -> None:
        mine = (spending.c.day == day, spending.c.scope == scope)
        connection.execute(update(spending).where(*mine).values(gwei=spending.c.gwei + gwei))


def _locked(connection: Connection, day: int, scope: str) -> int:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    fresh = dialect.insert(spending).values(day=day, scope=scope, gwei=0).on_conflict_do_nothing()
    connection.execute(fresh)
    mine = (spending.c.day == day, spending.c.scope == scope)
    return int(connection.execute(select(spending.c.gwei).where(*mine).with_for_update()).scalar_one())
