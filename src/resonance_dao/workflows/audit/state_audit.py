"""
The end of the story: does the contracts' storage hold exactly what their events told?

A missing event, whoever left it out, shows here at the latest: counters, stages and clocks would disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.workflows.audit.history import Progress, Tell
from resonance_dao.workflows.audit.judgement_audit import JudgementAudit
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Track, Work
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.bounties import STAGES, TRANCHE_STAGES
from resonance_dao.workflows.system import System


class StateAudit:
    """Compares the rebuilt ledger with the escrow's and the registry's storage at one block."""

    def __init__(self, system: System, findings: Findings, block: int, tell: Tell) -> None:
        self._system, self._findings, self._block, self._tell = system, findings, block, tell

    def compare_bounties(self, ledger: Ledger) -> None:
        """Compare every bounty and submission, and their numbers."""
        count = self._call("bountyCount")
        self._findings.check("history.bounties", "bounty", count, len(ledger.bounties))
        total = len(ledger.bounties)
        for number, bounty in enumerate(ledger.bounties.values(), 1):
            self._compare_bounty(bounty)
            for work in bounty.works.values():
                self._compare_work(work)
            self._tell(Progress("state", number, total))

    def _compare_bounty(self, bounty: Bounty) -> None:
        stored = self._call("bountyOf", bounty.id)
        state, at = stored["state"], bounty.transaction
        check, subject = self._findings.check, bounty.subject
        hashed = "0x" + stored["termsHash"].hex()
        check("state.terms", subject, hashed, bounty.terms_hash, transaction=at)
        check("history.submissions", subject, state["submissions"], len(bounty.works), transaction=at)
        told = {name: getattr(bounty, name) for name in ("pending", "awards", "closed", "reclaimed")}
        told["appealableUntil"] = bounty.appealable_until
        check("state.bounty", subject, {name: state[name] for name in told}, told, transaction=at)

    def _compare_work(self, work: Work) -> None:
        stored = self._call("submissionOf", work.bounty.id, work.id)
        hashed = "0x" + stored["contentHash"].hex()
        check, at = self._findings.check, work.transaction
        check("state.content", work.subject, hashed, work.content_hash, transaction=at)
        told = {
            "stage": work.stage,
            "version": work.version,
            "change requests": work.change_requests,
            "appealed": work.appealed,
            "by silence": work.by_silence,
            "multiplier": work.multiplier_bps,
            "approvals": work.approvals,
            "rejections": work.rejections,
            "clock": work.clock,
            "success": _told(work.tracks["success"]),
            "long-term": _told(work.tracks["long_term"]),
        }
        check("state.submission", work.subject, _stored(stored["state"]), told, transaction=at)
        claimed = self._call("claimedPayeesOf", work.bounty.id, work.id)
        check("state.claimed", work.subject, claimed, work.claimed_payees, transaction=at)
        if work.bounty.terms.admission != ZERO_ADDRESS:
            agreed = self._call("agreedAmountOf", work.bounty.id, work.id)
            check("state.agreed", work.subject, agreed, work.amount, transaction=at)

    def compare_judgements(self, judgements: JudgementAudit) -> None:
        """Find every attestation in the registry's storage, with the time at which it was taken."""
        registry = self._system.contributions
        for taken in judgements.taken:
            status = registry.call(
                self._system.chain, "statusOf", taken.attester, taken.uid, block=self._block
            )
            revoked = judgements.revoked.get((taken.attester, taken.uid), 0)
            stored = f"attested {status['attestedAt']}, revoked {status['revokedAt']}"
            told = f"attested {taken.time}, revoked {revoked}"
            self._findings.check(
                "attestation.stored", taken.subject, stored, told, transaction=taken.transaction
            )

    def _call(self, view: str, *arguments: int) -> Any:
        return self._system.escrow.call(self._system.chain, view, *arguments, block=self._block)


def _told(track: Track) -> str:
    return f"{track.stage} {track.achieved_bps} bps at {track.clock}"


def _stored(state: Mapping[str, Any]) -> dict[str, Any]:
    tracks = [
        _told(Track(TRANCHE_STAGES[part["stage"]], part["achievedBps"], part["clock"]))
        for part in (state["success"], state["longTerm"])
    ]
    return {
        "stage": STAGES[state["stage"]],
        "version": state["version"],
        "change requests": state["changeRequests"],
        "appealed": state["appealed"],
        "by silence": state["bySilence"],
        "multiplier": state["multiplierBps"],
        "approvals": state["approvals"],
        "rejections": state["rejections"],
        "clock": state["clock"],
        "success": tracks[0],
        "long-term": tracks[1],
    }
