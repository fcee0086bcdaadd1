"""
An id for every request, one log line for every answer, and the last net for what nobody expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic_ns

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from frontend_api.problems import Problem, of_shortage
from frontend_api.watch import Met

HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestLog:
    """
    Takes the caller's `X-Request-Id` when it is well formed, else makes one; answers 500 for unknown
    exceptions, which it hands to `met`, and 503 where the machine ran short.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        logger: FilteringBoundLogger,
        new_id: Callable[[], str],
        met: Met,
    ) -> None:
        self._app, self._logger, self._new_id, self._met = app, logger, new_id, met

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        scope["request_id"] = given if _GIVEN.fullmatch(given) else self._new_id()
        with structlog.contextvars.bound_contextvars(request_id=scope["request_id"]):
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = monotonic_ns(), 0

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = scope["request_id"]
            await send(message)

        try:
            await self._app(scope, receive, numbered)
        except Exception as exc:
            self._met(exc)
            shortage = of_shortage(exc)
            self._tell_failure(scope, exc, is_short=shortage is not None)
            if status:
                raise
            problem = shortage or Problem(500, "internal", "an unexpected error occurred")
            await problem.response(Request(scope))(scope, receive, numbered)
        finally:
            taken = (monotonic_ns() - started) // 1_000_000
            self._logger.info(
                "request", method=scope["method"], path=scope["path"], status=status, milliseconds=taken
            )

    def _tell_failure(self, scope: Scope, error: Exception, *, is_short: bool) -> None:
        about = {"method": scope["method"], "path": scope["path"]}
        try:
            if is_short:
                # It comes with every request then, and from anywhere.
                self._logger.warning("request_short", **about, reason=repr(error))
            else:
                self._logger.error("request_failed", **about, exc_info=error)
        except MemoryError as exc:
            # The answer is owed even where there is no memory for a line.
            self._met(exc)
