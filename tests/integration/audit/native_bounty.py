"""
The third bounty of the audit's story: paid in the chain's own coin, to a worker whom the project selected.

Its report is challenged in vain, so that the bond is lost, and then a payee moves to another wallet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from resonance_dao.chain.signer import DevSigner
from resonance_dao.workflows import (
    applications,
    bounties,
    claiming,
    contributions,
    payouts,
    ratings,
    rotation,
)
from resonance_dao.workflows.system import NATIVE, Action
from resonance_dao.workflows.terms import Submission, Terms, TrancheTerms

DAY, COIN = 86_400, 10**18
OPERATOR, OWNER, WORKER, PARTNER, SOURCE, ARBITER = (DevSigner(n) for n in range(6))
SUCCESSOR = "0x" + "7" * 40
NOTHING = TrancheTerms(0, 0, 0, 0, 0, 0, 0, "0x" + "00" * 20)


def tell_native_bounty(story: Any, terms: Terms) -> None:
    """Tell all of it; `terms` are those of the first bounty."""
    system = story.system
    native = replace(
        terms,
        token=NATIVE,
        amount=COIN,
        guaranteed=COIN // 2,
        token_reward=100,
        max_awards=1,
        quorum=1,
        challenge_bond=COIN // 100,
        admission=system.desk.address,
        base_bps=5000,
        long_term=NOTHING,
    )
    for action in bounties.opening(system, native, OWNER.address):
        story.do(action, OWNER, "open_native")
    rate(story)
    select(story)
    shares = (7000, 3000)
    payees = (WORKER.address, PARTNER.address)
    work = Submission(3, WORKER.address, payees, shares, 0, story.pin("Native work."))
    story.do(contributions.submitting(system, native, work), WORKER, "submit native")
    decide(story)
    rotate(story)
    story.do(claiming.claiming_tokens(system, bounties.bounty(system, 3), 1), WORKER, "claim native")
    story.do(payouts.pushing(system, NATIVE, PARTNER.address), OWNER, "push native")


def rate(story: Any) -> None:
    """Let the project's rater say what it thinks of the worker's passion."""
    system = story.system
    values: dict[str, Any] = {"component": "passion", "value_bps": 8000, "reason": story.pin("Eager.")}
    rated = ratings.rating(system, 1, WORKER.address, **values, now=system.now(), salt=bytes([3]) * 32)
    story.do(contributions.attesting(system, rated, b""), OPERATOR, "rate")


def select(story: Any) -> None:
    """Apply for less than the terms offer, and be selected."""
    system = story.system
    bid = applications.Application(3, WORKER.address, COIN * 3 // 4 + 1, story.pin("I can."))
    story.do(bid.action(system), WORKER, "apply")
    found = applications.application(system, 3, WORKER.address)
    view, end = bounties.bounty(system, 3), system.now() + 30 * DAY
    chosen = applications.selecting(system, view, WORKER.address, found.application_hash, end)
    story.do(chosen, OWNER, "select")


def decide(story: Any) -> None:
    """Accept, report more than the target, challenge it, and rule just what was reported."""
    system, seen = story.system, story.pin("Counted twice.")
    view = bounties.bounty(system, 3)
    reviewer = next(
        signer for signer in map(DevSigner, (7, 8, 9)) if signer.address == view.terms.reviewers[0]
    )
    good: dict[str, Any] = {"verdict": "approve", "score_bps": 9000, "reason": "fits", "document": seen}
    judge(story, reviewer, "approve native", contributions.review, **good)
    judge(story, SOURCE, "report native", contributions.outcome, "success", value=1300, evidence=seen)
    view = bounties.bounty(system, 3)
    doubt = contributions.challenging(system, view, 1, "success", OWNER.address, seen)
    story.do(doubt, OWNER, "challenge native")
    judge(story, ARBITER, "rule native", contributions.outcome, "success", value=1300, evidence=seen)


def judge(story: Any, signer: DevSigner, name: str, kind: Any, *parts: str, **values: Any) -> None:
    """Attest with the judge's own wallet."""
    system, view = story.system, bounties.bounty(story.system, 3)
    salt = len(story.records).to_bytes(32, "big")
    attestation = kind(system, view, 1, *parts, **values, now=system.now(), salt=salt)
    context = contributions.context_of(system, view, 1)
    story.do(contributions.attesting(system, attestation, context), signer, name)


def rotate(story: Any) -> None:
    """Let another wallet follow the partner's."""
    system = story.system
    told = rotation.RotationAnnouncement(PARTNER.address, PARTNER.address, SUCCESSOR)
    action: Action = told.action(system)
    story.do(action, PARTNER, "announce")
    story.later(8 * DAY)
    story.do(rotation.finishing_rotation(system, PARTNER.address), OWNER, "rotate")
