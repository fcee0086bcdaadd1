"""
Reviewers' bonds: what each put down, lost to workers whom it let wait, and got back, to the unit.

Everything is recomputed from events: from the votes and stages of the ledger too, never from what an event of
the bonds says was lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from resonance_dao.chain.contract import Event
from resonance_dao.economy.money import BPS
from resonance_dao.workflows.audit.custody_audit import CustodyAudit
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Work
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System

GRACE = 30 * 86_400
"""How long silence can be claimed after a bounty's end was noted, in s: a constant of the contract."""


@dataclass(slots=True)
class ReviewerBond:
    """A reviewer's bond: what is left in base units, when it was put down (unix s), the works before it."""

    left: int = 0
    posted_at: int = 0
    former_work: int = 0


@dataclass(slots=True)
class BountyBonds:
    """The bonds of a bounty, as `ReviewerBonds` stores them; amounts in base units, times unix s."""

    bond: int = 0
    loss_bps: int = 0
    ended_at: int = 0
    posted: dict[str, ReviewerBond] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)

    def of(self, reviewer: str) -> ReviewerBond:
        """Return a reviewer's bond; an empty one when it has none."""
        return self.posted.get(reviewer, ReviewerBond())

    def bonded(self, reviewers: tuple[str, ...]) -> int:
        """Return who has something left, bit i for reviewer i."""
        return sum(1 << i for i, reviewer in enumerate(reviewers) if self.of(reviewer).left)


class ReviewerBondAudit(Observer):
    """Follows `ReviewerBonds`."""

    def __init__(
        self,
        system: System,
        findings: Findings,
        ledger: Ledger,
        projects: ProjectAudit,
        custody: CustodyAudit,
    ) -> None:
        super().__init__(findings, ledger)
        self._system, self._projects, self._custody = system, projects, custody
        self._bounties: dict[int, BountyBonds] = {}
        self._due: dict[tuple[int, int, str], int] = {}
        self.count = 0

    def follow(self, transaction: Transaction, event: Event) -> None:
        """Follow one event of the contract."""
        bounty = self.bounty_of(transaction, event)
        if bounty is None:
            return
        bonds = self._bounties.setdefault(bounty.id, BountyBonds())
        if event.name == "BondLost":
            self._lost(transaction, event, bonds)
            return
        handler = {
            "BondSet": self._set,
            "BondPosted": self._posted,
            "BountyEnded": self._ended,
            "BondReturned": self._returned,
        }[event.name]
        handler(transaction, event, bounty, bonds)

    def _set(self, transaction: Transaction, event: Event, bounty: Bounty, bonds: BountyBonds) -> None:
        given, subject = event.args, bounty.subject
        self.check("bonds.set_once", subject, 0, bonds.bond, transaction)
        self.check("bonds.before_work", subject, 0, len(bounty.works), transaction)
        self.check("bonds.open", subject, False, bounty.closed, transaction)
        allowed = given["caller"] in self._projects.authorized(bounty.terms.project_id)
        self.check("bonds.caller", subject, True, allowed, transaction)
        loses = given["lossBps"] <= BPS <= given["bond"] * given["lossBps"]
        self.check("bonds.loses_something", subject, True, loses, transaction)
        bonds.bond, bonds.loss_bps = given["bond"], given["lossBps"]

    def _posted(self, transaction: Transaction, event: Event, bounty: Bounty, bonds: BountyBonds) -> None:
        terms, reviewer = bounty.terms, event.args["reviewer"]
        subject = _subject(bounty, reviewer)
        self.check("bonds.reviewer", subject, True, reviewer in terms.reviewers, transaction)
        self.check("bonds.open", subject, False, bounty.closed, transaction)
        self.within("bonds.window", subject, 0, terms.submit_by, transaction)
        self.check("bonds.posted_once", subject, 0, bonds.of(reviewer).left, transaction)
        self.told("bonds.posted", subject, event, {"token": terms.token, "amount": bonds.bond}, transaction)
        self._custody.owe_in(self._system.bonds.address, terms.token, bonds.bond, subject)
        bonds.posted[reviewer] = ReviewerBond(bonds.bond, transaction.time, len(bounty.works))
        self.count += 1

    def _lost(self, transaction: Transaction, event: Event, bonds: BountyBonds) -> None:
        work = self.work_of(transaction, event)
        if work is None:
            return
        if work.id not in bonds.claimed:
            self._claim(transaction, work, bonds)
        reviewer = event.args["reviewer"]
        lost = self._due.pop((work.bounty.id, work.id, reviewer), 0)
        expected = {"worker": work.submission.worker, "amount": lost}
        self.told("bonds.lost", f"{work.subject}/reviewer/{reviewer}", event, expected, transaction)

    def _claim(self, transaction: Transaction, work: Work, bonds: BountyBonds) -> None:
        """Take from every silent reviewer's bond, once for a submission, whatever events say was taken."""
        silent = work.award_given and work.by_silence and not work.appealed
        self.check("bonds.silence", work.subject, True, silent, transaction)
        bonds.claimed.add(work.id)
        loss, terms = bonds.bond * bonds.loss_bps // BPS, work.bounty.terms
        for bit, reviewer in enumerate(terms.reviewers):
            bond = bonds.of(reviewer)
            lost = min(loss, bond.left)
            if not lost or work.reviewed & 1 << bit or work.id <= bond.former_work:
                continue
            bond.left -= lost
            self._due[work.bounty.id, work.id, reviewer] = lost
            keeper, worker = self._system.bonds.address, work.submission.worker
            self._custody.owe_out(keeper, terms.token, worker, lost, work.subject)

    def _ended(self, transaction: Transaction, event: Event, bounty: Bounty, bonds: BountyBonds) -> None:
        self.check("bonds.ended_once", bounty.subject, 0, bonds.ended_at, transaction)
        over = bounty.reclaimed or bounty.awards == bounty.terms.max_awards
        self.check("bonds.over", bounty.subject, True, over, transaction)
        self.told("bonds.ended", bounty.subject, event, {"endedAt": transaction.time}, transaction)
        bonds.ended_at = transaction.time

    def _returned(self, transaction: Transaction, event: Event, bounty: Bounty, bonds: BountyBonds) -> None:
        reviewer, token = event.args["reviewer"], bounty.terms.token
        subject, left = _subject(bounty, reviewer), bonds.of(reviewer).left
        if self.check("bonds.ended", subject, True, bonds.ended_at > 0, transaction):
            self.within("bonds.grace", subject, bonds.ended_at + GRACE, None, transaction)
        self.told("bonds.returned", subject, event, {"token": token, "amount": left}, transaction)
        self._custody.owe_out(self._system.bonds.address, token, reviewer, left, subject)
        bonds.posted.pop(reviewer, None)

    def finish_transaction(self, transaction: Transaction) -> None:
        """Name what one transaction took from bonds and did not tell of."""
        for (bounty, work, reviewer), lost in self._due.items():
            subject = f"bounty/{bounty}/submission/{work}/reviewer/{reviewer}"
            self.check("bonds.lost", subject, f"BondLost.amount {lost}", "no event", transaction)
        self._due.clear()

    def finish(self, block: int) -> None:
        """Compare with the contract's views at `block`, and the credit with what it backs."""
        for bounty in self.ledger.bounties.values():
            bonds = self._bounties.get(bounty.id, BountyBonds())
            self._compare_bounty(bounty, bonds, block)
        for token in {bounty.terms.token for bounty in self.ledger.bounties.values()}:
            held = (self._system.bonds.address, token)
            left = sum(
                bond.left
                for bounty in self.ledger.bounties.values()
                for bond in self._bounties.get(bounty.id, BountyBonds()).posted.values()
                if bounty.terms.token == token
            )
            backed = left + self._custody.gifts[held]
            self.findings.check("bonds.covered", f"bonds/{token}", backed, self._custody.credits[held])

    def _compare_bounty(self, bounty: Bounty, bonds: BountyBonds, block: int) -> None:
        told: dict[str, object] = {"bond": bonds.bond, "lossBps": bonds.loss_bps, "endedAt": bonds.ended_at}
        told["bonded"] = bonds.bonded(bounty.terms.reviewers)
        stored = self._call("bondsOf", bounty.id, block=block)
        self._compare(bounty.subject, "bondsOf", stored, told)
        if not (bonds.bond or stored["bond"]):
            return
        for reviewer in bounty.terms.reviewers:
            bond, kept = bonds.of(reviewer), self._call("bondOf", bounty.id, reviewer, block=block)
            told = {"left": bond.left, "postedAt": bond.posted_at, "formerWork": bond.former_work}
            self._compare(_subject(bounty, reviewer), "bondOf", kept, told)
        for work in bounty.works.values():
            claimed = self._call("isClaimed", bounty.id, work.id, block=block)
            told = {"claimed": work.id in bonds.claimed}
            self._compare(work.subject, "isClaimed", {"claimed": claimed}, told)

    def _compare(self, subject: str, view: str, stored: Any, told: dict[str, object]) -> None:
        self.findings.compare("state.bonds", subject, view, {name: stored[name] for name in told}, told)

    def _call(self, view: str, *arguments: object, block: int) -> Any:
        return self._system.bonds.call(self._system.chain, view, *arguments, block=block)


def _subject(bounty: Bounty, reviewer: str) -> str:
    return f"{bounty.subject}/reviewer/{reviewer}"
