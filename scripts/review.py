"""
Review a submission: `brownie run review main <bounty> <submission> <verdict> --network <network>`, with the
verdict `approve`, `reject` or `request_changes`.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from resonance_dao.evidence.evidence import add_bytes, add_evidence
from resonance_dao.toolkit import Toolkit
from resonance_dao.workflows import bounties, contributions
from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS
from resonance_dao.workflows.system import perform
from resonance_dao.workflows.terms import Submission
from scripts._brownie_chain import REVIEWER_A, REVIEWER_B, WORKER, connected_toolkit, say, wallet
from scripts.open_bounty import open_bounty
from scripts.open_project import open_project


def main(bounty_id: str = "1", submission_id: str = "1", verdict: str = "approve") -> None:
    """
    Review with the reviewer's own wallet; on a development network both reviewers review a first
    submission.
    """
    toolkit = connected_toolkit()
    review_by_all(toolkit, int(bounty_id), int(submission_id), verdict)
    say(f"submission {submission_id}: {_stage(toolkit, int(bounty_id), int(submission_id))}")


def review_by_all(toolkit: Toolkit, bounty_id: int, submission_id: int, verdict: str) -> None:
    """Let the reviewer attest; on a development network as many as decide, after setting the stage."""
    reviewers = [REVIEWER_A]
    if toolkit.chain_id in DEVELOPMENT_CHAINS:
        _set_stage(toolkit)
        # Two must approve; what one of them refuses or sends back is decided already.
        reviewers += [REVIEWER_B] if verdict == "approve" else []
    for reviewer in reviewers:
        review(toolkit, bounty_id, submission_id, verdict, reviewer)


def review(toolkit: Toolkit, bounty_id: int, submission_id: int, verdict: str, reviewer: int) -> None:
    """Attest one review."""
    system, signer = toolkit.system, wallet(toolkit, reviewer)
    view = bounties.bounty(system, bounty_id)
    approved = verdict == "approve"
    comment = os.environ.get(
        "RESONANCE_COMMENT", "Meets the terms." if approved else "Does not meet the terms."
    )
    attestation = contributions.review(
        system,
        view,
        submission_id,
        verdict=verdict,
        score_bps=10_000 if approved else 0,
        reason="meets-brief" if approved else "off-brief",
        document=add_bytes(toolkit.store, comment.encode()).text,
        now=system.now(),
        salt=secrets.token_bytes(32),
    )
    context = contributions.context_of(system, view, submission_id)
    receipt = perform(system, contributions.attesting(system, attestation, context), signer)
    say(f"review by {signer.address}: {receipt.tx_hash}")


def _set_stage(toolkit: Toolkit) -> None:
    system = toolkit.system
    if not bounties.bounties(system):
        open_project(toolkit, "examples/wagashi/project.yaml")
        open_bounty(toolkit, "examples/wagashi/bounty.yaml")
    view = bounties.bounty(system, 1)
    if not view.submissions:
        worker = wallet(toolkit, WORKER)
        with Path("examples/wagashi/spring-box.md").open("rb") as evidence:
            cid = add_evidence(toolkit.store, evidence, max_bytes=1_000_000).text
        work = Submission(1, worker.address, (worker.address,), (10_000,), 0, cid)
        perform(system, contributions.submitting(system, view.terms, work), worker)


def _stage(toolkit: Toolkit, bounty_id: int, submission_id: int) -> str:
    return bounties.bounty(toolkit.system, bounty_id).submission(submission_id).stage
