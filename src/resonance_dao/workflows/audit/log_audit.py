"""
The log: its leaves read from calldata, its mountain range built again, and every transaction looked for in
it.

What the leaves stand for, the records, is `record_audit`'s part.
"""

from __future__ import annotations

from collections.abc import Sequence

from resonance_dao.chain.contract import Event
from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.workflows.audit.calldata import appended_by
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.record_audit import Batch, RecordAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System


class LogAudit:
    """Follows one publisher's log, and which transactions of the other contracts wait for a record."""

    def __init__(self, system: System, findings: Findings, publisher: str, records: RecordAudit) -> None:
        self._system, self._findings, self._publisher, self._records = system, findings, publisher, records
        self._range = MountainRange()
        self._last_batch = -1
        self._waiting: dict[str, tuple[int, int]] = {}
        self.batches = 0

    def observe(self, transaction: Transaction) -> None:
        """Follow one transaction: it is an append, or something that must be recorded."""
        log = self._system.log.address
        if any(event.address != log for event in transaction.events):
            self._waiting[transaction.hash] = (transaction.block_number, transaction.time)
        for event in transaction.of(log, "Appended"):
            if event.args["publisher"] == self._publisher:
                self._append(transaction, event)

    def _append(self, transaction: Transaction, event: Event) -> None:
        size, count, at = event.args["size"], event.args["count"], transaction.hash
        subject = f"log/batch/{size}"
        self.batches += 1
        self._last_batch = transaction.block_number
        self._findings.check("log.sequence", subject, self._range.size, size, transaction=at)
        try:
            given = appended_by(self._system.chain, self._system.log, at, size)
        except InputInvalid as exc:
            self._findings.say(Verdict.UNVERIFIABLE, "log.calldata", subject, exc, transaction=at)
            return
        leaves: Sequence[bytes] = given["leaves"]
        self._findings.check("log.count", subject, count, len(leaves), transaction=at)
        self._findings.check("log.digest", subject, event.args["manifest"], given["manifest"], transaction=at)
        self._range = self._range.extend(leaves)
        self._records.read(Batch(size, tuple(leaves), event.args["manifest"], self._publisher, at))

    def finish(self, block: int, now: int, race_s: int, stall_s: int) -> None:
        """
        Compare with the chain's peaks at `block`, and name the transactions that have no record; times unix
        s.
        """
        log, chain, subject = self._system.log, self._system.chain, f"log/{self._publisher}"
        size = log.call(chain, "sizeOf", self._publisher, block=block)
        root = log.call(chain, "rootOf", self._publisher, block=block)
        self._findings.check("log.size", subject, size, self._range.size)
        self._findings.check("log.root", subject, root, self._range.root())
        self._records.finish()
        for tx_hash, (mined, time) in self._waiting.items():
            if tx_hash in self._records.recorded:
                continue
            young = now - time < (stall_s if mined >= self._last_batch else race_s)
            row = f"transaction/{tx_hash}"
            if young:
                what = f"mined {now - time} s ago; its record is not in the log yet"
                self._findings.say(Verdict.PENDING, "log.missing_record", row, what, transaction=tx_hash)
            else:
                self._findings.fail(
                    "log.missing_record", row, "a record in the log", "none", transaction=tx_hash
                )
