"""
Pinning: every record is on IPFS before its leaf is on the chain, and every copy that failed is told of and
tried again.

The first store keeps a record, or the record waits; so it does while fewer than `copies_min` places keep it.
Beyond that a mirror that fails costs no waiting: its failure is disclosed, and the copy is tried again at
growing intervals until it arrives, which is told as well. Records that tell of copies, and manifests of
nothing else, are tried again without a word: each word would need a copy of its own, without end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, NotFound
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.mirrored import with_mirrors
from resonance_dao.evidence.store import EvidenceStore, PinReport
from resonance_dao.journal.entry import CopyReport, Entry
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.pins import Pins
from resonance_dao.workflows.pin_checking import PinChecker
from resonance_dao.workflows.pin_words import ABOUT_PINS, copy_reports

AT_ONCE = 256
RETRIES_AT_ONCE = 64
SIDE_BY_SIDE = 8
CHECK_EVERY_S = 86_400


@dataclass
class _Done:
    numbers: list[int] = field(default_factory=list)
    copies: list[CopyReport] = field(default_factory=list)


class Pinner:
    """
    Pins for one journal. `store` is the first store, with its mirrors. A round of checks of every copy begins
    `check_every_s` seconds after the last one began; 0: copies are not checked.
    """

    def __init__(
        self,
        journal: Journal,
        store: EvidenceStore,
        *,
        copies_min: int = 1,
        check_every_s: int = CHECK_EVERY_S,
    ) -> None:
        self._journal, self._store, self._pins = journal, store, Pins(journal)
        self._mirrored, self._copies_min = with_mirrors(store), copies_min
        self._checker = PinChecker(journal, self._mirrored, check_every_s) if check_every_s else None

    def pin(self, now: int) -> int:
        """
        Pin the entries that wait; return how many. Raises `EvidenceUnavailable` when the first store fails,
        or too few places keep an entry.
        """
        done = _Done()
        try:
            self._pin_entries([self._journal.entry(number) for number in self._pins.waiting(AT_ONCE)], done)
        finally:
            # What the first store has kept need not be pinned again, whatever became of the next.
            self._pins.mark_pinned(done.numbers, now, done.copies)
        return len(done.numbers)

    def pin_manifest(self, manifest: bytes, subjects: Iterable[str], now: int) -> str:
        """Pin the manifest of a batch whose records have these subjects; return its CID."""
        cid, reports = self._add(manifest)
        tell = not all(subject.startswith(ABOUT_PINS) for subject in subjects)
        self._pins.note(copy_reports(reports, tell=tell), now)
        self._require_copies(cid, reports)
        return cid

    def report(self, cid: str, reports: Iterable[PinReport], now: int) -> None:
        """Keep what the stores said of content `cid` that was added elsewhere."""
        named = (
            PinReport(Cid.parse(cid), said.store, said.ok, said.reason, said.pending) for said in reports
        )
        self._pins.note(copy_reports(named), now)

    def retry(self, now: int) -> int:
        """Make the copies again whose time has come; return how many arrived."""
        reports: dict[tuple[str, str], PinReport] = {}
        for missing in self._pins.due(now, RETRIES_AT_ONCE):
            if (missing.cid, missing.store) not in reports:
                again = self._again(Cid.parse(missing.cid), missing.store)
                reports.update({(str(said.cid), said.store): said for said in again})
        return self._pins.note(copy_reports(reports.values()), now)

    def check(self, now: int) -> int:
        """Look at some copies again, as the rounds come to them; return how many."""
        return 0 if self._checker is None else self._checker.check(now)

    def failing(self) -> int:
        """Return how many copies are missing."""
        return self._pins.failing()

    def _pin_entries(self, entries: Sequence[Entry], done: _Done) -> None:
        # Stores wait for disks and answers most of the time: several waits at the same time cost one.
        with ThreadPoolExecutor(SIDE_BY_SIDE, "pin") as pool:
            added = pool.map(self._add, [entry.record for entry in entries])
            try:
                for entry, (cid, reports) in zip(entries, added, strict=True):
                    self._finish_entry(entry, cid, reports, done)
            finally:
                pool.shutdown(cancel_futures=True)

    def _finish_entry(self, entry: Entry, cid: str, reports: Sequence[PinReport], done: _Done) -> None:
        self._journal.hook("pin.stored")
        if cid != entry.cid:
            raise EvidenceMismatch(f"the bytes of record {entry.number} are {cid}, not {entry.cid}")
        done.copies += copy_reports(reports, tell=not entry.subject.startswith(ABOUT_PINS))
        self._require_copies(cid, reports)
        done.numbers.append(entry.number)

    def _require_copies(self, cid: str, reports: Iterable[PinReport]) -> None:
        good = [report.store for report in reports if report.ok]
        if len(good) < self._copies_min:
            raise EvidenceUnavailable(
                f"{cid} is kept by {', '.join(good)}: fewer than {self._copies_min} places",
                hint="Mend the other stores, or lower RESONANCE_COPIES_MIN. What waits is not anchored.",
            )

    def _again(self, cid: Cid, store: str) -> tuple[PinReport, ...]:
        if store in self._mirrored.names:
            return (self._mirrored.repair(cid, store),)
        try:
            reports = self._store.pin(cid)
        except (EvidenceUnavailable, EvidenceMismatch, NotFound) as exc:
            return (PinReport(cid, store, ok=False, reason=str(exc)),)
        if any(report.store == store for report in reports):
            return reports
        # The settings no longer name that store: nobody waits for its copies.
        return (*reports, PinReport(cid, store, ok=True, reason=""))

    def _add(self, content: bytes) -> tuple[str, tuple[PinReport, ...]]:
        cid = Cid.of(content)
        self._store.put_block(cid, content)
        return str(cid), self._store.pin(cid)
