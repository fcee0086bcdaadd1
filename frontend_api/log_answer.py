"""
Reading the journal a page at a time, and its head as a checkpoint.
"""

from __future__ import annotations

import threading

from frontend_api.parts import SharedParts
from frontend_api.schemas.log import LogOut
from frontend_api.schemas.page import decode_cursor, encode_cursor
from frontend_api.settings import GatewaySettings
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.entry import Entry
from resonance_dao.journal.journal import Journal
from resonance_dao.transparency.checkpoint import Checkpoint, log_origin
from resonance_dao.transparency.signed_checkpoint import sign_checkpoint
from resonance_dao.workflows.keyring import stating


def entries_after(
    journal: Journal, cursor: str | None, limit: int, kind: str | None, subject: str | None
) -> tuple[list[Entry], str | None]:
    """
    Return one page of entries and the cursor to the next; the cursor of another kind of list is refused.
    """
    first = decode_cursor("entries", cursor) + 1
    found = journal.entries(first, limit + 1, kind=kind, subject=subject)
    following = encode_cursor("entries", found[limit - 1].number) if len(found) > limit else None
    return found[:limit], following


class Checkpoints:
    """Signs the head of what is anchored, once for each size."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[str, int, str] | None = None

    def latest(self, parts: SharedParts, settings: GatewaySettings) -> str:
        """Return the signed note; anybody can compare its root with `rootOf` on-chain."""
        system, address = parts.system, parts.operator.address
        is_batched = parts.journal.identity.log == system.batched_log.address
        origin = log_origin(
            settings.log_domain, system.chain_id, address, of="batches" if is_batched else "log"
        )
        size = parts.prover.size()
        with self._lock:
            # An append-only log has one head at each size.
            if self._last is None or self._last[:2] != (origin, size):
                head = Checkpoint(origin, size, parts.prover.root(size))
                signer = stating(parts.operator, system.chain_id, parts.journal.identity.log)
                note = sign_checkpoint(head, system.chain_id, signer)
                self._last = (origin, size, note.to_text())
            return self._last[2]


def reach(parts: SharedParts) -> LogOut:
    """Return whose log it is and how far it reaches."""
    system, journal = parts.system, parts.journal
    return LogOut(
        chain_id=system.chain_id,
        log=journal.identity.log,
        publisher=parts.operator.address,
        size=journal.size(),
        anchored=Batches(journal).anchored(),
    )
