"""Applications for bounties that admit by selection."""

from __future__ import annotations

from fastapi import APIRouter

from frontend_api import intake
from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import SystemDep
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.application import ApplicationOut, ReleaseIn
from frontend_api.schemas.order import ApplicationIn, ApplicationWithdrawalIn
from frontend_api.schemas.wire import Id
from frontend_api.strict_json import StrictRoute
from resonance_dao.workflows import applications, bounties

router = APIRouter(prefix="/v1", tags=["applications"], route_class=StrictRoute)


@router.get("/bounties/{bounty_id}/applications", summary="List applications", responses=responses(404, 422))
def list_applications(system: SystemDep, bounty_id: Id) -> list[ApplicationOut]:
    """List every application there was for a bounty, oldest first, with what became of it."""
    view = bounties.bounty(system, bounty_id, only=())
    return [ApplicationOut.of(found) for found in applications.applications(system, view.id)]


@router.post("/applications", status_code=202, summary="Apply", responses=responses(*CHANGES))
async def apply(body: ApplicationIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay a worker's application; until it is selected, a later one takes its place."""
    bounty_id = body.order.bounty_id
    return await accepting.relay(body, lambda system: intake.about_bounty(system, body.value(), bounty_id))


@router.post(
    "/applications/withdraw",
    status_code=202,
    summary="Withdraw an application",
    responses=responses(*CHANGES),
)
async def withdraw(body: ApplicationWithdrawalIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay a worker's word that its application, or its selection, is over."""
    bounty_id = body.order.bounty_id
    return await accepting.relay(body, lambda system: intake.about_bounty(system, body.value(), bounty_id))


@router.post(
    "/applications/release", status_code=202, summary="Release a kept place", responses=responses(*CHANGES)
)
async def release(body: ReleaseIn, accepting: AcceptingDep) -> AcceptedOut:
    """End a selection whose worker handed in nothing in time. Anyone may ask."""
    return await accepting.relay(body, lambda system: intake.release(system, body))
