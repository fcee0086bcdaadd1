"""
What relaying may cost today: taken from the shared count in portions, spent from memory.

A commit for each request would halve how many a gateway accepts. A portion that a process held when it died
counts as spent; so at no time more is spent than the budget, and sometimes a little less.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from resonance_dao.journal.spending import Claim, Refusal, Spending

PORTIONS = 32
"""Into how many portions a budget is cut at least."""


class Purse:
    """The budgets as one process spends them; all amounts in gwei."""

    def __init__(self, spending: Spending) -> None:
        self._spending, self._lock = spending, threading.Lock()
        self._day, self._left = -1, dict[str, int]()

    def spend(self, day: int, budgets: Mapping[str, int], gwei: int) -> str | None:
        """
        Spend `gwei` of every budget (scope: the day's limit) or of none; return the scope that refuses.
        """
        with self._lock:
            if day != self._day:
                self._day, self._left = day, {}
            claims = [
                Claim(scope, gwei - self._left.get(scope, 0), limit // PORTIONS, limit)
                for scope, limit in budgets.items()
                if self._left.get(scope, 0) < gwei
            ]
            if claims:
                given = self._spending.take(day, claims)
                if isinstance(given, Refusal):
                    return given.scope
                for scope, more in given.items():
                    self._left[scope] = self._left.get(scope, 0) + more
            for scope in budgets:
                self._left[scope] -= gwei
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
