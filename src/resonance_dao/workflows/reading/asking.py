"""
Whether something is due: first by what is known, then by the chain.

Everything that a call must name stands in the events that were read; the chain is asked for its state only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from resonance_dao.economy.reputation import Component
from resonance_dao.errors import InputInvalid
from resonance_dao.journal.read_due import ReadDue
from resonance_dao.journal.read_lists import ReadLists
from resonance_dao.journal.read_values import Row
from resonance_dao.workflows.applications import releasing
from resonance_dao.workflows.bonds import due_claims, due_returns
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.payouts import decisions, ending
from resonance_dao.workflows.pools import giving_back, sharing_out
from resonance_dao.workflows.ratings import rating_of
from resonance_dao.workflows.reading import known
from resonance_dao.workflows.reputation import due_outcomes, due_strikes
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.terms import TRANCHES


class Asking:
    """What is asked for one page at `now`, unix s; the state of a bounty is asked for once."""

    def __init__(self, rows: ReadDue, lists: ReadLists, system: System, now: int) -> None:
        self._rows, self._lists, self._system, self._now = rows, lists, system, now
        self._bounties: dict[str, Row] = {}
        self._views: dict[str, BountyView] = {}
        self._pools: dict[str, Row] = {}
        self._held: dict[str, int] = {}
        # Awards that time gives to submissions looked at, by bounty, and to those before each of them.
        self._taken: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self._ask: Mapping[str, Callable[[Row], list[Action]]] = {
            "bounty": lambda row: ending(system, self._view(row), now),
            "bond": lambda row: due_returns(system, self._view(row), now),
            "selection": self._selection,
            "silence": lambda row: due_claims(system, self._view_with_work(row)),
            "submission": self._decisions,
            "outcome": self._outcome,
            "rating": lambda row: self._strikes(row.key),
            "counted": lambda row: self._strikes(str(row.body["rating"])),
            "share": self._share,
        }

    def due(self, row: Row) -> list[Action]:
        """Ask the chain what is due of a row; nothing for work that cannot be read: no call can name it."""
        try:
            return self._ask[row.kind](row)
        except InputInvalid:
            return []

    def is_worth_asking(self, row: Row) -> bool:
        """Whether what was read does not say already that nothing is due."""
        if row.kind == "outcome":
            return True
        if row.kind == "share":
            return self._pending(row) > 0
        if row.kind == "counted":  # Struck by silence if its appeal is due, and listed there.
            return not self._is_due(self._lists.named("rating", [key := str(row.body["rating"])])[key])
        if row.kind == "submission":
            return self._is_due(row) and self._has_room(row)
        if row.kind == "silence":
            bond = self._lists.named("bond", [str(row.bounty)])[str(row.bounty)]
            return any(int(amount) for amount in bond.body["left"].values())
        return self._is_due(row)

    def _is_due(self, row: Row) -> bool:
        return row.due_at is not None and row.due_at <= self._now

    def _has_room(self, row: Row) -> bool:
        """Whether an award is left for work that time accepts; what time does else needs none."""
        bounty, promised = self._bounty(row), self._promised(row)
        left = int(bounty.body["terms"]["maxAwards"]) - int(bounty.body["awards"])
        return promised < left or not _takes_award(row, bounty)

    def _promised(self, row: Row) -> int:
        """Return how many awards time gives to the bounty's submissions before this one."""
        if row.key not in self._before:
            bounty, taken = self._bounty(row), self._taken.get(str(row.bounty))
            if taken is None:  # The page begins amid the bounty, or with it; from then on it is counted.
                taken = sum(_takes_award(one, bounty) for one in self._rows.due_before(row, self._now))
            self._before[row.key] = taken
            self._taken[str(row.bounty)] = taken + _takes_award(row, bounty)
        return self._before[row.key]

    def _bounty(self, row: Row) -> Row:
        key = str(row.bounty)
        if key not in self._bounties:
            self._bounties[key] = self._lists.named("bounty", [key])[key]
        return self._bounties[key]

    def _view(self, row: Row) -> BountyView:
        key = str(row.bounty)
        if key not in self._views:
            self._views[key] = known.opened(self._system, self._rows, self._bounty(row))
        return self._views[key]

    def _view_with_work(self, row: Row) -> BountyView:
        key = "/".join(row.key.split("/")[:2])
        work = known.work(self._system, self._rows, self._lists.named("submission", [key])[key])
        return replace(self._view(row), submissions=(work,))

    def _decisions(self, row: Row) -> list[Action]:
        return decisions(self._system, self._view_with_work(row), self._now, self._promised(row))

    def _selection(self, row: Row) -> list[Action]:
        desk, worker, number = self._system.desk, str(row.account), int(row.bounty or 0)
        until = int(desk.call(self._system.chain, "applicationOf", number, worker)["deliverBy"])
        return [releasing(self._system, number, worker)] if 0 < until <= self._now else []

    def _outcome(self, row: Row) -> list[Action]:
        tranche = TRANCHES[int(row.key.rpartition("/")[2])]
        return due_outcomes(self._system, self._view_with_work(row), (tranche,))

    def _strikes(self, key: str) -> list[Action]:
        project, ratee, rater, component = key.split("/")
        name = Component(int(component)).name.lower()
        return due_strikes(
            self._system, [rating_of(self._system, int(project), ratee, rater, name)], self._now
        )

    def _pool(self, share: Row) -> Row:
        key = share.key.partition("/")[0]
        if key not in self._pools:
            self._pools[key] = self._lists.named("pool", [key])[key]
        return self._pools[key]

    def _pending(self, share: Row) -> int:
        """Return what a share could be given by what was read, base units, as `FundingPool` counts it."""
        pool = self._pool(share)
        amount, raised = int(share.body["amount"]), int(pool.body["raised"])
        if not pool.body["bounty"]:
            return amount if self._is_due(pool) else 0
        part = (self._credit(pool) + int(pool.body["released"])) * amount
        is_first = share.account == pool.body["first"]
        return (-(-part // raised) if is_first else part // raised) - int(share.body["released"])

    def _credit(self, pool: Row) -> int:
        if pool.key not in self._held:
            name = f"{pool.body['token']}/{pool.key}"
            credit = self._lists.named("credit", [name]).get(name)
            self._held[pool.key] = 0 if credit is None else int(credit.body["amount"])
        return self._held[pool.key]

    def _share(self, row: Row) -> list[Action]:
        pool, who = self._pool(row), str(row.account)
        contract = self._system.pool(pool.key)
        if pool.body["bounty"]:
            pending = int(contract.call(self._system.chain, "pendingOf", who))
            return [sharing_out(self._system, pool.key, who)] if pending else []
        kept = int(contract.call(self._system.chain, "contributionOf", who)["amount"])
        return [giving_back(self._system, pool.key, who)] if kept else []


def _takes_award(row: Row, bounty: Row) -> bool:
    """Whether time, when it decides about a submission, gives it an award."""
    if row.body["stage"] == "appealed":
        return bool(bounty.body["terms"]["silentAppealAccepts"])
    return bool(row.body["stage"] == "pending")
