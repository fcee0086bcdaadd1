"""
Answers that cost much and change slowly, kept for a moment: whoever asks often must not make the gateway ask
the node as often.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from resonance_dao.errors import ResonanceError

KEPT_NS, KEYS = 2 * 10**9, 256
Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """One answer, made by one thread while the others wait; `clock` gives monotonic nanoseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._until: int | None = None
        self._found: Answer | ResonanceError | None = None

    def get(self, make: Callable[[], Answer]) -> Answer:
        """Return the answer that `make` gave within the last 2 s, or raise what it raised; else ask it."""
        with self._lock:
            if self._until is None or self._clock() >= self._until:
                self._found = _outcome(make)
                # Counted from its end: an answer that took long would be over before it was given.
                self._until = self._clock() + KEPT_NS
            found = self._found
        if isinstance(found, ResonanceError):
            raise found.with_traceback(None)
        return found  # type: ignore[return-value]  # `Answer` may be None itself


class KeptByKey(Generic[Answer]):
    """Several such answers by what was asked, the newest `KEYS` of them."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._kept: OrderedDict[Hashable, Kept[Answer]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return the answer to `key` as `Kept.get` does."""
        with self._lock:
            kept = self._kept.setdefault(key, Kept(self._clock))
            self._kept.move_to_end(key)
            if len(self._kept) > KEYS:
                self._kept.popitem(last=False)
        return kept.get(make)


def _outcome(make: Callable[[], Answer]) -> Answer | ResonanceError:
    try:
        return make()
    except ResonanceError as exc:
        return exc
