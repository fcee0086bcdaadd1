"""Applications for bounties that admit by selection."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from frontend_api.schemas.wire import Address, Amount, Bytes32, Id, Time, Wire
from resonance_dao.workflows.applications import ApplicationView


class ReleaseIn(Wire):
    """A selected worker who handed in nothing in time."""

    bounty_id: Id
    worker: Address


class ApplicationOut(Wire):
    """An application and what became of it."""

    bounty_id: Id
    worker: Address
    application_hash: Bytes32 = Field(description="What a selection names: bid and proposal.")
    bid: Amount
    proposal: str = Field(description="The CID of the proposal.")
    stage: Literal["open", "selected", "withdrawn", "declined", "released", "admitted", "replaced"]
    deliver_by: Time = Field(description="Until when the place is kept, unix s; 0 while not selected.")
    transaction: Bytes32

    @classmethod
    def of(cls, view: ApplicationView) -> ApplicationOut:
        """Return the shape of an application."""
        return cls.model_validate({**vars(view), "bid": str(view.bid)})
