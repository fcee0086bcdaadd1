"""
What an operation needs: simulated before it is signed, and refused when it is sure to fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from resonance_dao.chain.chain import Chain
from resonance_dao.chain.policy import SignerPolicy
from resonance_dao.chain.sender import MOST_GAS, calldata_floor, estimate_gas
from resonance_dao.errors import SignatureRefused, TransactionFailed
from resonance_dao.journal.operation import ANCHOR, REQUEST, Operation
from resonance_dao.workflows.attempting import GAS_BELIEVED
from resonance_dao.workflows.settling import Settler
from resonance_dao.workflows.telling import error_of

# Nodes estimate on what waits in their pool, and that may vanish: a dozen slots that were set are fresh then.
# A call whose turn comes after others of ours may do more still. What is not used is not paid.
GAS_MARGIN = 250_000
GAS_BEHIND_OTHERS = 1_000_000
# An append of so many bytes takes just its calldata's floor on most chains: told so, a node need not search.
LONG = 64 * 32


class Weigher:
    """Finds gas limits; requests that `policy` does not allow are refused, and told."""

    def __init__(self, chain: Chain, settler: Settler, policy: SignerPolicy | None) -> None:
        self._chain, self._settler, self._policy = chain, settler, policy

    def gas(self, operation: Operation, sender: str, before: Sequence[int], now: int) -> int | None:
        """
        Simulate an operation after the requests `before` it, by their ids; return its gas limit, or None when
        it waits for them or has been refused.

        Raises `TransactionFailed` when the node does not run it at all (no balance, say): that is for the
        operator to mend. Raises `JournalConflict` when its record asks for something else.
        """
        self._settler.require_asked(operation)
        try:
            if self._policy is not None and operation.purpose == REQUEST:
                self._policy.check_call(operation.to, operation.data)
            if operation.gas_limit is not None:
                self._chain.call(operation.to, operation.data, sender=sender)
                return operation.gas_limit
            estimate = self._estimate(operation, sender)
        except TransactionFailed as exc:
            if "error" not in exc.details:
                raise
            self._reverts(operation, before, exc, now)
            return None
        except SignatureRefused as exc:
            self._settler.refuse(operation, {"name": "NotRelayed", "message": str(exc)}, now)
            return None
        if estimate > GAS_BELIEVED:
            raise TransactionFailed(f"the node estimates {estimate} gas", hint="Look at the node.")
        margin = GAS_BEHIND_OTHERS if before else GAS_MARGIN
        return min(estimate + margin, self._chain.block().gas_limit, max(estimate, MOST_GAS))

    def _estimate(self, operation: Operation, sender: str) -> int:
        if operation.purpose == ANCHOR and len(operation.data) >= LONG:
            most = calldata_floor(operation.data)
            with suppress(TransactionFailed):
                return estimate_gas(self._chain, sender, operation.to, operation.data, most=most)
        try:
            return estimate_gas(self._chain, sender, operation.to, operation.data)
        except TransactionFailed as exc:
            if "error" not in exc.details:
                # Some nodes do not say why an estimate fails; all do for a call.
                self._chain.call(operation.to, operation.data, sender=sender)
            raise

    def _reverts(self, operation: Operation, before: Sequence[int], exc: TransactionFailed, now: int) -> None:
        # It may succeed once those before it are mined. Appends that revert are for the anchoring to judge.
        waits = min(before, default=operation.id) < operation.id
        if operation.purpose != ANCHOR and not waits:
            self._settler.refuse(operation, error_of(exc), now)
