"""
Leaving: what must end by itself when the process is told to end.

The server waits for open answers before it tells the application, and a stream would go on meanwhile. So the
signal is noted first and then handed on, to whoever had it before.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def noticed(leaving: threading.Event) -> Iterator[None]:
    """Set `leaving` when the process is told to end; only the main thread can hear of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, _noting(leaving, handler))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _noting(
    leaving: threading.Event, handler: Callable[[int, FrameType | None], object]
) -> Callable[[int, FrameType | None], None]:
    def note(number: int, frame: FrameType | None) -> None:
        leaving.set()
        handler(number, frame)

    return note
