"""
What relaying may cost today: taken from the shared count in portions, spent from memory.

A commit for each request would halve how many a gateway accepts; so would one for each that is refused, so
a refusal is remembered for a while. A portion that a process held when it died counts as spent: at no time
more is spent than the budget, and sometimes a little less.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from resonance_dao.journal.spending import Claim, Refusal, Spending

PORTIONS = 32
"""Into how many portions a budget is cut at least."""
REFUSAL_NS = 30 * 10**9
"""How long a refusal is believed; another replica may have given something back since."""


class Purse:
    """The budgets as one process spends them; all amounts in gwei. `clock` gives monotonic nanoseconds."""

    def __init__(self, spending: Spending, clock: Callable[[], int]) -> None:
        self._spending, self._clock, self._lock = spending, clock, threading.Lock()
        self._day, self._left = -1, dict[str, int]()
        self._refused = dict[str, tuple[int, int]]()

    def spend(self, day: int, budgets: Mapping[str, int], gwei: int) -> str | None:
        """
        Spend `gwei` of every budget (scope: the day's limit) or of none; return the scope that refuses.
        """
        with self._lock:
            if day != self._day:
                self._day, self._left, self._refused = day, {}, {}
            claims = [
                Claim(scope, gwei - self._left.get(scope, 0), limit // PORTIONS, limit)
                for scope, limit in budgets.items()
                if self._left.get(scope, 0) < gwei
            ]
            refused = self._take(day, claims) if claims else None
            if refused is not None:
                return refused
            for scope in budgets:
                self._left[scope] = self._left.get(scope, 0) - gwei
        return None

    def _take(self, day: int, claims: Sequence[Claim]) -> str | None:
        now = self._clock()
        for claim in claims:
            needed, until = self._refused.get(claim.scope, (0, now))
            if now < until and claim.needed >= needed:
                return claim.scope
        given = self._spending.take(day, claims)
        if isinstance(given, Refusal):
            needed = next(claim.needed for claim in claims if claim.scope == given.scope)
            self._refused[given.scope] = (needed, now + REFUSAL_NS)
            return given.scope
        for scope, more in given.items():
            self._left[scope] = self._left.get(scope, 0) + more
        return None

    def refund(self, day: int, budgets: Mapping[str, int], gwei: int) -> None:
        """Take back what was spent on something that was not accepted."""
        with self._lock:
            if day == self._day:
                for scope in budgets:
                    self._left[scope] = self._left.get(scope, 0) + gwei

    def close(self) -> None:
        """Give back what is left."""
        with self._lock:
            left = {scope: gwei for scope, gwei in self._left.items() if gwei}
            self._left = {}
            if left:
                self._spending.give_back(self._day, left)
