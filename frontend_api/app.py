"""
The application: routers, problems, limits, and the recorder beside them. Nothing happens at import.

    uvicorn --factory frontend_api.app:from_environment --host 127.0.0.1 --port 8700 --no-proxy-headers

Whoever runs it chooses the address; the toolkit's default is the loopback. No origin but the gateway's own
is allowed in (no CORS headers), and every change needs a header that no foreign page can send unasked.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import anyio.to_thread
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from structlog.typing import FilteringBoundLogger

from frontend_api import openapi, problems
from frontend_api.doors.clocks import Clocks
from frontend_api.doors.entrance import Entrance
from frontend_api.doors.keeper import Keeper
from frontend_api.event_loop import LoopTroubles
from frontend_api.kept import Kept, KeptByKey
from frontend_api.leaving import noticed
from frontend_api.log_answer import Checkpoints
from frontend_api.logs import build_logger
from frontend_api.metrics.requests import Measuring, RequestTimes
from frontend_api.metrics.standing import Standing
from frontend_api.middleware.body_limit import BodyLimit
from frontend_api.middleware.patience import Patience
from frontend_api.middleware.request_log import RequestLog
from frontend_api.middleware.security_headers import SecurityHeaders
from frontend_api.parts import Parts, SharedParts
from frontend_api.reading_thread import ReadingThread
from frontend_api.recording_thread import RecordingThread
from frontend_api.relaying import Relaying
from frontend_api.routers import (
    applications,
    attestations,
    bounties,
    events,
    evidence,
    health,
    ipfs,
    log,
    metrics,
    payees,
    payouts,
    pools,
    projects,
    reputation,
    session,
    signatures,
    submissions,
    transactions,
)
from frontend_api.settings import GatewaySettings
from frontend_api.streams.places import Places
from frontend_api.watch import HANG_S, Watch
from frontend_api.webhook_thread import WebhookThread
from resonance_dao import __version__
from resonance_dao.settings import SETTINGS_FILE

ROUTERS = (
    *(projects, bounties, pools, applications, submissions, evidence, ipfs, attestations, reputation),
    *(payouts, payees, signatures, transactions, events, session, log, health, metrics),
)


def create_app(
    toolkit: Parts,
    settings: GatewaySettings | None = None,
    *,
    logger: FilteringBoundLogger | None = None,
    new_id: Callable[[], str] = lambda: uuid4().hex,
    clocks: Clocks | None = None,
    watch: Watch | None = None,
) -> FastAPI:
    """
    Return the gateway over a toolkit; its recorder runs for as long as the application does. `watch` is over
    the process, where that is the gateway's alone.
    """
    watch = watch or Watch()
    settings = settings or GatewaySettings()
    logger = logger or build_logger(sys.stderr)
    app = openapi.DescribedApi(
        title=openapi.TITLE,
        version=__version__,
        description=openapi.DESCRIPTION,
        openapi_tags=openapi.TAGS,
        lifespan=_lifespan,
        # Their pages load scripts from elsewhere, which our own headers forbid; /openapi.json is complete.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings, app.state.parts = settings, SharedParts(toolkit)
    app.state.recording = RecordingThread(app.state.parts, logger, watch.met)
    app.state.reading = ReadingThread(app.state.parts, logger, watch.met)
    clocks = clocks or Clocks()
    app.state.keeper = Keeper(app.state.parts, settings, clocks)
    app.state.relaying = Relaying(app.state.parts, app.state.keeper, app.state.recording, watch.met)
    app.state.telling = WebhookThread(app.state.parts, logger, watch.met, clocks.now)
    app.state.checkpoints = Checkpoints()
    app.state.registry = CollectorRegistry()
    app.state.registry.register(Standing(app.state.parts, app.state.recording))
    app.state.readiness, app.state.due = Kept(clocks.monotonic), KeptByKey(clocks.monotonic)
    app.state.places = Places(settings.streams, settings.streams_per_caller)
    app.state.leaving = threading.Event()
    app.state.loop_troubles, app.state.watch = LoopTroubles(logger, watch.met), watch
    problems.install(app, watch.met)
    for module in ROUTERS:
        # Side by side: routers inside the application's are searched several times as slowly.
        app.router.routes.extend(module.router.routes)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(Patience, silence_s=settings.silence_s)
    app.add_middleware(Entrance, keeper=app.state.keeper)
    app.add_middleware(RequestLog, logger=logger, new_id=new_id, met=watch.met)
    app.add_middleware(Measuring, times=RequestTimes(app.state.registry))
    app.add_middleware(SecurityHeaders)
    return app


def from_environment() -> FastAPI:
    """Return the gateway as the environment describes it: the factory for uvicorn."""
    from resonance_dao.toolkit import Toolkit

    settings = GatewaySettings.load(os.environ, SETTINGS_FILE)
    return create_app(Toolkit.from_environment(), settings, watch=Watch(HANG_S))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.watch.over(), _working(app):
        yield


@asynccontextmanager
async def _working(app: FastAPI) -> AsyncIterator[None]:
    recording: RecordingThread = app.state.recording
    reading: ReadingThread = app.state.reading
    asyncio.get_running_loop().set_exception_handler(app.state.loop_troubles)
    app.state.relaying.start()
    recording.start()
    app.state.telling.start()
    reading.start()
    # What stands by now stands until the end. Looked through again and again by the collector, it would hold
    # all requests for a tenth of a second each time.
    gc.freeze()
    try:
        with noticed(app.state.leaving):
            yield
    finally:
        gc.unfreeze()
        app.state.leaving.set()
        await anyio.to_thread.run_sync(app.state.relaying.close)
        await anyio.to_thread.run_sync(reading.stop)
        await anyio.to_thread.run_sync(recording.stop)
        await anyio.to_thread.run_sync(app.state.telling.stop)
        await anyio.to_thread.run_sync(app.state.keeper.close)
        app.state.parts.close()
