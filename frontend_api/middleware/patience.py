"""
A request that makes no progress is ended: a body that trickles, or an answer that does not come.

The clock starts again with every part that is read or sent, so that a long upload over a slow line is not
cut. Work in a thread cannot be interrupted; its own time limits (RPC, database) bound it, and the answer
follows at once.
"""

from __future__ import annotations

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontend_api.problems import RequestRefused, of_http


class Patience:
    """
    Answers 408 when the caller is silent, 504 when the gateway is, after `silence_s` seconds without
    progress.
    """

    def __init__(self, app: ASGIApp, *, silence_s: int) -> None:
        self._app, self._silence_s = app, silence_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waiting_for_caller = has_started = False
        with anyio.move_on_after(self._silence_s) as patience:

            async def read() -> Message:
                nonlocal waiting_for_caller
                waiting_for_caller = True
                patience.deadline = anyio.current_time() + self._silence_s
                message = await receive()
                waiting_for_caller = False
                patience.deadline = anyio.current_time() + self._silence_s
                return message

            async def written(message: Message) -> None:
                nonlocal has_started
                has_started = True
                await send(message)
                patience.deadline = anyio.current_time() + self._silence_s

            await self._app(scope, read, written)
        if patience.cancelled_caught and not has_started:
            status, silent = (408, "caller") if waiting_for_caller else (504, "gateway")
            refused = RequestRefused(
                status, "timed_out", f"the {silent} was silent for {self._silence_s} seconds"
            )
            await of_http(refused).response(Request(scope))(scope, receive, send)
