"""
What the event loop has nobody to tell goes into the gateway's log.

By itself asyncio prints it, with the way there, and where descriptors are short some thousand times a second:
it would fill the disk and leave no time for requests.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from time import monotonic
from typing import Any

from structlog.typing import FilteringBoundLogger

QUIET_S = 10.0


class LoopTroubles:
    """Logs the first of each kind of exception, then one in `QUIET_S` seconds, and how many it left out."""

    def __init__(self, logger: FilteringBoundLogger, clock: Callable[[], float] = monotonic) -> None:
        self._logger, self._clock = logger, clock
        self._logged: dict[type, tuple[float, int]] = {}

    def __call__(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take what asyncio's `loop.call_exception_handler` is told."""
        exception = context.get("exception")
        last, left_out = self._logged.get(type(exception), (-math.inf, 0))
        now = self._clock()
        if now - last < QUIET_S:
            self._logged[type(exception)] = last, left_out + 1
            return
        self._logged[type(exception)] = now, 0
        self._logger.error("event_loop", reason=context["message"], left_out=left_out, exc_info=exception)
