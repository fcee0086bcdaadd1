"""The operator's figures."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from frontend_api.dependencies import WatcherDep
from frontend_api.openapi import Responses, responses
from frontend_api.strict_json import QuickRoute

router = APIRouter(tags=["health"], route_class=QuickRoute)
_TEXT: Responses = {
    200: {"description": "The figures.", "content": {"text/plain": {"schema": {"type": "string"}}}}
}


async def _registry(request: Request) -> CollectorRegistry:
    return cast("CollectorRegistry", request.app.state.registry)


@router.get(
    "/metrics",
    summary="Show the operator's figures",
    response_class=Response,
    responses={**_TEXT, **responses(403)},
)
def metrics(_watcher: WatcherDep, registry: Annotated[CollectorRegistry, Depends(_registry)]) -> Response:
    """
    Show how the gateway stands in the text form of Prometheus, to the operator's account or an API key with
    the scope `metrics` or `operate`. Latencies are those of the process that answers.
    """
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)
