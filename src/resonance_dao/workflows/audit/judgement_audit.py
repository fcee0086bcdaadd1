"""
Judgements: was each made by somebody the terms name, inside his window, once, and is its attestation the one
EAS would compute?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resonance_dao.chain.attestation import Attestation
from resonance_dao.chain.contract import Event
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger, Work
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.judgements import judged
from resonance_dao.workflows.system import System, plain
from resonance_dao.workflows.terms import TRANCHES


@dataclass(frozen=True, slots=True)
class Taken:
    """An attestation that the registry announced, to be found in its storage at the end."""

    attester: str
    uid: bytes
    time: int
    transaction: str

    @property
    def subject(self) -> str:
        """What rows call it."""
        return f"attestation/0x{self.uid.hex()}"


class JudgementAudit(Observer):
    """Follows the registry's attestations and what the escrow did with each."""

    def __init__(self, system: System, findings: Findings, ledger: Ledger, projects: ProjectAudit) -> None:
        self.taken: list[Taken] = []
        self.revoked: dict[tuple[str, bytes], int] = {}
        super().__init__(findings, ledger)
        self._system, self._projects = system, projects

    def observe(self, transaction: Transaction) -> None:
        """Recompute the uid of every attestation, and see that each one meant for the escrow reached it."""
        registry, escrow = self._system.contributions.address, self._system.escrow.address
        acted = transaction.of(escrow, "ReviewCounted") + transaction.of(escrow, "OutcomeReported")
        uids = {event.args["uid"] for event in acted}
        for event in transaction.of(registry, "Attested"):
            uid, attester = event.args["uid"], event.args["attester"]
            taken = Taken(attester, uid, transaction.time, transaction.hash)
            self.taken.append(taken)
            computed = _attestation(event).uid()
            self.check("attestation.uid", taken.subject, computed, "0x" + uid.hex(), transaction)
            receiver = event.args["data"][:32]
            if receiver == bytes.fromhex(escrow[2:]).rjust(32, b"\0"):
                self.check("attestation.heard", taken.subject, True, uid in uids, transaction)
        for event in transaction.of(registry, "Revoked"):
            self.revoked[event.args["attester"], event.args["uid"]] = transaction.time

    def reviewed(self, transaction: Transaction, event: Event) -> None:
        """Follow `ReviewCounted`."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        reviewer, terms = event.args["reviewer"], work.bounty.terms
        subject = f"{work.subject}/review/{reviewer}"
        names = ("approved", "scoreBps", "reasonCode", "reason")
        said = {name: event.args[name] for name in names} | {
            "contentHash": bytes.fromhex(work.content_hash[2:])
        }
        self._attested(transaction, event, work, reviewer, subject, said)
        self.check("review.stage", subject, "pending", work.stage, transaction)
        end = work.clock + terms.review_window
        self.within("review.window", subject, work.clock, end, transaction)
        if self.check("review.named", subject, True, reviewer in terms.reviewers, transaction):
            bit = 1 << terms.reviewers.index(reviewer)
            self.check("review.once", subject, 0, work.reviewed & bit, transaction)
            work.approvals |= bit if event.args["approved"] else 0
            work.rejections |= 0 if event.args["approved"] else bit
        work.decisive = (event.args["reasonCode"], event.args["reason"])

    def rejected(self, transaction: Transaction, event: Event) -> None:
        """
        Follow `SubmissionRejected`: only when the quorum had become impossible, with the last review's
        reason.
        """
        work = self.work_of(transaction, event)
        if work is None:
            return
        terms, subject = work.bounty.terms, work.subject
        self.check("rejection.stage", subject, "pending", work.stage, transaction)
        self.check(
            "rejection.hash", subject, work.content_hash, "0x" + event.args["contentHash"].hex(), transaction
        )
        beyond = work.rejections.bit_count() > len(terms.reviewers) - terms.quorum
        self.check("rejection.votes", subject, True, beyond, transaction)
        reason = (event.args["reasonCode"], event.args["reason"])
        self.check("rejection.reason", subject, work.decisive, reason, transaction)
        work.stage = "rejected"

    def reported(self, transaction: Transaction, event: Event) -> None:
        """Follow `OutcomeReported`: by the source in its window, or by the arbiter in his."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        given, name = event.args, TRANCHES[event.args["tranche"]]
        subject, terms, track = f"{work.subject}/{name}", work.bounty.terms, work.tracks[name]
        said = {key: given[key] for key in ("tranche", "achievedBps", "evidence")}
        self._attested(transaction, event, work, given["attester"], subject, said)
        self.check("outcome.stage", subject, "accepted", work.stage, transaction)
        if given["ruling"]:
            self.check("outcome.arbiter", subject, terms.arbiter, given["attester"], transaction)
            self.check("outcome.order", subject, "challenged", track.stage, transaction)
            self.within(
                "outcome.window", subject, track.clock, track.clock + terms.arbiter_window, transaction
            )
        else:
            agreed = terms.tranche(name)
            self.check("outcome.source", subject, agreed.source, given["attester"], transaction)
            self.check("outcome.order", subject, "waiting", track.stage, transaction)
            start, end = work.clock + agreed.opens_after, work.clock + agreed.closes_after
            self.within("outcome.window", subject, start, end, transaction)
            track.clock = transaction.time
        track.stage, track.achieved_bps = "ruled" if given["ruling"] else "reported", given["achievedBps"]

    def challenged(self, transaction: Transaction, event: Event) -> None:
        """Follow `OutcomeChallenged`: by a party, inside the challenge window."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        name, terms = TRANCHES[event.args["tranche"]], work.bounty.terms
        subject, track = f"{work.subject}/{name}", work.tracks[name]
        self.check("challenge.order", subject, "reported", track.stage, transaction)
        end = track.clock + terms.tranche(name).challenge_window
        self.within("challenge.window", subject, track.clock, end, transaction)
        parties = {
            work.submission.worker,
            *work.submission.payees,
            *self._projects.authorized(terms.project_id),
        }
        self.check("challenge.party", subject, True, event.args["challenger"] in parties, transaction)
        track.stage, track.clock = "challenged", transaction.time

    def _attested(
        self,
        transaction: Transaction,
        event: Event,
        work: Work,
        attester: str,
        subject: str,
        said: Mapping[str, Any],
    ) -> None:
        """
        Check that the registry took, in this transaction, an attestation of exactly what the escrow counted.
        """
        uid, registry = event.args["uid"], self._system.contributions.address
        matching = [
            found
            for found in transaction.of(registry, "Attested")
            if (found.args["uid"], found.args["attester"]) == (uid, attester)
        ]
        if not self.check("judgement.attested", subject, 1, len(matching), transaction):
            return
        expected = {
            "escrow": self._system.escrow.address,
            "bountyId": work.bounty.id,
            "submissionId": work.id,
            **said,
        }
        try:
            signed = judged(_attestation(matching[0])).values
        except InputInvalid as exc:
            self.findings.fail(
                "judgement.values", subject, plain(expected), exc, transaction=transaction.hash
            )
            return
        self.check("judgement.values", subject, plain(expected), plain(dict(signed)), transaction)
        self.check(
            "judgement.recipient", subject, work.submission.worker, matching[0].args["recipient"], transaction
        )


def _attestation(event: Event) -> Attestation:
    values = {
        key: "0x" + value.hex() if isinstance(value, bytes) else value
        for key, value in event.args.items()
        if key not in ("attester", "uid")
    }
    return Attestation.from_dict(values)
