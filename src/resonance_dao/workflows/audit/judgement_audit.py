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
from resonance_dao.economy.impact_share import achieved
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.audit.bond_audit import BondAudit
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger, Work
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.codes import reason_text
from resonance_dao.workflows.contributions import VERDICTS
from resonance_dao.workflows.judgements import APPROVE, judged
from resonance_dao.workflows.system import System, plain
from resonance_dao.workflows.terms import TRANCHES

REJECT, REQUEST_CHANGES = (VERDICTS.index(word) + 1 for word in ("reject", "request_changes"))
MOST_REQUESTS = 3
NOT_MADE, ARBITER_SILENT = "changes-not-made", "arbiter-silent"
"""The codes of rejections by time."""


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

    def __init__(
        self, system: System, findings: Findings, ledger: Ledger, projects: ProjectAudit, bonds: BondAudit
    ) -> None:
        self.taken: list[Taken] = []
        self.revoked: dict[tuple[str, bytes], int] = {}
        super().__init__(findings, ledger)
        self._system, self._projects, self._bonds = system, projects, bonds

    def observe(self, transaction: Transaction) -> None:
        """Recompute the uid of every attestation, and see that each one reached its receiver."""
        registry, heard = self._system.contributions.address, self._heard(transaction)
        for event in transaction.of(registry, "Attested"):
            uid, attester = event.args["uid"], event.args["attester"]
            taken = Taken(attester, uid, transaction.time, transaction.hash)
            self.taken.append(taken)
            computed = _attestation(event).uid()
            self.check("attestation.uid", taken.subject, computed, "0x" + uid.hex(), transaction)
            receiver = event.args["data"][:32]
            if receiver in heard:
                self.check("attestation.heard", taken.subject, True, uid in heard[receiver], transaction)
        for event in transaction.of(registry, "Revoked"):
            self.revoked[event.args["attester"], event.args["uid"]] = transaction.time

    def _heard(self, transaction: Transaction) -> dict[bytes, set[bytes]]:
        """Return the uids that escrow and reputation acted on, by the word that names the receiver."""
        named = (
            (self._system.escrow.address, "ReviewCounted", "uid"),
            (self._system.escrow.address, "OutcomeReported", "uid"),
            (self._system.reputation.address, "RatingCounted", "uid"),
            (self._system.reputation.address, "RatingUpheld", "ruling"),
            (self._system.reputation.address, "RatingStruck", "ruling"),
        )
        found: dict[bytes, set[bytes]] = {}
        for address, name, field in named:
            uids = found.setdefault(bytes.fromhex(address[2:]).rjust(32, b"\0"), set())
            uids |= {event.args[field] for event in transaction.of(address, name)}
        return found

    def reviewed(self, transaction: Transaction, event: Event) -> None:
        """Follow `ReviewCounted`: by a reviewer about a version, or by the arbiter about an appeal."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        reviewer = event.args["reviewer"]
        subject = f"{work.subject}/review/{reviewer}"
        names = ("verdict", "scoreBps", "reasonCode", "reason")
        said = {name: event.args[name] for name in names} | {
            "contentHash": bytes.fromhex(work.content_hash[2:])
        }
        self._attested(transaction, event, work, reviewer, subject, said)
        told = event.args["verdict"] != REJECT or any(event.args["reasonCode"])
        self.check("review.code", subject, True, told, transaction)
        if work.stage == "appealed":
            self._ruled(work, transaction, event, subject)
        else:
            self._counted(work, transaction, event, subject)
        work.decisive = (event.args["reasonCode"], event.args["reason"])

    def _ruled(self, work: Work, transaction: Transaction, event: Event, subject: str) -> None:
        terms, verdict = work.bounty.terms, event.args["verdict"]
        self.check("ruling.arbiter", subject, terms.arbiter, event.args["reviewer"], transaction)
        self.check("ruling.verdict", subject, True, verdict in (APPROVE, REJECT), transaction)
        self.check("ruling.once", subject, 0, work.ruling, transaction)
        self.within("ruling.window", subject, work.clock, work.clock + terms.arbiter_window, transaction)
        work.ruling = verdict

    def _counted(self, work: Work, transaction: Transaction, event: Event, subject: str) -> None:
        reviewer, verdict, terms = event.args["reviewer"], event.args["verdict"], work.bounty.terms
        waiting = work.stage in ("pending", "changes_requested")
        self.check("review.stage", subject, True, waiting, transaction)
        self.within("review.window", subject, work.clock, work.clock + terms.review_window, transaction)
        if not self.check("review.named", subject, True, reviewer in terms.reviewers, transaction):
            return
        bit = 1 << terms.reviewers.index(reviewer)
        self.check("review.once", subject, 0, work.reviewed & bit, transaction)
        if verdict == REQUEST_CHANGES:
            self.check("review.changes", subject, "pending", work.stage, transaction)
            work.change_requests += 1
            self.check("review.limit", subject, True, work.change_requests <= MOST_REQUESTS, transaction)
            # A request is no vote: who asked can still approve or reject.
            work.stage, work.clock = "changes_requested", transaction.time
        elif self.check("review.verdict", subject, True, verdict in (APPROVE, REJECT), transaction):
            work.approvals |= bit if verdict == APPROVE else 0
            work.rejections |= bit if verdict == REJECT else 0

    def rejected(self, transaction: Transaction, event: Event) -> None:
        """
        Follow `SubmissionRejected`: by the last review, when the quorum had become impossible; by the
        arbiter's ruling; or by time, which gives a code and no reason.
        """
        work = self.work_of(transaction, event)
        if work is None:
            return
        subject, given = work.subject, event.args
        self.check("rejection.stage", subject, True, work.undecided, transaction)
        self.check(
            "rejection.hash", subject, work.content_hash, "0x" + given["contentHash"].hex(), transaction
        )
        if given["reason"] == "":
            self._lapsed(work, transaction, reason_text(given["reasonCode"]))
        else:
            self._voted_down(work, transaction, (given["reasonCode"], given["reason"]))
        appealable = 0
        if not work.appealed and work.bounty.terms.appeal_window:
            appealable = transaction.time + work.bounty.terms.appeal_window
            work.bounty.appealable_until = appealable
        self.check("rejection.appealable", subject, appealable, given["appealableUntil"], transaction)
        work.stage, work.clock = "rejected", transaction.time

    def _voted_down(self, work: Work, transaction: Transaction, reason: tuple[bytes, str]) -> None:
        terms, subject = work.bounty.terms, work.subject
        if work.stage == "appealed":
            self.check("rejection.ruling", subject, REJECT, work.ruling, transaction)
        else:
            beyond = work.rejections.bit_count() > len(terms.reviewers) - terms.quorum
            self.check("rejection.votes", subject, True, beyond, transaction)
        self.check("rejection.reason", subject, work.decisive, reason, transaction)

    def _lapsed(self, work: Work, transaction: Transaction, code: str) -> None:
        terms, subject = work.bounty.terms, work.subject
        appealed = work.stage == "appealed"
        self.check("rejection.code", subject, ARBITER_SILENT if appealed else NOT_MADE, code, transaction)
        if appealed:
            self.check("appeal.silence_rejects", subject, False, terms.silent_appeal_accepts, transaction)
            self.check("appeal.unanswered", subject, 0, work.ruling, transaction)
            self.within("appeal.silence", subject, work.clock + terms.arbiter_window, None, transaction)
        else:
            self.check("rejection.unanswered", subject, "changes_requested", work.stage, transaction)
            self.within("rejection.silence", subject, work.clock + terms.review_window, None, transaction)

    def appealed(self, transaction: Transaction, event: Event) -> None:
        """Follow `RejectionAppealed`: by the worker, once, inside the window, while an award is left."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        bounty, subject = work.bounty, work.subject
        self.check("appeal.stage", subject, "rejected", work.stage, transaction)
        self.check("appeal.once", subject, False, work.appealed, transaction)
        self.check("appeal.worker", subject, work.submission.worker, event.args["worker"], transaction)
        self.check("appeal.award_left", subject, True, bounty.awards < bounty.terms.max_awards, transaction)
        end = work.clock + bounty.terms.appeal_window
        self.within("appeal.window", subject, work.clock, end, transaction)
        work.stage, work.clock, work.appealed = "appealed", transaction.time, True

    def reported(self, transaction: Transaction, event: Event) -> None:
        """Follow `OutcomeReported`: by the source in its window, or by the arbiter in his."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        given, name = event.args, TRANCHES[event.args["tranche"]]
        subject, track = f"{work.subject}/{name}", work.tracks[name]
        said = {key: given[key] for key in ("tranche", "value", "evidence")}
        self._attested(transaction, event, work, given["attester"], subject, said)
        self.check("outcome.stage", subject, "accepted", work.stage, transaction)
        agreed = work.bounty.terms.tranche(name)
        counts = achieved(given["value"], agreed.target, agreed.cap_bps)
        self.check("outcome.achieved", subject, counts, given["achievedBps"], transaction)
        self._check_reporter(work, name, transaction, event)
        track.upheld = given["ruling"] and counts == track.achieved_bps
        final = given["ruling"] or agreed.challenge_window == 0
        track.stage, track.achieved_bps = "ruled" if final else "reported", counts
        track.clock = transaction.time

    def _check_reporter(self, work: Work, name: str, transaction: Transaction, event: Event) -> None:
        given, track, terms = event.args, work.tracks[name], work.bounty.terms
        subject, agreed = f"{work.subject}/{name}", terms.tranche(name)
        if given["ruling"]:
            self.check("outcome.arbiter", subject, terms.arbiter, given["attester"], transaction)
            self.check("outcome.order", subject, "challenged", track.stage, transaction)
            start, end = track.clock, track.clock + terms.arbiter_window
        else:
            self.check("outcome.source", subject, agreed.source, given["attester"], transaction)
            self.check("outcome.order", subject, "waiting", track.stage, transaction)
            start, end = work.clock + agreed.opens_after, work.clock + agreed.closes_after
        self.within("outcome.window", subject, start, end, transaction)

    def challenged(self, transaction: Transaction, event: Event) -> None:
        """Follow `OutcomeChallenged`: by a party, inside the challenge window, with the bond."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        name, terms = TRANCHES[event.args["tranche"]], work.bounty.terms
        subject, track = f"{work.subject}/{name}", work.tracks[name]
        self.check("challenge.stage", subject, "accepted", work.stage, transaction)
        self.check("challenge.order", subject, "reported", track.stage, transaction)
        end = track.clock + terms.tranche(name).challenge_window
        self.within("challenge.window", subject, track.clock, end, transaction)
        involved = {work.submission.worker, *work.submission.payees, terms.funder}
        parties = involved | self._projects.authorized(terms.project_id)
        self.check("challenge.party", subject, True, event.args["challenger"] in parties, transaction)
        track.stage, track.clock = "challenged", transaction.time
        self._bonds.taken(work, track, subject, event.args["challenger"])

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
