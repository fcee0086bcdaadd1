"""Funding pools: many contribute to one bounty."""

from __future__ import annotations

from pydantic import Field

from frontend_api.schemas.bounty import TermsStruct
from frontend_api.schemas.wire import Address, Amount, Count, Time, Wire
from resonance_dao.workflows.pools import PoolView


class ShareOut(Wire):
    """One contributor's part of a pool."""

    contributor: Address
    contributed: Amount
    pending: Amount = Field(description="What could be released to it now.")


class PoolOut(Wire):
    """A pool as it stands."""

    address: Address
    opener: Address
    terms: TermsStruct = Field(description="Of the bounty that it is to fund.")
    token: Address
    goal: Amount
    raised: Amount
    deadline: Time = Field(description="Until when it takes money and can fund, exclusive, unix s.")
    bounty_id: Count = Field(description="The bounty that it has funded; 0 before.")
    shares: list[ShareOut]

    @classmethod
    def of(cls, view: PoolView) -> PoolOut:
        """Return the shape of a pool."""
        shares = [
            ShareOut(contributor=who, contributed=str(units), pending=str(view.pending.get(who, 0)))
            for who, units in view.contributions.items()
        ]
        return cls(
            address=view.address,
            opener=view.opener,
            terms=TermsStruct.of(view.terms),
            token=view.token,
            goal=str(view.goal),
            raised=str(view.raised),
            deadline=view.deadline,
            bounty_id=view.bounty_id,
            shares=shares,
        )
