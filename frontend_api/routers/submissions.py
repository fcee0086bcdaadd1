"""Handing in work."""

from __future__ import annotations

from fastapi import APIRouter

from frontend_api import intake
from frontend_api.accepting import AcceptingDep
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.submission import SignedSubmissionIn
from frontend_api.strict_json import StrictRoute

router = APIRouter(prefix="/v1/submissions", tags=["submissions"], route_class=StrictRoute)


@router.post("", status_code=202, summary="Hand in signed work", responses=responses(*CHANGES))
def hand_in(body: SignedSubmissionIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Relay work that its worker signed; the worker needs no gas.

    The terms are the bounty's own. What the contract would refuse now (a signature that is not the worker's,
    a deadline that has passed, a closed bounty) is refused here with the contract's reason.
    """
    return accepting.relay(body, lambda system: intake.submission(system, body.value()))
