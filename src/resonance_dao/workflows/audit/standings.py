"""
Standings: the tallies of a project's people as ratings and outcomes made them, and the multiplier they give.

Twin in meaning of `ReputationLedger`'s storage, which it is compared with at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.economy.reputation import Component, Tally, multiplier_down
from resonance_dao.workflows.reputation import DAY, HALF_LIVES

Key = tuple[int, str]
"""A project and an account."""


class Standings:
    """Policies by project, and tallies by project and account."""

    def __init__(self) -> None:
        self.policies: dict[int, Mapping[str, Any]] = {}
        self.tallies: dict[Key, dict[Component, Tally]] = {}

    def half_life(self, project_id: int) -> int:
        """Return after how many days a judgement counts half."""
        return HALF_LIVES[self.policies.get(project_id, {"halfLife": 0})["halfLife"]]

    def has(self, project_id: int, account: str, component: Component) -> bool:
        """Say whether a component was ever changed."""
        return component in self.tallies.get((project_id, account), {})

    def add(self, key: Key, component: Component, value_bps: int, since: int, today: int) -> None:
        """Add what is left on day `today` of a judgement of day `since`; basis points."""
        before = self._tally(key, component)
        after = before.added(value_bps, since=since, today=today, half_life=self.half_life(key[0]))
        self.tallies.setdefault(key, {})[component] = after

    def remove(self, key: Key, component: Component, value_bps: int, since: int, today: int) -> None:
        """Take away what is left on day `today` of a judgement of day `since`; basis points."""
        before = self._tally(key, component)
        after = before.removed(value_bps, since=since, today=today, half_life=self.half_life(key[0]))
        self.tallies.setdefault(key, {})[component] = after

    def _tally(self, key: Key, component: Component) -> Tally:
        return self.tallies.get(key, {}).get(component, Tally.EMPTY)

    def value(self, project_id: int, account: str, component: Component, day: int) -> int:
        """Return a component on a day, with 18 decimals."""
        found = self.tallies.get((project_id, account), {}).get(component)
        return 0 if found is None else found.value_down(day, self.half_life(project_id))

    def multiplier(self, project_id: int, account: str, time: int) -> int:
        """Return what the ledger would answer at `time`, unix s; basis points."""
        rated = (Component.PASSION, Component.TRACK_RECORD, Component.PEER_RATING)
        return multiplier_down(*(self.value(project_id, account, one, time // DAY) for one in rated))
