"""
How many streams are open: each holds a connection for minutes, so there are only so many, and fewer for one
caller.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock

from frontend_api.problems import RequestRefused

RETRY_S = 10


class Places:
    """The open streams of one process, altogether and by caller."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._open, self._lock = Counter[str](), Lock()

    @property
    def taken(self) -> int:
        """How many streams are open."""
        return self._open.total()

    def take(self, caller: str) -> None:
        """Take a place, to be given back; `RequestRefused` (429) when there is none."""
        with self._lock:
            if self._open[caller] >= self._most_each:
                raise _full(f"one caller may follow {self._most_each} requests at once")
            if self._open.total() >= self._most:
                raise _full(f"{self._most} requests are being followed already")
            self._open[caller] += 1

    def give_back(self, caller: str) -> None:
        """Give a place back."""
        with self._lock:
            self._open[caller] -= 1
            self._open += Counter()  # forgets callers without a stream


def _full(detail: str) -> RequestRefused:
    hint = "Close a stream, or ask /v1/requests/{number} now and then."
    headers = {"Retry-After": str(RETRY_S)}
    return RequestRefused(429, "too_many_requests", detail, hint=hint, headers=headers)
