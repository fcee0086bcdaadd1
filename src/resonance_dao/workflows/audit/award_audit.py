"""
Awards: was each accepted as the terms demand, and is every amount the one that the terms give in integers?
"""

from __future__ import annotations

from resonance_dao.chain.contract import Event
from resonance_dao.economy.allocation import split_down
from resonance_dao.economy.impact_share import award_down, ceilings, top_up, tranche_down
from resonance_dao.economy.money import BPS
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger, Payment, Work
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.terms import TRANCHES, Terms


class AwardAudit(Observer):
    """Follows acceptance, settlement and completion; adds the credits that each one moves to `payments`."""

    def __init__(self, findings: Findings, ledger: Ledger, payments: list[Payment]) -> None:
        super().__init__(findings, ledger)
        self._payments = payments

    def accepted(self, transaction: Transaction, event: Event) -> None:
        """
        Follow `SubmissionAccepted`: the reviewed hash, the quorum or the silence, the multiplier, the base.
        """
        work = self.work_of(transaction, event)
        if work is None:
            return
        terms, subject, given = work.bounty.terms, work.subject, event.args
        self.check("acceptance.stage", subject, "pending", work.stage, transaction)
        self.check(
            "acceptance.hash", subject, work.content_hash, "0x" + given["contentHash"].hex(), transaction
        )
        left = work.bounty.awards < terms.max_awards
        self.check("acceptance.award_left", subject, True, left, transaction)
        if given["bySilence"]:
            self.within("acceptance.silence", subject, work.clock + terms.review_window, None, transaction)
        else:
            self.check("acceptance.quorum", subject, terms.quorum, work.approvals.bit_count(), transaction)
        self._take_award(work, transaction, event)

    def _take_award(self, work: Work, transaction: Transaction, event: Event) -> None:
        terms, subject, given = work.bounty.terms, work.subject, event.args
        multiplier = multiplier_within_band(terms)
        self.check("pay.multiplier", subject, multiplier, given["multiplierBps"], transaction)
        award = award_down(terms.amount, multiplier)
        self.check("pay.award", subject, award, given["award"], transaction)
        base = ceilings(award, terms.base_bps, terms.success.share_bps).base
        self.check("pay.base", subject, base, given["base"], transaction)
        work.stage, work.clock = "accepted", transaction.time
        work.multiplier_bps, work.award = multiplier, award
        work.bounty.awards += 1
        for name in TRANCHES:
            # A tranche without a share has nothing to wait for; the escrow stores it as settled too.
            work.tracks[name].stage = "waiting" if terms.tranche(name).share_bps else "settled"
        self._pay(work, "base", base)

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
        start, achieved, silent = self._outcome(work, name)
        self.within("settlement.final", subject, start, None, transaction)
        outcome = f"{achieved} bps{' by silence' if silent else ''}"
        found = f"{given['achievedBps']} bps{' by silence' if given['bySilence'] else ''}"
        self.check("settlement.outcome", subject, outcome, found, transaction)
        parts = ceilings(work.award, terms.base_bps, terms.success.share_bps)
        ceiling = parts.success if name == "success" else parts.long_term
        amount = tranche_down(ceiling, achieved)
        self.check(f"pay.{name}", subject, amount, given["amount"], transaction)
        track.stage, track.achieved_bps = "settled", achieved
        self._pay(work, name, amount)

    def _outcome(self, work: Work, name: str) -> tuple[int, int, bool]:
        """
        Return from when a tranche's outcome is final, what it is in bps, and whether silence decided it.
        """
        track, terms = work.tracks[name], work.bounty.terms
        agreed = terms.tranche(name)
        if track.stage == "reported":
            return track.clock + agreed.challenge_window, track.achieved_bps, False
        if track.stage == "ruled":
            return track.clock, track.achieved_bps, False
        if track.stage == "challenged":
            return track.clock + terms.arbiter_window, agreed.silent_bps, True
        return work.clock + agreed.closes_after, agreed.silent_bps, True

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
        added = top_up(terms.guaranteed, earned)
        returned = bounty.max_award - earned - added
        self.check("pay.top_up", subject, added, given["topUp"], transaction)
        self.check("pay.total", subject, earned + added, given["paid"], transaction)
        self.check("pay.returned", subject, returned, given["returned"], transaction)
        self._pay(work, "top_up", added)
        self._payments.append(Payment(terms.token, bounty.funder, returned, subject, "returned"))
        work.stage = "completed"

    def claimed(self, transaction: Transaction, event: Event) -> None:
        """Follow `TokensClaimed`: once, for an accepted work, the amount of the terms."""
        work = self.work_of(transaction, event)
        if work is None:
            return
        self.check("tokens.accepted", work.subject, True, work.award_given, transaction)
        self.check("tokens.once", work.subject, False, work.tokens_claimed, transaction)
        self.check(
            "tokens.amount", work.subject, work.bounty.terms.token_reward, event.args["amount"], transaction
        )
        work.tokens_claimed = True

    def _pay(self, work: Work, part: str, amount: int) -> None:
        work.paid[part] += amount
        terms, submission = work.bounty.terms, work.submission
        for payee, credit in zip(submission.payees, split_down(amount, submission.shares_bps), strict=True):
            self._payments.append(Payment(terms.token, payee, credit, work.subject, part))


def multiplier_within_band(terms: Terms) -> int:
    """Return the multiplier of this version: 1, held inside the band of the terms; basis points."""
    return min(max(BPS, terms.min_multiplier_bps), terms.max_multiplier_bps)
