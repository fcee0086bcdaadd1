"""Bounties and the work handed in for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from frontend_api import intake
from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import ListsDep, SystemDep
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.bounty import BountyOut, BountySummary
from frontend_api.schemas.order import OpeningIn
from frontend_api.schemas.page import Cursor, Limit, Page, decode_cursor, encode_cursor, paged
from frontend_api.schemas.submission import SubmissionOut
from frontend_api.schemas.wire import Id
from frontend_api.strict_json import StrictRoute
from resonance_dao.workflows import bounties

router = APIRouter(prefix="/v1/bounties", tags=["bounties"], route_class=StrictRoute)
Project = Annotated[Id | None, Query(description="Only the bounties of this project.")]
# The node is asked twice about each.
WorksLimit = Annotated[int, Query(ge=1, le=20, description="How many items at most.")]


@router.get("", summary="List bounties", responses=responses(422))
def list_bounties(
    lists: ListsDep, project_id: Project = None, cursor: Cursor = None, limit: Limit = 20
) -> Page[BountySummary]:
    """List the bounties of one project or of all, oldest first."""
    found, following = paged(
        "bounties",
        cursor,
        limit,
        lambda after, count: lists.bounties(project_id, after, count),
        lambda line: line.id,
    )
    return Page(items=[BountySummary.of(line) for line in found], next_cursor=following)


@router.post("", status_code=202, summary="Open a bounty by authorization", responses=responses(*CHANGES))
async def open_bounty(body: OpeningIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Open a bounty with the money that its funder authorized by signature (ERC-3009); the funder needs no gas.

    The authorization's nonce names the terms, so that whoever relays can open nothing else with the money.
    Refused with the rule it breaks: terms that the contracts would not take, a funder who may not open
    bounties of the project, a token without authorizations, money that is not there. `resonance bounty open
    --fund authorization --sign-only` writes the body. Until it is relayed, the funder can void it with the
    token's own `cancelAuthorization`.
    """
    return await accepting.relay(body, lambda system: intake.opening(system, body.value()))


@router.get("/{bounty_id}", summary="Show a bounty", responses=responses(404, 422))
def show_bounty(system: SystemDep, bounty_id: Id) -> BountyOut:
    """Show a bounty with its terms, and how many submissions it has received."""
    return BountyOut.of(bounties.bounty(system, bounty_id, only=()))


@router.get("/{bounty_id}/submissions", summary="List submissions", responses=responses(404, 422))
def list_submissions(
    system: SystemDep, bounty_id: Id, cursor: Cursor = None, limit: WorksLimit = 20
) -> Page[SubmissionOut]:
    """List what was handed in for a bounty, oldest first, each with where it stands now."""
    after = decode_cursor("submissions", cursor)
    view = bounties.bounty(system, bounty_id, only=range(after + 1, after + limit + 1))
    following = encode_cursor("submissions", after + limit) if after + limit < view.received else None
    return Page(items=[SubmissionOut.of(one) for one in view.submissions], next_cursor=following)


@router.get(
    "/{bounty_id}/submissions/{submission_id}", summary="Show a submission", responses=responses(404, 422)
)
def show_submission(system: SystemDep, bounty_id: Id, submission_id: Id) -> SubmissionOut:
    """Show one submission: what was handed in, and its stage, multiplier and tranches."""
    return SubmissionOut.of(
        bounties.bounty(system, bounty_id, only=[submission_id]).submission(submission_id)
    )
