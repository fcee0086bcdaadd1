"""Handing in work, changing it, and appealing against its rejection."""

from __future__ import annotations

from fastapi import APIRouter

from frontend_api import intake
from frontend_api.accepting import AcceptingDep
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.order import AppealIn, RevisionIn
from frontend_api.schemas.submission import SignedSubmissionIn
from frontend_api.strict_json import StrictRoute

router = APIRouter(prefix="/v1", tags=["submissions"], route_class=StrictRoute)


@router.post("/submissions", status_code=202, summary="Hand in signed work", responses=responses(*CHANGES))
async def hand_in(body: SignedSubmissionIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Relay work that its worker signed; the worker needs no gas.

    The terms are the bounty's own. What the contract would refuse now (a signature that is not the worker's,
    a deadline that has passed, a closed bounty) is refused here with the contract's reason.
    """
    return await accepting.relay(body, lambda system: intake.submission(system, body.value()))


@router.post("/revisions", status_code=202, summary="Change work", responses=responses(*CHANGES))
async def revise(body: RevisionIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Relay a new version of work: until a reviewer has judged the old one, or after changes were requested.

    Reviews of former versions count no more, and the reviewers' time begins again.
    """
    bounty_id, number = body.order.submission.bounty_id, body.order.submission_id
    return await accepting.relay(
        body, lambda system: intake.about_work(system, body.value(), bounty_id, number)
    )


@router.post("/appeals", status_code=202, summary="Appeal a rejection", responses=responses(*CHANGES))
async def appeal(body: AppealIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay a worker's one appeal against a rejection; the arbiter then judges by a review."""
    bounty_id, number = body.order.bounty_id, body.order.submission_id
    return await accepting.relay(
        body, lambda system: intake.about_work(system, body.value(), bounty_id, number)
    )
