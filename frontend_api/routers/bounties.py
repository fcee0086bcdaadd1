"""Bounties and the work handed in for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from frontend_api.dependencies import SystemDep
from frontend_api.openapi import responses
from frontend_api.schemas.bounty import BountyOut, BountySummary
from frontend_api.schemas.page import Cursor, Limit, Page, paged
from frontend_api.schemas.submission import SubmissionOut
from frontend_api.schemas.wire import Id
from resonance_dao.workflows import bounties

router = APIRouter(prefix="/v1/bounties", tags=["bounties"])
Project = Annotated[Id | None, Query(description="Only the bounties of this project.")]


@router.get("", summary="List bounties", responses=responses(422))
def list_bounties(
    system: SystemDep, project_id: Project = None, cursor: Cursor = None, limit: Limit = 20
) -> Page[BountySummary]:
    """List the bounties of one project or of all, oldest first."""
    ids = bounties.bounties(system, project_id)
    items, following = paged(
        "bounties", ids, cursor, limit, lambda number: BountySummary.of(bounties.bounty(system, number))
    )
    return Page(items=items, next_cursor=following)


@router.get("/{bounty_id}", summary="Show a bounty", responses=responses(404, 422))
def show_bounty(system: SystemDep, bounty_id: Id) -> BountyOut:
    """Show a bounty with its terms, and every submission with where it stands."""
    return BountyOut.of(bounties.bounty(system, bounty_id))


@router.get(
    "/{bounty_id}/submissions/{submission_id}", summary="Show a submission", responses=responses(404, 422)
)
def show_submission(system: SystemDep, bounty_id: Id, submission_id: Id) -> SubmissionOut:
    """Show one submission: what was handed in, and its stage, multiplier and tranches."""
    return SubmissionOut.of(bounties.bounty(system, bounty_id).submission(submission_id))
