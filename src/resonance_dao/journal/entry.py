"""
The journal's values: whose journal it is, what is asked of it, what it answers, and an entry.

Hashes are bytes here; times are unix seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import Connection

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency import canonical
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.transparency.record import Record

Hook = Callable[[str], None]
"""Called with the name of each step; tests kill the process there."""


Guard = Callable[[Connection], None]
"""
Runs inside a request's commit, before its number is given; what it raises refuses that request alone, and
what it writes is kept only with the request.
"""


def no_hook(_step: str) -> None:
    """Do nothing at a step."""


class ReceiptSigner(Protocol):
    """Whoever signs receipts: the publisher's key, wherever it is kept."""

    @property
    def address(self) -> str:
        """The EIP-55 address that signatures belong to."""
        ...

    def sign_typed_data(
        self,
        domain: Mapping[str, Any],
        types: Mapping[str, Sequence[Mapping[str, str]]],
        message: Mapping[str, Any],
    ) -> bytes:
        """Return the 65 bytes r, s, v of an EIP-712 signature."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """
    Whose journal this is: the chain (id and genesis hash), the publisher's account and the log's address.
    """

    chain_id: int
    genesis_hash: str
    publisher: str
    log: str


@dataclass(frozen=True, slots=True)
class Idempotency:
    """
    A caller's name for a request: `scope` is the caller, `key` is theirs, `request_hash` what they asked.
    """

    scope: str
    key: str
    request_hash: bytes

    def __post_init__(self) -> None:
        for field, value in (("scope", self.scope), ("key", self.key)):
            if not 1 <= len(value) <= 255 or not value.isprintable():
                raise InputInvalid(f"idempotency {field}", value, "must be 1 to 255 printable characters")
        if len(self.request_hash) != 32:
            raise InputInvalid("request_hash", len(self.request_hash), "must be 32 bytes")

    @classmethod
    def of(cls, scope: str, key: str, request: canonical.JsonValue) -> Idempotency:
        """Hash a request's canonical JSON, so that spacing and the order of keys do not matter."""
        return cls(scope, key, keccak256(canonical.encode(request)))


@dataclass(frozen=True, slots=True)
class Call:
    """
    A transaction that the operator's account is to send. It carries no value; `gas_limit` None: estimate.
    """

    to: str
    data: bytes
    gas_limit: int | None = None


@dataclass(frozen=True, slots=True)
class CopyReport:
    """
    What became of one copy: of `cid`, on `store`.

    `state` is "arrived", "failed", or "waiting" when the store is at work on it. `disclosure` is what to tell
    of a failure (None: nothing) under `reason_code`, `correction` what to tell once all copies that one
    disclosure stands for have arrived: it is given that entry's number and how many copies they were.
    `at_once`: try again without a pause.
    """

    cid: str
    store: str
    state: Literal["arrived", "failed", "waiting"]
    reason: str = ""
    reason_code: str = ""
    disclosure: Draft | None = None
    correction: Callable[[int, int], Draft] | None = None
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """
    An entry that has no number yet. `request`: the number of the request whose outcome it tells; `copies`:
    what became of its content's copies, kept in the same commit. `follows` is given its number and its
    record's CID, and returns what is entered after it in the same commit.
    """

    kind: str
    subject: str
    body: Mapping[str, Any]
    links: tuple[int, ...] = ()
    request: int | None = None
    operation: Call | None = None
    copies: tuple[CopyReport, ...] = ()
    follows: Callable[[int, str], Sequence[Draft]] | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """
    The answer: number, signed receipt and the record's CID. `replayed`: the same request had been accepted
    before.
    """

    number: int
    receipt: SignedReceipt
    replayed: bool
    cid: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered record as the journal holds it. Entry n is leaf n - 1 of the publisher's log."""

    number: int
    kind: str
    subject: str
    record: bytes
    cid: str
    record_hash: bytes
    leaf: bytes
    receipt: SignedReceipt
    accepted_at: int
    pinned_at: int | None
    batch: int | None
    request: int | None

    def to_record(self) -> Record:
        """Return the record that the bytes hold."""
        return Record.from_bytes(self.record)
