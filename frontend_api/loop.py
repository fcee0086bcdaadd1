"""
A thread that comes round again and again, beside the gateway's requests, for as long as the application
lives.

After a round that fails the next one comes. Where none goes through for long, or the thread is gone,
`/health` tells it, and whoever watches over the process starts it anew, which loses nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from frontend_api.watch import Met

INTERVAL_S = 0.5
TROUBLE_S = 10.0
"""The longest pause."""
_PAUSES_S = (0.5, 1.0, 2.0, 5.0, TROUBLE_S)


class Pauses:
    """The wait after each round: `INTERVAL_S` while all is well, longer with each failure in a row."""

    def __init__(self) -> None:
        self._failures = 0

    def after(self, *, is_well: bool) -> float:
        """Return how many seconds to wait after a round."""
        self._failures = 0 if is_well else self._failures + 1
        return _PAUSES_S[min(self._failures, len(_PAUSES_S)) - 1] if self._failures else INTERVAL_S


class Loop:
    """
    Calls `work` again and again; it returns how many seconds to wait until the next round. What it raises is
    handed to `met`, and the round counts as none. `name` is the thread's too.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], float],
        met: Met,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name, self._work, self._met, self._clock = name, work, met, clock
        self._stop, self._came_round = threading.Event(), clock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._has_begun = False

    @property
    def is_alive(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    def stands_still(self, longest_s: float) -> bool:
        """Whether it should go on and does not: its thread is gone, or for so long no round went through."""
        if not self._has_begun or self._stop.is_set():
            return False
        return not self._thread.is_alive() or self._clock() - self._came_round > longest_s

    def start(self) -> None:
        """Begin."""
        self._came_round = self._clock()
        self._thread.start()
        self._has_begun = True

    def stop(self, timeout_s: float) -> None:
        """End after the round in hand."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        pause_s, pauses = 0.0, Pauses()
        while not self._stop.wait(pause_s):
            try:
                pause_s = self._work()
            except Exception as exc:
                pause_s = pauses.after(is_well=False)
                self._met(exc)
            else:
                pauses.after(is_well=True)
                # A pause is no standing still, however long it is.
                self._came_round = self._clock() + pause_s
