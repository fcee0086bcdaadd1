"""
What relaying a call may cost: the node's estimate and a fifth, at the most that today's market asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from resonance_dao.chain.chain import Chain, integer
from resonance_dao.errors import ChainUnreachable, ResonanceError, TransactionFailed
from resonance_dao.workflows.pricing import Price, market
from resonance_dao.workflows.system import Action

GWEI = 10**9
KEPT_NS = 5 * 10**9
"""How long a price is kept: a request must not ask the node for the same thing as the one before."""


ALONE_NS = 60 * 10**9
"""How long nothing is asked together of a node that did not answer such a question."""


class Costs:
    """Estimates; `clock` gives monotonic nanoseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._price: Price | None = None
        self._asked_at = self._alone_until = 0

    def of(self, chain: Chain, action: Action, sender: str) -> int:
        """
        Simulate `action`, and return the most that the first attempt at it may cost, in gwei, rounded up.

        Raises `TransactionFailed` when it would revert, with the decoded reason if the node tells it at all.
        """
        try:
            estimate = chain.request("eth_estimateGas", [_call(action, sender)])
        except TransactionFailed as exc:
            if "error" not in exc.details:
                # Some nodes do not say why an estimate fails; all do for a call.
                chain.call(action.to, action.data, sender=sender, value=action.value)
            raise
        return self._gwei(chain, estimate)

    def together(self, chain: Chain, actions: Sequence[Action], sender: str) -> list[int | None]:
        """
        Simulate actions in one round trip, each as if alone, and return what `of` returns; None where only
        `of` can tell, or say why not.
        """
        ask: Callable[..., list[Any]] | None = getattr(chain, "request_many", None)
        if ask is None or self._clock() < self._alone_until:
            return [None] * len(actions)
        try:
            found = ask("eth_estimateGas", [[_call(action, sender)] for action in actions])
        except ChainUnreachable:
            self._alone_until = self._clock() + ALONE_NS
            return [None] * len(actions)
        return [None if isinstance(one, ResonanceError) else self._gwei(chain, one) for one in found]

    def _gwei(self, chain: Chain, estimate: object) -> int:
        return -(-(integer(estimate) * 6 // 5) * self._today(chain).maximum // GWEI)

    def _today(self, chain: Chain) -> Price:
        with self._lock:
            now = self._clock()
            if self._price is None or now - self._asked_at > KEPT_NS:
                self._price, self._asked_at = market(chain), now
            return self._price


def _call(action: Action, sender: str) -> dict[str, str]:
    return {"from": sender, "to": action.to, "data": "0x" + action.data.hex(), "value": hex(action.value)}
