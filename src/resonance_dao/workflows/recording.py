"""
Recording: the accepting side. A request gets its number and receipt here, before anything is sent.

    accepted = request(journal, action, "bounty/1", now=now, idempotency=key)
    progress(journal, accepted.number).state      # "accepted", later "succeeded"

Any process may accept; none of this needs the chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resonance_dao.errors import InputInvalid
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.entry import Accepted, Call, Draft, Idempotency
from resonance_dao.journal.group import Asking
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FAILED, FINAL, MINED, REFUSED, SENT
from resonance_dao.workflows.system import Action, plain

_STATES = {SENT: "sent", MINED: "mined", FINAL: "succeeded", FAILED: "failed", REFUSED: "refused"}


@dataclass(frozen=True, slots=True)
class Progress:
    """
    How far a request has come: "accepted", "sent", "mined" (not final), then "succeeded", "failed"
    (reverted) or "refused" (never sent). A record that asked for no transaction stays "accepted".
    """

    number: int
    state: str
    tx_hash: str | None
    outcome: int | None
    error: Mapping[str, Any] | None
    pinned: bool
    anchored: bool

    @property
    def settled(self) -> bool:
        """Whether its outcome is known."""
        return self.state in ("succeeded", "failed", "refused")

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "number": self.number,
            "state": self.state,
            "tx_hash": self.tx_hash,
            "outcome": self.outcome,
            "error": None if self.error is None else dict(self.error),
            "pinned": self.pinned,
            "anchored": self.anchored,
        }


def request(
    journal: Journal,
    action: Action,
    subject: str,
    *,
    now: int,
    idempotency: Idempotency | None = None,
    links: Sequence[int] = (),
    details: Mapping[str, Any] | None = None,
) -> Accepted:
    """
    Accept a request: its record, number and receipt, and the transaction that the operator is to send.

    Raises as `Journal.accept` and `draft`.
    """
    asked = draft(journal, action, subject, links=links, details=details)
    return journal.take(Asking(asked, now, idempotency))


def draft(
    journal: Journal,
    action: Action,
    subject: str,
    *,
    links: Sequence[int] = (),
    details: Mapping[str, Any] | None = None,
) -> Draft:
    """
    Return what `request` accepts. Raises `InputInvalid` when coin would have to go along: the operator lends
    none.
    """
    if action.value:
        raise InputInvalid(
            "value",
            action.value,
            "wei would have to go along, and the operator sends none",
            hint="Send this transaction with your own wallet.",
        )
    function, arguments = action.contract.decode_input(action.data)
    body: dict[str, Any] = {
        "to": action.to,
        "function": function,
        "status": "requested",
        "tx_hash": None,
        "from": journal.identity.publisher,
        "value": "0",
        "arguments": plain(arguments),
        "details": {"summary": dict(action.summary), **(details or {})},
    }
    return Draft("transaction", subject, body, tuple(links), operation=Call(action.to, action.data))


def progress(journal: Journal, number: int) -> Progress:
    """Return how far request `number` has come. Raises `NotFound`."""
    entry, operation, outcome = (
        journal.entry(number),
        journal.operation_of(number),
        journal.outcome_of(number),
    )
    sent = [] if operation is None else [attempt.tx_hash for attempt in operation.attempts]
    return Progress(
        number=number,
        state="accepted" if operation is None else _STATES.get(operation.state, "accepted"),
        tx_hash=(operation and operation.tx_hash) or next(reversed(sent), None),
        outcome=None if outcome is None else outcome.number,
        error=None if operation is None else operation.error,
        pinned=entry.pinned_at is not None,
        anchored=number <= Batches(journal).anchored(),
    )
