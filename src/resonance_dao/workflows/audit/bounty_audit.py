"""
Bounties and the work handed in for them: were the terms kept as published, was the money there, is each hash
its content's?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resonance_dao.chain.contract import Event
from resonance_dao.economy.money import BPS
from resonance_dao.workflows.audit.award_audit import AwardAudit
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.judgement_audit import JudgementAudit
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Payment, Work
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import Submission, Terms, content_hash, terms_hash

Handler = Callable[[Transaction, Event], None]


class BountyAudit(Observer):
    """
    Follows the escrow's events, keeps the ledger, and says which credits each transaction had to move.

    Judgements and pay have auditors of their own, which share the ledger.
    """

    def __init__(self, system: System, findings: Findings, projects: ProjectAudit) -> None:
        super().__init__(findings, Ledger())
        self.payments: list[Payment] = []
        self.judgements = JudgementAudit(system, findings, self.ledger, projects)
        self._awards = AwardAudit(findings, self.ledger, self.payments)
        self._system, self._projects = system, projects
        self._handlers: Mapping[str, Handler] = {
            "BountyOpened": self._opened,
            "SubmissionReceived": self._received,
            "BountyClosed": self._closed,
            "ReviewCounted": self.judgements.reviewed,
            "SubmissionRejected": self.judgements.rejected,
            "OutcomeReported": self.judgements.reported,
            "OutcomeChallenged": self.judgements.challenged,
            "SubmissionAccepted": self._awards.accepted,
            "TrancheSettled": self._awards.settled,
            "AwardCompleted": self._awards.completed,
            "TokensClaimed": self._awards.claimed,
        }

    def observe(self, transaction: Transaction) -> list[Payment]:
        """
        Follow one transaction and return the credits that its decisions move into and out of the escrow.
        """
        self.payments.clear()
        self.judgements.observe(transaction)
        for event in transaction.events:
            if event.address == self._system.escrow.address and event.name in self._handlers:
                self._handlers[event.name](transaction, event)
        return list(self.payments)

    def _opened(self, transaction: Transaction, event: Event) -> None:
        terms, given = Terms.from_abi(event.args["terms"]), event.args
        bounty = Bounty(
            given["bountyId"], terms, "0x" + given["termsHash"].hex(), given["funder"], transaction.hash
        )
        subject = bounty.subject
        self.check("terms.number", subject, len(self.ledger.bounties) + 1, bounty.id, transaction)
        self.check("terms.hash", subject, terms_hash(self._system, terms), bounty.terms_hash, transaction)
        shares = terms.base_bps + terms.success.share_bps + terms.long_term.share_bps
        self.check("terms.shares", subject, BPS, shares, transaction)
        self.check("terms.project", subject, terms.project_id, given["projectId"], transaction)
        funders = self._projects.authorized(terms.project_id)
        self.check("terms.funder", subject, True, bounty.funder in funders, transaction)
        escrowed = bounty.max_award * terms.max_awards
        self.check("terms.escrowed", subject, escrowed, given["escrowed"], transaction)
        self.payments.append(Payment(terms.token, self._system.escrow.address, escrowed, subject, "escrowed"))
        self.ledger.bounties[bounty.id] = bounty

    def _received(self, transaction: Transaction, event: Event) -> None:
        bounty = self.bounty_of(transaction, event)
        if bounty is None:
            return
        given, submission = event.args, Submission.from_abi(event.args["submission"])
        hashed = "0x" + given["contentHash"].hex()
        work = Work(bounty, given["submissionId"], submission, hashed, transaction.hash, transaction.time)
        self._check_received(work, transaction, given["worker"])
        bounty.works[work.id] = work

    def _check_received(self, work: Work, transaction: Transaction, worker: str) -> None:
        bounty, submission = work.bounty, work.submission
        subject, terms = work.subject, work.bounty.terms
        self.check("submission.number", subject, len(bounty.works) + 1, work.id, transaction)
        rehashed = content_hash(self._system, terms, submission)
        self.check("submission.hash", subject, rehashed, work.content_hash, transaction)
        self.check("submission.worker", subject, submission.worker, worker, transaction)
        self.check("submission.shares", subject, BPS, sum(submission.shares_bps), transaction)
        self.check("submission.open", subject, False, bounty.closed, transaction)
        judges = {*terms.reviewers, terms.success.source, terms.long_term.source, terms.arbiter}
        paid_judges = sorted(judges & {submission.worker, *submission.payees})
        self.check("submission.impartial", subject, [], paid_judges, transaction)
        self.within("submission.deadline", subject, 0, terms.submit_by, transaction)

    def _closed(self, transaction: Transaction, event: Event) -> None:
        bounty = self.bounty_of(transaction, event)
        if bounty is None:
            return
        caller, terms = event.args["caller"], bounty.terms
        self.check("closing.once", bounty.subject, False, bounty.closed, transaction)
        waiting = bounty.pending if bounty.awards_left else 0
        self.check("closing.pending", bounty.subject, 0, waiting, transaction)
        allowed = transaction.time >= terms.submit_by or caller in self._projects.authorized(terms.project_id)
        self.check("closing.caller", bounty.subject, True, allowed, transaction)
        returned = bounty.max_award * bounty.awards_left
        self.check("pay.returned", bounty.subject, returned, event.args["returned"], transaction)
        self.payments.append(Payment(terms.token, bounty.funder, returned, bounty.subject, "returned"))
        bounty.closed = True
