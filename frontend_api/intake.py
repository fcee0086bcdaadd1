"""
From a signed request to the one call it asks for: checked by the workflows, named by a subject, nothing sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from frontend_api.schemas.payout import AwardIn, PushIn, SettleIn
from resonance_dao.workflows import bounties, contributions, judgements, payouts
from resonance_dao.workflows.contributions import SignedAttestation, SignedSubmission
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


def push(system: System, wanted: PushIn) -> Asked:
    """Send an account its credit."""
    return Asked(payouts.pushing(system, wanted.token, wanted.account), f"account/{wanted.account}")


def settle(system: System, wanted: SettleIn) -> Asked:
    """Pay a tranche whose outcome is final."""
    view = bounties.bounty(system, wanted.bounty_id)
    action = payouts.settling(system, view, wanted.submission_id, wanted.tranche)
    return Asked(action, _award(wanted))


def claim_tokens(system: System, wanted: AwardIn) -> Asked:
    """Mint an award's project tokens."""
    view = bounties.bounty(system, wanted.bounty_id)
    return Asked(payouts.claiming_tokens(system, view, wanted.submission_id), _award(wanted))


def accept_by_silence(system: System, wanted: AwardIn) -> Asked:
    """Accept work that the reviewers let lie."""
    view = bounties.bounty(system, wanted.bounty_id)
    return Asked(contributions.accepting_by_silence(system, view, wanted.submission_id), _award(wanted))


def _award(wanted: AwardIn) -> str:
    return f"bounty/{wanted.bounty_id}/{wanted.submission_id}"
