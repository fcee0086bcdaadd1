"""
Nonces that nothing has: what waits above one would wait for ever.

A chain that steps back leaves them, and so does a key that others used. Each is used up by a transfer of
nothing to the key itself. One whose operation has ended is not: what was told of it is not true, and only a
person can find out why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from resonance_dao.chain.chain import Chain, nonce_of
from resonance_dao.errors import ResonanceError, SignatureRefused, ToolMissing, TransactionFailed
from resonance_dao.journal.operation import IN_FLIGHT, UNSETTLED, Operation
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows.foreign_nonces import nonce_in
from resonance_dao.workflows.pricing import Price, market, too_dear_today
from resonance_dao.workflows.senders import Senders

# A node may be behind for a while; this many looks in a row decide.
UNUSED_AFTER = 3


class Gaps:
    """Fills the gaps below the first nonce that each key has in flight."""

    def __init__(self, outbox: Outbox, chain: Chain, senders: Senders) -> None:
        self._outbox, self._chain, self._senders = outbox, chain, senders
        self._looks = Counter[tuple[str, int]]()

    def fill(self, now: int) -> int:
        """Sign what fills them; return how many. Raises what kept one from being filled, after the others."""
        gaps = self._find(self._outbox.in_states(IN_FLIGHT))
        self._looks = Counter({gap: looks for gap, looks in self._looks.items() if gap in gaps})
        if not gaps:
            return 0
        price, filled = market(self._chain), 0
        trouble: ResonanceError | None = None
        if price.maximum > self._senders.limits.fee_cap:
            raise too_dear_today(price, self._senders.limits.fee_cap)
        for sender, nonce in gaps:
            try:
                filled += self._fill(sender, nonce, price, now)
            except (ToolMissing, SignatureRefused, TransactionFailed) as exc:
                trouble = exc  # What keeps one key waiting need not keep the others.
        if trouble is not None:
            raise trouble
        return filled

    def _fill(self, sender: str, nonce: int, price: Price, now: int) -> int:
        attempts = self._senders.key(sender)
        holder = self._outbox.fill(nonce, lambda n: attempts.filling(price, n), sender, now)
        if holder is None:
            return 1
        if holder.state not in UNSETTLED:
            self._looks[sender, nonce] += 1
            if self._looks[sender, nonce] >= UNUSED_AFTER:
                raise _unused(holder, sender, nonce)
        return 0

    def _find(self, flying: Iterable[Operation]) -> Sequence[tuple[str, int]]:
        first: dict[str, int] = {}
        for operation in sorted(flying, key=nonce_in):
            if operation.sender in self._senders.addresses:
                first.setdefault(operation.sender, nonce_in(operation))
        return [
            (sender, nonce)
            for sender, end in first.items()
            for nonce in range(nonce_of(self._chain, sender, "latest"), end)
        ]


def _unused(holder: Operation, sender: str, nonce: int) -> TransactionFailed:
    return TransactionFailed(
        f"nonce {nonce} of {sender} is not used on the chain, though what it was for ended as {holder.state}",
        hint="What follows it waits. Is the node behind, or did one tell of a block that is not the chain's?",
        operation=holder.id,
        request=holder.entry,
        tx_hash=holder.tx_hash,
    )
