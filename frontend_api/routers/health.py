"""Health, readiness, and what a wallet must know."""

from __future__ import annotations

import math
from typing import Any

from fastapi import APIRouter, Request, Response

from frontend_api import readiness
from frontend_api.dependencies import PartsDep, ReadingDep, RecordingDep
from frontend_api.kept import Kept
from frontend_api.openapi import responses
from frontend_api.problems import RequestRefused
from frontend_api.schemas.health import HealthOut, ReadyOut
from frontend_api.schemas.system import BookOut, SystemOut
from frontend_api.strict_json import QuickRoute
from resonance_dao import __version__

router = APIRouter(tags=["health"], route_class=QuickRoute)
_STALLED: dict[int | str, dict[str, Any]] = {
    500: responses()[500],
    503: {
        **responses()[503],
        "description": "No round of the recorder goes through: start the process anew.",
    },
}
_NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {"model": ReadyOut, "description": "Something is not ready; each dependency says why."}
}


# Async: what needs no thread answers also where none can be begun.
@router.get("/health", summary="Is the process alive", responses=_STALLED)
async def live(request: Request) -> HealthOut:
    """
    Answer, without asking anything else. 503 means that the process should be started anew: no round of its
    recorder has gone through for `RESONANCE_STALL_S` seconds, or a thread that follows the chain or tells
    webhooks is gone.
    """
    state = request.app.state
    # How long the others take is for nodes and receivers to say, and nobody loses by it.
    loops = [
        (state.recording.loop, state.settings.stall_s),
        (state.reading.loop, math.inf),
        (state.telling.loop, math.inf),
    ]
    still = [loop.name for loop, longest_s in loops if loop.stands_still(longest_s)]
    if still:
        raise RequestRefused(503, "stalled", f"{', '.join(still)}: no round went through in time")
    return HealthOut(status="ok", version=__version__)


@router.get("/ready", summary="Can it work", responses=_NOT_READY)
def ready(
    parts: PartsDep, recording: RecordingDep, reading: ReadingDep, request: Request, response: Response
) -> ReadyOut:
    """
    Ask chain, contracts, database, evidence, recorder and index, and say of each whether it is ready and why
    not. The answer may be two seconds old.
    """
    kept: Kept[ReadyOut] = request.app.state.readiness
    met = request.app.state.watch.met
    found = kept.get(lambda: readiness.ready(parts, recording, reading, met))
    response.status_code = 200 if found.ready else 503
    return found


@router.get("/v1/system", summary="Show chain, contracts and schemas", responses=responses())
def show_system(parts: PartsDep) -> SystemOut:
    """Show the chain, the contracts' addresses, and the EIP-712 domain and schemas of attestations."""
    return SystemOut.of(parts.system, parts.operator.address)


@router.get("/v1/system/book", summary="Show the deployment book", responses=responses())
def show_book(parts: PartsDep) -> BookOut:
    """
    Show where the contracts are, with how each was created: what `resonance audit --contracts` goes by. It is
    this gateway's word; an audit compares the code with what is compiled from the sources.
    """
    return BookOut.model_validate(parts.book.to_dict())
