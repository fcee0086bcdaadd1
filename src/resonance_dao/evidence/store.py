"""
The seam behind which blocks are kept.

A store knows blocks and pins, nothing of files: splitting a file into blocks and putting it together again is
the same for every store (`unixfs`, `tree`), so the same bytes have the same CID wherever they lie. Whoever
writes a new store writes six methods, and must keep three promises:

* a block that does not hash to its CID is never kept and never given out (`EvidenceMismatch`);
* what cannot be kept or found is `EvidenceUnavailable`, whatever the library below it raised;
* `pin` reports success only after it read the whole DAG back and compared it.

>>> PinReport(Cid.of(b"hello"), "embedded", ok=True, reason="").ok
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import Cid

GetBlock = Callable[[Cid], bytes]
PutBlock = Callable[[Cid, bytes], None]

MAX_BLOCK_BYTES = 2 * 1024 * 1024
"""Two MiB: no peer of the IPFS network sends or takes a larger block (bitswap)."""


@dataclass(frozen=True)
class PinReport:
    """
    What one store made of one request to pin; `reason` says why it failed and is empty when it did not.
    `pending`: not kept yet, but the store is at work on it; to be asked again.
    """

    cid: Cid
    store: str
    ok: bool
    reason: str
    pending: bool = False


class BlockSource(Protocol):
    """Anything blocks can be read from; an auditor needs no more."""

    @property
    def name(self) -> str:
        """The name that reports and errors use."""

    def get_block(self, cid: Cid) -> bytes:
        """
        Give the block, verified. `EvidenceUnavailable` when it is missing, `EvidenceMismatch` when
        altered.
        """


class EvidenceStore(BlockSource, Protocol):
    """Where blocks are kept. Every method may be called by several threads and processes at once."""

    def put_block(self, cid: Cid, block: bytes) -> None:
        """
        Keep a block durably. Keeping it again changes nothing. `EvidenceMismatch` when it is not
        what `cid` names.
        """

    def has_block(self, cid: Cid) -> bool:
        """Say whether a block of that name is there; only `get_block` says whether it is intact."""

    def pin(self, cid: Cid) -> tuple[PinReport, ...]:
        """
        Keep the whole DAG below `cid` for good, after reading it back.

        Raises when the store's own copy is incomplete or altered. A mirror's failure raises nothing: it is a
        report with `ok=False`, to be disclosed. Calling again is the retry.
        """

    def is_pinned(self, cid: Cid) -> bool:
        """Say whether exactly this root was pinned."""

    def pins(self) -> Iterator[Cid]:
        """Yield every pinned root, each once, in no particular order."""


def check_block(cid: Cid, block: bytes, where: str) -> None:
    """Refuse a block that is too large (`InputInvalid`) or not the one `cid` names (`EvidenceMismatch`)."""
    if len(block) > MAX_BLOCK_BYTES:
        raise InputInvalid("block", f"{len(block)} bytes", f"must be at most {MAX_BLOCK_BYTES} bytes")
    cid.verify(block, where)
