"""
Reputation: every tally rebuilt from the ratings and outcomes that the ledger counted, day by day.

Multipliers follow from it at the moment of each acceptance, so no archive node is asked for former state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from resonance_dao.chain.contract import Event
from resonance_dao.economy.money import BPS
from resonance_dao.economy.reputation import Component, Tally, multiplier_down
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.reputation import DAY, HALF_LIVES
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import TRANCHES

Key = tuple[int, str]
"""A project and an account."""
_RATING = ("address", "uint256", "uint8", "uint16", "string")
"""What a rating's attestation holds: ledger, project, component, value, reason."""


@dataclass(frozen=True, slots=True)
class _Rating:
    uid: bytes
    value_bps: int
    day: int
    struck: bool = False


class ReputationAudit:
    """Follows `ReputationLedger`, event by event: what counts before an acceptance counts for it."""

    def __init__(self, system: System, findings: Findings, ledger: Ledger) -> None:
        self._system, self._findings, self._ledger = system, findings, ledger
        self._policies: dict[int, Mapping[str, Any]] = {}
        self._tallies: dict[Key, dict[Component, Tally]] = {}
        self._ratings: dict[tuple[int, str, str, int], _Rating] = {}
        self._counted: set[tuple[int, int, int]] = set()

    def follow(self, transaction: Transaction, event: Event) -> None:
        """Follow one event of the ledger."""
        given = event.args
        if event.name == "PolicySet":
            self._check(
                "reputation.policy_once", event, False, given["projectId"] in self._policies, transaction
            )
            self._policies[given["projectId"]] = given["policy"]
        elif event.name == "RatingCounted":
            self._rated(transaction, event)
        elif event.name == "RatingStruck":
            self._struck(transaction, event)
        elif event.name == "OutcomeCounted":
            self._counted_outcome(transaction, event)

    def multiplier(self, project_id: int, account: str, time: int) -> int:
        """Return what the ledger would answer at `time`, unix s; basis points."""
        tallies, half_life = self._tallies.get((project_id, account), {}), self._half_life(project_id)

        def value(component: Component) -> int:
            found = tallies.get(component)
            return 0 if found is None else found.value_down(time // DAY, half_life)

        return multiplier_down(
            value(Component.PASSION), value(Component.TRACK_RECORD), value(Component.PEER_RATING)
        )

    def _rated(self, transaction: Transaction, event: Event) -> None:
        given, today = event.args, transaction.time // DAY
        self._check(
            "reputation.attested", event, self._said(event), self._signed(transaction, event), transaction
        )
        key = _rating_key(event)
        former = self._ratings.get(key)
        counts = former is not None and not former.struck
        replaced = former.uid if former is not None and counts else bytes(32)
        self._check("reputation.replaced", event, replaced, given["replaced"], transaction)
        if former is not None and counts:
            self._change(event, "ratee", given["component"], -former.value_bps, former.day, today)
        self._change(event, "ratee", given["component"], given["valueBps"], today, today)
        self._ratings[key] = _Rating(given["uid"], given["valueBps"], today)

    def _said(self, event: Event) -> list[object]:
        given = event.args
        facts = [given[name] for name in ("ratee", "projectId", "component", "valueBps", "reason")]
        return [facts[0], self._system.reputation.address.lower(), *facts[1:]]

    def _signed(self, transaction: Transaction, event: Event) -> list[object] | str:
        """Return what the rater attested in this transaction: recipient, ledger, project and the rating."""
        for found in transaction.of(self._system.contributions.address, "Attested"):
            given = found.args
            if (given["uid"], given["attester"]) == (event.args["uid"], event.args["rater"]):
                try:
                    return [given["recipient"], *decode(_RATING, given["data"])]
                except DecodingError as exc:
                    return f"data that is no rating: {exc}"
        return "no attestation"

    def _struck(self, transaction: Transaction, event: Event) -> None:
        given, rating = event.args, self._ratings.get(_rating_key(event))
        live = rating is not None and not rating.struck and rating.uid == given["uid"]
        if not self._check("reputation.struck_once", event, True, live, transaction) or rating is None:
            return
        today = transaction.time // DAY
        self._change(event, "ratee", given["component"], -rating.value_bps, rating.day, today)
        self._ratings[_rating_key(event)] = _Rating(rating.uid, rating.value_bps, rating.day, struck=True)

    def _counted_outcome(self, transaction: Transaction, event: Event) -> None:
        given = event.args
        outcome = (given["bountyId"], given["submissionId"], given["tranche"])
        self._check("reputation.outcome_once", event, False, outcome in self._counted, transaction)
        self._counted.add(outcome)
        if self._policies.get(given["projectId"], {}).get("escrow") == self._system.outcomes.address:
            found = [given["projectId"], given["worker"], given["achievedBps"], given["settledAt"]]
            self._check("reputation.outcome", event, self._settled(*outcome), found, transaction)
        value, since = min(given["achievedBps"], BPS), given["settledAt"] // DAY
        self._change(event, "worker", Component.TRACK_RECORD, value, since, transaction.time // DAY)

    def _settled(self, bounty_id: int, submission_id: int, tranche: int) -> list[object] | str:
        work, name = self._ledger.work(bounty_id, submission_id), TRANCHES[tranche]
        track = None if work is None else work.tracks[name]
        if work is None or track is None or track.stage != "settled":
            return "a tranche that is settled"
        return [work.bounty.terms.project_id, work.submission.worker, track.achieved_bps, track.clock]

    def _change(self, event: Event, role: str, component: int, value: int, since: int, today: int) -> None:
        """Add a judgement, or take it away when its value is negative."""
        project_id = event.args["projectId"]
        tallies = self._tallies.setdefault((project_id, event.args[role]), {})
        tally, half_life = tallies.get(Component(component), Tally.EMPTY), self._half_life(project_id)
        change = tally.added if value >= 0 else tally.removed
        tallies[Component(component)] = change(abs(value), since=since, today=today, half_life=half_life)

    def finish(self, block: int) -> None:
        """Compare every tally with the ledger's storage at `block`."""
        contract, chain = self._system.reputation, self._system.chain
        for (project_id, account), tallies in self._tallies.items():
            stored = contract.call(chain, "explain", project_id, account, block=block)["standings"]
            for component, tally in tallies.items():
                kept = stored[component]["tally"]
                found = [int(kept[name]) for name in ("sum", "weight", "day")]
                told = [tally.sum, tally.weight, tally.day]
                subject = f"reputation/{project_id}/{account}/{component.name.lower()}"
                self._findings.check("state.reputation", subject, found, told)

    def _half_life(self, project_id: int) -> int:
        return HALF_LIVES[self._policies.get(project_id, {"halfLife": 0})["halfLife"]]

    def _check(
        self, check: str, event: Event, expected: object, found: object, transaction: Transaction
    ) -> bool:
        given = event.args
        account = given.get("ratee") or given.get("worker") or given.get("owner")
        subject = f"reputation/{given['projectId']}/{account}"
        return self._findings.check(check, subject, expected, found, transaction=transaction.hash)


def _rating_key(event: Event) -> tuple[int, str, str, int]:
    given = event.args
    return given["projectId"], given["ratee"], given["rater"], given["component"]
