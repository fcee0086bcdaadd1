"""Credits, and the payouts that anyone may trigger."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field

from frontend_api.schemas.page import foreign_cursor, unwrap, wrap
from frontend_api.schemas.project import TokenOut
from frontend_api.schemas.submission import TrancheName
from frontend_api.schemas.wire import Address, Amount, HexBytes, Id, Wire
from resonance_dao.workflows.payouts import Credit
from resonance_dao.workflows.reading.due import KINDS, DuePlace
from resonance_dao.workflows.system import Action

_NUMBER = "(0|[1-9][0-9]{0,15})"
_PLACE = re.compile(rf"due/({'|'.join(KINDS)})\.{_NUMBER}\.{_NUMBER}")


class CreditOut(Wire):
    """What an account can withdraw of one token."""

    token: TokenOut
    amount: Amount

    @classmethod
    def of(cls, credit: Credit) -> CreditOut:
        """Return the shape of a credit."""
        return cls(token=TokenOut.of(credit.token), amount=str(credit.amount))


class PushIn(Wire):
    """Send all of an account's credit in one token to that account."""

    token: Address
    account: Address


class PushManyIn(Wire):
    """Send several accounts all of their credit in one token."""

    token: Address
    accounts: Annotated[list[Address], Field(min_length=1, max_length=50)]


class DueIn(Wire):
    """One of the calls that anyone may make now, as `/v1/payouts/due` lists it."""

    to: Address
    data: HexBytes = Field(description="The calldata.")


def encode_due(place: DuePlace | None) -> str | None:
    """Return the cursor that continues what is due after a place."""
    return None if place is None else wrap(f"due/{place.kind}.{place.first}.{place.second}")


def decode_due(cursor: str | None) -> DuePlace | None:
    """Return the place to continue after, None for the first page; a cursor of another list is refused."""
    if cursor is None:
        return None
    found = _PLACE.fullmatch(unwrap(cursor))
    if found is None:
        raise foreign_cursor("due", cursor)
    return DuePlace(found[1], int(found[2]), int(found[3]))


class BountyIn(Wire):
    """One bounty."""

    bounty_id: Id


class AwardIn(Wire):
    """One submission of one bounty."""

    bounty_id: Id
    submission_id: Id


class SettleIn(AwardIn):
    """One tranche of an award."""

    tranche: TrancheName


class ActionOut(Wire):
    """A call that anyone may send: with it a wallet needs no gateway."""

    to: Address
    contract: str
    function: str
    arguments: dict[str, Any]
    summary: dict[str, str] = Field(description="What it means, in `en` and `ja`.")
    data: HexBytes = Field(description="The calldata.")
    value: Amount = Field(default="0", description="The chain's own coin that must go along, in wei.")

    @classmethod
    def of(cls, action: Action) -> ActionOut:
        """Return the shape of an action."""
        return cls.model_validate(action.to_dict())
