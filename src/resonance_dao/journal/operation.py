"""
Transactions to send, and batches of entries: the outbox's values.

    queued -> signed -> sent -> mined -> final | failed
       `-> refused

`queued` has no nonce. `signed` has one, and raw bytes in the database, and was never broadcast. From `sent`
on it may have been. `mined` is provisional; a reorganised chain takes it back to `sent`. `failed` was mined
and reverted, or lost its nonce for good; `refused` was never sent, because its simulation reverts, or
because it was cancelled in time. `sender` is the publisher until the commit that signs says who sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REQUEST, ANCHOR, FILL = "request", "anchor", "fill"
QUEUED, SIGNED, SENT, MINED = "queued", "signed", "sent", "mined"
FINAL, FAILED, REFUSED = "final", "failed", "refused"
IN_FLIGHT = (SIGNED, SENT)
UNSETTLED = (QUEUED, SIGNED, SENT, MINED)


@dataclass(frozen=True, slots=True)
class Signed:
    """
    A signed transaction that is not stored yet. Fees are in wei per gas; `fills`: it only uses up its
    nonce.
    """

    raw: bytes
    tx_hash: str
    gas_limit: int
    max_fee: int
    priority_fee: int
    fills: bool = False

    @property
    def cost(self) -> int:
        """The most that it may take from its sender, in wei."""
        return self.gas_limit * self.max_fee


@dataclass(frozen=True, slots=True)
class Attempt:
    """One signed transaction of an operation; all are kept. `sent_at` None: never broadcast."""

    tx_hash: str
    raw: bytes
    gas_limit: int
    max_fee: int
    priority_fee: int
    fills: bool
    created_at: int
    sent_at: int | None


@dataclass(frozen=True, slots=True)
class Operation:
    """A transaction to send, with one nonce for ever and every attempt at it, the newest last."""

    id: int
    purpose: str
    entry: int | None
    batch: int | None
    to: str
    data: bytes
    gas_limit: int | None
    state: str
    nonce: int | None
    tx_hash: str | None
    block_number: int | None
    block_hash: str | None
    error: dict[str, Any] | None
    created_at: int
    attempts: tuple[Attempt, ...]
    sender: str
    cancel_at: int | None

    @property
    def highest(self) -> tuple[int, int]:
        """The highest maximum and the highest tip of its attempts, in wei per gas; zeros without any."""
        fees = [(attempt.max_fee, attempt.priority_fee) for attempt in self.attempts]
        return max((fee for fee, _ in fees), default=0), max((tip for _, tip in fees), default=0)

    @property
    def max_cost(self) -> int:
        """The most that any of its attempts may take from its sender, in wei."""
        return max((attempt.gas_limit * attempt.max_fee for attempt in self.attempts), default=0)

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (FINAL, FAILED, REFUSED)


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Entries `first` to `first + count - 1`, appended to the log together. `final_at` None: not final yet.
    `root` is the head over them, where the log is one of batches.
    """

    id: int
    first: int
    count: int
    manifest: bytes
    manifest_cid: str
    created_at: int
    tx_hash: str | None
    block_number: int | None
    final_at: int | None
    root: bytes | None = None

    @property
    def end(self) -> int:
        """The number of its last entry, which is the log's size after it."""
        return self.first + self.count - 1
