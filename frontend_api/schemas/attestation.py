"""Judgements as EAS off-chain attestations."""

from __future__ import annotations

from pydantic import Field

from frontend_api.schemas.wire import Address, Bytes32, HexBytes, Struct, Time
from resonance_dao.chain.attestation import Attestation
from resonance_dao.workflows.contributions import SignedAttestation


class AttestationStruct(Struct):
    """An attestation with EAS's own field names (off-chain version 2)."""

    schema_uid: Bytes32 = Field(alias="schema", description="The uid of the review or the outcome schema.")
    recipient: Address
    time: Time
    expiration_time: Time = Field(description="Until when it may be relayed, unix s; 0 means for ever.")
    revocable: bool
    ref_uid: Bytes32 = Field(alias="refUID")
    data: HexBytes = Field(description="The schema's fields, ABI-encoded.")
    salt: Bytes32

    def value(self) -> Attestation:
        """Return the toolkit's value."""
        return Attestation.from_dict(self.model_dump(by_alias=True))


MAX_TEXT = 100_000
"""Characters of a written reason that may come along."""


class SignedAttestationIn(Struct):
    """A judgement with its attester's signature; what `resonance review` and `resonance outcome` write."""

    attestation: AttestationStruct
    attester: Address
    signature: HexBytes

    def value(self) -> SignedAttestation:
        """Return the toolkit's value."""
        return SignedAttestation(self.attestation.value(), self.attester, self.signature)


class RatingIn(SignedAttestationIn):
    """A rating or ruling with its signature and, if the gateway is to keep it, the written reason."""

    text: str | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_TEXT,
        description="The reason as it was written. It is kept on IPFS, public for ever, when its CID is the "
        "one that was signed.",
    )
