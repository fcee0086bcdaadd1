"""
One store that answers, and mirrors that copy it.

Blocks go to the primary; `pin` pins there first and only then copies the whole DAG to each mirror and pins it
there. So a refused submission never reaches a mirror, and a mirror that is down delays nothing and loses
nothing: its failure comes back as a `PinReport` to disclose, and pinning again is the retry.

>>> import tempfile
>>> from pathlib import Path
>>> from resonance_dao.evidence.embedded import EmbeddedStore
>>> here, there = EmbeddedStore(Path(tempfile.mkdtemp())), EmbeddedStore(Path(tempfile.mkdtemp()))
>>> store, cid = MirroredStore(here, [there]), Cid.of(b"hello")
>>> store.put_block(cid, b"hello")
>>> [report.ok for report in store.pin(cid)], there.get_block(cid)
([True, True], b'hello')
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resonance_dao.errors import ResonanceError
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import EvidenceStore, PinReport
from resonance_dao.evidence.tree import walk


class MirroredStore:
    """A primary store and its mirrors. An `EvidenceStore`; reads are the primary's alone."""

    def __init__(self, primary: EvidenceStore, mirrors: Sequence[EvidenceStore]) -> None:
        self.primary = primary
        self.mirrors = tuple(mirrors)

    @property
    def name(self) -> str:
        """The primary's name: it is the one that answers."""
        return self.primary.name

    def put_block(self, cid: Cid, block: bytes) -> None:
        """Keep a block in the primary."""
        self.primary.put_block(cid, block)

    def get_block(self, cid: Cid) -> bytes:
        """Read a block from the primary."""
        return self.primary.get_block(cid)

    def has_block(self, cid: Cid) -> bool:
        """Say whether the primary has the block."""
        return self.primary.has_block(cid)

    def pin(self, cid: Cid) -> tuple[PinReport, ...]:
        """Pin in the primary (its failure raises), then in each mirror (a failure is a report)."""
        reports = self.primary.pin(cid)
        for mirror in self.mirrors:
            reports += self._copy(cid, mirror)
        return reports

    def is_pinned(self, cid: Cid) -> bool:
        """Say whether the primary pinned this root."""
        return self.primary.is_pinned(cid)

    def pins(self) -> Iterator[Cid]:
        """Yield the primary's pins."""
        return self.primary.pins()

    def _copy(self, cid: Cid, mirror: EvidenceStore) -> tuple[PinReport, ...]:
        try:
            for child, block in walk(cid, self.primary.get_block):
                mirror.put_block(child, block)
            return mirror.pin(cid)
        except ResonanceError as exc:
            return (PinReport(cid, mirror.name, ok=False, reason=f"{exc.code}: {exc}"),)
