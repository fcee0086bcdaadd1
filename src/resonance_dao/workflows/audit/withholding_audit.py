"""
Tax withheld at the source: recomputed from the registered schedules, payee by payee, and compared with what
the escrow says that it withheld.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from eth_utils.crypto import keccak

from resonance_dao.chain.attestation import ZERO_HASH
from resonance_dao.chain.contract import Event
from resonance_dao.economy.allocation import split_down
from resonance_dao.economy.withholding import Bracket, Schedule, withhold
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Payment, Work
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System


@dataclass(frozen=True, slots=True)
class _Due:
    """A tax that a payment must have told of; amounts in base units."""

    subject: str
    payee: str
    collector: str
    gross: int
    tax: int

    def __str__(self) -> str:
        return f"{self.tax} of {self.gross} from {self.payee} for {self.collector}"


class WithholdingAudit:
    """Follows `WithholdingSchedules`, and divides what an award pays into net pay and tax."""

    def __init__(self, system: System, findings: Findings) -> None:
        self._system, self._findings = system, findings
        self._schedules: dict[str, Schedule] = {}
        self._due: list[_Due] = []

    def registered(self, transaction: Transaction, event: Event) -> None:
        """Follow `ScheduleRegistered`: the id is the schedule's hash, and the schedule a sound one."""
        given, identity = event.args, "0x" + event.args["scheduleId"].hex()
        hashed = keccak(self._system.withholdings.encode("hashSchedule", given["schedule"])[4:])
        subject, at = f"schedule/{identity}", transaction.hash
        self._findings.check("schedule.id", subject, "0x" + hashed.hex(), identity, transaction=at)
        try:
            schedule = _schedule(event)
        except InputInvalid as exc:
            self._findings.fail("schedule.sound", subject, "a schedule as agreed", exc, transaction=at)
            return
        told = [given["token"], given["collector"]]
        found = [schedule.token, schedule.collector]
        self._findings.check("schedule.indexed", subject, found, told, transaction=at)
        self._schedules[identity] = schedule

    def token_of(self, identity: str) -> str:
        """Return the token that a schedule is for; text that is no address when it is not registered."""
        found = self._schedules.get(identity)
        return "none registered" if found is None else found.token

    def divide(self, work: Work, part: str, amount: int, transaction: Transaction) -> list[Payment]:
        """Return the credits of one part of an award, and remember which taxes must be told of."""
        terms, submission = work.bounty.terms, work.submission
        schedule = self._schedules.get(terms.withholding)
        gross = split_down(amount, submission.shares_bps)
        known = [index for index in range(len(gross)) if submission.exempt >> index & 1]
        exempt = sum(1 << index for index in known)
        payments = []
        for index, split in enumerate(withhold(schedule, gross, exempt, transaction.time)):
            payee = submission.payees[index]
            payments.append(Payment(terms.token, payee, split.net, work.subject, part, split.tax))
            if terms.withholding == ZERO_HASH or index in known or not split.gross:
                continue
            collector = "none registered" if schedule is None else schedule.collector
            self._due.append(_Due(work.subject, payee, collector, split.gross, split.tax))
            if split.tax:
                payments.append(Payment(terms.token, collector, split.tax, work.subject, "tax"))
        return payments

    def compare(self, transaction: Transaction, events: list[Event]) -> None:
        """Compare the taxes due in one transaction with those told, in order; then forget them."""
        told = [_told(event) for event in events]
        for due, found in zip_longest(self._due, told):
            subject = (due or found).subject
            expected, given = str(due or "no tax"), str(found or "no tax")
            self._findings.check("pay.tax", subject, expected, given, transaction=transaction.hash)
        for event in events:
            net = event.args["gross"] - event.args["tax"]
            self._findings.check(
                "pay.net", _told(event).subject, net, event.args["net"], transaction=transaction.hash
            )
        self._due.clear()


def _told(event: Event) -> _Due:
    given = event.args
    subject = f"bounty/{given['bountyId']}/submission/{given['submissionId']}"
    return _Due(subject, given["payee"], given["collector"], given["gross"], given["tax"])


def _schedule(event: Event) -> Schedule:
    given = event.args["schedule"]
    brackets = tuple(Bracket(b["start"], b["from"], b["fixedTax"], b["rateBps"]) for b in given["brackets"])
    return Schedule(given["token"], given["unit"], given["collector"], given["label"], brackets)
