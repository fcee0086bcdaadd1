"""
How an operation ends: its last state and the entry that tells of it, in one commit.

A request ends with exactly one outcome. An append to the log ends its batch, and needs no entry unless it
failed: the chain itself tells of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.chain.chain import Chain, Receipt
from resonance_dao.errors import JournalConflict
from resonance_dao.journal.entry import Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FAILED, FILL, FINAL, IN_FLIGHT, REFUSED, Attempt, Operation
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows import telling
from resonance_dao.workflows.replaying import reason
from resonance_dao.workflows.telling import Teller

UNSENDABLE = {
    "name": "Unsendable",
    "message": "No node accepts this transaction; its nonce was used for nothing.",
}
CANCELLED = {
    "name": "Cancelled",
    "message": "The operator cancelled it; it was not carried out.",
}
NONCE_TAKEN = {
    "name": "NonceTaken",
    "message": "Another transaction used up its nonce, so it can never be carried out. Ask again.",
}
_CODES = {"Cancelled": telling.CANCELLED, "NonceTaken": telling.LOST}


class Settler:
    """Ends the operations of one journal."""

    def __init__(self, journal: Journal, chain: Chain, teller: Teller) -> None:
        self._journal, self._chain, self._teller = journal, chain, teller
        self._outbox = Outbox(journal)

    def require_asked(self, operation: Operation) -> None:
        """
        Check that a request's operation is what its record asks for. Raises `JournalConflict` when it is not:
        the database was damaged or tampered with, and what it says may be signed no more.
        """
        if operation.entry is None:
            return
        body = self._journal.entry(operation.entry).to_record().body
        if not self._teller.is_asked_for(body, operation.to, operation.data):
            raise JournalConflict(
                f"the transaction of request {operation.entry} is not what its record asks for",
                hint="The database is damaged. Restore its newest backup, and find out what happened.",
                operation=operation.id,
            )

    def settle(self, operation: Operation, receipt: Receipt, now: int) -> int:
        """End a mined operation by its receipt; return 1, or 0 when it was ended before."""
        attempt = next(found for found in operation.attempts if found.tx_hash == receipt.tx_hash)
        # A node that tells more than can be is not believed in what a day cost.
        paid = min(receipt.gas_used * receipt.gas_price, attempt.gas_limit * attempt.max_fee)
        if attempt.fills and operation.purpose != FILL:
            error = UNSENDABLE if operation.cancel_at is None else CANCELLED
            draft = self._refusal(operation, error)
            self._outbox.settle(operation, FAILED, draft, now, error=error, paid=paid)
        elif receipt.status == 1:
            self._outbox.settle(operation, FINAL, self._success(operation, receipt), now, paid=paid)
        else:
            why = self._error(operation, attempt, receipt)
            draft = self._failure(operation, receipt, why)
            self._outbox.settle(operation, FAILED, draft, now, error=why, paid=paid)
        return 1

    def lose(self, operation: Operation, now: int) -> None:
        """End an operation whose nonce somebody else's transaction has used up for good."""
        draft = self._refusal(operation, NONCE_TAKEN)
        self._outbox.settle(operation, FAILED, draft, now, error=NONCE_TAKEN, paid=0, before=IN_FLIGHT)

    def refuse(self, operation: Operation, error: Mapping[str, Any], now: int) -> None:
        """End an operation that was never signed, because it would revert or is not to be sent."""
        self._outbox.settle(operation, REFUSED, self._refusal(operation, error), now, error=error)

    def _success(self, operation: Operation, receipt: Receipt) -> Draft | None:
        if operation.entry is None:
            return None
        return self._teller.succeeded(self._request(operation.entry), operation.data, receipt)

    def _failure(self, operation: Operation, receipt: Receipt, error: Mapping[str, Any]) -> Draft | None:
        if operation.purpose == FILL:
            return None
        if operation.entry is None:
            return self._teller.reported(operation.data, receipt, 0, error)
        return self._teller.failed(self._request(operation.entry), operation.data, receipt, error)

    def _refusal(self, operation: Operation, error: Mapping[str, Any]) -> Draft | None:
        if operation.entry is None:
            return None
        return self._teller.refused(
            self._request(operation.entry),
            operation.sender,
            operation.to,
            operation.data,
            error,
            _CODES.get(str(error["name"]), telling.REFUSED),
        )

    def _error(self, operation: Operation, attempt: Attempt, receipt: Receipt) -> dict[str, Any]:
        return reason(self._chain, receipt, operation.data, gas_limit=attempt.gas_limit)

    def _request(self, number: int) -> tuple[int, str]:
        return number, self._journal.entry(number).subject
