"""
A place for a copy: something that can be given a whole DAG, and be asked whether it still has it.

Any store is one (`StoreReplica`); so are places that take content but give no blocks back, such as pinning
services. What such a place says of itself is believed only where nothing better is known: with a `source`
to read from, a copy counts when every block was read back.

>>> import tempfile
>>> from pathlib import Path
>>> from resonance_dao.evidence.embedded import EmbeddedStore
>>> place, cid = StoreReplica(EmbeddedStore(Path(tempfile.mkdtemp()))), Cid.of(b"hello")
>>> place.check(cid).reason
'it is not pinned there'
>>> place.copy(cid, {cid: b"hello"}.__getitem__).ok, place.check(cid).ok
(True, True)
"""

from __future__ import annotations

from typing import Protocol

from resonance_dao.errors import ResonanceError
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import BlockSource, EvidenceStore, GetBlock, PinReport
from resonance_dao.evidence.tree import walk

NOT_PINNED = "it is not pinned there"


class Replica(Protocol):
    """A place for copies. Both methods raise `EvidenceUnavailable` when the place does not answer."""

    @property
    def name(self) -> str:
        """The name that reports use."""

    @property
    def source(self) -> BlockSource | None:
        """Where its blocks can be read; None: nowhere."""

    def copy(self, cid: Cid, get_block: GetBlock) -> PinReport:
        """Bring the DAG below `cid` there for good; repeating it mends what is missing or altered."""

    def check(self, cid: Cid) -> PinReport:
        """Say whether the whole DAG is there and intact; what is not is `ok=False`, and nothing is mended."""


class StoreReplica:
    """A store as a place for copies."""

    def __init__(self, store: EvidenceStore) -> None:
        self.store = store

    @property
    def name(self) -> str:
        """The store's name."""
        return self.store.name

    @property
    def source(self) -> BlockSource:
        """The store itself."""
        return self.store

    def copy(self, cid: Cid, get_block: GetBlock) -> PinReport:
        """Give the store every block, then let it pin."""
        for child, block in walk(cid, get_block):
            self.store.put_block(child, block)
        return self.store.pin(cid)[0]

    def check(self, cid: Cid) -> PinReport:
        """Ask for the pin, then read every block."""
        if not self.store.is_pinned(cid):
            return PinReport(cid, self.name, ok=False, reason=NOT_PINNED)
        return read_back(cid, self.name, self.store)


def read_back(cid: Cid, name: str, source: BlockSource) -> PinReport:
    """Read the whole DAG from `source` and report on it as `name`."""
    try:
        for _ in walk(cid, source.get_block):
            pass
    except ResonanceError as exc:
        return PinReport(cid, name, ok=False, reason=f"{exc.code}: {exc}")
    return PinReport(cid, name, ok=True, reason="")
