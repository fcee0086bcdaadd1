"""
Threads that do what they are given, in order, and say nothing: what comes of it is told by the work itself.

The standard library's executor makes a future with a lock and a condition for each piece of work, which takes
longer than most of what is handed over here. It also begins its threads one by one, when there is work: short
of memory, Python can wait for ever for a thread that died while it began, and the work with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from frontend_api.watch import Met


class Workers:
    """
    So many threads, begun together. Work must not raise; what it raises is handed to `met` and costs no
    thread.
    """

    def __init__(self, count: int, name: str, met: Met) -> None:
        self._met, self._lock = met, threading.Lock()
        self._work = SimpleQueue[Callable[[], object] | None]()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]

    def start(self) -> None:
        """Begin, unless it was done. Raises `RuntimeError` where the machine has no thread left."""
        with self._lock:
            for thread in self._threads:
                if thread.ident is None:
                    thread.start()

    def do(self, work: Callable[[], object]) -> None:
        """Do this as soon as a thread is free; begin, where nobody did."""
        if self._threads[-1].ident is None:
            self.start()
        self._work.put(work)

    def close(self) -> None:
        """Return when all that was given is done; nothing may be given any more."""
        begun = [thread for thread in self._threads if thread.is_alive()]
        for _ in begun:
            self._work.put(None)
        for thread in begun:
            thread.join()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except Exception as exc:
                self._met(exc)
