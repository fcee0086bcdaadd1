"""
Whatever somebody signed and somebody else relays: read by its kind, checked, and made an action.

    relaying_file(system, json.loads(text))
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.workflows import contributions, judgements, ratings, signing
from resonance_dao.workflows.appeals import Appeal
from resonance_dao.workflows.applications import Application, ApplicationWithdrawal
from resonance_dao.workflows.bounties import bounty
from resonance_dao.workflows.challenges import Challenge
from resonance_dao.workflows.contributions import SignedAttestation, SignedSubmission
from resonance_dao.workflows.funding import Opening
from resonance_dao.workflows.guardians import GuardianAnnouncement, GuardianVeto
from resonance_dao.workflows.pools import Contribution
from resonance_dao.workflows.ratings import RatingAppeal
from resonance_dao.workflows.revisions import Revision
from resonance_dao.workflows.rotation import RotationAnnouncement, RotationApproval, RotationVeto
from resonance_dao.workflows.signing import Order, SignedOrder
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.withdrawals import Withdrawal

KINDS: Mapping[str, type[Order]] = MappingProxyType(
    {
        kind.kind: kind
        for kind in (
            Revision,
            Appeal,
            Challenge,
            Application,
            ApplicationWithdrawal,
            Withdrawal,
            RotationAnnouncement,
            RotationVeto,
            RotationApproval,
            GuardianAnnouncement,
            GuardianVeto,
            RatingAppeal,
            Opening,
            Contribution,
        )
    }
)
"""Every kind of order by its name."""


def read_order(value: object) -> SignedOrder:
    """Read a signed order back; an unknown kind, and any field that is missing or wrong, is refused."""
    signing.require_fields(value, ("kind", "order", "deadline", "signature"), "order")
    assert isinstance(value, Mapping)  # noqa: S101 - the line above refuses all else
    kind = value["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputInvalid("kind", kind, f"must be one of {', '.join(KINDS)}")
    deadline = signing.whole("deadline", value["deadline"])
    signature = signing.hexadecimal("signature", value["signature"])
    if signature == "0x":
        raise InputInvalid("signature", signature, "must not be empty")
    return SignedOrder(KINDS[kind].from_dict(value["order"]), deadline, signature)


def relaying_file(system: System, value: object) -> Action:
    """
    Return what relays anything that was signed: an order of any kind, work, a judgement or a rating.

    `InputInvalid` for what is none of these, `SignatureRefused` for what the contracts would refuse.
    """
    if isinstance(value, Mapping) and "attestation" in value:
        return relaying_attestation(system, SignedAttestation.from_dict(value))
    if isinstance(value, Mapping) and "submission" in value:
        work = SignedSubmission.from_dict(value)
        terms = bounty(system, work.submission.bounty_id, only=()).terms
        return contributions.relaying_submission(system, terms, work)
    return signing.relaying(system, read_order(value))


def relaying_attestation(system: System, signed: SignedAttestation) -> Action:
    """Return what relays a judgement of work, or a rating or ruling of reputation, after checking it."""
    if signed.attestation.schema in ratings.rating_uids().values():
        judgements.check_signature(system, signed)
        judgements.check_status(system, signed)
        _check_ledger(system, signed)
        ratings.reason_of(signed.attestation)
        return contributions.relaying(system, signed, b"")
    judgement, view = judgements.check_signed(system, signed)
    context = contributions.context_of(system, view, judgement.submission_id)
    return contributions.relaying(system, signed, context)


def _check_ledger(system: System, signed: SignedAttestation) -> None:
    named = "0x" + signed.attestation.data[2:66][24:]
    if named.lower() != system.reputation.address.lower():
        raise SignatureRefused(
            f"the rating is meant for {named}, not for this deployment's ledger",
            hint=f"Sign it for {system.reputation.address}.",
        )
