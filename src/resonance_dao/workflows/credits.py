"""
Which credit pays for what: within one transaction a contract first says what it pays, then moves it inside
the vault, so that each movement belongs to the first amount that is not used up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass
class Expected:
    """An amount that was announced, and what of it has not moved; base units."""

    reason: str
    subject: str
    remaining: int
    basis: Mapping[str, Any]
    withheld: int = 0
    collector: str = ""


@dataclass
class Credits:
    """The amounts that were announced in a transaction, by the contract that pays them."""

    _expected: dict[str, list[Expected]] = field(default_factory=dict)

    def expect(
        self,
        sender: str,
        reason: str,
        subject: str,
        amount: int,
        basis: Mapping[str, Any],
        *,
        first: bool = False,
    ) -> None:
        """Note what `sender` is about to pay; `first`: before what it announced earlier."""
        if amount > 0:
            waiting = self._expected.setdefault(sender, [])
            waiting.insert(0 if first else len(waiting), Expected(reason, subject, amount, basis))

    def withhold(self, sender: str, collector: str, tax: int) -> None:
        """Note a tax on what is paid now; one credit to the collector follows the payees'."""
        if waiting := self._expected.get(sender):
            waiting[0].withheld += tax
            waiting[0].collector = collector

    def take(self, sender: str, receiver: str, amount: int) -> Expected | None:
        """Return what a movement pays for; None for one that nothing in this transaction announced."""
        waiting = self._expected.get(sender)
        if not waiting or amount == 0:
            return None
        found, left = replace(waiting[0]), amount
        if (receiver, amount) == (found.collector, found.withheld) and amount == found.remaining:
            found.reason = "withholding"
        while waiting and left > 0:
            moved = min(left, waiting[0].remaining)
            waiting[0].remaining -= moved
            left -= moved
            if waiting[0].remaining == 0:
                waiting.pop(0)
        return found
