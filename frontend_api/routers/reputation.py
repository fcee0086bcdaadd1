"""Reputation: multipliers explained, ratings relayed and appealed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from frontend_api import intake
from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import SystemDep
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.attestation import RatingIn
from frontend_api.schemas.order import RatingAppealIn
from frontend_api.schemas.reputation import RatingOut, ReputationOut
from frontend_api.schemas.wire import Address, Id
from frontend_api.strict_json import StrictRoute
from resonance_dao.workflows import ratings, reputation

router = APIRouter(prefix="/v1/reputation", tags=["reputation"], route_class=StrictRoute)
Account = Annotated[Address, Path(description="Whose reputation.")]


@router.get("/{project_id}/{account}", summary="Explain a multiplier", responses=responses(422))
def explain(system: SystemDep, project_id: Id, account: Account) -> ReputationOut:
    """Show what multiplies an account's pay in a project now, every number that it follows from included."""
    return ReputationOut.of(reputation.explain(system, project_id, account))


@router.get("/{project_id}/{account}/ratings", summary="List ratings", responses=responses(422))
def list_ratings(system: SystemDep, project_id: Id, account: Account) -> list[RatingOut]:
    """List the ratings of an account in a project, as they stand."""
    return [RatingOut.of(found) for found in ratings.ratings(system, project_id, account)]


@router.post("/ratings", status_code=202, summary="Relay a signed rating", responses=responses(*CHANGES))
async def rate(body: RatingIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Relay a rating that a rater or peer signed, or an arbiter's ruling on an appealed one.

    The reason that was signed must be a CID. Its text may come along: it is then pinned before the request is
    accepted, and refused when its CID is another.
    """
    return await accepting.relay(body, lambda system: intake.rating(system, body.value(), body.text))


@router.post("/appeals", status_code=202, summary="Appeal a rating", responses=responses(*CHANGES))
async def appeal(body: RatingAppealIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay the one appeal of a rated account; a rating on which the arbiter then stays silent is struck."""
    ratee = body.order.ratee
    return await accepting.relay(body, lambda system: intake.about_account(system, body.value(), ratee))
