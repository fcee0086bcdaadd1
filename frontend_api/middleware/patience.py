"""
A request that makes no progress is ended: a body that trickles, or an answer that does not come.

The clock starts again with every part that is read or sent, so that a long upload over a slow line is not
cut; but a body must come at a thousand bytes a second on the whole, or a byte now and then would hold its
place for ever. Work in a thread cannot be interrupted; its own time limits (RPC, database) bound it, and the
answer follows at once.
"""

from __future__ import annotations

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontend_api.problems import RequestRefused, of_http

LEAST_RATE = 1_000
"""Bytes of a body that a caller must send in each second, when the first `silence_s` are over."""


class Patience:
    """
    Answers 408 when the caller is silent or too slow, 504 when the gateway is silent, after `silence_s`
    seconds without progress.
    """

    def __init__(self, app: ASGIApp, *, silence_s: int) -> None:
        self._app, self._silence_s = app, silence_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waiting_for_caller = has_started = has_all = False
        waited, taken = 0.0, 0
        with anyio.move_on_after(self._silence_s) as patience:

            async def read() -> Message:
                nonlocal waiting_for_caller, has_all, waited, taken
                begun, left = anyio.current_time(), self._silence_s + taken / LEAST_RATE - waited
                waiting_for_caller = True
                # When the body is there, whoever reads on waits for the caller to go.
                patience.deadline = begun + (self._silence_s if has_all else min(self._silence_s, left))
                message = await receive()
                waiting_for_caller = False
                waited += anyio.current_time() - begun
                taken += len(message.get("body", b""))
                has_all = not message.get("more_body", False)
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
                status, "timed_out", f"the {silent} was silent for {self._silence_s} seconds, or too slow"
            )
            await of_http(refused).response(Request(scope))(scope, receive, send)
