"""
Appeals against rejections, and what time decides: changes that nobody made, arbiters who say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.bounties import BountyView, SubmissionView, bounty
from resonance_dao.workflows.contributions import case
from resonance_dao.workflows.signing import Address, Order
from resonance_dao.workflows.system import Action, System


@dataclass(frozen=True)
class Appeal(Order):
    """A worker's one appeal against a rejection; `reason` is the CID of what is written."""

    kind: ClassVar[str] = "appeal"
    text: ClassVar[str] = (
        "AppealRejection(uint256 bountyId,uint256 submissionId,string reason,address worker,"
        "uint256 nonce,uint256 deadline)"
    )
    bounty_id: int
    submission_id: int
    worker: Address
    reason: str

    @property
    def account(self) -> str:
        """The worker."""
        return self.worker

    def contract(self, system: System) -> Contract:
        """Return the escrow."""
        return system.escrow

    def message(self, system: System) -> Mapping[str, Any]:
        """Return which rejection is appealed, and where it is written why."""
        return {
            "bountyId": self.bounty_id,
            "submissionId": self.submission_id,
            "reason": self.reason,
            "worker": self.worker,
        }

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what appeals. `InputInvalid` when there is nothing to appeal now."""
        view = bounty(system, self.bounty_id, only=[self.submission_id])
        _check(system, view, view.submission(self.submission_id), self.worker)
        words = {
            "en": f"Appeal the rejection of submission {self.submission_id} of bounty {view.id}",
            "ja": f"懸賞 {view.id} の提出 {self.submission_id} の却下に不服を申し立てる",
        }
        by = {"deadline": deadline, "signature": signature}
        arguments = (*case(system, view, self.submission_id), self.reason, by)
        return Action(system.escrow, "appeal", arguments, words)


def settling_appeal(system: System, view: BountyView, submission_id: int) -> Action:
    """Return what decides, as the terms say, an appeal that the arbiter let lie; anyone may send it."""
    words = {
        "en": f"Decide the unanswered appeal of submission {submission_id} of bounty {view.id}",
        "ja": f"裁定のなかった懸賞 {view.id} の提出 {submission_id} の不服申立てを確定する",
    }
    return Action(system.escrow, "settleAppeal", case(system, view, submission_id), words)


def rejecting_by_silence(system: System, view: BountyView, submission_id: int) -> Action:
    """Return what rejects work whose worker did not make the changes requested; anyone may send it."""
    words = {
        "en": f"Reject submission {submission_id} of bounty {view.id}: the changes were not made",
        "ja": f"修正されなかった懸賞 {view.id} の提出 {submission_id} を却下する",
    }
    return Action(system.escrow, "rejectBySilence", case(system, view, submission_id), words)


def _check(system: System, view: BountyView, found: SubmissionView, worker: str) -> None:
    if worker != found.submission.worker:
        raise InputInvalid("worker", worker, f"must be that of the submission, {found.submission.worker}")
    if found.stage != "rejected":
        raise InputInvalid("submission", found.id, f"is {found.stage}; only a rejection can be appealed")
    if found.appealed:
        raise InputInvalid("submission", found.id, "was appealed before; there is one appeal")
    end, now = found.clock + view.terms.appeal_window, system.now()
    if now >= end:
        raise InputInvalid("submission", found.id, f"could be appealed until {end}; it is {now}")
    if view.awards >= view.terms.max_awards:
        raise InputInvalid("bounty", view.id, "has given every award")
