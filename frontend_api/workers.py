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


class Workers:
    """So many threads, begun with the first work. Work must not raise; what it raises costs no thread."""

    def __init__(self, count: int, name: str) -> None:
        self._count, self._name, self._lock = count, name, threading.Lock()
        self._work = SimpleQueue[Callable[[], object] | None]()
        self._threads: list[threading.Thread] = []

    def do(self, work: Callable[[], object]) -> None:
        """Do this as soon as a thread is free."""
        if len(self._threads) < self._count:
            self._begin()
        self._work.put(work)

    def close(self) -> None:
        """Return when all that was given is done; nothing may be given any more."""
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join()

    def _begin(self) -> None:
        with self._lock:
            for number in range(len(self._threads), self._count):
                thread = threading.Thread(target=self._run, name=f"{self._name}-{number}", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    # No memory for another one: those that run do the work, and the next piece tries again.
                    if not self._threads:
                        raise
                    return
                self._threads.append(thread)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            with suppress(Exception):
                work()
