"""Who commands an account's credit, and who is to."""

from __future__ import annotations

from pydantic import Field

from frontend_api.schemas.wire import Address, Count, Time, Wire
from resonance_dao.workflows.rotation import RotationView


class PayeeOut(Wire):
    """How an account stands."""

    account: Address
    payee: Address = Field(description="Who commands the credit: itself, or the wallet that followed.")
    announced: Address | None = Field(description="The wallet that waits to follow.")
    finishable_at: Time = Field(description="From when it follows if anybody says so, unix s; 0: none waits.")
    by_guardian: bool = Field(description="Whether a guardian announced it, so that guardians can veto it.")
    guardians: list[Address]
    threshold: Count = Field(description="How many guardians rotate the account together.")
    guardians_finishable_at: Time = Field(description="From when new guardians can take office, unix s.")

    @classmethod
    def of(cls, view: RotationView) -> PayeeOut:
        """Return the shape of an account's standing."""
        return cls.model_validate({**vars(view), "guardians": list(view.guardians)})
