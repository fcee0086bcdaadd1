"""Who commands an account's credit: showing it, and moving it to another wallet by signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from frontend_api import intake
from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import SystemDep
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.order import (
    GuardianAnnouncementIn,
    GuardianVetoIn,
    RotationAnnouncementIn,
    RotationApprovalIn,
    RotationVetoIn,
)
from frontend_api.schemas.payee import PayeeOut
from frontend_api.schemas.wire import Address
from frontend_api.strict_json import StrictRoute
from resonance_dao.workflows import rotation

router = APIRouter(prefix="/v1/payees", tags=["payees"], route_class=StrictRoute)
Account = Annotated[Address, Path(description="Whose payee.")]


@router.get("/{account}", summary="Show an account's payee", responses=responses(422))
def show_payee(system: SystemDep, account: Account) -> PayeeOut:
    """Show who commands an account's credit, which wallet waits to follow, and the guardians."""
    return PayeeOut.of(rotation.rotation(system, account))


@router.post(
    "/announce-rotation", status_code=202, summary="Announce a new wallet", responses=responses(*CHANGES)
)
async def announce_rotation(body: RotationAnnouncementIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay the announcement of the wallet that is to follow; for at least seven days it can be vetoed."""
    holder = body.order.holder
    return await accepting.relay(body, lambda system: intake.about_account(system, body.value(), holder))


@router.post("/veto-rotation", status_code=202, summary="Veto a new wallet", responses=responses(*CHANGES))
async def veto_rotation(body: RotationVetoIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay a veto of a wallet that waits to follow."""
    holder = body.order.holder
    return await accepting.relay(body, lambda system: intake.about_account(system, body.value(), holder))


@router.post(
    "/approve-rotation", status_code=202, summary="Approve a new wallet", responses=responses(*CHANGES)
)
async def approve_rotation(body: RotationApprovalIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay a guardian's approval; the one that reaches the threshold moves the account at once."""
    holder = body.order.holder
    return await accepting.relay(body, lambda system: intake.about_account(system, body.value(), holder))


@router.post(
    "/announce-guardians", status_code=202, summary="Announce guardians", responses=responses(*CHANGES)
)
async def announce_guardians(body: GuardianAnnouncementIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay the announcement of an account's guardians; for at least seven days it can be vetoed."""
    holder = body.order.holder
    return await accepting.relay(body, lambda system: intake.about_account(system, body.value(), holder))


@router.post("/veto-guardians", status_code=202, summary="Veto guardians", responses=responses(*CHANGES))
async def veto_guardians(body: GuardianVetoIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay a veto of guardians that wait to take office."""
    holder = body.order.holder
    return await accepting.relay(body, lambda system: intake.about_account(system, body.value(), holder))
