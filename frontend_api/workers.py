"""
Threads that do what they are given, in order, and say nothing: what comes of it is told by the work itself.

The standard library's executor makes a future with a lock and a condition for each piece of work, which takes
longer than most of what is handed over here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

CLOSING_S = 5.0
"""How long closing waits for a thread that is just being begun; short of memory, Python may wait for ever."""


class Workers:
    """
    Up to so many threads: the first begins with the first work, each with a piece of work begins another.
    Work must not raise; what it raises costs no thread.
    """

    def __init__(self, count: int, name: str) -> None:
        self._count, self._name, self._lock = count, name, threading.Lock()
        self._work = SimpleQueue[Callable[[], object] | None]()
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    def do(self, work: Callable[[], object]) -> None:
        """Do this as soon as a thread is free. Raises `RuntimeError` where not one can be begun."""
        if not self._threads:
            with self._lock:
                if not self._threads:
                    self._begin()
        self._work.put(work)

    def close(self) -> None:
        """Return when all that was given is done; nothing may be given any more."""
        is_locked = self._lock.acquire(timeout=CLOSING_S)
        self._is_closed, threads = True, tuple(self._threads)
        if is_locked:
            self._lock.release()
        for _ in threads:
            self._work.put(None)
        for thread in threads:
            thread.join()

    def _begin(self) -> None:
        name = f"{self._name}-{len(self._threads)}"
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _begin_another(self) -> None:
        """Begin one more, if one is missing: not where requests arrive, since beginning one may take long."""
        if len(self._threads) < self._count and self._lock.acquire(blocking=False):
            try:
                if len(self._threads) < self._count and not self._is_closed:
                    self._begin()
            finally:
                self._lock.release()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            # No memory for another one: those that run do the work, and the next piece tries again.
            with suppress(Exception):
                self._begin_another()
            with suppress(Exception):
                work()
