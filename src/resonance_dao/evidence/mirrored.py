"""
One store that answers, and mirrors that copy it.

Blocks go to the primary; `pin` pins there first and only then brings the whole DAG to each mirror. So a
refused submission never reaches a mirror, and a mirror that is down delays nothing and loses nothing: its
failure comes back as a `PinReport` to disclose, and pinning again is the retry. `check` looks at one copy,
`repair` makes it anew from any good one, the primary's too.

A mirror that failed only after a long wait is left alone for a while: many of its waits, one after another,
would hold up everything else.

>>> import tempfile
>>> from pathlib import Path
>>> from resonance_dao.evidence.embedded import EmbeddedStore
>>> here = EmbeddedStore(Path(tempfile.mkdtemp()))
>>> there = EmbeddedStore(Path(tempfile.mkdtemp()), name="there")
>>> store, cid = MirroredStore(here, [there]), Cid.of(b"hello")
>>> store.put_block(cid, b"hello")
>>> [report.ok for report in store.pin(cid)], there.get_block(cid)
([True, True], b'hello')
>>> store.names, store.check(cid, "there").ok
(('embedded', 'there'), True)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from resonance_dao.errors import EvidenceUnavailable, InputInvalid, NotFound, ResonanceError
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.replica import Replica, StoreReplica
from resonance_dao.evidence.store import EvidenceStore, PinReport

SLOW_S = 2.0
REST_S = 30.0


class MirroredStore:
    """
    A primary store and its mirrors, stores or other places. An `EvidenceStore`; reads are the primary's
    alone. `clock` is monotonic.
    """

    def __init__(
        self,
        primary: EvidenceStore,
        mirrors: Sequence[EvidenceStore | Replica],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.primary = primary
        self._replicas = (StoreReplica(primary), *map(_replica, mirrors))
        self._clock, self._rests_until = clock, dict.fromkeys(self.names, float("-inf"))
        if len(set(self.names)) != len(self._replicas):
            raise InputInvalid("mirrors", self.names, "must have names that differ")

    @property
    def name(self) -> str:
        """The primary's name: it is the one that answers."""
        return self.primary.name

    @property
    def names(self) -> tuple[str, ...]:
        """The names of every place for a copy, the primary's first."""
        return tuple(replica.name for replica in self._replicas)

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
        for mirror in self._replicas[1:]:
            reports += (self._copy(cid, mirror, self.primary.get_block),)
        return reports

    def is_pinned(self, cid: Cid) -> bool:
        """Say whether the primary pinned this root."""
        return self.primary.is_pinned(cid)

    def pins(self) -> Iterator[Cid]:
        """Yield the primary's pins."""
        return self.primary.pins()

    def check(self, cid: Cid, name: str) -> PinReport:
        """
        Look at the copy on the place of that name; nothing is mended. `EvidenceUnavailable` when the place
        does not answer, `NotFound` when there is no such place.
        """
        replica = self._named(name)
        if self._clock() < self._rests_until[name]:
            raise EvidenceUnavailable(f"{name} did not answer a moment ago and is left alone for a while")
        begun = self._clock()
        try:
            return replica.check(cid)
        except ResonanceError:
            self._let_rest(name, begun)
            raise

    def repair(self, cid: Cid, name: str) -> PinReport:
        """Make the copy there whole again, each block from any place that has it; see `check`."""
        return self._copy(cid, self._named(name), self._from_anywhere)

    def _copy(self, cid: Cid, replica: Replica, get_block: Callable[[Cid], bytes]) -> PinReport:
        begun = self._clock()
        if begun < self._rests_until[replica.name]:
            return PinReport(cid, replica.name, ok=False, reason="it did not answer a moment ago")
        try:
            return replica.copy(cid, get_block)
        except ResonanceError as exc:
            self._let_rest(replica.name, begun)
            return PinReport(cid, replica.name, ok=False, reason=f"{exc.code}: {exc}")

    def _let_rest(self, name: str, begun: float) -> None:
        now = self._clock()
        if now - begun >= SLOW_S:
            self._rests_until[name] = now + REST_S

    def _from_anywhere(self, cid: Cid) -> bytes:
        for replica in self._replicas:
            if replica.source is not None:
                try:
                    return replica.source.get_block(cid)
                except ResonanceError:
                    continue
        raise EvidenceUnavailable(f"no copy has an intact block {cid}", cid=str(cid))

    def _named(self, name: str) -> Replica:
        for replica in self._replicas:
            if replica.name == name:
                return replica
        raise NotFound(f"there is no place for copies called {name}", hint=f"There are {self.names}.")


def with_mirrors(store: EvidenceStore) -> MirroredStore:
    """Return the store as one that may have mirrors."""
    return store if isinstance(store, MirroredStore) else MirroredStore(store, ())


def _replica(mirror: EvidenceStore | Replica) -> Replica:
    # Only a store keeps blocks; a place for copies takes whole DAGs.
    if hasattr(mirror, "put_block"):
        return StoreReplica(cast("EvidenceStore", mirror))
    return mirror
