"""
The relayer: takes transactions from the outbox to the chain, each exactly once.

Nonce and signed bytes are committed before anything is broadcast (R1), an operation keeps its nonce for
ever (R3), and a receipt is looked for under every attempt (R4). What is mined stays provisional until it is
deep enough and its block is still the chain's (R5). So a process may die between any two lines of this
file, and the next one goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resonance_dao.chain.chain import Block, Chain, Receipt, nonce_of
from resonance_dao.chain.sender import estimate_gas
from resonance_dao.chain.signer import Signer
from resonance_dao.errors import JournalConflict, NotFound, TransactionFailed
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import (
    ANCHOR,
    FILL,
    IN_FLIGHT,
    MINED,
    QUEUED,
    REQUEST,
    SENT,
    SIGNED,
    Attempt,
    Operation,
    Signed,
)
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows.attempting import AttemptSigner
from resonance_dao.workflows.broadcast import Answer, broadcast
from resonance_dao.workflows.pricing import Price, market
from resonance_dao.workflows.settling import Settler
from resonance_dao.workflows.telling import error_of

# Nodes estimate on what waits in their pool, and that may vanish: a dozen slots that were set are fresh then.
# A call whose turn comes after others of ours may do more still. What is not used is not paid.
GAS_MARGIN = 250_000
GAS_BEHIND_OTHERS = 1_000_000
# A receipt may lag behind the nonce that it uses up; this many looks in a row decide.
FOREIGN_AFTER = 3


@dataclass(frozen=True, slots=True)
class RelayerLimits:
    """`confirmations` counts a transaction's own block as the first; `fee_cap` is in wei per gas."""

    confirmations: int
    fee_cap: int
    bump_after_s: int
    in_flight_max: int


class Relayer:
    """Signs, sends and confirms the operations of one journal."""

    def __init__(
        self,
        journal: Journal,
        chain: Chain,
        signer: Signer,
        settler: Settler,
        limits: RelayerLimits,
    ) -> None:
        self._journal, self._outbox, self._chain = journal, Outbox(journal), chain
        self._settler, self._limits, self._account = settler, limits, signer.address
        self._attempts = AttemptSigner(signer, journal.identity.chain_id)
        self._foreign: dict[int, int] = {}
        self._refusal: TransactionFailed | None = None

    def sign(self, now: int) -> int:
        """Give queued operations their nonce and signature, the oldest first; return how many."""
        queued = self._outbox.in_states([QUEUED])
        flying = self._outbox.in_states(IN_FLIGHT)
        if not queued or len(flying) >= self._limits.in_flight_max:
            return 0
        price, nonce = market(self._chain), nonce_of(self._chain, self._account, "latest")
        if price.maximum > self._limits.fee_cap:
            return 0
        self._refusal = None
        signed, before = 0, [operation.id for operation in flying if operation.purpose == REQUEST]
        for operation in queued[: self._limits.in_flight_max - len(flying)]:
            gas = self._gas(operation, before, now)
            if gas is not None and self._sign(operation, gas, price, nonce, now):
                signed += 1
            before += [operation.id] if operation.purpose == REQUEST else []
        self._tell_refusal()
        return signed

    def send(self, now: int) -> int:
        """
        Broadcast what is signed, again what was dropped, and dearer what has waited too long; return how
        many.
        """
        sent, self._refusal = 0, None
        for operation in sorted(self._outbox.in_states(IN_FLIGHT), key=_nonce):
            attempt = operation.attempts[-1]
            if attempt.sent_at is None or not self._is_known(attempt):
                self._broadcast(operation, attempt, now)
                sent += 1
            elif now - attempt.sent_at >= self._limits.bump_after_s and self._receipt(operation) is None:
                sent += self._replace(operation, now)
        self._tell_refusal()
        return sent

    def confirm(self, now: int) -> int:
        """
        Look for receipts, step back where the chain did, and end what is deep enough; return how many
        ended.
        """
        under_way = self._outbox.in_states([SENT, MINED])
        if not under_way:
            return 0
        used = nonce_of(self._chain, self._account, "latest")
        head, ended = self._chain.block(), 0
        for operation in sorted(under_way, key=_nonce):
            receipt = self._receipt(operation)
            if receipt is None:
                self._missing(operation, used)
                continue
            self._foreign.pop(operation.id, None)
            ended += self._mined(operation, receipt, head, now)
        return ended

    def fill_gaps(self, now: int) -> int:
        """
        Use up nonces below the first one in flight that no operation has: a chain that steps back leaves
        them.
        """
        flying = self._outbox.in_states(IN_FLIGHT)
        if not flying:
            return 0
        account = self._account
        gap = range(nonce_of(self._chain, account, "latest"), min(_nonce(operation) for operation in flying))
        if not gap:
            return 0
        price = market(self._chain)
        return sum(
            self._outbox.fill(nonce, lambda n: self._attempts.filling(price, n), account, now)
            for nonce in gap
        )

    def _gas(self, operation: Operation, before: Sequence[int], now: int) -> int | None:
        """Simulate; return the gas limit, or None when the operation is not signed now."""
        try:
            self._chain.call(operation.to, operation.data, sender=self._account)
            if operation.gas_limit is not None:
                return operation.gas_limit
            estimate = estimate_gas(self._chain, self._account, operation.to, operation.data)
        except TransactionFailed as exc:
            self._reverts(operation, before, exc, now)
            return None
        margin = GAS_BEHIND_OTHERS if before else GAS_MARGIN
        return min(estimate + margin, self._chain.block().gas_limit)

    def _reverts(self, operation: Operation, before: Sequence[int], exc: TransactionFailed, now: int) -> None:
        # It may succeed once those before it are mined. Appends that revert are for the anchoring to judge;
        # what the node refuses without running it (no balance, say) is for the operator to mend.
        waits = min(before, default=operation.id) < operation.id
        if "error" not in exc.details:
            self._refusal = exc
        elif operation.purpose != ANCHOR and not waits:
            self._settler.refuse(operation, error_of(exc), now)

    def _tell_refusal(self) -> None:
        # Told after the step, so that one operation's refusal does not keep the others waiting.
        if self._refusal is not None:
            raise self._refusal

    def _sign(self, operation: Operation, gas: int, price: Price, chain_nonce: int, now: int) -> bool:
        return self._outbox.sign(
            operation.id,
            chain_nonce,
            lambda nonce: self._attempts.call(operation, gas, price, nonce),
            now,
        )

    def _broadcast(self, operation: Operation, attempt: Attempt, now: int) -> None:
        if attempt.sent_at is None or operation.state == SIGNED:
            self._outbox.mark_sent(operation.id, attempt.tx_hash, now)
        answer = broadcast(self._chain, attempt.raw)
        self._journal.hook("send.broadcast")
        if answer is Answer.TOO_CHEAP:
            self._replace(operation, now)
        elif answer is Answer.POOR:
            self._refusal = _poor(self._account)
        elif answer is Answer.INVALID and not attempt.fills:
            self._give_up(operation, now)

    def _replace(self, operation: Operation, now: int) -> int:
        """Sign the same call at the same nonce for more, keep it, and broadcast it."""
        nonce, cap = _nonce(operation), self._limits.fee_cap
        signed = self._attempts.dearer(operation, nonce, market(self._chain), cap)
        if signed is None:
            return 0
        return self._keep_and_send(operation, signed, now)

    def _give_up(self, operation: Operation, now: int) -> None:
        # No node took it nor ever will, so only its nonce is left to be used up.
        self._keep_and_send(operation, self._attempts.filling(market(self._chain), _nonce(operation)), now)

    def _keep_and_send(self, operation: Operation, signed: Signed, now: int) -> int:
        if not self._outbox.add_attempt(operation.id, signed, now):
            return 0
        self._outbox.mark_sent(operation.id, signed.tx_hash, now)
        broadcast(self._chain, signed.raw)
        self._journal.hook("send.broadcast")
        return 1

    def _mined(self, operation: Operation, receipt: Receipt, head: Block, now: int) -> int:
        where = (receipt.tx_hash, receipt.block_number, receipt.block_hash)
        if (
            operation.tx_hash,
            operation.block_number,
            operation.block_hash,
        ) != where or operation.state != MINED:
            self._outbox.mark_mined(operation.id, *where)
        if head.number - receipt.block_number + 1 < self._limits.confirmations:
            return 0
        return self._settler.settle(operation, receipt, now)

    def _receipt(self, operation: Operation) -> Receipt | None:
        """Return the receipt of whichever attempt was mined, if its block is the chain's."""
        for attempt in reversed(operation.attempts):
            receipt = self._chain.receipt(attempt.tx_hash)
            if receipt is not None and self._is_canonical(receipt):
                return receipt
        return None

    def _is_canonical(self, receipt: Receipt) -> bool:
        try:
            return self._chain.block(receipt.block_number).hash == receipt.block_hash
        except NotFound:
            return False

    def _is_known(self, attempt: Attempt) -> bool:
        return self._chain.request("eth_getTransactionByHash", [attempt.tx_hash]) is not None

    def _missing(self, operation: Operation, used: int) -> None:
        if operation.state == MINED:
            self._outbox.mark_dropped(operation.id)
        if used <= _nonce(operation):
            self._foreign.pop(operation.id, None)
            return
        looks = self._foreign[operation.id] = self._foreign.get(operation.id, 0) + 1
        if looks < FOREIGN_AFTER:
            return
        if operation.purpose == FILL:
            self._outbox.abandon(operation.id)
        else:
            raise JournalConflict(
                f"nonce {operation.nonce} of {self._account} was used by somebody else's transaction",
                hint="Nothing else may send with the operator's key. Find out who did.",
                nonce=operation.nonce,
                operation=operation.id,
            )


def _poor(account: str) -> TransactionFailed:
    return TransactionFailed(
        f"the operator's account {account} cannot pay for its transactions",
        hint="Send it some of the chain's coin; what waits is sent by itself.",
    )


def _nonce(operation: Operation) -> int:
    if operation.nonce is None:
        raise JournalConflict(f"operation {operation.id} is {operation.state} without a nonce")
    return operation.nonce
