"""
Work: was each version handed in in time, by and for people who do not judge it, for the amount agreed?
"""

from __future__ import annotations

from eth_utils.crypto import keccak

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.chain.contract import Event
from resonance_dao.economy.money import BPS
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Work
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import Submission, decode_submission

MOST_PAYEES = 250


class WorkAudit(Observer):
    """Follows `SubmissionReceived` and `SubmissionRevised`."""

    def __init__(self, system: System, findings: Findings, ledger: Ledger) -> None:
        super().__init__(findings, ledger)
        self._system = system

    def received(self, transaction: Transaction, event: Event) -> None:
        """Take work into the ledger."""
        bounty = self.bounty_of(transaction, event)
        if bounty is None:
            return
        given, submission = event.args, decode_submission(self._system, event.args["submission"])
        hashed, at = "0x" + given["contentHash"].hex(), transaction.hash
        work = Work(bounty, given["submissionId"], submission, hashed, at, transaction.time, given["amount"])
        subject = work.subject
        self.check("submission.number", subject, len(bounty.works) + 1, work.id, transaction)
        self.check("submission.worker", subject, submission.worker, given["worker"], transaction)
        self.check("submission.open", subject, False, bounty.closed, transaction)
        left = bounty.awards < bounty.terms.max_awards
        self.check("submission.award_left", subject, True, left, transaction)
        self.within("submission.deadline", subject, 0, bounty.terms.submit_by, transaction)
        self._check_amount(work, transaction)
        self._check_content(work, submission, event, transaction)
        bounty.works[work.id] = work

    def revised(self, transaction: Transaction, event: Event) -> None:
        """Follow a new version: asked for, or before anybody judged the last one; its votes begin anew."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        subject, given = work.subject, event.args
        submission = decode_submission(self._system, given["submission"])
        asked = work.stage == "changes_requested"
        self.check("revision.stage", subject, True, asked or work.stage == "pending", transaction)
        if asked:
            end = work.clock + work.bounty.terms.review_window
            self.within("revision.window", subject, work.clock, end, transaction)
        else:
            self.check("revision.unjudged", subject, 0, work.reviewed, transaction)
            self.within("revision.window", subject, 0, work.bounty.terms.submit_by, transaction)
        self.check("revision.number", subject, work.version + 1, given["version"], transaction)
        self.check("revision.worker", subject, work.submission.worker, submission.worker, transaction)
        work.content_hash = "0x" + given["contentHash"].hex()
        self._check_content(work, submission, event, transaction)
        work.submission, work.transaction, work.version = submission, transaction.hash, work.version + 1
        work.stage, work.clock, work.approvals, work.rejections = "pending", transaction.time, 0, 0

    def _check_amount(self, work: Work, transaction: Transaction) -> None:
        terms, subject = work.bounty.terms, work.subject
        if terms.admission == ZERO_ADDRESS:
            self.check("admission.amount", subject, terms.amount, work.amount, transaction)
            return
        self.check("admission.range", subject, True, 0 < work.amount <= terms.amount, transaction)
        if terms.admission == self._system.desk.address:
            admitted = [
                event.args["bid"]
                for event in transaction.of(self._system.desk.address, "WorkerAdmitted")
                if (event.args["bountyId"], event.args["worker"]) == (work.bounty.id, work.submission.worker)
            ]
            self.check("admission.amount", subject, True, work.amount in admitted, transaction)

    def _check_content(
        self, work: Work, submission: Submission, event: Event, transaction: Transaction
    ) -> None:
        bounty, subject = work.bounty, work.subject
        hashed = keccak(event.args["submission"])
        named = "0x" + keccak(bytes.fromhex(bounty.terms_hash[2:]) + hashed).hex()
        self.check("submission.hash", subject, named, work.content_hash, transaction)
        self.check("submission.bounty", subject, bounty.id, submission.bounty_id, transaction)
        paired = len(submission.payees) == len(submission.shares_bps) in range(1, MOST_PAYEES + 1)
        self.check("submission.payees", subject, True, paired, transaction)
        self.check("submission.shares", subject, BPS, sum(submission.shares_bps), transaction)
        paid_judges = sorted(_judges(bounty) & {submission.worker, *submission.payees})
        self.check("submission.impartial", subject, [], paid_judges, transaction)


def _judges(bounty: Bounty) -> set[str]:
    terms = bounty.terms
    return {*terms.reviewers, terms.success.source, terms.long_term.source, terms.arbiter}
