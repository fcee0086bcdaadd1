"""Several judgements in one request, and what became of each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.attestation import SignedAttestationIn
from frontend_api.schemas.wire import Address, Bytes32, Count, Wire
from resonance_dao.workflows.batches import MOST
from resonance_dao.workflows.contributions import SignedAttestation


class BatchIn(Wire):
    """Signed judgements: reviews, reports, ratings and rulings, in the order in which they are to count."""

    judgements: Annotated[list[SignedAttestationIn], Field(min_length=1, max_length=MOST)]

    def value(self) -> list[SignedAttestation]:
        """Return the toolkit's values."""
        return [one.value() for one in self.judgements]


class JudgementOut(Wire):
    """One judgement of a batch, by its place among those sent."""

    index: Count = Field(description="Its place in the request, from 0.")
    attester: Address
    uid: Bytes32
    state: Literal["accepted", "refused", "relayed", "skipped", "failed", "unknown"] = Field(
        description="`refused` before anything was sent; `accepted` until the transaction is final; then "
        "`relayed`, or `skipped` by the contract while the others were taken; `failed` with the whole "
        "transaction; `unknown` when its events cannot be repeated in a public record. What was skipped or "
        "failed may be sent again."
    )
    code: str | None = Field(default=None, description="The problem's code, or the contract's error.")
    field: str | None = Field(default=None, description="The field that breaks a rule, if it is one.")
    rule: str | None = Field(default=None, description="Why it was not taken.")


class BatchAcceptedOut(AcceptedOut):
    """The request has a number and will be carried out with every judgement that could be taken."""

    judgements: list[JudgementOut]
