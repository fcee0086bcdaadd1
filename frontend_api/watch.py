"""
The end of a process that must not go on. Whatever runs it starts it anew, and nothing it promised is lost.

CPython does not survive it unharmed when its memory runs out: where a call deep within others finds no room,
3.11 dies of SIGSEGV or goes on with values that are not its own; the arithmetic of signing was broken from
then on. A process that signs and pays ends at once instead, as the kernel would have ended it.

An event loop that does not come round any more answers nobody, not even `/health`, and hears of no signal.
For that the standard library has a watch in a thread of C: it says on standard error where every thread was,
without values, and ends the process.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NoReturn

HANG_S = 120.0
"""No request holds the event loop for a second; a machine a hundred times slower is of no use."""
STATUS = 70
"""EX_SOFTWARE of sysexits.h: what is wrong is within."""
_LAST_WORDS = (
    b'{"event": "out_of_memory", "level": "critical", "reason": "the process ends: start it anew"}\n'
)
Met = Callable[[BaseException], object]
"""Told of what was raised where nobody else may hear of it: `Watch.met`."""
_BROKEN = (MemoryError, SystemError)
_DEPTH = 20


class Watch:
    """
    Over the process that runs the gateway. `hang_s` is how long its event loop may stand still; None where
    the process is somebody else's, and never ended.
    """

    def __init__(self, hang_s: float | None = None, end: Callable[[], object] | None = None) -> None:
        self._hang_s, self._end = hang_s, end or _end

    def met(self, error: BaseException | type[BaseException] | None) -> None:
        """End the process when this says, or came of it, that memory ran out or Python is broken."""
        if self._hang_s is None:
            return
        try:
            is_broken = _is_broken(error)
        except MemoryError:
            is_broken = True
        if is_broken:
            self._end()

    @asynccontextmanager
    async def over(self) -> AsyncIterator[None]:
        """Watch over the block; after an error the watch stays, since what comes then may hang too."""
        if self._hang_s is None:
            yield
            return
        _arm(self._hang_s)
        watching = asyncio.create_task(_come_round(self._hang_s))
        of_python, of_threads = sys.unraisablehook, threading.excepthook
        # What ends a thread is told here only, and that it had no memory to begin.
        sys.unraisablehook = self._hooked(of_python)
        threading.excepthook = self._hooked(of_threads)
        yield
        sys.unraisablehook, threading.excepthook = of_python, of_threads
        watching.cancel()
        faulthandler.cancel_dump_traceback_later()

    def _hooked(self, hook: Callable[[Any], object]) -> Callable[[Any], None]:
        def hooked(args: Any) -> None:
            self.met(args.exc_type)
            hook(args)

        return hooked


async def _come_round(hang_s: float) -> None:
    while True:
        await asyncio.sleep(hang_s / 4)
        _arm(hang_s)


def _arm(hang_s: float) -> None:
    # Each call replaces the one before. Where no thread can be begun now, there may be one the next time.
    with suppress(RuntimeError):
        faulthandler.dump_traceback_later(hang_s, exit=True, file=sys.__stderr__ or 2)


def _is_broken(error: BaseException | type[BaseException] | None) -> bool:
    if isinstance(error, type):
        return issubclass(error, _BROKEN)
    for _ in range(_DEPTH):
        if error is None or isinstance(error, _BROKEN):
            return error is not None
        error = error.__cause__ or error.__context__
    return False


def _end() -> NoReturn:
    try:
        os.write(2, _LAST_WORDS)
    finally:
        os._exit(STATUS)
