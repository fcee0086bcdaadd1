"""
Being told to end: SIGTERM ends a command as Ctrl-C does, so that what it started ends with it.

Left to itself, SIGTERM ends the process on the spot: a development chain or a gateway that it started would
live on. A process that a shell starts in the background does not even hear Ctrl-C; SIGTERM is all it hears.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def term_as_interrupt() -> Iterator[None]:
    """
    Raise `KeyboardInterrupt` at the first SIGTERM. Those after it are let pass: tidying up goes on to its
    end. Only the main thread can hear of signals; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
