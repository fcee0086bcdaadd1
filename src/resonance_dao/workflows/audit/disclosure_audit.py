"""
Disclosure: what failed is listed, on the chain and in the log, and each failure that was made good says by
what.

Nothing here fails the audit but a disclosure that is missing: failures are facts, hiding them is the fault.
"""

from __future__ import annotations

from collections import Counter

from resonance_dao.chain.contract import Event
from resonance_dao.economy.money import BPS
from resonance_dao.economy.reputation import Component
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.codes import reason_text
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import TRANCHES


class DisclosureAudit:
    """
    Lists failures; `corrected` are the numbers of records that a later one corrects, with that one's number.
    """

    def __init__(self, system: System, findings: Findings) -> None:
        self._system, self._findings = system, findings
        self._disclosed: dict[int, str] = {}
        self.corrected: dict[int, int] = {}
        self._requests: dict[int, int] = {}

    def observe(self, transaction: Transaction) -> None:
        """Note what one transaction tells of failure."""
        system = self._system
        elsewhere = {contract.address for contract in (system.desk, system.bonds, system.reputation)}
        for event in transaction.events:
            if event.address == system.escrow.address:
                told = _failure(event)
            else:
                told = _failure_elsewhere(event) if event.address in elsewhere else None
            if told is not None:
                check, subject, what = told
                self._findings.say(Verdict.NOTE, check, subject, what, transaction=transaction.hash)

    def record(self, record: Record, transaction: str) -> None:
        """Note what one record tells of failure, and which earlier ones it answers or corrects."""
        subject, body = f"log/record/{record.number}", record.body
        if record.kind == "transaction" and body["status"] == "requested":
            self._requests[record.number] = record.time
        else:
            for link in record.links:
                self._requests.pop(link, None)
        if record.kind == "disclosure":
            self._disclosed[record.number] = body["reason_code"]
            what = f"{body['reason_code']} on {record.subject}: {_english(body['what'])}"
            self._findings.say(Verdict.NOTE, "disclosure.record", subject, what, transaction=transaction)
        elif record.kind == "correction":
            self.corrected[body["corrects"]] = record.number
            what = f"corrects record {body['corrects']}: {_english(body['what'])}"
            self._findings.say(Verdict.NOTE, "disclosure.correction", subject, what, transaction=transaction)

    def finish(self, now: int, stall_s: int) -> None:
        """Count disclosures by reason, and name requests whose end was never told; times unix s."""
        told = Counter(self._disclosed.values())
        mended = Counter(code for number, code in self._disclosed.items() if number in self.corrected)
        for code, count in sorted(told.items()):
            what = f"{count} disclosed, {mended[code]} of them corrected"
            self._findings.say(Verdict.NOTE, "disclosure.count", f"disclosure/{code}", what)
        for number, time in self._requests.items():
            subject = f"log/record/{number}"
            if now - time < stall_s:
                what = f"requested {now - time} s ago; how it ended is not in the log yet"
                self._findings.say(Verdict.PENDING, "log.unanswered", subject, what)
            else:
                self._findings.fail("log.unanswered", subject, "a record of how the request ended", "none")


def _failure(event: Event) -> tuple[str, str, str] | None:
    """Return the check, subject and words for an event that tells of a failure, silence or dispute."""
    check = _CHECKS.get(event.name)
    if check is None:
        return None
    given, bounty = event.args, f"bounty/{event.args['bountyId']}"
    subject = f"{bounty}/submission/{given['submissionId']}" if "submissionId" in given else bounty
    if "tranche" in given:
        subject += f"/{TRANCHES[given['tranche']]}"
    missed = given.get("achievedBps", BPS) < BPS
    bad = missed or given.get("bySilence", False) or given.get("lost", False)
    if event.name in _GOOD_OTHERWISE and not bad:
        return None
    if check == "missed_target" and not missed:
        return "disclosure.silence", subject, _settled(event)
    words = {
        "closed": f"closed: {_reason(event)}",
        "rejected": f"rejected: {_reason(event)}",
        "silence": "accepted because the reviewers, or the arbiter of an appeal, were silent",
        "appealed": f"appealed: {given.get('reason')}",
        "bond_lost": f"the bond of the challenge, {given.get('amount')}, went to {given.get('account')}",
        "challenged": f"challenged by {given.get('challenger')}; {given.get('reason')}",
        "missed_target": _settled(event),
    }
    return f"disclosure.{check}", subject, words[check]


def _failure_elsewhere(event: Event) -> tuple[str, str, str] | None:
    """The same for what the desk, the reviewers' bonds and the ratings tell."""
    given = event.args
    match event.name:
        case "SelectionReleased":
            what = f"the selection of {given['worker']} ended: nothing was handed in"
            return "disclosure.released", f"bounty/{given['bountyId']}", what
        case "BondLost":
            subject = f"bounty/{given['bountyId']}/submission/{given['submissionId']}"
            what = (
                f"reviewer {given['reviewer']} was silent: {given['amount']} of its bond went to the worker"
            )
            return "disclosure.reviewer_bond_lost", subject, what
        case "RatingAppealed" | "RatingStruck":
            subject = f"project/{given['projectId']}/rating/{given['ratee']}"
            rated = f"the rating of {_component(given['component'])} by {given['rater']}"
            if event.name == "RatingAppealed":
                return "disclosure.rating_appealed", subject, f"{rated} was appealed: {given['reason']}"
            return "disclosure.rating_struck", subject, f"{rated} was struck {_STRUCK[given['cause']]}"
    return None


def _component(number: int) -> str:
    return Component(number).name.lower().replace("_", " ")


_STRUCK = ("by a ruling", "because the arbiter was silent", "because it was revoked")
_CHECKS = {
    "BountyClosed": "closed",
    "SubmissionRejected": "rejected",
    "RejectionAppealed": "appealed",
    "SubmissionAccepted": "silence",
    "BondCredited": "bond_lost",
    "OutcomeChallenged": "challenged",
    "TrancheSettled": "missed_target",
}
_GOOD_OTHERWISE = ("SubmissionAccepted", "TrancheSettled", "BondCredited")


def _reason(event: Event) -> str:
    return f"{reason_text(event.args.get('reasonCode', b''))}; {event.args.get('reason')}"


def _settled(event: Event) -> str:
    silent = ", because source or arbiter was silent" if event.args.get("bySilence") else ""
    return f"{event.args.get('achievedBps')} of {BPS} bps counted{silent}"


def _english(text: object) -> str:
    if isinstance(text, dict):
        return str(text.get("en") or next(iter(text.values()), ""))
    return str(text)
