"""
Somebody else used our key: a nonce of ours is used up, and no receipt of ours tells by what; or one is used
that the journal never gave.

A receipt may lag behind the nonce, and one answer may be wrong, so several looks decide. Nobody but the
publisher's key keeps the promise of the receipts, so a stranger who has it stops everything. A key of the
pool is put out of service instead, told of, and what its nonce was for is ended when the stranger's use is
final: all attempts at an operation share one nonce, so none can be carried out any more.
"""

from __future__ import annotations

from collections.abc import Mapping

from resonance_dao.chain.chain import Chain, nonce_of
from resonance_dao.errors import JournalConflict
from resonance_dao.journal.alarms import Alarms
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FILL, Operation
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows import alarming
from resonance_dao.workflows.receipts import is_known
from resonance_dao.workflows.senders import Senders
from resonance_dao.workflows.settling import Settler

# A receipt may lag behind the nonce that it uses up; this many looks in a row decide.
FOREIGN_AFTER = 3
WATCH_EVERY_S = 60


class ForeignNonces:
    """Watches the nonces of what was sent and has no receipt, and those that nothing of ours has."""

    def __init__(self, journal: Journal, chain: Chain, senders: Senders, settler: Settler) -> None:
        self._chain, self._senders, self._settler = chain, senders, settler
        self._outbox, self._alarms = Outbox(journal), Alarms(journal)
        self._looks: dict[int, int] = {}
        self._doubts: dict[str, int] = {}
        self._watched_at: int | None = None

    def watch(self, now: int) -> int:
        """
        Look at every key once a minute, and at each look while one is doubted; return how many were put out
        of service.

        Raises `JournalConflict` when the publisher's key is in other hands too.
        """
        at = self._watched_at
        if at is not None and 0 <= now - at < WATCH_EVERY_S and not self._senders.doubted:
            return 0
        self._watched_at = now
        retired = self._senders.retired()
        return sum(self._watch(key, now) for key in self._senders.addresses if key not in retired)

    def forget(self, operation: Operation) -> None:
        """Count anew: there is a receipt, or the nonce is free."""
        self._looks.pop(operation.id, None)

    def look(self, operation: Operation, used: int, final: int, now: int) -> int:
        """
        Look at an operation without a receipt, whose sender has `used` nonces; return 1 when it ended.

        Raises `JournalConflict` when the publisher's key is in other hands too.
        """
        if used <= nonce_in(operation):
            self.forget(operation)
            return 0
        looks = self._looks[operation.id] = self._looks.get(operation.id, 0) + 1
        # What fills a gap may be needed again when the chain takes back what filled it instead.
        if looks < FOREIGN_AFTER or (operation.purpose == FILL and not self._is_for_good(operation, final)):
            return 0
        if operation.purpose == FILL:
            self._outbox.abandon(operation.id)
            return 0
        # A node that has lost a receipt, or tells of one in a block that is not there, still knows ours.
        if any(is_known(self._chain, attempt.tx_hash) for attempt in operation.attempts):
            return 0
        if self._senders.is_vouched_for(operation.sender, nonce_in(operation)):
            return self._end(operation, final, now)
        if operation.sender == self._senders.publisher:
            self._alarm(operation, now)
            raise _foreign(operation.sender, operation.nonce, operation=operation.id)
        self._alarm(operation, now)
        self._senders.retire(operation.sender, alarming.FOREIGN, now)
        return self._end(operation, final, now)

    def _watch(self, key: str, now: int) -> int:
        used = self._senders.nonce(key)
        known = self._senders.accounted(key, used, now)
        self._doubts[key] = self._doubts.get(key, 0) + 1 if used > known else 0
        if self._doubts[key] < FOREIGN_AFTER:
            return 0
        self._sound(key, {"nonce": known, "used": used}, now)
        if key == self._senders.publisher:
            raise _foreign(key, known)
        self._senders.retire(key, alarming.FOREIGN, now)
        return 1

    def _alarm(self, operation: Operation, now: int) -> None:
        self._sound(operation.sender, {"nonce": operation.nonce, "request": operation.entry}, now)

    def _sound(self, key: str, details: Mapping[str, int | None], now: int) -> None:
        told = alarming.disclosure(alarming.FOREIGN, key, {"sender": key, **details})
        self._alarms.sound(told, now)

    def _end(self, operation: Operation, final: int, now: int) -> int:
        if not self._is_for_good(operation, final):
            return 0
        self.forget(operation)
        self._settler.lose(operation, now)
        return 1

    def _is_for_good(self, operation: Operation, final: int) -> bool:
        return final >= 0 and nonce_of(self._chain, operation.sender, final) > nonce_in(operation)


def nonce_in(operation: Operation) -> int:
    """Return the nonce of an operation that was signed."""
    if operation.nonce is None:
        raise JournalConflict(f"operation {operation.id} is {operation.state} without a nonce")
    return operation.nonce


def _foreign(key: str, nonce: int | None, **about: int) -> JournalConflict:
    return JournalConflict(
        f"nonce {nonce} of {key} was used by somebody else's transaction",
        hint="Nothing else may send with the operator's key. Find out who did.",
        nonce=nonce,
        **about,
    )
