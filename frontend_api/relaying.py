"""
Requests for transactions, taken in together.

Each is planned in a thread, because its checks may ask the node. What is planned while others are on their
way to the node and the disk goes with the next group: one round trip simulates all of it, and one commit
keeps it. Nobody waits for company that is not there already. What fails in a group, and what a group cannot
do, is tried once more by itself, so that the answer is the one that it would have got alone.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import sleep
from typing import Any

from frontend_api.doors.identity import Identity
from frontend_api.doors.keeper import Keeper, Spent
from frontend_api.intake import Asked
from frontend_api.parts import Parts
from frontend_api.problems import RequestRefused
from frontend_api.recording_thread import RecordingThread
from frontend_api.schemas.wire import Wire
from frontend_api.watch import Met
from frontend_api.workers import Workers
from resonance_dao.errors import JournalUnavailable, ResonanceError
from resonance_dao.evidence import evidence
from resonance_dao.journal.entry import Accepted, Idempotency
from resonance_dao.journal.group import Asking
from resonance_dao.workflows import recording
from resonance_dao.workflows.system import System

THREADS = 40
LEADERS = 2
"""Groups that may be under way at once: one at the node while another is written."""
MEANWHILE_S = 0.002
"""How long a group waits for others that are being planned already; nobody else is waited for."""
MOST = 32
"""
The most calls of one round trip. Nodes take from a hundred to a thousand, but one after the other, and the
last one's caller waits for all of them.
"""

Outcome = Accepted | BaseException
_LOST = JournalUnavailable("the commit ended without an answer")


@dataclass(eq=False)
class Wanted:
    """A request on its way in: who wants it, on which route, under which key, and what is to be planned."""

    identity: Identity
    route: str
    key: str
    body: Wire
    plan: Callable[[System], Asked]
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def __post_init__(self) -> None:
        self.future: asyncio.Future[Accepted] = self.loop.create_future()

    def idempotency(self) -> Idempotency:
        """Return the caller's name for it, with the hash of what is wanted."""
        body = self.body.model_dump(mode="json", by_alias=True)
        return name_of(self.identity, self.key, self.route, body)


def name_of(identity: Identity, key: str, route: str, body: dict[str, Any]) -> Idempotency:
    """Return a caller's name for a request, with the hash of what is asked on which route."""
    return Idempotency.of(identity.scope, key, {"route": route, "body": body})


@dataclass(eq=False)
class Planned:
    """A request that is known to make sense, and what it asks for."""

    wanted: Wanted
    idempotency: Idempotency
    asked: Asked


class Relaying:
    """Takes requests in for one gateway until it is closed."""

    def __init__(
        self,
        parts: Parts,
        keeper: Keeper,
        recorder: RecordingThread,
        met: Met,
    ) -> None:
        self._parts, self._keeper, self._recorder = parts, keeper, recorder
        self._met, self._workers = met, Workers(THREADS, "relaying", met)
        self._lock, self._waiting, self._leading = threading.Lock(), deque[Planned](), 0
        self._planning = 0

    def start(self) -> None:
        """Begin before the first request does. Raises `RuntimeError` where the machine has no thread left."""
        self._workers.start()

    async def take(self, wanted: Wanted) -> Accepted:
        """Return the answer to a request once it is committed; raise what it was refused with."""
        with self._lock:
            self._planning += 1
        try:
            self._workers.do(partial(self._plan, wanted))
        except BaseException:
            self._end_planning()
            raise
        return await wanted.future

    def replayed(self, idempotency: Idempotency) -> Accepted | None:
        """Return the answer that this request got before; while the recorder is halted there is no other."""
        accepted = self._parts.journal.replayed(idempotency)
        if accepted is None and self._recorder.is_halted:
            # A receipt is a promise to record, and nobody is there to keep it.
            raise RequestRefused(503, "halted", f"nothing new is accepted: {self._recorder.reason}")
        return accepted

    def close(self) -> None:
        """End when what is under way has ended."""
        self._workers.close()

    def _plan(self, wanted: Wanted) -> None:
        try:
            planned = self._planned(wanted)
        finally:
            self._end_planning()
        if planned is not None:
            self._join(planned)

    def _end_planning(self) -> None:
        with self._lock:
            self._planning -= 1

    def _planned(self, wanted: Wanted) -> Planned | None:
        """Return what is wanted in full; None when it has its outcome."""
        try:
            idempotency = wanted.idempotency()
        except BaseException as exc:
            self._deliver([(wanted, exc)])
            return None
        try:
            if self._recorder.is_halted and (accepted := self.replayed(idempotency)):
                self._deliver([(wanted, accepted)])
                return None
            return Planned(wanted, idempotency, wanted.plan(self._parts.system))
        except BaseException as exc:
            self._refuse(wanted, idempotency, exc)
            return None

    def _join(self, planned: Planned) -> None:
        """Let a request go with the next group, and lead it when nobody does."""
        if planned.asked.text is not None:
            self._alone(planned)
            return
        with self._lock:
            self._waiting.append(planned)
            if self._leading >= LEADERS:
                return
            self._leading += 1
        try:
            self._lead()
        except BaseException:
            # Whoever comes next leads on.
            with self._lock:
                self._leading -= 1
            raise

    def _lead(self) -> None:
        while True:
            if self._planning:
                sleep(MEANWHILE_S)
            with self._lock:
                group = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                if not group:
                    self._leading -= 1
                    return
            try:
                if len(group) == 1:
                    self._alone(group[0])
                else:
                    self._together(group)
            except BaseException as exc:
                self._deliver([(one.wanted, exc) for one in group])

    def _together(self, group: Sequence[Planned]) -> None:
        try:
            costs = self._keeper.costs(self._parts.system, [one.asked.action for one in group])
            now = self._parts.now()
        except ResonanceError:
            costs, now = [None] * len(group), 0
        able: list[tuple[Planned, Spent, Asking]] = []
        for one, gwei in zip(group, costs, strict=True):
            found = None if gwei is None else self._afforded(one, gwei, now)
            if found is None:
                # Whoever fails is told why, and may take long, where nobody waits for it.
                self._workers.do(partial(self._alone, one))
            else:
                able.append((one, *found))
        if able:
            self._accept(able)

    def _afforded(self, one: Planned, gwei: int, now: int) -> tuple[Spent, Asking] | None:
        try:
            asking = self._asking(one, now)
            return self._keeper.spend(one.wanted.identity, one.wanted.route, gwei), asking
        except (ResonanceError, RequestRefused):
            return None

    def _accept(self, able: Sequence[tuple[Planned, Spent, Asking]]) -> None:
        try:
            self._parts.journal.accept_all([asking for *_, asking in able])
        finally:
            for _, spent, asking in able:
                if not isinstance(asking.outcome, Accepted) or asking.outcome.replayed:
                    self._keeper.refund(spent)
            self._deliver([(one.wanted, asking.outcome or _LOST) for one, _, asking in able])

    def _alone(self, one: Planned) -> None:
        wanted, asked = one.wanted, one.asked
        try:
            # What the call costs is found by simulating it, so that it is simulated once.
            gwei, now = self._keeper.cost(self._parts.system, asked.action), self._parts.now()
            asking = self._asking(one, now)

            def accept() -> Accepted:
                # Kept when it is paid for, or whoever has spent its budget would go on filling the store.
                if asked.text is not None:
                    self._keeper.count_bytes(wanted.identity, len(asked.text))
                    self._pin(asked.text, now)
                return self._parts.journal.take(asking)

            accepted = self._keeper.paid(wanted.identity, wanted.route, gwei, accept)
        except BaseException as exc:
            return self._refuse(wanted, one.idempotency, exc)
        return self._deliver([(wanted, accepted)])

    def _refuse(self, wanted: Wanted, idempotency: Idempotency, why: BaseException) -> None:
        """Refuse what was not accepted before; what was right then may be settled by now."""
        self._met(why)
        try:
            self._deliver([(wanted, self.replayed(idempotency) or why)])
        except BaseException as exc:
            self._deliver([(wanted, exc)])

    def _deliver(self, many: Sequence[tuple[Wanted, Outcome]]) -> None:
        """Give requests their outcomes, waking the loop that each came from once."""
        for _, outcome in many:
            # Its caller may have gone, or had the answer before.
            if isinstance(outcome, BaseException):
                self._met(outcome)
        for loop in {wanted.loop for wanted, _ in many}:
            try:
                loop.call_soon_threadsafe(_settle, [one for one in many if one[0].loop is loop])
            except RuntimeError:
                continue  # The loop has ended, and with it whoever waited.

    def _asking(self, one: Planned, now: int) -> Asking:
        asked = one.asked
        draft = recording.draft(self._parts.journal, asked.action, asked.subject, details=asked.details)
        return Asking(draft, now, one.idempotency)

    def _pin(self, text: bytes, now: int) -> None:
        added = evidence.add_evidence(self._parts.store, io.BytesIO(text), max_bytes=len(text))
        if added.failed:
            self._parts.recorder.report_pins(added.text, added.pins, now)


def _settle(many: Sequence[tuple[Wanted, Outcome]]) -> None:
    for wanted, outcome in many:
        if wanted.future.done():
            continue  # The caller has gone, or has an answer.
        if isinstance(outcome, Accepted):
            wanted.future.set_result(outcome)
        else:
            # A future takes no StopIteration, and would leave the caller waiting.
            told = isinstance(outcome, Exception) and not isinstance(outcome, StopIteration)
            wanted.future.set_exception(outcome if told else _LOST)
