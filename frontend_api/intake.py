"""
From a signed request to the one call it asks for: checked by the workflows, named by a subject, nothing sent.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from frontend_api.schemas.application import ReleaseIn
from frontend_api.schemas.payout import AwardIn, BountyIn, DueIn, PushIn, PushManyIn, SettleIn
from resonance_dao.errors import InputInvalid
from resonance_dao.evidence import evidence
from resonance_dao.evidence.cid import Cid
from resonance_dao.workflows import (
    appeals,
    applications,
    bounties,
    claiming,
    contributions,
    judgements,
    orders,
    payouts,
    ratings,
    signing,
    withdrawals,
)
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.contributions import SignedAttestation, SignedSubmission
from resonance_dao.workflows.funding import Opening
from resonance_dao.workflows.pools import Contribution
from resonance_dao.workflows.reading.lists import Lists
from resonance_dao.workflows.signing import SignedOrder
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.terms import decode_terms
from resonance_dao.workflows.terms_rules import check_terms


@dataclass(frozen=True)
class Asked:
    """
    The call that a request asks for, and the subject and details its record will have.

    `text` is what is kept on IPFS before the request is accepted.
    """

    action: Action
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)
    text: bytes | None = None


def submission(system: System, signed: SignedSubmission) -> Asked:
    """Relay signed work for a bounty."""
    view = bounties.bounty(system, signed.submission.bounty_id, only=())
    return Asked(contributions.relaying_submission(system, view.terms, signed), f"bounty/{view.id}")


def attestation(system: System, signed: SignedAttestation) -> Asked:
    """Relay a signed judgement."""
    judgement, view = judgements.check_signed(system, signed)
    context = contributions.context_of(system, view, judgement.submission_id)
    return Asked(
        contributions.relaying(system, signed, context), f"bounty/{view.id}/{judgement.submission_id}"
    )


def rating(system: System, signed: SignedAttestation, text: str | None = None) -> Asked:
    """Relay a signed rating, or an arbiter's ruling on one; `text` is what was written, to be kept."""
    schema, uids = signed.attestation.schema, ratings.rating_uids()
    if schema not in uids.values():
        raise InputInvalid("attestation.schema", schema, f"must be one of {uids}")
    action = orders.relaying_attestation(system, signed)
    content = None if text is None else _written(text, ratings.reason_of(signed.attestation))
    return Asked(action, f"account/{signed.attestation.recipient}", text=content)


def opening(system: System, signed: SignedOrder) -> Asked:
    """Open a bounty with the money that its funder authorized (ERC-3009)."""
    assert isinstance(signed.order, Opening)  # noqa: S101 - the schema refuses all else
    terms = decode_terms(system, bytes.fromhex(signed.order.terms[2:]))
    check_terms(terms, system.now())
    Cid.parse(terms.document)
    return Asked(signing.relaying(system, signed), f"project/{terms.project_id}")


def contribution(system: System, signed: SignedOrder) -> Asked:
    """Contribute to a pool what its contributor authorized (ERC-3009)."""
    assert isinstance(signed.order, Contribution)  # noqa: S101 - the schema refuses all else
    return Asked(signing.relaying(system, signed), f"pool/{signed.order.pool}")


def due(lists: Lists, wanted: DueIn) -> Asked:
    """Make one of the calls that anyone may make now."""
    action = lists.find_due(wanted.to, bytes.fromhex(wanted.data[2:]))
    if action is None:
        rule = "is none of the calls that are due now"
        raise InputInvalid("data", wanted.data, rule, hint="GET /v1/payouts/due lists them.")
    return Asked(action, f"contract/{action.to}")


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
    view = _work(system, wanted)
    action = payouts.settling(system, view, wanted.submission_id, wanted.tranche)
    return Asked(action, _award(wanted))


def claim_tokens(system: System, wanted: AwardIn) -> Asked:
    """Mint an award's project tokens, to as many payees as one call can."""
    view = _work(system, wanted)
    return Asked(claiming.claims(system, view, wanted.submission_id).actions[0], _award(wanted))


def accept_by_silence(system: System, wanted: AwardIn) -> Asked:
    """Accept work that the reviewers let lie."""
    view = _work(system, wanted)
    return Asked(contributions.accepting_by_silence(system, view, wanted.submission_id), _award(wanted))


def reject_by_silence(system: System, wanted: AwardIn) -> Asked:
    """Reject work whose worker did not make the changes requested."""
    view = _work(system, wanted)
    return Asked(appeals.rejecting_by_silence(system, view, wanted.submission_id), _award(wanted))


def settle_appeal(system: System, wanted: AwardIn) -> Asked:
    """Decide an appeal that the arbiter let lie."""
    view = _work(system, wanted)
    return Asked(appeals.settling_appeal(system, view, wanted.submission_id), _award(wanted))


def reclaim(system: System, wanted: BountyIn) -> Asked:
    """Give the awards that nobody won back to the funder."""
    view = bounties.bounty(system, wanted.bounty_id, only=())
    return Asked(bounties.reclaiming(system, view), f"bounty/{view.id}")


def release(system: System, wanted: ReleaseIn) -> Asked:
    """End a selection whose worker handed in nothing in time."""
    action = applications.releasing(system, wanted.bounty_id, wanted.worker)
    return Asked(action, f"bounty/{wanted.bounty_id}")


def _written(text: str, reason: str) -> bytes:
    content = text.encode()
    found = evidence.cid_of_file(io.BytesIO(content))
    if found.as_v1() != Cid.parse(reason).as_v1():
        rule = f"has the CID {found}, but {reason} was signed as the reason"
        raise InputInvalid("text", text, rule, hint="Send the text byte for byte as it was written.")
    return content


def _work(system: System, wanted: AwardIn) -> BountyView:
    """Return the bounty with the one submission."""
    return bounties.bounty(system, wanted.bounty_id, only=[wanted.submission_id])


def _award(wanted: AwardIn) -> str:
    return f"bounty/{wanted.bounty_id}/{wanted.submission_id}"
