"""
The time that promises are made in: the later of the machine's clock and the chain's.

A receipt's deadline is judged by the times of blocks. On a machine whose clock is slow it would be over when
it is given, so no moment before the newest block's counts. Between two looks at the chain its time goes on by
the monotonic clock. A clock that is fast breaks no promise, and cannot be told from a chain that stands still
or a node that lags: it is left as it is, and `standing` says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from resonance_dao.chain.chain import Chain
from resonance_dao.errors import ChainUnreachable, ResonanceError

LOOK_EVERY_S = 2.0
BEHIND_MAX_S = 60
OLD_AFTER_S = 300
APART_MAX_S = 86_400
"""A block still further ahead is not believed: a promise would be made for a day that a node invents."""


class ChainClock:
    """
    A clock for many threads; one of them looks at the chain at a time. `wall` gives unix s, `monotonic` s.
    """

    def __init__(
        self,
        chain: Chain,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chain, self._wall, self._monotonic = chain, wall, monotonic
        self._lock = threading.Lock()
        self._seen: tuple[int, float] | None = None
        self._look_at: float | None = None

    def now(self) -> int:
        """
        Return unix s. While the chain does not answer its time goes on from the last look.

        Raises `ChainUnreachable` when it has never answered, or tells of a time that cannot be.
        """
        if self._seen is None or self._is_due():
            self._look()
        if self._seen is None:
            raise ChainUnreachable("the chain's time is not known yet", hint="Is the endpoint there?")
        head, at = self._seen
        return max(int(self._wall()), head + int(self._monotonic() - at))

    def _is_due(self) -> bool:
        return self._look_at is None or self._monotonic() >= self._look_at

    def _look(self) -> None:
        # Who finds another looking goes on with what was seen; only the very first look is waited for.
        if not self._lock.acquire(blocking=self._seen is None):
            return
        try:
            if self._is_due():
                self._seen = self._looked()
        finally:
            self._look_at = self._monotonic() + LOOK_EVERY_S
            self._lock.release()

    def _looked(self) -> tuple[int, float] | None:
        at = self._monotonic()
        try:
            head = self._chain.block().timestamp
        except ResonanceError:
            return self._seen
        if head - self._wall() > APART_MAX_S:
            raise ChainUnreachable(
                f"the newest block is of {head} (unix s), more than a day after this machine's clock",
                hint="Set the machine's clock. If it is right, the node is not to be believed.",
            )
        return head, at


class Standing(NamedTuple):
    """
    How the machine's clock stands to the newest block: `behind` in s, below 0 when it is later, as it should.
    """

    behind: int

    @property
    def is_slow(self) -> bool:
        """Whether the machine's clock is wrong for certain: no block is of the future."""
        return self.behind > BEHIND_MAX_S

    @property
    def is_doubtful(self) -> bool:
        """Whether the newest block is older than it should be: chain, node or clock is at fault."""
        return -self.behind > OLD_AFTER_S

    @property
    def words(self) -> str:
        """Say it."""
        if self.behind > 0:
            return f"this machine's clock is {self.behind} s behind the newest block"
        return f"the newest block is {-self.behind} s old by this machine's clock"

    @property
    def advice(self) -> str:
        """Say what to do; nothing when all is well."""
        if self.is_slow:
            return (
                "Set the machine's clock (NTP). Receipts go by the chain's time meanwhile, sessions do not."
            )
        if self.is_doubtful:
            return "Does the node lag, does the chain stand still, or is this machine's clock ahead?"
        return ""


def standing(chain: Chain, machine: int) -> Standing:
    """Compare the machine's clock (unix s) with the newest block."""
    return Standing(chain.block().timestamp - machine)
