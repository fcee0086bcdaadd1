"""
What sending takes in a day: reserved when a transaction is signed, corrected when it has ended.

The most that an attempt may cost is reserved in the commit that signs it, so whatever begins keeps within the
limits, whoever dies when. What has begun must end: a dearer attempt at the same nonce is counted, and never
held back, so a day may exceed its limit by what the cap on the price of gas allows for what was under way.

This is what keys pay, and its limits are for each key and each function of a contract. What callers may ask
for is another count, in `spending.py`, made before anything is accepted. Amounts are gwei, rounded up; a day
is a whole number of days since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from resonance_dao.journal.database import Database
from resonance_dao.journal.schema import operation as operations_table
from resonance_dao.journal.schema import outlay as outlays_table

GWEI = 10**9
DAY_S = 86_400


def gwei(wei: int) -> int:
    """Return an amount of wei in gwei, rounded up."""
    return -(-wei // GWEI)


def scopes(sender: str, to: str, data: bytes) -> tuple[str, str]:
    """Return what a transaction counts towards: its key, and its route, which is contract and function."""
    return f"key/{sender}", f"route/{to}/{'0x' + data[:4].hex() if data else '-'}"


class Outlays:
    """The days' outlays as others read them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, now: int) -> dict[str, int]:
        """Return what each scope took on the day of `now`, what is reserved included; gwei."""
        query = select(outlays_table.c.scope, outlays_table.c.gwei).where(outlays_table.c.day == now // DAY_S)
        with self._database.read() as connection:
            return {scope: int(amount) for scope, amount in connection.execute(query)}

    def highest(self, now: int, days: int = 7) -> dict[str, int]:
        """
        Return the most that each scope took on one of the `days` before that of `now`, in gwei. The day of
        `now` is left out: much of what it holds is reserved only.
        """
        table, today = outlays_table, now // DAY_S
        query = select(table.c.scope, func.max(table.c.gwei)).group_by(table.c.scope)
        query = query.where(table.c.day.between(today - days, today - 1))
        with self._database.read() as connection:
            return {scope: int(amount) for scope, amount in connection.execute(query)}


def reserve(
    connection: Connection, operation: int, cost: int, now: int, limits: Mapping[str, int] | None = None
) -> bool:
    """
    Reserve up to `cost` wei for an operation, in place of less that it had; False, and nothing is changed,
    when a scope of `limits` (gwei a day) would exceed it. The caller holds the journal's lock.
    """
    row = _row(connection, operation)
    day, held = (now // DAY_S, 0) if row.outlay_day is None else (row.outlay_day, row.outlay_gwei)
    more = max(gwei(cost) - held, 0)
    counted = scopes(row.sender, row.to, bytes(row.data))
    for scope, limit in (limits or {}).items():
        if scope in counted and _of(connection, day, scope) + more > limit:
            return False
    _change(connection, operation, day, counted, held, more)
    return True


def conclude(connection: Connection, operation: int, paid: int) -> None:
    """Put what an operation did cost (wei) in place of what was reserved for it."""
    row = _row(connection, operation)
    if row.outlay_day is not None:
        counted = scopes(row.sender, row.to, bytes(row.data))
        change = gwei(paid) - row.outlay_gwei
        _change(connection, operation, row.outlay_day, counted, row.outlay_gwei, change)


def _change(
    connection: Connection, operation: int, day: int, counted: tuple[str, ...], held: int, more: int
) -> None:
    for scope in counted:
        table, total = outlays_table, _of(connection, day, scope) + more
        mine = (table.c.day == day, table.c.scope == scope)
        if not connection.execute(update(table).where(*mine).values(gwei=total)).rowcount:
            connection.execute(insert(table).values(day=day, scope=scope, gwei=total))
    table = operations_table
    connection.execute(
        update(table).where(table.c.id == operation).values(outlay_day=day, outlay_gwei=held + more)
    )


def _of(connection: Connection, day: int, scope: str) -> int:
    table = outlays_table
    query = select(table.c.gwei).where(table.c.day == day, table.c.scope == scope)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def _row(connection: Connection, operation: int) -> Row[Any]:
    return connection.execute(select(operations_table).where(operations_table.c.id == operation)).one()
