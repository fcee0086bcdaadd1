"""
What the auditors that follow events about bounties share: the ledger, and rows that name their transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Work
from resonance_dao.workflows.audit.report import Findings


class Observer:
    """
    Follows events about bounties and submissions; an event about an unknown one tells of a missing event.
    """

    def __init__(self, findings: Findings, ledger: Ledger) -> None:
        self.findings, self.ledger = findings, ledger

    def bounty_of(self, transaction: Transaction, event: Event) -> Bounty | None:
        """
        Return the bounty that an event is about; None, and a row that fails, when nothing told of its
        opening.
        """
        bounty = self.ledger.bounties.get(event.args["bountyId"])
        if bounty is None:
            self._missing(
                transaction, f"the opening of bounty {event.args['bountyId']} before its {event.name}"
            )
        return bounty

    def work_of(self, transaction: Transaction, event: Event) -> Work | None:
        """
        Return the submission that an event is about; None, and a row that fails, when nothing told of it.
        """
        bounty_id, submission_id = event.args["bountyId"], event.args["submissionId"]
        work = self.ledger.work(bounty_id, submission_id)
        if work is None:
            self._missing(
                transaction, f"submission {submission_id} of bounty {bounty_id} before its {event.name}"
            )
        return work

    def check(
        self, check: str, subject: str, expected: object, found: object, transaction: Transaction
    ) -> bool:
        """Compare, and write a row that names the transaction."""
        return self.findings.check(check, subject, expected, found, transaction=transaction.hash)

    def told(
        self, check: str, subject: str, event: Event, expected: Mapping[str, object], transaction: Transaction
    ) -> bool:
        """Compare an event's fields with what they had to be; a row that fails names event and field."""
        at = transaction.hash
        return self.findings.compare(check, subject, event.name, expected, event.args, transaction=at)

    def within(self, check: str, subject: str, start: int, end: int | None, transaction: Transaction) -> bool:
        """Check that the transaction's time is in [start, end), unix s; None is open."""
        return self.findings.within(
            check, subject, start, end, transaction.time, transaction=transaction.hash
        )

    def _missing(self, transaction: Transaction, what: str) -> None:
        self.findings.fail("history.missing", transaction.subject, what, "none", transaction=transaction.hash)
