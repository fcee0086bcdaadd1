"""
Deciding about a group of requests, one after another, before any of them is written: which gets the next
number, which was answered before, which is refused. One that is refused fails no other.

A caller's call that is under way already is refused under any other key. What has no key is the operator's
own, and may repeat itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from resonance_dao.errors import ResonanceError
from resonance_dao.journal import same_calls
from resonance_dao.journal.entering import Entered, Enterer
from resonance_dao.journal.entry import Accepted, Idempotency
from resonance_dao.journal.group import Asking
from resonance_dao.journal.idempotency import Name, answered, require_same

Again = Callable[[Idempotency, Row[Any]], Accepted]
"""Makes the answer of a request that an entry had answered before; `JournalConflict` when it is another."""


class Drafting:
    """
    The decisions of one commit, in a transaction that holds the ledger's row of `size` entries.

    `entered` are the entries to write, `answers` the keys to remember.
    """

    def __init__(self, connection: Connection, enterer: Enterer, size: int, again: Again) -> None:
        self._connection, self._enterer, self._size, self._again = connection, enterer, size, again
        self._new: dict[Name, tuple[Idempotency, Accepted]] = {}
        self._calls: dict[bytes, int] = {}
        self.entered: list[Entered] = []

    @property
    def answers(self) -> list[tuple[Idempotency, int]]:
        """The keys of the entries that are new."""
        return [(asked, accepted.number) for asked, accepted in self._new.values()]

    def take(self, group: Sequence[Asking]) -> list[Accepted | BaseException]:
        """Return the outcome of each request, in order: its answer or its refusal."""
        asked = [asking.idempotency for asking in group if asking.idempotency is not None]
        before = answered(self._connection, asked)
        calls = [one.draft.operation for one in group if one.idempotency and one.draft.operation]
        self._calls = {**same_calls.under_way(self._connection, calls)}
        outcomes: list[Accepted | BaseException] = []
        for asking in group:
            try:
                outcomes.append(self._earlier(asking.idempotency, before) or self._next(asking))
            except ResonanceError as refusal:
                outcomes.append(refusal)
        return outcomes

    def _earlier(self, asked: Idempotency | None, before: Mapping[Name, Row[Any]]) -> Accepted | None:
        if asked is None:
            return None
        name = (asked.scope, asked.key)
        if name in before:
            return self._again(asked, before[name])
        if name in self._new:
            first, accepted = self._new[name]
            require_same(asked, first.request_hash, accepted.number)
            return Accepted(accepted.number, accepted.receipt, replayed=True, cid=accepted.cid)
        return None

    def _next(self, asking: Asking) -> Accepted:
        call = None if asking.draft.operation is None else same_calls.hash_of(asking.draft.operation)
        if call is not None and call in self._calls and asking.idempotency is not None:
            raise same_calls.refusal(self._calls[call])
        entered = self._enterer.enter(asking.draft, self._size + len(self.entered) + 1, asking.now)
        if asking.guard is not None:
            with self._connection.begin_nested():
                asking.guard(self._connection)
        self.entered.append(entered)
        if call is not None:
            self._calls[call] = entered.accepted.number
        if asking.idempotency is not None:
            name = (asking.idempotency.scope, asking.idempotency.key)
            self._new[name] = (asking.idempotency, entered.accepted)
        return entered.accepted
