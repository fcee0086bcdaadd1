"""
Bounties and the work handed in for them: were the terms kept as published, was the money there, is each hash
its content's?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.award_audit import AwardAudit
from resonance_dao.workflows.audit.bond_audit import BondAudit
from resonance_dao.workflows.audit.custody_audit import CustodyAudit
from resonance_dao.workflows.audit.desk_audit import DeskAudit
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.judgement_audit import JudgementAudit
from resonance_dao.workflows.audit.ledger import Ledger, Payment
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.opening_audit import OpeningAudit
from resonance_dao.workflows.audit.pool_audit import PoolAudit
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.audit.reputation_audit import ReputationAudit
from resonance_dao.workflows.audit.reviewer_bond_audit import ReviewerBondAudit
from resonance_dao.workflows.audit.withholding_audit import WithholdingAudit
from resonance_dao.workflows.audit.work_audit import WorkAudit
from resonance_dao.workflows.codes import reason_text
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import TRANCHES

Handler = Callable[[Transaction, Event], None]


class BountyAudit(Observer):
    """
    Follows the escrow's events, keeps the ledger, and says which credits each transaction had to move.

    Openings, work, judgements, pay, bonds, tax, reputation, reviewers' bonds, applications and pools have
    auditors of their own, which share the ledger: one may depend on what another heard an event before.
    """

    def __init__(self, system: System, findings: Findings, projects: ProjectAudit) -> None:
        super().__init__(findings, Ledger())
        self.payments: list[Payment] = []
        self.custody = CustodyAudit(system, findings)
        self._withholding = WithholdingAudit(system, findings)
        self._bonds = BondAudit(findings, self.ledger, self.payments)
        self.judgements = JudgementAudit(system, findings, self.ledger, projects, self._bonds)
        revoked = self.judgements.revoked
        self.reputation = ReputationAudit(system, findings, self.ledger, projects, revoked)
        self.reviewer_bonds = ReviewerBondAudit(system, findings, self.ledger, projects, self.custody)
        self.desk = DeskAudit(system, findings, self.ledger, projects)
        self.pools = PoolAudit(system, findings, self.custody)
        self._awards = AwardAudit(findings, self.ledger, self.payments, self.reputation, self._withholding)
        self._openings = OpeningAudit(system, findings, self.ledger, projects, self._withholding)
        self._works = WorkAudit(system, findings, self.ledger)
        self._system, self._projects = system, projects
        self._handlers: Mapping[str, Handler] = {
            "BountyOpened": self._opened,
            "SubmissionReceived": self._works.received,
            "SubmissionRevised": self._works.revised,
            "BountyClosed": self._closed,
            "AwardsReclaimed": self._reclaimed,
            "ReviewCounted": self.judgements.reviewed,
            "SubmissionRejected": self.judgements.rejected,
            "RejectionAppealed": self.judgements.appealed,
            "OutcomeReported": self.judgements.reported,
            "OutcomeChallenged": self.judgements.challenged,
            "BondCredited": self._bonds.credited,
            "SubmissionAccepted": self._awards.accepted,
            "TrancheSettled": self._settled,
            "AwardCompleted": self._awards.completed,
            "TokensClaimed": self._awards.claimed,
        }
        self._followers: Mapping[str, Handler] = {
            system.projects.address: projects.follow,
            system.reputation.address: self.reputation.follow,
            system.bonds.address: self.reviewer_bonds.follow,
            system.desk.address: self.desk.follow,
            system.pools.address: self.pools.opened,
        }

    def observe(self, transaction: Transaction) -> list[Payment]:
        """
        Follow one transaction and return the credits that its decisions move into and out of the escrow.
        """
        self.payments.clear()
        self.judgements.observe(transaction)
        for event in transaction.events:
            self._follow(transaction, event)
        self._bonds.finish(transaction)
        self.reviewer_bonds.finish_transaction(transaction)
        self.custody.compare(transaction)
        self._withholding.compare(transaction, transaction.of(self._system.escrow.address, "TaxWithheld"))
        return list(self.payments)

    def _follow(self, transaction: Transaction, event: Event) -> None:
        if event.address == self._system.escrow.address:
            if event.name in self._handlers:
                self._handlers[event.name](transaction, event)
        elif event.address in self._followers:
            self._followers[event.address](transaction, event)
        elif event.address in self.pools.pools:
            self.pools.follow(transaction, event)
        elif event.address == self._system.vault.address and event.name == "Transfer":
            self.custody.follow(event)
        elif event.address == self._system.withholdings.address and event.name == "ScheduleRegistered":
            self._withholding.registered(transaction, event)

    def finish(self, block: int, now: int) -> None:
        """Compare what has books beside the escrow's with the contracts' views at `block`, of time `now`."""
        self.reputation.finish(block, now)
        self.reviewer_bonds.finish(block)
        self.desk.finish(block)
        self.pools.finish(block)

    def _opened(self, transaction: Transaction, event: Event) -> None:
        self.payments.append(self._openings.opened(transaction, event))

    def _settled(self, transaction: Transaction, event: Event) -> None:
        work, name = self.work_of(transaction, event), TRANCHES[event.args["tranche"]]
        first = work is not None and work.tracks[name].stage != "settled"
        self._awards.settled(transaction, event)
        if work is not None and first:
            self._bonds.settled(work, name)

    def _closed(self, transaction: Transaction, event: Event) -> None:
        """By the project at any time and with a reason; by anybody when work can no longer be handed in."""
        bounty = self.bounty_of(transaction, event)
        if bounty is None:
            return
        given, terms = event.args, bounty.terms
        self.check("closing.once", bounty.subject, False, bounty.closed, transaction)
        if given["caller"] in self._projects.authorized(terms.project_id):
            self.check("closing.reason", bounty.subject, True, bool(given["reason"]), transaction)
            early = transaction.time < terms.submit_by and reason_text(given["reasonCode"]) == "expired"
            said = any(given["reasonCode"]) and not early
            self.check("closing.code", bounty.subject, True, said, transaction)
        else:
            words = [reason_text(given["reasonCode"]), given["reason"]]
            self.check("closing.words", bounty.subject, ["expired", ""], words, transaction)
            self.within("closing.caller", bounty.subject, terms.submit_by, None, transaction)
        bounty.closed = True

    def _reclaimed(self, transaction: Transaction, event: Event) -> None:
        """Once a bounty is closed and nobody can win any more; the unused awards, to the funder."""
        bounty = self.bounty_of(transaction, event)
        if bounty is None:
            return
        subject, given = bounty.subject, event.args
        reclaimable = bounty.is_reclaimable(transaction.time)
        self.check("reclaim.over", subject, True, reclaimable, transaction)
        unused = bounty.awards_left
        self.check("reclaim.awards", subject, unused, given["awards"], transaction)
        returned = bounty.max_award * unused
        self.check("pay.returned", subject, returned, given["returned"], transaction)
        self.payments.append(Payment(bounty.terms.token, bounty.terms.funder, returned, subject, "returned"))
        bounty.reclaimed = True
