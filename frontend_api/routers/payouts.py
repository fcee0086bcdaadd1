"""Credits, and the payouts that anyone may trigger."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from frontend_api import intake
from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import ListsDep
from frontend_api.kept import KeptByKey
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.order import WithdrawalIn
from frontend_api.schemas.page import Cursor, Page
from frontend_api.schemas.payout import (
    ActionOut,
    AwardIn,
    BountyIn,
    CreditOut,
    DueIn,
    PushIn,
    PushManyIn,
    SettleIn,
    decode_due,
    encode_due,
)
from frontend_api.schemas.wire import Address
from frontend_api.strict_json import StrictRoute
from resonance_dao.workflows.reading.due import DuePlace
from resonance_dao.workflows.system import Action

router = APIRouter(prefix="/v1/payouts", tags=["payouts"], route_class=StrictRoute)
Account = Annotated[Address, Path(description="Whose credits.")]
Looked = Annotated[int, Query(ge=1, le=100, description="About how many things at most the chain is asked.")]
Found = tuple[list[Action], DuePlace | None]


@router.get("/credits/{account}", summary="Show an account's credits", responses=responses(422))
def show_credits(lists: ListsDep, account: Account) -> list[CreditOut]:
    """Show what an account can withdraw, token by token."""
    return [CreditOut.of(credit) for credit in lists.credits_of(account)]


@router.get("/due", summary="List what is due", responses=responses(422))
def list_due(lists: ListsDep, request: Request, cursor: Cursor = None, limit: Looked = 20) -> Page[ActionOut]:
    """
    List the calls that anyone may send now so that nobody waits for a silent party, calldata included. A page
    may hold none and yet have a next one; it may be two seconds old.
    """
    kept: KeptByKey[Found] = request.app.state.due
    after = decode_due(cursor)
    actions, following = kept.get((after, limit), lambda: lists.due(after, limit))
    return Page(items=[ActionOut.of(action) for action in actions], next_cursor=encode_due(following))


@router.post("/due", status_code=202, summary="Do what is due", responses=responses(*CHANGES))
async def do_due(body: DueIn, lists: ListsDep, accepting: AcceptingDep) -> AcceptedOut:
    """
    Make one of the calls that are due now: settle, decide by silence, return bonds, awards or contributions,
    release shares of a pool, count outcomes. Anyone may ask; a call that is not due is refused.
    """
    return await accepting.relay(body, lambda _system: intake.due(lists, body))


@router.post("/push", status_code=202, summary="Send an account its credit", responses=responses(*CHANGES))
async def push(body: PushIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Send all of an account's credit in one token to that account. Anyone may ask; nobody else can receive it.
    """
    return await accepting.relay(body, lambda system: intake.push(system, body))


@router.post(
    "/push-many", status_code=202, summary="Send several accounts their credit", responses=responses(*CHANGES)
)
async def push_many(body: PushManyIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Send at most 50 accounts all of their credit in one token, in one transaction. Anyone may ask.

    An account without credit is refused; one that cannot be paid keeps its credit and stops no other.
    """
    return await accepting.relay(body, lambda system: intake.push_many(system, body))


@router.post("/withdraw", status_code=202, summary="Withdraw by signature", responses=responses(*CHANGES))
async def withdraw(body: WithdrawalIn, accepting: AcceptingDep) -> AcceptedOut:
    """Send credit where its payee's signature says; the payee needs no gas."""
    holder = body.order.holder
    return await accepting.relay(body, lambda system: intake.about_account(system, body.value(), holder))


@router.post("/settle", status_code=202, summary="Settle a tranche", responses=responses(*CHANGES))
async def settle(body: SettleIn, accepting: AcceptingDep) -> AcceptedOut:
    """Pay a tranche whose outcome is final, by report, by ruling or by silence. Anyone may ask."""
    return await accepting.relay(body, lambda system: intake.settle(system, body))


@router.post("/claim-tokens", status_code=202, summary="Mint promised tokens", responses=responses(*CHANGES))
async def claim_tokens(body: AwardIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Mint the project tokens of an award to its payees, 100 at a time. Anyone may ask, and again until the
    submission's `tokens_claimed` is true; a payee to whom nothing can be minted holds up no other.
    """
    return await accepting.relay(body, lambda system: intake.claim_tokens(system, body))


@router.post(
    "/accept-by-silence", status_code=202, summary="Accept by silence", responses=responses(*CHANGES)
)
async def accept_by_silence(body: AwardIn, accepting: AcceptingDep) -> AcceptedOut:
    """Accept work that the reviewers let lie until their window ended. Anyone may ask."""
    return await accepting.relay(body, lambda system: intake.accept_by_silence(system, body))


@router.post(
    "/reject-by-silence", status_code=202, summary="Reject by silence", responses=responses(*CHANGES)
)
async def reject_by_silence(body: AwardIn, accepting: AcceptingDep) -> AcceptedOut:
    """Reject work whose worker did not make the changes requested in time. Anyone may ask."""
    return await accepting.relay(body, lambda system: intake.reject_by_silence(system, body))


@router.post("/settle-appeal", status_code=202, summary="Settle an appeal", responses=responses(*CHANGES))
async def settle_appeal(body: AwardIn, accepting: AcceptingDep) -> AcceptedOut:
    """Decide, as the terms say, an appeal that the arbiter let lie. Anyone may ask."""
    return await accepting.relay(body, lambda system: intake.settle_appeal(system, body))


@router.post("/reclaim", status_code=202, summary="Return unused awards", responses=responses(*CHANGES))
async def reclaim(body: BountyIn, accepting: AcceptingDep) -> AcceptedOut:
    """Give the awards that nobody can win any more back to the funder. Anyone may ask."""
    return await accepting.relay(body, lambda system: intake.reclaim(system, body))
