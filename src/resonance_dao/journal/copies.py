"""
What became of copies, written in the commit that they belong to.

A copy that failed is kept and tried again. All that fail on one store for one reason, while any of them is
still missing, are told by one disclosure: a store that is down for a day must not fill the log with its
failures. When the last of them has arrived, one correction says so. A copy that fails again after that is
told anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from resonance_dao.journal.entry import CopyReport, Draft
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.schema import pin

FIRST_RETRY_S = 30
LONGEST_RETRY_S = 3600
WAITING_MAX_S = 3600
"""How long a store may be at work on a copy before that counts as a failure."""
_CHUNK = 400

Append = Callable[[Draft], int]
"""Writes an entry in the transaction at hand and returns its number."""


def note(connection: Connection, reports: Sequence[CopyReport], append: Append, now: int) -> int:
    """
    Write down what became of copies, in the transaction of `connection`, which holds the journal's lock;
    return how many that were missing have arrived.
    """
    rows = _known(connection, reports)
    arrived = 0
    for report in reports:
        key = (report.cid, report.store)
        copy = _Copy(connection, report, rows.get(key), append, now)
        if report.state == "arrived":
            arrived += copy.arrive()
            rows.pop(key, None)
        else:
            copy.miss()
            rows = {**rows, **_known(connection, [report])}
    return arrived


def _known(connection: Connection, reports: Sequence[CopyReport]) -> dict[tuple[str, str], Row[Any]]:
    # Only copies that were missing once have a row, so for nearly every report nothing is found.
    cids, found = list(dict.fromkeys(report.cid for report in reports)), {}
    for start in range(0, len(cids), _CHUNK):
        query = select(pin).where(pin.c.cid.in_(in_list(cids[start : start + _CHUNK])))
        found.update({(row.cid, row.store): row for row in connection.execute(query)})
    return found


@dataclass(frozen=True)
class _Copy:
    connection: Connection
    report: CopyReport
    known: Row[Any] | None
    append: Append
    now: int

    def arrive(self) -> bool:
        if not self._is_missing():
            return False
        assert self.known is not None  # noqa: S101 - the line above leaves nothing else
        self._write(next_at=None, waits_since=None)
        disclosure = self.known.disclosure
        if disclosure is not None and self.report.correction is not None:
            self._correct(disclosure, self.report.correction)
        return True

    def miss(self) -> None:
        before = self.known if self._is_missing() else None
        since = self._waits_since()
        disclosure, code = (before.disclosure, before.reason_code) if before is not None else (None, None)
        # What failed before without a word is tried again without one.
        is_news = before is None or before.waits_since is not None
        if since is None and disclosure is None and is_news and self.report.disclosure is not None:
            code = self.report.reason_code
            disclosure = self._told() or self.append(self.report.disclosure)
        attempts = 1 if before is None else before.attempts + 1
        pause = 0 if self.report.at_once else _pause_s(attempts)
        self._write(
            error=self.report.reason,
            reason_code=code or self.report.reason_code,
            attempts=attempts,
            next_at=self.now + pause,
            waits_since=since,
            disclosure=disclosure,
            correction=None,
        )

    def _is_missing(self) -> bool:
        return self.known is not None and self.known.next_at is not None

    def _waits_since(self) -> int | None:
        if self.report.state != "waiting":
            return None
        before = self.known.waits_since if self._is_missing() and self.known is not None else None
        since = self.now if before is None else int(before)
        return since if self.now - since < WAITING_MAX_S else None

    def _told(self) -> int | None:
        same = (pin.c.store == self.report.store, pin.c.reason_code == self.report.reason_code)
        open_ones = (pin.c.next_at.is_not(None), pin.c.disclosure.is_not(None))
        return self.connection.execute(
            select(pin.c.disclosure).where(*same, *open_ones).limit(1)
        ).scalar_one_or_none()

    def _correct(self, disclosure: int, correction: Callable[[int, int], Draft]) -> None:
        told = pin.c.disclosure == disclosure
        count = select(func.count()).select_from(pin).where(told)
        if self.connection.execute(count.where(pin.c.next_at.is_not(None))).scalar_one():
            return
        copies = int(self.connection.execute(count).scalar_one())
        number = self.append(correction(disclosure, copies))
        self.connection.execute(update(pin).where(told).values(correction=number))

    def _write(self, **values: object) -> None:
        row = {"cid": self.report.cid, "store": self.report.store}
        if self.known is None:
            self.connection.execute(insert(pin).values(**row, **values))
            return
        same = (pin.c.cid == self.report.cid, pin.c.store == self.report.store)
        self.connection.execute(update(pin).where(*same).values(**values))


def _pause_s(attempts: int) -> int:
    return min(FIRST_RETRY_S << min(attempts - 1, 20), LONGEST_RETRY_S)
