"""
From a signed request to the one call it asks for: checked by the workflows, named by a subject, nothing sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from frontend_api.schemas.application import ReleaseIn
from frontend_api.schemas.payout import AwardIn, BountyIn, PushIn, PushManyIn, SettleIn
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows import (
    appeals,
    applications,
    bounties,
    claiming,
    contributions,
    judgements,
    orders,
    payouts,
    signing,
    withdrawals,
)
from resonance_dao.workflows.contributions import SignedAttestation, SignedSubmission
from resonance_dao.workflows.ratings import rating_uids
from resonance_dao.workflows.signing import SignedOrder
from resonance_dao.workflows.system import Action, System


@dataclass(frozen=True)
class Asked:
    """The call that a request asks for, and the subject its record will have."""

    action: Action
    subject: str


def submission(system: System, signed: SignedSubmission) -> Asked:
    """Relay signed work for a bounty."""
    view = bounties.bounty(system, signed.submission.bounty_id)
    return Asked(contributions.relaying_submission(system, view.terms, signed), f"bounty/{view.id}")


def attestation(system: System, signed: SignedAttestation) -> Asked:
    """Relay a signed judgement."""
    judgement, view = judgements.check_signed(system, signed)
    context = contributions.context_of(system, view, judgement.submission_id)
    return Asked(
        contributions.relaying(system, signed, context), f"bounty/{view.id}/{judgement.submission_id}"
    )


def rating(system: System, signed: SignedAttestation) -> Asked:
    """Relay a signed rating, or an arbiter's ruling on one."""
    if signed.attestation.schema not in rating_uids().values():
        raise InputInvalid("attestation.schema", signed.attestation.schema, f"must be one of {rating_uids()}")
    return Asked(orders.relaying_attestation(system, signed), f"account/{signed.attestation.recipient}")


def about_work(system: System, signed: SignedOrder, bounty_id: int, submission_id: int) -> Asked:
    """Relay a signed order about a submission."""
    return Asked(signing.relaying(system, signed), f"bounty/{bounty_id}/{submission_id}")


def about_bounty(system: System, signed: SignedOrder, bounty_id: int) -> Asked:
    """Relay a signed order about a bounty."""
    return Asked(signing.relaying(system, signed), f"bounty/{bounty_id}")


def about_account(system: System, signed: SignedOrder, account: str) -> Asked:
    """Relay a signed order about an account."""
    return Asked(signing.relaying(system, signed), f"account/{account}")


def push(system: System, wanted: PushIn) -> Asked:
    """Send an account its credit."""
    return Asked(payouts.pushing(system, wanted.token, wanted.account), f"account/{wanted.account}")


def push_many(system: System, wanted: PushManyIn) -> Asked:
    """Send several accounts their credit; one without any is refused, and one that fails stops no other."""
    withdrawals.check_owed(system, wanted.token, wanted.accounts)
    return Asked(withdrawals.pushing_many(system, wanted.token, wanted.accounts), f"token/{wanted.token}")


def settle(system: System, wanted: SettleIn) -> Asked:
    """Pay a tranche whose outcome is final."""
    view = bounties.bounty(system, wanted.bounty_id)
    action = payouts.settling(system, view, wanted.submission_id, wanted.tranche)
    return Asked(action, _award(wanted))


def claim_tokens(system: System, wanted: AwardIn) -> Asked:
    """Mint an award's project tokens, to as many payees as one call can."""
    view = bounties.bounty(system, wanted.bounty_id)
    return Asked(claiming.claims(system, view, wanted.submission_id).actions[0], _award(wanted))


def accept_by_silence(system: System, wanted: AwardIn) -> Asked:
    """Accept work that the reviewers let lie."""
    view = bounties.bounty(system, wanted.bounty_id)
    return Asked(contributions.accepting_by_silence(system, view, wanted.submission_id), _award(wanted))


def reject_by_silence(system: System, wanted: AwardIn) -> Asked:
    """Reject work whose worker did not make the changes requested."""
    view = bounties.bounty(system, wanted.bounty_id)
    return Asked(appeals.rejecting_by_silence(system, view, wanted.submission_id), _award(wanted))


def settle_appeal(system: System, wanted: AwardIn) -> Asked:
    """Decide an appeal that the arbiter let lie."""
    view = bounties.bounty(system, wanted.bounty_id)
    return Asked(appeals.settling_appeal(system, view, wanted.submission_id), _award(wanted))


def reclaim(system: System, wanted: BountyIn) -> Asked:
    """Give the awards that nobody won back to the funder."""
    view = bounties.bounty(system, wanted.bounty_id)
    return Asked(bounties.reclaiming(system, view), f"bounty/{view.id}")


def release(system: System, wanted: ReleaseIn) -> Asked:
    """End a selection whose worker handed in nothing in time."""
    action = applications.releasing(system, wanted.bounty_id, wanted.worker)
    return Asked(action, f"bounty/{wanted.bounty_id}")


def _award(wanted: AwardIn) -> str:
    return f"bounty/{wanted.bounty_id}/{wanted.submission_id}"
