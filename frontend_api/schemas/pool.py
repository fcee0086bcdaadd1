"""Funding pools: many contribute to one bounty."""

from __future__ import annotations

from pydantic import Field

from frontend_api.schemas.bounty import TermsStruct
from frontend_api.schemas.wire import MAX_INTEGER, Address, Amount, Count, Time, Wire
from resonance_dao.workflows.pools import PoolView
from resonance_dao.workflows.reading.lists import PoolLine

# Whoever opens a pool may name any time that 64 bits hold.
_UNTIL = f"Until when it takes money and can fund, exclusive, unix s; at most {MAX_INTEGER} is shown."


class PoolSummary(Wire):
    """A pool in a list."""

    address: Address
    token: Address
    raised: Amount
    deadline: Time = Field(description=_UNTIL)
    bounty_id: Count = Field(description="The bounty that it has funded; 0 before.")

    @classmethod
    def of(cls, line: PoolLine) -> PoolSummary:
        """Return the shape of a line."""
        return cls(
            address=line.address,
            token=line.token,
            raised=str(line.raised),
            deadline=min(line.deadline, MAX_INTEGER),
            bounty_id=line.bounty_id,
        )


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
    deadline: Time = Field(description=_UNTIL)
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
            deadline=min(view.deadline, MAX_INTEGER),
            bounty_id=view.bounty_id,
            shares=shares,
        )
