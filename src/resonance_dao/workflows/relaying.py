"""
The relayer: takes transactions from the outbox to the chain, each exactly once.

Key, nonce and signed bytes are committed before anything is broadcast (R1), an operation keeps them for ever
(R3), and a receipt is looked for under every attempt (R4). What is mined stays provisional until it is final
and its block is still the chain's (R5). So a process may die between any two lines of this file, and the
next one goes on. Trouble with one operation is told when the step has gone through the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from resonance_dao.chain.chain import Chain
from resonance_dao.chain.policy import SignerPolicy
from resonance_dao.errors import (
    ChainMismatch,
    ChainUnreachable,
    JournalConflict,
    ResonanceError,
    SignatureRefused,
    ToolMissing,
)
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import (
    ANCHOR,
    IN_FLIGHT,
    QUEUED,
    REQUEST,
    SIGNED,
    Attempt,
    Operation,
    Signed,
)
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows.broadcast import Answer, Reply, broadcast, unclear
from resonance_dao.workflows.confirming import Confirmer, paged
from resonance_dao.workflows.finality import Finality
from resonance_dao.workflows.foreign_nonces import ForeignNonces, nonce_in
from resonance_dao.workflows.gaps import Gaps
from resonance_dao.workflows.pricing import (
    Price,
    dear_enough,
    is_dear_enough,
    market,
    too_dear,
    too_dear_today,
)
from resonance_dao.workflows.receipts import is_known, receipt_of
from resonance_dao.workflows.senders import Senders, Turn, poor
from resonance_dao.workflows.settling import CANCELLED, Settler
from resonance_dao.workflows.weighing import Weigher

# So many times as long as until a price is raised: then what a node neither takes nor refuses is given up.
GIVE_UP_AFTER = 20


class Relayer:
    """Signs, sends and confirms the operations of one journal."""

    def __init__(
        self,
        journal: Journal,
        chain: Chain,
        senders: Senders,
        settler: Settler,
        finality: Finality,
        policy: SignerPolicy | None = None,
    ) -> None:
        self._journal, self._outbox, self._chain = journal, Outbox(journal), chain
        self._senders, self._limits, self._settler = senders, senders.limits, settler
        self._weigher = Weigher(chain, settler, policy)
        self._foreign = ForeignNonces(journal, chain, senders, settler)
        self._confirmer = Confirmer(self._outbox, chain, settler, finality, self._foreign)
        self._gaps = Gaps(self._outbox, chain, senders)
        self._trouble: ResonanceError | None = None

    def sign(self, now: int) -> int:
        """
        Give queued operations their key, nonce and signature, appends to the log first and then the oldest;
        return how many.
        """
        flying, pages = self._in_flight(), self._queued()
        if not (page := next(pages)):
            return 0
        price = market(self._chain)
        if price.maximum > self._limits.fee_cap:
            raise too_dear_today(price, self._limits.fee_cap)
        self._trouble, turn = None, self._senders.turn(flying, price, now)
        signed, slots = 0, turn.slots
        before = [operation.id for operation in flying if operation.purpose == REQUEST]
        for operation in turn.met(chain([page], pages)):
            if slots <= 0:
                break
            if candidates := turn.candidates(operation):
                slots -= 1
                signed += self._attempt(self._sign, operation, candidates, turn, price, before, now)
                before += [operation.id] if operation.purpose == REQUEST else []
        self._trouble = self._trouble or turn.trouble
        self._tell()
        return signed

    def send(self, now: int) -> int:
        """
        Broadcast what is signed, again what was dropped, and dearer what has waited too long; return how
        many.
        """
        sent, self._trouble = 0, None
        for operation in sorted(self._in_flight(), key=nonce_in):
            sent += self._attempt(self._send, operation, now)
        self._tell()
        return sent

    def cancel(self, now: int) -> int:
        """
        Refuse what is to be cancelled and still waits, and replace by nothing what may have been sent; return
        how many.
        """
        done, self._trouble = 0, None
        for operation in self._outbox.to_cancel():
            if operation.state == QUEUED:
                self._settler.refuse(operation, CANCELLED, now)
                done += 1
            elif not operation.attempts[-1].fills:
                done += self._attempt(self._replace, operation, now, True)
        self._tell()
        return done

    def confirm(self, now: int) -> int:
        """
        Look for receipts, step back where the chain did, and end what is final; return how many ended.
        """
        return self._confirmer.confirm(now)

    def watch(self, now: int) -> int:
        """Look whether others used a key; see `ForeignNonces.watch`."""
        return self._foreign.watch(now)

    def fill_gaps(self, now: int) -> int:
        """
        Use up nonces below the first one that a key has in flight and that no operation has: a chain that
        steps back leaves them.
        """
        return self._gaps.fill(now)

    def _attempt(self, step: Callable[..., int], operation: Operation, *rest: Any) -> int:
        """Do a step with one operation; its trouble is told later, unless it is everybody's."""
        try:
            return step(operation, *rest)
        except (ChainMismatch, ChainUnreachable, JournalConflict):
            raise
        except ResonanceError as exc:
            self._trouble = exc
            return 0

    def _in_flight(self) -> list[Operation]:
        return [operation for page in paged(self._outbox, *IN_FLIGHT) for operation in page]

    def _queued(self) -> Iterator[list[Operation]]:
        """Yield what is queued, page by page: what cannot be sent must not hide what can."""
        requests = paged(self._outbox, QUEUED, purpose=REQUEST)
        yield [*self._outbox.in_states([QUEUED], purpose=ANCHOR), *next(requests, ())]
        yield from requests

    def _sign(
        self,
        operation: Operation,
        candidates: Sequence[str],
        turn: Turn,
        price: Price,
        before: Sequence[int],
        now: int,
    ) -> int:
        gas = self._weigher.gas(operation, candidates[0], before, now)
        if gas is None:
            return 0
        while (key := turn.choose(candidates, operation, gas)) is not None:
            try:
                return self._sign_by(key, operation, turn, price, gas, now)
            except (ToolMissing, SignatureRefused) as exc:
                turn.set_aside(key, exc)
        return 0

    def _sign_by(self, key: str, operation: Operation, turn: Turn, price: Price, gas: int, now: int) -> int:
        attempts = self._senders.key(key)
        signed = self._outbox.sign(
            operation.id,
            turn.nonce(key),
            lambda nonce: attempts.call(operation, gas, price, nonce),
            now,
            sender=key,
            limits=turn.limits(key, operation),
        )
        if signed:
            turn.took(key, operation, gas)
        return int(signed)

    def _tell(self) -> None:
        # Told after the step, so that one operation's trouble does not keep the others waiting.
        if self._trouble is not None:
            raise self._trouble

    def _send(self, operation: Operation, now: int) -> int:
        attempt = operation.attempts[-1]
        if attempt.sent_at is None or not is_known(self._chain, attempt.tx_hash):
            self._broadcast(operation, attempt, now)
            return 1
        if self._is_long_ago(attempt.sent_at, now) and receipt_of(self._chain, operation) is None:
            return self._replace(operation, now)
        return 0

    def _broadcast(self, operation: Operation, attempt: Attempt, now: int) -> None:
        if attempt.sent_at is None or operation.state == SIGNED:
            self._outbox.mark_sent(operation.id, attempt.tx_hash, now)
        reply = broadcast(self._chain, attempt.raw)
        answer = reply.answer
        self._journal.hook("send.broadcast")
        if answer is Answer.TOO_CHEAP and self._may_replace(operation, now):
            self._replace(operation, now)
        elif answer is Answer.POOR:
            self._trouble = poor(operation.sender)
        elif answer is Answer.INVALID and (not attempt.fills or self._may_replace(operation, now)):
            self._give_up(operation, now)
        elif answer in (Answer.CAPPED, Answer.UNKNOWN):
            self._bear(operation, attempt, reply, now)

    def _bear(self, operation: Operation, attempt: Attempt, reply: Reply, now: int) -> None:
        """Tell what the node said; when that has held up the whole key for long, use up the nonce."""
        nonce, patience = nonce_in(operation), GIVE_UP_AFTER * self._limits.bump_after_s
        self._trouble = unclear(operation.sender, nonce, reply)
        waited = 0 if attempt.sent_at is None else now - attempt.sent_at
        # What waits behind another nonce holds up nothing: while a node is out of order one of each key goes.
        if waited >= patience and self._senders.nonce(operation.sender) == nonce:
            self._give_up(operation, now)

    def _replace(self, operation: Operation, now: int, instead: bool = False) -> int:
        """Sign the same call, or nothing `instead`, at the same nonce for more, keep it, and broadcast it."""
        attempts, cap = self._senders.key(operation.sender), self._limits.fee_cap
        sign, today = attempts.instead if instead else attempts.dearer, market(self._chain)
        if not instead and is_dear_enough(Price(*operation.highest), today):
            self._trouble = dear_enough(operation.sender, nonce_in(operation))
            return 0
        signed = sign(operation, nonce_in(operation), today, cap)
        if signed is None:
            self._trouble = too_dear(operation.sender, nonce_in(operation), cap)
            return 0
        return self._keep_and_send(operation, signed, now)

    def _may_replace(self, operation: Operation, now: int) -> bool:
        # A node that calls everything too cheap must not drive the price up at every tick.
        last = operation.attempts[-1]
        return len(operation.attempts) == 1 or self._is_long_ago(last.created_at, now)

    def _is_long_ago(self, moment: int, now: int) -> bool:
        # A moment in the future is from before the clock was set back.
        return not 0 <= now - moment < self._limits.bump_after_s

    def _give_up(self, operation: Operation, now: int) -> None:
        # No node took it, so its nonce is left to be used up. If it is mined after all, it counts.
        attempts, price = self._senders.key(operation.sender), market(self._chain)
        cap, nonce = self._limits.fee_cap, nonce_in(operation)
        signed = attempts.instead(operation, nonce, price, cap)
        if signed is None and price.maximum <= cap:
            signed = attempts.filling(price, nonce)
        if signed is None:
            self._trouble = too_dear(operation.sender, nonce, cap)
            return
        self._keep_and_send(operation, signed, now)

    def _keep_and_send(self, operation: Operation, signed: Signed, now: int) -> int:
        if not self._outbox.add_attempt(operation.id, signed, now):
            return 0
        self._outbox.mark_sent(operation.id, signed.tx_hash, now)
        broadcast(self._chain, signed.raw)
        self._journal.hook("send.broadcast")
        return 1
