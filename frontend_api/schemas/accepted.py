"""What an accepted request is answered with, and how far it has come."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from frontend_api.schemas.wire import Address, Bytes32, CidText, HexBytes, Id, Time, Wire
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows.recording import Progress


class ReceiptOut(Wire):
    """
    The publisher's signed promise (EIP-712 `Receipt`) that the record stands in the log in time. Keep it.
    """

    schema_name: str = Field(alias="schema", examples=["resonance/receipt/1"])
    number: Id
    record_hash: Bytes32
    accepted_at: Time
    anchor_by: Time = Field(description="From then on a record that is not in the log is an omission.")
    publisher: Address
    chain_id: Id
    log: Address = Field(description="The TransparencyLog.")
    signature: HexBytes

    @classmethod
    def of(cls, receipt: SignedReceipt) -> ReceiptOut:
        """Return the shape of a receipt."""
        return cls.model_validate(receipt.to_dict())


class AcceptedOut(Wire):
    """The request has a number and will be carried out; what became of it stands at `status_url`."""

    number: Id
    record_cid: CidText
    receipt: ReceiptOut
    status_url: str = Field(examples=["/v1/requests/17"])


class ProgressOut(Wire):
    """How far an accepted request has come."""

    number: Id
    state: Literal["accepted", "sent", "mined", "succeeded", "failed", "refused"]
    tx_hash: Bytes32 | None
    outcome: int | None = Field(description="The number of the record that tells how it ended.")
    error: dict[str, Any] | None = Field(description="The contract's reason, decoded.")
    pinned: bool = Field(description="Whether the record was read back from IPFS.")
    anchored: bool = Field(description="Whether the record stands in the log on-chain.")

    @classmethod
    def of(cls, progress: Progress) -> ProgressOut:
        """Return the shape of a request's progress."""
        return cls.model_validate(progress.to_dict())
