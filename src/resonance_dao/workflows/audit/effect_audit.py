"""
What the records say that transactions did: made again from the chain, entry by entry. Nothing that a
transaction did may be missing from the log, and nothing may stand there that no transaction did.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from resonance_dao.chain.chain import Receipt
from resonance_dao.journal.entry import Draft
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.effects import EFFECTS
from resonance_dao.workflows.system import System
from resonance_dao.workflows.telling import Teller
from resonance_dao.workflows.watching import watched_contracts

MIRRORED = tuple(kind for kind in EFFECTS if kind != "decision")
"""The kinds that tell of a transaction only; decisions may be made elsewhere too."""


class EffectAudit:
    """Follows the records in the order of their numbers."""

    def __init__(self, system: System, findings: Findings) -> None:
        self._system, self._findings = system, findings
        self._expected: dict[int, Draft] = {}
        self._unfounded: list[tuple[Record, str]] = []

    def record(self, record: Record, transaction: str) -> None:
        """Compare a record with what an earlier one's transaction did, if it tells of that."""
        expected = self._expected.pop(record.number, None)
        if expected is not None:
            subject, said = f"log/record/{record.number}", _told(record)
            self._findings.check("record.effect", subject, _told(expected), said, transaction=transaction)
        elif record.kind in MIRRORED:
            self._unfounded.append((record, transaction))

    def happened(self, record: Record, receipt: Receipt) -> None:
        """Expect what follows a record that tells of this transaction."""
        drafts = self._teller.effects(receipt, record.number, record.cid)
        self._expected |= {record.number + at: draft for at, draft in enumerate(drafts, 1)}

    def finish(self, corrected: Mapping[int, int]) -> None:
        """Name the records without a transaction; a note where a later record (by number) corrects it."""
        for record, transaction in self._unfounded:
            subject = f"log/record/{record.number}"
            by = next((corrected[link] for link in record.links if link in corrected), None)
            if by is None:
                self._findings.fail(
                    "record.effect", subject, "what a transaction did", record.kind, transaction=transaction
                )
            else:
                what = f"follows a record that did not hold, as record {by} says"
                self._findings.say(Verdict.NOTE, "record.withdrawn", subject, what, transaction=transaction)

    @cached_property
    def _teller(self) -> Teller:
        contracts = tuple(watched_contracts(self._system))
        return Teller(self._system.chain_id, lambda: contracts)


def _told(entry: Draft | Record) -> dict[str, Any]:
    return {"kind": entry.kind, "subject": entry.subject, "links": entry.links, "body": dict(entry.body)}
