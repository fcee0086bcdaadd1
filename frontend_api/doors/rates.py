"""
How often: the generic cell rate algorithm (ITU-T I.371), one number for each caller.

A caller may spend its whole quota at once, and gets it back evenly. The clock is monotonic, so that setting
the machine's time moves no limit; the counts are this process's own, and each replica has its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_CALLERS = 100_000
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Quota:
    """`count` requests in `window_s` seconds; `name` is what callers are told."""

    name: str
    count: int
    window_s: int = 60

    def to_header(self) -> str:
        """Return the quota as the header RateLimit-Policy tells it."""
        return f'"{self.name}";q={self.count};w={self.window_s}'


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, how many more may now, and in how many seconds things are better."""

    allowed: bool
    quota: Quota
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """Return the headers that tell it (draft-ietf-httpapi-ratelimit-headers)."""
        told = {
            "RateLimit-Policy": self.quota.to_header(),
            "RateLimit": f'"{self.quota.name}";r={self.remaining};t={self.reset_s}',
        }
        return told if self.allowed else {**told, "Retry-After": str(self.reset_s)}


class Rates:
    """Counts requests; `clock` gives monotonic nanoseconds."""

    def __init__(self, clock: Callable[[], int], most: int = MOST_CALLERS) -> None:
        self._clock, self._most, self._lock = clock, most, threading.Lock()
        # When each caller will have its whole quota back.
        self._full_at: OrderedDict[str, int] = OrderedDict()

    def take(self, caller: str, quota: Quota) -> Verdict:
        """Count one request of a caller, if its quota has room for it."""
        window = quota.window_s * _SECOND
        each = window // quota.count
        with self._lock:
            now, key = self._clock(), f"{quota.name} {caller}"
            full_at = max(self._full_at.get(key, now), now)
            wait = full_at + each - window - now
            if wait > 0:
                return Verdict(False, quota, 0, _seconds_up(wait))
            self._keep(key, full_at + each, now)
        left = now + window - full_at - each
        return Verdict(True, quota, left // each, _seconds_up(full_at + each - now))

    def __len__(self) -> int:
        return len(self._full_at)

    def _keep(self, key: str, full_at: int, now: int) -> None:
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        # Whoever came longest ago has most of its quota back: least is lost by forgetting it.
        while self._full_at and (
            len(self._full_at) > self._most or next(iter(self._full_at.values())) <= now
        ):
            self._full_at.popitem(last=False)


def _seconds_up(nanoseconds: int) -> int:
    return max(1, -(-nanoseconds // _SECOND))
