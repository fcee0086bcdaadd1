"""A request's progress as it happens."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from frontend_api.dependencies import IdentityDep, JournalDep, SettingsDep
from frontend_api.openapi import Responses, responses
from frontend_api.schemas.wire import Id
from frontend_api.settings import GatewaySettings
from frontend_api.streams.places import Places
from frontend_api.streams.progress import Pace, events, look
from frontend_api.strict_json import QuickRoute

router = APIRouter(prefix="/v1", tags=["transactions"], route_class=QuickRoute)
MEDIA_TYPE = "text/event-stream"
_ANSWERS: Responses = {
    200: {
        "description": "Events called `progress`, whose data is what /v1/requests/{number} shows.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    },
    204: {"description": "Nothing more will happen, and the caller has seen the last event."},
}
LastEventId = Annotated[
    str | None, Header(alias="Last-Event-ID", max_length=64, description="The id of the last event seen.")
]


class HeldStream(StreamingResponse):
    """A stream that gives its place back however it ends."""

    def __init__(self, content: Any, places: Places, caller: str) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(content, media_type=MEDIA_TYPE, headers=headers)
        self._places, self._caller = places, caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._places.give_back(self._caller)


@router.get(
    "/requests/{number}/events",
    summary="Follow a request as it happens",
    response_class=Response,
    responses={**_ANSWERS, **responses(404, 422)},
)
async def follow(
    number: Id,
    journal: JournalDep,
    identity: IdentityDep,
    settings: SettingsDep,
    request: Request,
    last_event_id: LastEventId = None,
) -> Response:
    """
    Tell a request's progress by server-sent events until it is settled and anchored; a stream that ends
    before goes on with `Last-Event-ID`, as browsers do by themselves.
    """
    again = partial(anyio.to_thread.run_sync, look, journal, number)
    first = await again()
    if first.is_last and first.id == last_event_id:
        return Response(status_code=204)
    places: Places = request.app.state.places
    places.take(identity.held_as)
    content = events(
        first,
        again,
        last_id=last_event_id,
        is_leaving=request.app.state.leaving.is_set,
        sleep=anyio.sleep,
        pace=_pace(settings),
    )
    return HeldStream(content, places, identity.held_as)


def _pace(settings: GatewaySettings) -> Pace:
    # A stream that is silent for as long as the gateway's patience would be cut off.
    return Pace(silence_s=min(15.0, settings.silence_s / 3))
