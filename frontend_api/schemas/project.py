"""Projects and their tokens."""

from __future__ import annotations

from pydantic import Field

from frontend_api.schemas.wire import Address, Amount, Count, Id, Wire
from resonance_dao.workflows.projects import ProjectView
from resonance_dao.workflows.system import TokenFacts


class TokenOut(Wire):
    """What a token says of itself."""

    address: Address
    name: str
    symbol: str
    decimals: Count

    @classmethod
    def of(cls, facts: TokenFacts) -> TokenOut:
        """Return the shape of a token."""
        return cls(address=facts.address, name=facts.name, symbol=facts.symbol, decimals=facts.decimals)


class ProjectOut(Wire):
    """A project as the chain has it now."""

    id: Id
    name: str
    owner: Address
    token: TokenOut
    cap: Amount
    supply: Amount
    reserved: Amount = Field(description="Promised to open awards and not yet minted.")
    transfers_open: bool
    metadata: str = Field(description="The CID of the project's description.")
    closed: bool
    stewards: list[Address]

    @classmethod
    def of(cls, view: ProjectView) -> ProjectOut:
        """Return the shape of a project."""
        return cls(
            id=view.id,
            name=view.name,
            owner=view.owner,
            token=TokenOut.of(view.token),
            cap=str(view.cap),
            supply=str(view.supply),
            reserved=str(view.reserved),
            transfers_open=view.transfers_open,
            metadata=view.metadata,
            closed=view.closed,
            stewards=list(view.stewards),
        )
