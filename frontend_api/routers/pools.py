"""Funding pools: many contribute to one bounty, without gas."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from frontend_api import intake
from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import ListsDep, SystemDep
from frontend_api.openapi import CHANGES, READS, responses
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.order import ContributionIn
from frontend_api.schemas.page import Cursor, Limit, Page, paged
from frontend_api.schemas.pool import PoolOut, PoolSummary
from frontend_api.schemas.wire import Address
from frontend_api.strict_json import StrictRoute
from resonance_dao.workflows import pools

router = APIRouter(prefix="/v1/pools", tags=["pools"], route_class=StrictRoute)
Pool = Annotated[Address, Path(description="Which pool.")]


@router.get("", summary="List pools", responses=responses(422))
def list_pools(lists: ListsDep, cursor: Cursor = None, limit: Limit = 20) -> Page[PoolSummary]:
    """List the pools, oldest first."""
    found, following = paged("pools", cursor, limit, lists.pools, lambda line: line.number)
    return Page(items=[PoolSummary.of(line) for line in found], next_cursor=following)


@router.get("/{pool}", summary="Show a pool", responses=responses(*READS))
def show_pool(system: SystemDep, pool: Pool) -> PoolOut:
    """Show a pool with the terms of its bounty, its contributors, and what each could be given now."""
    return PoolOut.of(pools.pool(system, pool))


@router.post(
    "/contribute", status_code=202, summary="Contribute by authorization", responses=responses(*CHANGES)
)
async def contribute(body: ContributionIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Contribute what the contributor authorized by signature (ERC-3009); the contributor needs no gas.

    Refused with the rule it breaks: more than is missing, a pool that has funded or whose deadline has
    passed, a token without authorizations. Only the pool itself can use the authorization; until it is
    relayed the contributor can void it with the token's own `cancelAuthorization`. What comes back later
    reaches the contributor by `/v1/payouts/due`.
    """
    return await accepting.relay(body, lambda system: intake.contribution(system, body.value()))
