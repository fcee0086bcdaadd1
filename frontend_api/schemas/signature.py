"""What an account's signatures are good for, and how it voids them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from frontend_api.schemas.payout import ActionOut
from frontend_api.schemas.wire import Amount, Wire


class SignatureOut(Wire):
    """One contract that takes an account's signed orders, one at a time."""

    name: Literal["escrow", "applications", "vault", "reputation"]
    nonce: Amount = Field(description="The nonce that the account's next order must carry.")
    takes: list[str] = Field(description="The kinds of order that are signed for it.")
    cancel: ActionOut = Field(
        description="What voids every order that the account has signed for this contract and nobody has "
        "relayed. The account's own wallet sends it and pays its gas: who could relay a cancellation could "
        "also keep it back."
    )
