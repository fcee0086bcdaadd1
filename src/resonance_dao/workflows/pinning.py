"""
Pinning: every record is on IPFS before its leaf is on the chain, and every copy that failed is told of and
tried again.

The first store keeps a record, or the record waits. A mirror that fails costs no waiting: its failure is
disclosed, and the copy is tried again at growing intervals until it arrives, which is told as well. Records
that tell of copies, and manifests of nothing else, are tried again without a word: each word would need a
copy of its own, without end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import EvidenceStore, PinReport
from resonance_dao.journal.entry import Draft, Entry
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.pins import Pins

AT_ONCE = 256
RETRIES_AT_ONCE = 64
FAILED = "PIN_FAILED"
_ABOUT_PINS = "pin/"


class Pinner:
    """Pins for one journal. `store` is the first store, with its mirrors."""

    def __init__(self, journal: Journal, store: EvidenceStore) -> None:
        self._journal, self._store, self._pins = journal, store, Pins(journal)

    def pin(self, now: int) -> int:
        """
        Pin the entries that wait; return how many. Raises `EvidenceUnavailable` when the first store fails.
        """
        done: list[tuple[Entry, tuple[PinReport, ...]]] = []
        try:
            for number in self._pins.waiting(AT_ONCE):
                entry = self._journal.entry(number)
                done.append((entry, self._add_record(entry)))
        finally:
            # What the first store has kept need not be pinned again, whatever became of the next.
            self._pins.mark_pinned([entry.number for entry, _ in done], now)
            for entry, reports in done:
                self._keep(entry.cid, reports, now, tell=not entry.subject.startswith(_ABOUT_PINS))
        return len(done)

    def pin_manifest(self, manifest: bytes, subjects: Iterable[str], now: int) -> str:
        """Pin the manifest of a batch whose records have these subjects; return its CID."""
        cid, reports = self._add(manifest)
        self._keep(cid, reports, now, tell=not all(subject.startswith(_ABOUT_PINS) for subject in subjects))
        return cid

    def report(self, cid: str, reports: Iterable[PinReport], now: int) -> None:
        """Keep what the stores said of a client's evidence."""
        self._keep(cid, reports, now, tell=True)

    def retry(self, now: int) -> int:
        """Try the copies again whose time has come; return how many arrived."""
        arrived = 0
        for cid in dict.fromkeys(failure.cid for failure in self._pins.due(now, RETRIES_AT_ONCE)):
            try:
                reports = self._store.pin(Cid.parse(cid))
            except EvidenceUnavailable as exc:
                reports = (PinReport(Cid.parse(cid), self._store.name, False, str(exc)),)
            arrived += self._keep(cid, reports, now, tell=True)
        return arrived

    def failing(self) -> int:
        """Return how many copies are missing."""
        return self._pins.failing()

    def _add_record(self, entry: Entry) -> tuple[PinReport, ...]:
        cid, reports = self._add(entry.record)
        self._journal.hook("pin.stored")
        if cid != entry.cid:
            raise EvidenceMismatch(f"the bytes of record {entry.number} are {cid}, not {entry.cid}")
        return reports

    def _add(self, content: bytes) -> tuple[str, tuple[PinReport, ...]]:
        cid = Cid.of(content)
        self._store.put_block(cid, content)
        return str(cid), self._store.pin(cid)

    def _keep(self, cid: str, reports: Iterable[PinReport], now: int, *, tell: bool) -> int:
        arrived = 0
        for report in reports:
            if report.ok:
                arrived += self._arrived(cid, report.store, now)
            else:
                disclosure = _disclosure(cid, report) if tell else None
                self._pins.failed(cid, report.store, report.reason, disclosure, now)
        return arrived

    def _arrived(self, cid: str, store: str, now: int) -> int:
        disclosure = self._pins.disclosure_of(cid, store)
        correction = None if disclosure is None else _correction(cid, store, disclosure)
        return int(self._pins.arrived(cid, store, correction, now))


def _disclosure(cid: str, report: PinReport) -> Draft:
    body = {
        "reason_code": FAILED,
        "what": {
            "en": f"A copy on {report.store} could not be made.",
            "ja": f"{report.store} への複製に失敗しました。",
        },
        "why": _publishable(report.reason),
        "next": {
            "en": "The first copy is kept. This one is tried again until it arrives.",
            "ja": "最初の複製は保存されています。成功するまで再試行します。",
        },
        "details": {"cid": cid, "store": report.store},
    }
    return Draft("disclosure", _subject(cid, report.store), body)


def _correction(cid: str, store: str, disclosure: int) -> Draft:
    body = {
        "corrects": disclosure,
        "what": {"en": f"The copy on {store} has arrived.", "ja": f"{store} への複製が完了しました。"},
        "why": {"en": "It was tried again.", "ja": "再試行しました。"},
        "details": {"cid": cid, "store": store},
    }
    return Draft("correction", _subject(cid, store), body, (disclosure,))


def _subject(cid: str, store: str) -> str:
    return f"{_ABOUT_PINS}{re.sub('[^A-Za-z0-9._-]', '-', store)[:80]}/{cid}"


def _publishable(reason: str) -> str:
    # What a server said may hold anything; a number or an address in it must not stop the disclosure.
    return re.sub(r"[+@]|[0-9]{6,}", "…", reason)[:500] or "It gave no reason."
