"""
Reputation: every tally rebuilt from the ratings and outcomes that the ledger counted, day by day.

Multipliers follow from it at the moment of each acceptance, so no archive node is asked for former state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.chain.contract import Event
from resonance_dao.economy.money import BPS
from resonance_dao.economy.reputation import Component, Tally
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.rating_audit import RatingAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.audit.standings import Key, Standings
from resonance_dao.workflows.reputation import DAY
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import TRANCHES


class ReputationAudit:
    """
    Follows `ReputationLedger`, event by event: what counts before an acceptance counts for it. Ratings have
    an auditor of their own, which shares the standings.
    """

    def __init__(
        self,
        system: System,
        findings: Findings,
        ledger: Ledger,
        projects: ProjectAudit,
        revoked: Mapping[tuple[str, bytes], int],
    ) -> None:
        self._system, self._findings, self._ledger, self._projects = system, findings, ledger, projects
        self._standings = Standings()
        self._ratings = RatingAudit(system, findings, projects, self._standings, revoked)
        self._counted: set[tuple[int, int, int]] = set()
        self.multiplier = self._standings.multiplier
        self._handlers = {
            "PolicySet": self._policy_set,
            "OutcomeCounted": self._outcome_counted,
            "RatingCounted": self._ratings.counted,
            "RatingAppealed": self._ratings.appealed,
            "RatingUpheld": self._ratings.upheld,
            "RatingStruck": self._ratings.struck,
        }

    @property
    def count(self) -> int:
        """How many ratings there are: one for each project, ratee, rater and component."""
        return len(self._ratings.ratings)

    def follow(self, transaction: Transaction, event: Event) -> None:
        """Follow one event of the ledger."""
        if event.name in self._handlers:
            self._handlers[event.name](transaction, event)

    def _policy_set(self, transaction: Transaction, event: Event) -> None:
        project_id, policies = event.args["projectId"], self._standings.policies
        self._check("reputation.policy_once", event, False, project_id in policies, transaction)
        project = self._projects.projects.get(project_id)
        owner = "no project" if project is None else project.owner
        self._check("reputation.policy_owner", event, owner, event.args["owner"], transaction)
        policies[project_id] = event.args["policy"]

    def _outcome_counted(self, transaction: Transaction, event: Event) -> None:
        given = event.args
        outcome = (given["bountyId"], given["submissionId"], given["tranche"])
        self._check("reputation.outcome_once", event, False, outcome in self._counted, transaction)
        self._counted.add(outcome)
        if self._escrow_of(given["projectId"]) == self._system.outcomes.address:
            found = [given["projectId"], given["worker"], given["achievedBps"], given["settledAt"]]
            self._check("reputation.outcome", event, self._settled(*outcome), found, transaction)
        value, since = min(given["achievedBps"], BPS), given["settledAt"] // DAY
        key, today = (given["projectId"], given["worker"]), transaction.time // DAY
        self._standings.add(key, Component.TRACK_RECORD, value, since, today)

    def _escrow_of(self, project_id: int) -> str:
        return str(self._standings.policies.get(project_id, {}).get("escrow", ZERO_ADDRESS))

    def _settled(self, bounty_id: int, submission_id: int, tranche: int) -> list[object] | str:
        work, name = self._ledger.work(bounty_id, submission_id), TRANCHES[tranche]
        track = None if work is None else work.tracks[name]
        if work is None or track is None or track.stage != "settled":
            return "a tranche that is settled"
        return [work.bounty.terms.project_id, work.submission.worker, track.achieved_bps, track.clock]

    def finish(self, block: int, now: int) -> None:
        """Compare all that was rebuilt with the ledger's views at `block`, of time `now` (unix s)."""
        self._compare_policies(block)
        for key in self._people():
            self._compare_person(key, block, now)
        self._ratings.compare(block)
        self._compare_outcomes(block)

    def _people(self) -> list[Key]:
        """Return everybody of whom something was told, and every worker: there an event may be missing."""
        workers = ((work.bounty.terms.project_id, work.submission.worker) for work in self._ledger.works())
        return list(dict.fromkeys((*self._standings.tallies, *workers)))

    def _compare_policies(self, block: int) -> None:
        for project_id in self._projects.projects:
            stored = self._call("policyOf", project_id, block=block)
            told = self._standings.policies.get(project_id) or {"escrow": ZERO_ADDRESS}
            kept = {name: stored[name] for name in told}
            self._findings.compare("state.policy", f"project/{project_id}", "policyOf", kept, told)

    def _compare_person(self, key: Key, block: int, now: int) -> None:
        project_id, account = key
        explained = self._call("explain", project_id, account, block=block)
        subject, day = f"reputation/{project_id}/{account}", now // DAY
        tallies = self._standings.tallies.get(key, {})
        for component in Component:
            stored, tally = explained["standings"][component], tallies.get(component, Tally.EMPTY)
            names = ("sum", "weight", "day")
            kept = {name: int(stored["tally"][name]) for name in names} | {"value": int(stored["value"])}
            told = {name: getattr(tally, name) for name in names}
            told["value"] = self._standings.value(project_id, account, component, day)
            where = f"{subject}/{component.name.lower()}"
            self._findings.compare("state.reputation", where, "explain", kept, told)
        kept = {"multiplierBps": int(explained["multiplierBps"])}
        told = {"multiplierBps": self.multiplier(project_id, account, now)}
        self._findings.compare("state.reputation", subject, "explain", kept, told)

    def _compare_outcomes(self, block: int) -> None:
        source = self._system.outcomes.address
        for work in self._ledger.works():
            if self._escrow_of(work.bounty.terms.project_id) != source:
                continue
            for number, name in enumerate(TRANCHES):
                named = (work.bounty.id, work.id, number)
                stored = {"counted": self._call("isCounted", source, *named, block=block)}
                told = {"counted": named in self._counted}
                subject = f"{work.subject}/{name}"
                self._findings.compare("state.outcomes", subject, "isCounted", stored, told)

    def _call(self, view: str, *arguments: object, block: int) -> Any:
        return self._system.reputation.call(self._system.chain, view, *arguments, block=block)

    def _check(
        self, check: str, event: Event, expected: object, found: object, transaction: Transaction
    ) -> bool:
        given = event.args
        account = given.get("worker") or given.get("owner")
        subject = f"reputation/{given['projectId']}/{account}"
        return self._findings.check(check, subject, expected, found, transaction=transaction.hash)
