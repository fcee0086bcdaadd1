"""
A body that is too large is cut off while it arrives, before anything keeps it.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontend_api.problems import RequestRefused, of_http
from frontend_api.settings import GatewaySettings

UPLOAD_PATH = "/v1/evidence"
# A multipart body carries boundaries and part headers beside the file.
_ENVELOPE_BYTES = 16_384


class BodyLimit:
    """Refuses by Content-Length at once, and by counting when the length was not told or not true."""

    def __init__(self, app: ASGIApp, *, settings: GatewaySettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named, bound = self._bounds(scope["path"])
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdigit() or int(told) > bound:
            await of_http(refusal(named)).response(Request(scope))(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > bound:
                raise refusal(named)
            return message

        await self._app(scope, counted, send)

    def _bounds(self, path: str) -> tuple[int, int]:
        if path.rstrip("/") == UPLOAD_PATH:
            return self._settings.upload_bytes, self._settings.upload_bytes + _ENVELOPE_BYTES
        return self._settings.body_bytes, self._settings.body_bytes


def refusal(limit: int) -> RequestRefused:
    """Return the refusal that names the limit, in bytes."""
    return RequestRefused(413, "too_large", f"at most {limit} bytes are taken here")
