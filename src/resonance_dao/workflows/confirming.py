"""
Confirming: receipts for what was sent, a step back where the chain took one, and an end to what is final.

What was sent is looked at before what is mined, and all of either: while finality is slow, thousands may be
mined, and they must not hide what holds up a key. What is mined needs no more than its block to be there
still, one question for all that share it, until that block is final.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from resonance_dao.chain.chain import Chain, Receipt, nonce_of
from resonance_dao.errors import NotFound
from resonance_dao.journal.operation import MINED, SENT, Operation
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows.finality import Finality
from resonance_dao.workflows.foreign_nonces import ForeignNonces, nonce_in
from resonance_dao.workflows.receipts import receipt_of
from resonance_dao.workflows.settling import Settler

PAGE = 500


class Confirmer:
    """Confirms the operations of one journal; `foreign` looks at what has no receipt."""

    def __init__(
        self, outbox: Outbox, chain: Chain, settler: Settler, finality: Finality, foreign: ForeignNonces
    ) -> None:
        self._outbox, self._chain, self._settler = outbox, chain, settler
        self._finality, self._foreign = finality, foreign

    def confirm(self, now: int) -> int:
        """Look at everything that is sent or mined; return how many ended."""
        used, there, ended = dict[str, int](), dict[tuple[int, str], bool](), 0
        final: int | None = None
        for page in chain(paged(self._outbox, SENT), paged(self._outbox, MINED)):
            # Nonces before receipts: one that is used up while the receipt is asked for is no stranger's.
            for sender in {operation.sender for operation in page} - set(used):
                used[sender] = nonce_of(self._chain, sender, "latest")
            final = self._finality.last() if final is None else final
            for operation in sorted(page, key=nonce_in):
                if not self._waits(operation, final, there):
                    ended += self._look(operation, used[operation.sender], final, now)
        return ended

    def _look(self, operation: Operation, used: int, final: int, now: int) -> int:
        receipt = receipt_of(self._chain, operation)
        if receipt is not None:
            self._foreign.forget(operation)
            return self._mined(operation, receipt, final, now)
        if operation.state == MINED:
            self._outbox.mark_dropped(operation.id)
        return self._foreign.look(operation, used, final, now)

    def _waits(self, operation: Operation, final: int, there: dict[tuple[int, str], bool]) -> bool:
        """Whether an operation is mined in a block that the chain still has and that is not final."""
        number, block_hash = operation.block_number, operation.block_hash
        if operation.state != MINED or number is None or block_hash is None or number <= final:
            return False
        if (number, block_hash) not in there:
            there[number, block_hash] = self._has(number, block_hash)
        return there[number, block_hash]

    def _has(self, number: int, block_hash: str) -> bool:
        try:
            return self._chain.block(number).hash == block_hash
        except NotFound:
            return False

    def _mined(self, operation: Operation, receipt: Receipt, final: int, now: int) -> int:
        where = (receipt.tx_hash, receipt.block_number, receipt.block_hash)
        known = (operation.tx_hash, operation.block_number, operation.block_hash)
        if known != where or operation.state != MINED:
            self._outbox.mark_mined(operation.id, *where)
        return self._settler.settle(operation, receipt, now) if receipt.block_number <= final else 0


def paged(outbox: Outbox, *states: str, purpose: str | None = None) -> Iterator[list[Operation]]:
    """Yield all operations in these states, of one purpose or any, page by page, the oldest first."""
    page = outbox.in_states(states, PAGE, purpose=purpose)
    while page:
        yield page
        page = outbox.in_states(states, PAGE, purpose=purpose, after=page[-1].id) if len(page) == PAGE else []
