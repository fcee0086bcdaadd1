"""
Awards: was each accepted as the terms demand, and is every amount the one that the terms give in integers?
"""

from __future__ import annotations

from resonance_dao.chain.contract import Event
from resonance_dao.economy.impact_share import award_down, ceilings, guarantee_down, top_up, tranche_down
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger, Payment, Work
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.audit.reputation_audit import ReputationAudit
from resonance_dao.workflows.audit.withholding_audit import WithholdingAudit
from resonance_dao.workflows.judgements import APPROVE
from resonance_dao.workflows.terms import TRANCHES, Terms


class AwardAudit(Observer):
    """Follows acceptance, settlement and completion; adds the credits that each one moves to `payments`."""

    def __init__(
        self,
        findings: Findings,
        ledger: Ledger,
        payments: list[Payment],
        reputation: ReputationAudit,
        withholding: WithholdingAudit,
    ) -> None:
        super().__init__(findings, ledger)
        self._payments, self._reputation, self._withholding = payments, reputation, withholding

    def accepted(self, transaction: Transaction, event: Event) -> None:
        """
        Follow `SubmissionAccepted`: the reviewed hash, the quorum, ruling or silence, the multiplier, the
        base.
        """
        work = self.work_of(transaction, event)
        if work is None:
            return
        subject, given = work.subject, event.args
        self.check("acceptance.stage", subject, True, work.undecided, transaction)
        self.check(
            "acceptance.hash", subject, work.content_hash, "0x" + given["contentHash"].hex(), transaction
        )
        left = work.bounty.awards < work.bounty.terms.max_awards
        self.check("acceptance.award_left", subject, True, left, transaction)
        if work.stage == "appealed":
            self._check_appeal(work, transaction, given["bySilence"])
        elif given["bySilence"]:
            end = work.clock + work.bounty.terms.review_window
            self.check("acceptance.unanswered", subject, "pending", work.stage, transaction)
            self.within("acceptance.silence", subject, end, None, transaction)
        else:
            quorum = work.bounty.terms.quorum
            self.check("acceptance.quorum", subject, quorum, work.approvals.bit_count(), transaction)
        self._take_award(work, transaction, event)

    def _check_appeal(self, work: Work, transaction: Transaction, by_silence: bool) -> None:
        terms, subject = work.bounty.terms, work.subject
        if by_silence:
            self.check("appeal.silence_accepts", subject, True, terms.silent_appeal_accepts, transaction)
            self.check("appeal.unanswered", subject, 0, work.ruling, transaction)
            self.within("appeal.silence", subject, work.clock + terms.arbiter_window, None, transaction)
        else:
            self.check("appeal.ruling", subject, APPROVE, work.ruling, transaction)

    def _take_award(self, work: Work, transaction: Transaction, event: Event) -> None:
        terms, subject, given = work.bounty.terms, work.subject, event.args
        standing = self._reputation.multiplier(terms.project_id, work.submission.worker, transaction.time)
        multiplier = within_band(terms, standing)
        self.check("pay.multiplier", subject, multiplier, given["multiplierBps"], transaction)
        award = award_down(work.amount, multiplier)
        self.check("pay.award", subject, award, given["award"], transaction)
        base = ceilings(award, terms.base_bps, terms.success.share_bps).base
        self.check("pay.base", subject, base, given["base"], transaction)
        work.stage, work.clock, work.by_silence = "accepted", transaction.time, given["bySilence"]
        work.multiplier_bps, work.award = multiplier, award
        work.bounty.awards += 1
        for name in TRANCHES:
            # A tranche without a share has nothing to wait for; the escrow stores it as settled too.
            work.tracks[name].stage = "waiting" if terms.tranche(name).share_bps else "settled"
        self._pay(work, "base", base, transaction)

    def settled(self, transaction: Transaction, event: Event) -> None:
        """Follow `TrancheSettled`: not before its outcome was final, and for what the outcome was."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        name, given = TRANCHES[event.args["tranche"]], event.args
        subject, terms, track = f"{work.subject}/{name}", work.bounty.terms, work.tracks[name]
        self.check("settlement.stage", subject, "accepted", work.stage, transaction)
        if not self.check("settlement.once", subject, True, track.stage != "settled", transaction):
            return
        start, end, achieved, silent = self._outcome(work, name)
        self.within("settlement.final", subject, start, end, transaction)
        outcome = f"{achieved} bps{' by silence' if silent else ''}"
        found = f"{given['achievedBps']} bps{' by silence' if given['bySilence'] else ''}"
        self.check("settlement.outcome", subject, outcome, found, transaction)
        parts = ceilings(work.award, terms.base_bps, terms.success.share_bps)
        ceiling = parts.success if name == "success" else parts.long_term
        amount = tranche_down(ceiling, achieved)
        self.check(f"pay.{name}", subject, amount, given["amount"], transaction)
        track.stage, track.achieved_bps, track.clock = "settled", achieved, transaction.time
        self._pay(work, name, amount, transaction)

    def _outcome(self, work: Work, name: str) -> tuple[int, int | None, int, bool]:
        """
        Return from when a tranche's outcome is final, and until when it must have been settled (None: any
        time), what it is in bps, and whether silence decided it.
        """
        track, terms = work.tracks[name], work.bounty.terms
        agreed = terms.tranche(name)
        if track.stage == "reported":
            return track.clock + agreed.challenge_window, None, track.achieved_bps, False
        if track.stage == "ruled":
            return track.clock, track.clock + 1, track.achieved_bps, False
        if track.stage == "challenged":
            return track.clock + terms.arbiter_window, None, agreed.silent_bps, True
        return work.clock + agreed.closes_after, None, agreed.silent_bps, True

    def completed(self, transaction: Transaction, event: Event) -> None:
        """Follow `AwardCompleted`: nothing open any more, the guarantee kept, the rest returned."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        bounty, terms, subject, given = work.bounty, work.bounty.terms, work.subject, event.args
        self.check("completion.stage", subject, "accepted", work.stage, transaction)
        waiting = [n for n in TRANCHES if terms.tranche(n).share_bps and work.tracks[n].stage != "settled"]
        self.check("completion.settled", subject, [], waiting, transaction)
        earned = sum(work.paid.values())
        added = top_up(guarantee_down(terms.guaranteed, work.amount, terms.amount), earned)
        returned = bounty.max_award - earned - added
        self.check("pay.top_up", subject, added, given["topUp"], transaction)
        self.check("pay.total", subject, earned + added, given["paid"], transaction)
        self.check("pay.returned", subject, returned, given["returned"], transaction)
        self._pay(work, "top_up", added, transaction)
        self._payments.append(Payment(terms.token, terms.funder, returned, subject, "returned"))
        work.stage = "completed"

    def claimed(self, transaction: Transaction, event: Event) -> None:
        """Follow `TokensClaimed`: once for each payee of an accepted work, for its share of the reward."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        self.check("tokens.accepted", work.subject, True, work.award_given, transaction)
        index, payees = event.args["index"], work.submission.payees
        named = payees[index] if index < len(payees) else None
        if not self.check("tokens.payee", work.subject, named, event.args["payee"], transaction):
            return
        self.check("tokens.once", work.subject, 0, work.claimed_payees >> index & 1, transaction)
        self.check("tokens.amount", work.subject, work.tokens[index], event.args["amount"], transaction)
        work.claimed_payees |= 1 << index

    def _pay(self, work: Work, part: str, amount: int, transaction: Transaction) -> None:
        work.paid[part] += amount
        self._payments += self._withholding.divide(work, part, amount, transaction)


def within_band(terms: Terms, multiplier_bps: int) -> int:
    """Return a multiplier held inside the band of the terms; basis points."""
    return min(max(multiplier_bps, terms.min_multiplier_bps), terms.max_multiplier_bps)
