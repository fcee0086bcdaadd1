"""
What an endpoint may say of appeals, bonds, tax, admission, pools and reputation, one thing at a time: each
turns the audit FAIL and is named.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.audit.tampering import audited, failing, rewrite

pytestmark = pytest.mark.chain
FIRST, THIRD = "bounty/1/submission/1", "bounty/3/submission/1"
STRANGER = "0x" + "9" * 40


def _more(amount: int) -> int:
    return amount + 1


@pytest.mark.parametrize(
    ("contract", "event", "at", "changes", "check", "subject"),
    [
        ("escrow", "BondCredited", "rule native", {"lost": False}, "bond.credited", f"{THIRD}/success"),
        ("escrow", "BondCredited", "rule native", {"account": STRANGER}, "bond.credited", f"{THIRD}/success"),
        ("escrow", "BondCredited", "rule", {}, "bond.credited", f"{FIRST}/success"),
        ("escrow", "OutcomeChallenged", "challenge 1", {}, "outcome.order", f"{FIRST}/success"),
        ("escrow", "OutcomeReported", "report", {"value": _more}, "judgement.values", f"{FIRST}/success"),
        (
            "escrow",
            "OutcomeReported",
            "report",
            {"achievedBps": _more},
            "outcome.achieved",
            f"{FIRST}/success",
        ),
        ("escrow", "TaxWithheld", "acceptBySilence", {"tax": _more}, "pay.tax", "bounty/2/submission/1"),
        ("escrow", "TaxWithheld", "acceptBySilence", {"net": _more}, "pay.net", "bounty/2/submission/1"),
        ("escrow", "TaxWithheld", "acceptBySilence", {}, "pay.tax", "bounty/2/submission/1"),
        ("withholdings", "ScheduleRegistered", None, {}, "terms.withholding", "bounty/2"),
        ("escrow", "SubmissionReceived", "submit native", {"amount": _more}, "admission.amount", THIRD),
        ("desk", "WorkerAdmitted", "submit native", {"bid": _more}, "admission.amount", THIRD),
        ("escrow", "SubmissionAccepted", "approve native", {"multiplierBps": _more}, "pay.multiplier", THIRD),
        ("reputation", "OutcomeCounted", "count 0", {"achievedBps": _more}, "reputation.outcome", None),
        ("reputation", "OutcomeCounted", "count 0", {}, "state.reputation", None),
        ("reputation", "OutcomeCounted", "count 0", {"achievedBps": 9999}, "pay.multiplier", THIRD),
        ("reputation", "RatingCounted", "rate", {"valueBps": _more}, "reputation.attested", None),
        ("reputation", "RatingCounted", "rate", {}, "pay.multiplier", THIRD),
        ("escrow", "SubmissionRevised", "revise", {}, "state.submission", FIRST),
        ("escrow", "SubmissionRevised", "revise", {"version": _more}, "revision.number", FIRST),
        ("escrow", "RejectionAppealed", "appeal", {}, "review.stage", None),
        ("escrow", "AwardsReclaimed", "close", {"returned": _more}, "pay.returned", "bounty/2"),
        ("escrow", "AwardsReclaimed", "close", {}, "vault.unexplained", None),
        ("escrow", "BountyClosed", "close", {}, "reclaim.over", "bounty/2"),
        ("vault", "Rotated", "rotate", {}, "tokens.minted", None),
        ("vault", "Withdrawn", "push native", {"amount": _more}, "vault.withdrawal", None),
        ("bonds", "BondSet", "set bond", {"lossBps": _more}, "state.bonds", "bounty/4"),
        ("bonds", "BondPosted", "post bond", {}, "bonds.lost", None),
        ("bonds", "BondLost", "claim silence", {"amount": _more}, "bonds.lost", None),
        ("bonds", "BondLost", "claim silence", {}, "state.bonds", None),
        ("bonds", "BondReturned", "return bond", {}, "custody.paid_out", None),
        ("pools", "PoolOpened", "open pool", {"goal": _more}, "pools.opened", None),
        ("desk", "ApplicationReceived", "apply", {}, "desk.selected", None),
        ("desk", "WorkerSelected", "select first", {}, "desk.was_selected", None),
        ("desk", "SelectionReleased", "release", {}, "state.desk", "bounty/5"),
        ("desk", "ApplicationWithdrawn", "withdraw application", {}, "state.desk", None),
        ("reputation", "PolicySet", None, {}, "state.policy", "project/1"),
        ("reputation", "RatingAppealed", "appeal 0", {}, "reputation.stage", None),
        ("reputation", "RatingUpheld", "uphold", {}, "attestation.heard", None),
        ("reputation", "RatingUpheld", "uphold", {"ruling": b"\1" * 32}, "reputation.ruling", None),
        ("reputation", "RatingStruck", "strike", {}, "state.ratings", None),
        ("reputation", "RatingStruck", "strike by silence", {}, "state.reputation", None),
    ],
)
def test_what_is_told_otherwise_is_named(
    told: Any,
    contract: str,
    event: str,
    at: str | None,
    changes: dict[str, Any],
    check: str,
    subject: str | None,
) -> None:
    where = getattr(told.system, contract)
    altering = rewrite(where, event, None if at is None else told.hashes[at], **changes)
    rows = failing(audited(told, logs=altering))
    assert check in rows
    assert subject is None or rows[check].subject == subject


@pytest.mark.parametrize(
    ("event", "at", "changes", "check"),
    [
        ("Contributed", "contribute 0", {"amount": _more}, "pools.contributed"),
        ("Contributed", "contribute 2", {}, "pools.goal_reached"),
        ("ContributionReturned", "take back", {}, "custody.paid_out"),
        ("BountyFunded", "open from pool", {}, "state.pools"),
        ("ShareReleased", "share 0", {"amount": _more}, "pools.released"),
        ("ShareReleased", "share 1", {}, "state.pools"),
    ],
)
def test_what_a_pool_tells_otherwise_is_named(
    told: Any, event: str, at: str, changes: dict[str, Any], check: str
) -> None:
    system = told.system
    pool = system.pool(system.events(system.pools, "PoolOpened")[0].args["pool"])
    rows = failing(audited(told, logs=rewrite(pool, event, told.hashes[at], **changes)))
    assert check in rows
    assert rows[check].subject.startswith(("pool/", "vault/"))
