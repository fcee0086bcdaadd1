"""
Revisions: work changed before anybody judged it, or because reviewers asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.bounties import BountyView, bounty
from resonance_dao.workflows.contributions import case
from resonance_dao.workflows.signing import Order
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.terms import Submission, content_hash

MOST_VERSIONS = 255


@dataclass(frozen=True)
class Revision(Order):
    """A submission as it will be, by the same worker for the same bounty."""

    kind: ClassVar[str] = "revision"
    text: ClassVar[str] = (
        "ReviseWork(uint256 bountyId,uint256 submissionId,bytes32 contentHash,address worker,"
        "uint256 nonce,uint256 deadline)"
    )
    submission_id: int
    submission: Submission

    @property
    def account(self) -> str:
        """The worker."""
        return self.submission.worker

    def contract(self, system: System) -> Contract:
        """Return the escrow."""
        return system.escrow

    def message(self, system: System) -> Mapping[str, Any]:
        """Return which work becomes what."""
        work = self.submission
        view = bounty(system, work.bounty_id, only=())
        return {
            "bountyId": work.bounty_id,
            "submissionId": self.submission_id,
            "contentHash": content_hash(system, view.terms, work),
            "worker": work.worker,
        }

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what changes the work. `InputInvalid` when it cannot be changed now."""
        view = bounty(system, self.submission.bounty_id, only=[self.submission_id])
        check_revisable(system, view, self.submission_id, self.submission)
        number, terms, former = case(system, view, self.submission_id)
        words = {
            "en": f"Change submission {number} of bounty {view.id}",
            "ja": f"懸賞 {view.id} の提出 {number} を修正する",
        }
        by = {"deadline": deadline, "signature": signature}
        return Action(system.escrow, "revise", (number, terms, former, self.submission.to_abi(), by), words)


def check_revisable(system: System, view: BountyView, submission_id: int, work: Submission) -> None:
    """Refuse a revision that the escrow would refuse: another's work, judged work, or the wrong time."""
    found, now = view.submission(submission_id), system.now()
    if work.worker != found.submission.worker:
        raise InputInvalid(
            "worker", work.worker, f"must be that of the submission, {found.submission.worker}"
        )
    if found.stage not in {"pending", "changes_requested"}:
        raise InputInvalid("submission", submission_id, f"is {found.stage} and cannot be changed any more")
    if found.version >= MOST_VERSIONS:
        raise InputInvalid(
            "submission", submission_id, f"was changed {MOST_VERSIONS} times, the most there is"
        )
    if found.stage == "changes_requested":
        end = found.clock + view.terms.review_window
    else:
        end = view.terms.submit_by
        if found.approvals | found.rejections:
            raise InputInvalid(
                "submission", submission_id, "was judged by a reviewer in this version already"
            )
    if now >= end:
        raise InputInvalid("submission", submission_id, f"could be changed until {end}; it is {now}")
