"""
Connections that bring no request are closed: silent ones, and those whose headers trickle.

The server below keeps such a connection for as long as its caller likes; some hundreds of them would use up
the process' descriptors. Bodies are the application's to time.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEADERS_S = 15.0
"""How long a caller may take to the end of its headers, s."""
_LEAST, _DEFAULT = 64, 32_768


class Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """uvicorn's connection, with a time for headers."""

    _headers_until: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_headers()

    def data_received(self, data: bytes) -> None:
        """Take what came; the time runs from its first byte until the headers are complete."""
        super().data_received(data)
        if self._is_waiting():
            self._await_headers()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_waiting(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def _await_headers(self) -> None:
        if self._headers_until is None:
            self._headers_until = self.loop.call_later(HEADERS_S, self._give_up)

    def _stop_waiting(self) -> None:
        if self._headers_until is not None:
            self._headers_until.cancel()
            self._headers_until = None

    def _give_up(self) -> None:
        self._headers_until = None
        if self._is_waiting() and not self.transport.is_closing():
            self.transport.close()


def most() -> int:
    """Return how many connections may be open: half of the descriptors; database and node need some."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return _DEFAULT
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _DEFAULT if soft == resource.RLIM_INFINITY else max(_LEAST, soft // 2)
