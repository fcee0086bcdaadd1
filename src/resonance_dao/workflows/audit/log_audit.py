"""
The log: its leaves read from calldata, its mountain range built again, and every transaction looked for in
it. A log of batches has one leaf for a batch there; the records behind it must give its root.

What the leaves stand for, the records, is `record_audit`'s part.
"""

from __future__ import annotations

from collections.abc import Sequence

from resonance_dao.chain.contract import Contract, Event
from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.merkle import tree_head
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
        self._logs = {log.address: log for log in (system.log, system.batched_log)}
        self._log: Contract | None = None
        self._range, self._size = MountainRange(), 0
        self._last_batch = -1
        self._waiting: dict[str, tuple[int, int]] = {}
        self.batches = 0

    def observe(self, transaction: Transaction) -> None:
        """Follow one transaction: it is an append, or something that must be recorded."""
        if any(event.address not in self._logs for event in transaction.events):
            self._waiting[transaction.hash] = (transaction.block_number, transaction.time)
        for address, log in self._logs.items():
            for event in transaction.of(address, "Appended"):
                if event.args["publisher"] == self._publisher:
                    self._append(log, transaction, event)

    def _append(self, log: Contract, transaction: Transaction, event: Event) -> None:
        self._log = self._log or log
        if log != self._log:
            # Its numbers were given before: whose receipt names which is for no auditor to guess.
            one, other = self._log.artifact.name, log.artifact.name
            self._findings.fail(
                "log.only", f"log/{self._publisher}", one, other, transaction=transaction.hash
            )
            return
        size, count, at = event.args["size"], event.args["count"], transaction.hash
        subject = f"log/batch/{size}"
        self.batches += 1
        self._last_batch = transaction.block_number
        self._findings.check("log.sequence", subject, self._size, size, transaction=at)
        self._size += count
        try:
            given = appended_by(self._system.chain, log, at, size)
        except InputInvalid as exc:
            self._findings.say(Verdict.UNVERIFIABLE, "log.calldata", subject, exc, transaction=at)
            return
        self._findings.check("log.digest", subject, event.args["manifest"], given["manifest"], transaction=at)
        leaves: Sequence[bytes] | None = given.get("leaves")
        held = given["batch"]["count"] if leaves is None else len(leaves)
        self._findings.check("log.count", subject, count, held, transaction=at)
        batch = Batch(size, held, event.args["manifest"], self._publisher, at)
        if leaves is None:
            self._of_one_leaf(batch, given["batch"]["root"])
        else:
            self._range = self._range.extend(leaves)
            self._records.read(batch, leaves)

    def _of_one_leaf(self, batch: Batch, root: bytes) -> None:
        """Follow an append to a log of batches."""
        self._range = self._range.append(RecordBatch(batch.size, batch.count, root).leaf)
        leaves = self._records.read(batch)
        # What is missing was said already; without it there is no root to compare.
        if leaves is not None:
            subject, found = f"log/batch/{batch.size}", tree_head(leaves)
            self._findings.check("log.batch", subject, root, found, transaction=batch.transaction)

    def finish(self, block: int, now: int, race_s: int, stall_s: int) -> None:
        """
        Compare with the chain's peaks at `block`, and name the transactions that have no record; times unix
        s.
        """
        log, chain, subject = self._log or self._system.log, self._system.chain, f"log/{self._publisher}"
        size = log.call(chain, "sizeOf", self._publisher, block=block)
        root = log.call(chain, "rootOf", self._publisher, block=block)
        self._findings.check("log.size", subject, size, self._size)
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
