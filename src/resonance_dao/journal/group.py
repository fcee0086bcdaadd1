"""
Group commit: requests that arrive while a commit is under way share the next one.

A commit costs a flush to the disk, however much is in it. Whoever comes first leads: it writes everything
that waits, and when it is done the first of those who came meanwhile leads on. Nobody waits for company, and
nobody is answered before the commit that holds its answer. There is no thread here that could die.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from resonance_dao.errors import JournalUnavailable
from resonance_dao.journal.entry import Accepted, Draft, Guard, Idempotency

MOST = 256
"""The most requests of one commit, so that other writers of the database get their turn."""
MOST_REMOTE = 16
"""The same, where each receipt waits for a signer elsewhere while the commit is open."""


@dataclass(eq=False)
class Asking:
    """
    A request on its way into the journal. `guard` runs inside the commit and refuses the request by raising.
    """

    draft: Draft
    now: int
    idempotency: Idempotency | None = None
    guard: Guard | None = None
    outcome: Accepted | BaseException | None = None
    turn: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> Accepted:
        """Return the answer, or raise what it was refused with."""
        if isinstance(self.outcome, Accepted):
            return self.outcome
        raise self.outcome or JournalUnavailable("the commit ended without an answer")


class Group:
    """Hands requests to `write` together; `write` sets the outcome of each before it returns."""

    def __init__(self, write: Callable[[Sequence[Asking]], None], most: int = MOST) -> None:
        self._write, self._most = write, most
        self._lock = threading.Lock()
        self._waiting: deque[Asking] = deque()
        self._is_led = False

    def accept(self, asking: Asking) -> Accepted:
        """Return the answer to a request once it is committed; raise what it was refused with."""
        self.accept_all([asking])
        return asking.answer()

    def accept_all(self, many: Sequence[Asking]) -> None:
        """Give several requests their outcomes, with as few commits as hold them."""
        if not many:
            return
        with self._lock:
            self._waiting.extend(many)
            leads, self._is_led = not self._is_led, True
        if leads:
            self._lead()
        for at, asking in enumerate(many):
            if asking.outcome is None:
                self._wait(asking, many[at:])
            if asking.outcome is None:
                self._lead()

    def _wait(self, asking: Asking, mine: Sequence[Asking]) -> None:
        try:
            asking.turn.wait()
        except BaseException:
            # An interrupted caller must not keep the lead that it may just have been given.
            with self._lock:
                waiting = [one for one in mine if one in self._waiting]
                for one in waiting:
                    self._waiting.remove(one)
            if any(one.turn.is_set() for one in waiting):
                self._hand_over(())
            raise

    def _lead(self) -> None:
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        try:
            self._write(group)
        except BaseException as exc:
            _fail(group, exc)
        finally:
            self._hand_over(group)

    def _hand_over(self, group: Sequence[Asking]) -> None:
        with self._lock:
            following = next(iter(self._waiting), None)
            self._is_led = following is not None
            if following is not None:
                following.turn.set()
        for asking in group:
            asking.turn.set()


def _fail(group: Sequence[Asking], exc: BaseException) -> None:
    """Give every request without an outcome its error. What interrupts one caller is not for the others."""
    leader, *others = group
    told = exc if isinstance(exc, Exception) else JournalUnavailable("the commit was interrupted")
    leader.outcome = exc if leader.outcome is None else leader.outcome
    for asking in others:
        asking.outcome = told if asking.outcome is None else asking.outcome
