"""
Evidence: every CID that the chain or a record names is fetched whole, and every block hashed again.

What is missing or altered is named with its CID, the block's CID and everybody who refers to it. Anybody may
hand in work, apply or open a pool, so what is missing and named by unpaid work, by applications that nobody
selected or by pools alone is a note: a stranger's dead link is no fault of the record. A pool's terms have to
be there once a bounty was opened with them, which names them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid, ResonanceError
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import BlockSource
from resonance_dao.evidence.tree import walk
from resonance_dao.workflows.audit.citations import cited, subject_of
from resonance_dao.workflows.audit.history import Progress, Tell, Transaction
from resonance_dao.workflows.audit.ledger import Ledger
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System


class EvidenceAudit:
    """
    Collects the CIDs while the history is read, and fetches them at the end; `ledger` says what was paid
    for.
    """

    def __init__(self, system: System, findings: Findings, source: BlockSource, ledger: Ledger) -> None:
        self._system, self._findings, self._source, self._ledger = system, findings, source, ledger
        self._named: dict[Cid, dict[str, str]] = {}
        self._malformed: list[tuple[str, str, str]] = []
        self._unused: set[str] = set()
        self._relied: set[str] = set()
        self.forgotten: set[Cid] = set()

    @property
    def count(self) -> int:
        """How many different CIDs were named."""
        return len(self._named)

    def observe(self, transaction: Transaction) -> None:
        """Note the CIDs that one transaction's events name."""
        for event in transaction.events:
            found = cited(self._system, event)
            if found is None:
                continue
            subject, text = found
            self.refer([text], subject, transaction.hash)
            if event.name in ("ApplicationReceived", "PoolOpened"):
                self._unused.add(subject)
        for event in transaction.of(self._system.desk.address, "WorkerSelected"):
            self._relied.add(subject_of(event))

    def refer(self, cids: Iterable[object], subject: str, transaction: str) -> None:
        """Note CIDs that `subject` names; an empty one names nothing."""
        for text in cids:
            if not text:
                continue
            try:
                self._named.setdefault(Cid.parse(str(text)).as_v1(), {})[subject] = transaction
            except InputInvalid:
                self._malformed.append((str(text), subject, transaction))

    def fetch(self, text: str) -> bytes:
        """Return the one block of a CID, hashed again; `EvidenceUnavailable`, `EvidenceMismatch`."""
        return self._block(Cid.parse(text))

    def run(self, tell: Tell) -> None:
        """Fetch everything that was named; one row for each CID, and one for each text that is none."""
        unpaid = self._unpaid()
        for text, subject, transaction in self._malformed:
            self._fail("evidence.cid", {subject: transaction}, unpaid, "a CID", f"no CID: {text}", None)
        for number, (cid, referrers) in enumerate(self._named.items(), 1):
            self._fetch_whole(cid, referrers, unpaid)
            tell(Progress("evidence", number, self.count))

    def _unpaid(self) -> set[str]:
        """
        Return the subjects that nothing followed from: work not paid for, versions that a later one replaced,
        applications not selected, pools.
        """
        self._unused -= self._relied
        found = set(self._unused)
        for work in self._ledger.works():
            paid = work.version if work.award_given else 0
            found |= {f"{work.subject}/version/{n}" for n in range(1, work.version + 1) if n != paid}
            found |= set() if work.award_given else {work.subject}
        return found

    def _fetch_whole(self, cid: Cid, referrers: Mapping[str, str], unpaid: AbstractSet[str]) -> None:
        subject, text = next(iter(referrers)), str(cid)
        names = f"named by {', '.join(referrers)}"
        try:
            blocks = sum(1 for _ in walk(cid, self._block))
        except EvidenceUnavailable as exc:
            if cid in self.forgotten:
                what = f"forgotten by its owner, as a record says; {names}"
                self._findings.say(Verdict.NOTE, "evidence.forgotten", subject, what, cid=text)
                return
            found = f"missing: block {exc.details.get('cid') or text}; {names}"
            self._fail("evidence.present", referrers, unpaid, text, found, text)
        except EvidenceMismatch as exc:
            # What a source altered is the source's lie, whoever named it: that is never a note.
            found = f"altered: block {exc.details.get('cid') or text}; {names}"
            self._fail("evidence.bytes", referrers, set(), text, found, text)
        except ResonanceError as exc:
            self._fail("evidence.form", referrers, unpaid, text, f"unreadable: {exc}; {names}", text)
        else:
            found, at = f"{blocks} {'block' if blocks == 1 else 'blocks'}; {names}", referrers[subject]
            self._findings.say(Verdict.PASS, "evidence.bytes", subject, found, transaction=at, cid=text)

    def _fail(
        self,
        check: str,
        referrers: Mapping[str, str],
        unpaid: AbstractSet[str],
        expected: str,
        found: str,
        cid: str | None,
    ) -> None:
        subject = next(iter(referrers))
        at = referrers[subject]
        if referrers.keys() <= unpaid:
            unused = referrers.keys() <= self._unused
            whose = "an application or pool that came to nothing" if unused else "unpaid work"
            note, what = (
                f"evidence.{'unused' if unused else 'unpaid'}",
                f"unpinned evidence of {whose}: {found}",
            )
            self._findings.say(Verdict.NOTE, note, subject, what, transaction=at, cid=cid)
            return
        self._findings.fail(check, subject, expected, found, transaction=at, cid=cid)

    def _block(self, cid: Cid) -> bytes:
        try:
            block = self._source.get_block(cid)
        except EvidenceUnavailable as exc:
            raise EvidenceUnavailable(str(exc), hint=exc.hint, cid=str(cid)) from exc
        except EvidenceMismatch as exc:
            raise EvidenceMismatch(str(exc), hint=exc.hint, cid=str(cid)) from exc
        try:
            # A source verifies too, but the audit takes nobody's word for it.
            cid.verify(block)
        except EvidenceMismatch as exc:
            raise EvidenceMismatch(str(exc), hint=exc.hint, cid=str(cid)) from exc
        return block
