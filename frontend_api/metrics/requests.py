"""
How long requests take, by route template: a path with its numbers would be a new series for every record.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic_ns

from prometheus_client import CollectorRegistry, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class RequestTimes:
    """The latencies of one process, in seconds until the answer begins."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._histogram = Histogram(
            "resonance_http_request_seconds",
            "Time until the answer began, by route template.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=registry,
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        known = method if method in METHODS else "other"
        self._histogram.labels(known, route, str(status)).observe(seconds)


class Measuring:
    """Notes every request's time and status; stands outside all that may refuse one."""

    def __init__(
        self, app: ASGIApp, *, times: RequestTimes, monotonic: Callable[[], int] = monotonic_ns
    ) -> None:
        self._app, self._times, self._monotonic = app, times, monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = self._monotonic()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = (self._monotonic() - begun) / 1e9
                self._times.note(scope["method"], _template(scope), message["status"], seconds)
            await send(message)

        await self._app(scope, receive, noted)


def _template(scope: Scope) -> str:
    # The router leaves the route that it chose in the scope.
    return str(getattr(scope.get("route"), "path", NO_ROUTE))
