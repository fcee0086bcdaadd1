"""
Judgements as a relayer must see them: decoded, and checked before any gas is spent.

The contracts check all of this again; what is refused here is refused with a reason that a person can act on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resonance_dao.chain.attestation import Attestation, recover_attester
from resonance_dao.chain.chain import code_at
from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.evidence.cid import Cid
from resonance_dao.workflows.bounties import BountyView, bounty
from resonance_dao.workflows.contributions import SCHEMAS, VERDICTS, SignedAttestation, schema_uids
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import TRANCHES

APPROVE = VERDICTS.index("approve") + 1
REJECT = VERDICTS.index("reject") + 1


@dataclass(frozen=True)
class Judged:
    """What an attestation says: `kind` is "review" or "outcome", `values` the schema's fields by name."""

    kind: str
    escrow: str
    bounty_id: int
    submission_id: int
    values: Mapping[str, Any]


def judged(attestation: Attestation) -> Judged:
    """Decode an attestation's data; an unknown schema or malformed data is refused."""
    from eth_abi.abi import decode
    from eth_abi.exceptions import DecodingError
    from eth_utils.address import to_checksum_address

    kind = next((name for name, uid in schema_uids().items() if uid == attestation.schema), None)
    if kind is None:
        raise InputInvalid("attestation.schema", attestation.schema, f"must be one of {dict(schema_uids())}")
    parts = [part.split() for part in SCHEMAS[kind].split(",")]
    try:
        decoded = decode([form for form, _ in parts], bytes.fromhex(attestation.data[2:]))
    except (DecodingError, ValueError, OverflowError) as exc:
        raise InputInvalid(
            "attestation.data", attestation.data, f"is not the data of this schema: {SCHEMAS[kind]}"
        ) from exc
    values = {name: value for (_, name), value in zip(parts, decoded, strict=True)}
    values["escrow"] = to_checksum_address(values["escrow"])
    return Judged(kind, values["escrow"], values["bountyId"], values["submissionId"], values)


def check_signed(system: System, signed: SignedAttestation) -> tuple[Judged, BountyView]:
    """
    Refuse a signed judgement that the contracts would refuse, and return what it says and of which bounty.

    Refused: an unknown schema, another escrow, other work or another worker, a signature that is not the
    attester's on this chain, an attestation that expired, was relayed or was revoked, and an attester whom
    the terms do not name.
    """
    judgement = judged(signed.attestation)
    if judgement.escrow != system.escrow.address:
        raise InputInvalid(
            "attestation.data", judgement.escrow, f"is meant for another escrow than {system.escrow.address}"
        )
    view = bounty(system, judgement.bounty_id, only=[judgement.submission_id])
    _check_subject(view, judgement, signed.attestation.recipient)
    _check_named(view, judgement, signed.attester)
    check_signature(system, signed)
    check_status(system, signed)
    _check_words(judgement)
    return judgement, view


def _check_subject(view: BountyView, judgement: Judged, recipient: str) -> None:
    found = view.submission(judgement.submission_id)
    worker = found.submission.worker
    if recipient != worker:
        raise InputInvalid("attestation.recipient", recipient, f"must be the worker, {worker}")
    named = judgement.values.get("contentHash")
    if named is not None and "0x" + named.hex() != found.content_hash:
        raise InputInvalid(
            "contentHash",
            "0x" + named.hex(),
            f"is not the work that was handed in, {found.content_hash}",
            hint="The reviewer judged something else: fetch submission "
            f"{found.id} of bounty {view.id} again and review that.",
        )


def _check_words(judgement: Judged) -> None:
    name = "reason" if judgement.kind == "review" else "evidence"
    text = judgement.values[name]
    if text or name == "evidence" or judgement.values["verdict"] != APPROVE:
        try:
            Cid.parse(text)
        except InputInvalid as exc:
            raise InputInvalid(
                name,
                text,
                "must be the CID of what was written",
                hint="Pin the text first, then sign its CID.",
            ) from exc
    if judgement.values.get("verdict") == REJECT and not any(judgement.values["reasonCode"]):
        raise InputInvalid("reasonCode", "0x" + bytes(32).hex(), "must be a short code: it is a rejection")


def _check_named(view: BountyView, judgement: Judged, attester: str) -> None:
    if judgement.kind == "review":
        appealed = view.submission(judgement.submission_id).stage == "appealed"
        named: tuple[str, ...] = (view.terms.arbiter,) if appealed else view.terms.reviewers
        role = "the arbiter" if appealed else "a reviewer"
    else:
        if judgement.values["tranche"] >= len(TRANCHES):
            raise InputInvalid("tranche", judgement.values["tranche"], "must be 0 (success) or 1 (long_term)")
        named = (view.terms.tranche(TRANCHES[judgement.values["tranche"]]).source, view.terms.arbiter)
        role = "the source or the arbiter"
    if attester not in named:
        raise SignatureRefused(
            f"{attester} is not {role} of bounty {view.id}",
            hint=f"The terms name {', '.join(named)}; one of them must sign.",
            attester=attester,
        )


def check_signature(system: System, signed: SignedAttestation) -> None:
    """Refuse a signature that is not the attester's for this chain."""
    if code_at(system.chain, signed.attester):
        return  # A contract wallet answers for itself (ERC-1271); the registry asks it.
    recovered = recover_attester(signed.attestation, system.domain(), signed.signature)
    if recovered != signed.attester:
        raise SignatureRefused(
            f"the signature was made by {recovered}, not by {signed.attester}, or for another chain",
            hint=f"Sign for chain {system.chain_id} and EAS {system.eas} with the attester's own wallet.",
            recovered=recovered,
        )


def check_status(system: System, signed: SignedAttestation) -> None:
    """Refuse an attestation that was relayed, was revoked, expired, or is dated after the chain's time."""
    uid, now = signed.attestation.uid(), system.now()
    status = system.contributions.call(system.chain, "statusOf", signed.attester, uid)
    if status["revokedAt"]:
        raise SignatureRefused(
            f"attestation {uid} was revoked at {status['revokedAt']}", hint="Sign a new one.", uid=uid
        )
    if status["attestedAt"]:
        raise SignatureRefused(
            f"attestation {uid} was relayed before, at {status['attestedAt']}",
            hint="Nothing needs to be done.",
            uid=uid,
        )
    if 0 < signed.attestation.expirationTime <= now:
        raise SignatureRefused(
            f"attestation {uid} expired at {signed.attestation.expirationTime}; the chain's time is {now}",
            hint="Sign a new one with a later expirationTime.",
            uid=uid,
        )
    if signed.attestation.time > now:
        raise SignatureRefused(
            f"attestation {uid} is dated {signed.attestation.time}, after the chain's time {now}",
            hint="Correct the clock of the signing machine and sign again.",
            uid=uid,
        )
