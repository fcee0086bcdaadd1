"""
What the event loop has nobody to tell goes into the gateway's log.

By itself asyncio prints it, with the way there, and where descriptors are short some thousand times a second:
it would fill the disk and leave no time for requests.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from time import monotonic
from traceback import walk_tb
from typing import Any

from structlog.typing import FilteringBoundLogger

QUIET_S = 10.0


class LoopTroubles:
    """Logs the first of each kind of trouble, then one in `QUIET_S` seconds, and how many it left out."""

    def __init__(
        self,
        logger: FilteringBoundLogger,
        met: Callable[[BaseException | None], object],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._logger, self._met, self._clock = logger, met, clock
        self._logged: dict[object, tuple[float, int]] = {}

    def __call__(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take what asyncio's `loop.call_exception_handler` is told."""
        self._met(context.get("exception"))
        kind, now = _kind(context), self._clock()
        last, left_out = self._logged.get(kind, (-math.inf, 0))
        if now - last < QUIET_S:
            self._logged[kind] = last, left_out + 1
            return
        self._logged[kind] = now, 0
        self._logger.error(
            "event_loop",
            reason=context["message"],
            task=_task(context),
            left_out=left_out,
            exc_info=context.get("exception"),
        )


def _kind(context: Mapping[str, Any]) -> object:
    """Return what two troubles of one kind share: the exception's type and place, or the words."""
    exception: BaseException | None = context.get("exception")
    if exception is None:
        return context["message"]
    # Words may name what is met only once, and would be kept for ever; places are as many as the code has.
    places = [(frame.f_code, line) for frame, line in walk_tb(exception.__traceback__)]
    return type(exception), *places[-1:]


def _task(context: Mapping[str, Any]) -> str | None:
    """Return what the coroutine of a task is called; its arguments are nobody's."""
    task = context.get("task", context.get("future"))
    return getattr(task.get_coro(), "__qualname__", None) if isinstance(task, asyncio.Task) else None
