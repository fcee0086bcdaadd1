"""
Work and judgements: hand in work, review it, report what it achieved.

A judgement is an EAS off-chain attestation; whoever signs it needs no gas, and anyone may relay it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.attestation import TYPES, Attestation, attestation_of, schema_uid
from resonance_dao.chain.signer import Signer
from resonance_dao.chain.typed_data import TypedData, fields_of
from resonance_dao.economy.money import BPS
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.codes import reason_code
from resonance_dao.workflows.signing import domain_of, require_fields
from resonance_dao.workflows.system import NATIVE, Action, System
from resonance_dao.workflows.terms import (
    TRANCHES,
    Submission,
    Terms,
    content_hash,
    encode_submission,
    encode_terms,
    judgement_context,
)

_REVIEW = (
    "address escrow,uint256 bountyId,uint256 submissionId,bytes32 contentHash,uint8 verdict,uint16 scoreBps,"
    "bytes32 reasonCode,string reason"
)
_SUBMIT = "SubmitWork(uint256 bountyId,bytes32 contentHash,address worker,uint256 nonce,uint256 deadline)"
_OUTCOME = "address escrow,uint256 bountyId,uint256 submissionId,uint8 tranche,uint128 value,string evidence"
VERDICTS = ("approve", "reject", "request_changes")
"""What a reviewer can say, in the order of `IBountyEscrow.Verdict`, which begins at 1."""
SCHEMAS = {"review": _REVIEW, "outcome": _OUTCOME}

UNSIGNED = {"deadline": 0, "signature": "0x"}
"""Stands where a signature would, when the call comes from the wallet itself."""


@cache
def schema_uids() -> dict[str, str]:
    """Return the uid of each schema, by kind."""
    return {kind: schema_uid(text) for kind, text in SCHEMAS.items()}


@dataclass(frozen=True)
class SignedSubmission:
    """Work with its worker's EIP-712 signature; `deadline` unix s, `signature` 65 bytes as 0x-hex."""

    submission: Submission
    deadline: int
    signature: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "submission": self.submission.to_json(),
            "deadline": self.deadline,
            "signature": self.signature,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> SignedSubmission:
        """Read the values back; a missing field or one of the wrong form is refused."""
        require_fields(value, ("submission", "deadline", "signature"), "submission")
        deadline = value["deadline"]
        if isinstance(deadline, bool) or not isinstance(deadline, int) or not 0 <= deadline < 2**64:
            raise InputInvalid("deadline", deadline, "must be unix seconds as an integer")
        return cls(Submission.from_abi(value["submission"]), deadline, _signature(value["signature"]))


@dataclass(frozen=True)
class SignedAttestation:
    """A judgement with its attester's signature, 0x-hex."""

    attestation: Attestation
    attester: str
    signature: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "attestation": self.attestation.to_dict(),
            "attester": self.attester,
            "signature": self.signature,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> SignedAttestation:
        """Read the values back; a missing field or a malformed attestation is refused."""
        require_fields(value, ("attestation", "attester", "signature"), "judgement")
        attester = value["attester"]
        if not isinstance(attester, str):
            raise InputInvalid("attester", attester, "must be an address")
        attestation = Attestation.from_dict(value["attestation"])
        return cls(attestation, checksum(attester), _signature(value["signature"]))


def submitting(system: System, terms: Terms, submission: Submission) -> Action:
    """Return what hands in work with the worker's own wallet."""
    words = {
        "en": f"Hand in work for bounty {submission.bounty_id}",
        "ja": f"懸賞 {submission.bounty_id} に成果を提出する",
    }
    return Action(
        system.escrow, "submit", (encode_terms(system, terms), submission.to_abi(), UNSIGNED), words
    )


def sign_submission(
    system: System, terms: Terms, submission: Submission, signer: Signer, deadline: int
) -> SignedSubmission:
    """Return the work signed by its worker, for anyone to relay until `deadline`."""
    if signer.address != submission.worker:
        raise InputInvalid("worker", submission.worker, f"must be the signer, {signer.address}")
    domain, types, message = submission_message(system, terms, submission, deadline)
    return SignedSubmission(submission, deadline, "0x" + signer.sign_typed_data(domain, types, message).hex())


def submission_message(system: System, terms: Terms, submission: Submission, deadline: int) -> TypedData:
    """Return the EIP-712 domain, types and message that a worker signs."""
    name, fields = fields_of(_SUBMIT)
    nonce = int(system.escrow.call(system.chain, "nonces", submission.worker))
    work_hash = content_hash(system, terms, submission)
    values = (submission.bounty_id, work_hash, submission.worker, nonce, deadline)
    return (
        domain_of(system, system.escrow),
        {name: fields},
        dict(zip((field["name"] for field in fields), values, strict=True)),
    )


def relaying_submission(system: System, terms: Terms, signed: SignedSubmission) -> Action:
    """Return what relays signed work."""
    work = signed.submission
    words = {
        "en": f"Relay work for bounty {work.bounty_id}",
        "ja": f"懸賞 {work.bounty_id} への提出を取り次ぐ",
    }
    by = {"deadline": signed.deadline, "signature": signed.signature}
    return Action(system.escrow, "submit", (encode_terms(system, terms), work.to_abi(), by), words)


def review(  # noqa: PLR0913 - a review has these parts
    system: System,
    bounty: BountyView,
    submission_id: int,
    *,
    verdict: str,
    score_bps: int,
    reason: str,
    document: str,
    now: int,
    salt: bytes,
    expires: int = 0,
) -> Attestation:
    """
    Return a review to sign: `verdict` is one of `VERDICTS`, `reason` is a short code, `document` the CID of
    the written review, `salt` 32 random bytes.
    """
    found = bounty.submission(submission_id)
    values = [
        system.escrow.address,
        bounty.id,
        submission_id,
        bytes.fromhex(found.content_hash[2:]),
        _verdict(verdict),
        _bps("score", score_bps),
        reason_code(reason),
        document,
    ]
    return attestation_of(_REVIEW, values, found.submission.worker, now=now, salt=salt, expires=expires)


def outcome(  # noqa: PLR0913 - a report has these parts
    system: System,
    bounty: BountyView,
    submission_id: int,
    tranche: str,
    *,
    value: int,
    evidence: str,
    now: int,
    salt: bytes,
    expires: int = 0,
) -> Attestation:
    """
    Return a report, or an arbiter's ruling, to sign: the value measured, in units of the metric, and the
    evidence's CID.
    """
    if tranche not in TRANCHES:
        raise InputInvalid("tranche", tranche, f"must be one of {', '.join(TRANCHES)}")
    found = bounty.submission(submission_id)
    values = [
        system.escrow.address,
        bounty.id,
        submission_id,
        TRANCHES.index(tranche),
        _value(value),
        evidence,
    ]
    return attestation_of(_OUTCOME, values, found.submission.worker, now=now, salt=salt, expires=expires)


def sign(system: System, attestation: Attestation, signer: Signer) -> SignedAttestation:
    """Return the attestation signed by its attester."""
    signature = signer.sign_typed_data(system.domain().to_dict(), TYPES, attestation.message())
    return SignedAttestation(attestation, signer.address, "0x" + signature.hex())


def context_of(system: System, bounty: BountyView, submission_id: int) -> bytes:
    """Return the unsigned values that travel beside a judgement: terms and submission."""
    return judgement_context(system, bounty.terms, bounty.submission(submission_id).submission)


def relaying(system: System, signed: SignedAttestation, context: bytes) -> Action:
    """Return what relays a signed judgement."""
    relayed = {**signed.to_dict(), "context": "0x" + context.hex()}
    words = {"en": f"Relay a judgement by {signed.attester}", "ja": f"{signed.attester} の判定を取り次ぐ"}
    return Action(system.contributions, "relay", (relayed,), words)


def attesting(system: System, attestation: Attestation, context: bytes) -> Action:
    """Return what attests with the attester's own wallet."""
    words = {"en": "Attest with your own wallet", "ja": "自分のウォレットで判定を記録する"}
    return Action(system.contributions, "attest", (attestation.to_dict(), context), words)


def revoking(system: System, attestation: Attestation) -> Action:
    """Return what revokes an attestation, relayed or not."""
    words = {"en": "Revoke a judgement", "ja": "判定を取り消す"}
    return Action(system.contributions, "revoke", (attestation.to_dict(),), words)


def challenging(
    system: System, bounty: BountyView, submission_id: int, tranche: str, challenger: str, document: str
) -> Action:
    """Return what challenges a report with the challenger's own wallet; `document` is a CID."""
    words = {"en": f"Challenge the {tranche} report", "ja": "報告に異議を申し立てる"}
    arguments = (
        *case(system, bounty, submission_id),
        TRANCHES.index(tranche),
        challenger,
        document,
        UNSIGNED,
    )
    value = bounty.terms.challenge_bond if bounty.terms.token == NATIVE else 0
    return Action(system.escrow, "challenge", arguments, words, value)


def accepting_by_silence(system: System, bounty: BountyView, submission_id: int) -> Action:
    """Return what accepts work that the reviewers let lie."""
    words = {
        "en": f"Accept submission {submission_id} by silence",
        "ja": f"審査期限切れの提出 {submission_id} を承認する",
    }
    return Action(system.escrow, "acceptBySilence", case(system, bounty, submission_id), words)


def case(system: System, bounty: BountyView, submission_id: int) -> tuple[int, bytes, bytes]:
    """Return how a call names a submission: its number, the bytes of the terms, the bytes of the work."""
    work = bounty.submission(submission_id).submission
    return submission_id, encode_terms(system, bounty.terms), encode_submission(system, work)


def _signature(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch("0x(?:[0-9a-fA-F]{2})+", value):
        raise InputInvalid("signature", value, "must be 0x-hexadecimal")
    return value.lower()


def _verdict(verdict: str) -> int:
    if verdict not in VERDICTS:
        raise InputInvalid("verdict", verdict, f"must be one of {', '.join(VERDICTS)}")
    return VERDICTS.index(verdict) + 1


def _value(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**128:
        raise InputInvalid(
            "value", value, "must be a whole number from 0 to 2^128 - 1, in units of the metric"
        )
    return value


def _bps(field: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= BPS:
        raise InputInvalid(field, value, f"must be 0 to {BPS} basis points")
    return value
