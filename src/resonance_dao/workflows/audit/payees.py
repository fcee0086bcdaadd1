"""
Payees: which account followed which at the vault, so that pay owed to a lost wallet reaches its successor.
"""

from __future__ import annotations

from collections.abc import Mapping

from resonance_dao.chain.contract import Event

ROTATIONS = ("Rotated", "PathShortened")


class Payees:
    """The vault's rotations as its events tell them."""

    def __init__(self) -> None:
        self._successors: dict[str, str] = {}

    def follow(self, event: Event) -> None:
        """Follow one of `ROTATIONS`."""
        self._successors[event.args["account"]] = event.args["successor"]

    def of(self, account: str) -> str:
        """Return whose word counts for an account's credit now: itself, or the last one that followed it."""
        seen = {account}
        while account in self._successors and self._successors[account] not in seen:
            account = self._successors[account]
            seen.add(account)
        return account

    def rotated(self) -> Mapping[str, str]:
        """Return the payee of every account that was followed by another."""
        return {account: self.of(account) for account in self._successors}
