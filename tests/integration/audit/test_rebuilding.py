"""
The whole log, rebuilt from the chain's events and the records on IPFS alone.

`RESONANCE_REBUILT=100000` is the full size; the time is printed (`-rP`), the goal is a minute.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from resonance_dao.chain.contract import Contract
from resonance_dao.chain.sender import send
from resonance_dao.chain.signer import DevSigner
from resonance_dao.settings import LEAVES_MAX
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.manifest import MAX_RECORDS, Manifest
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.audit.disclosure_audit import DisclosureAudit
from resonance_dao.workflows.audit.evidence_audit import EvidenceAudit
from resonance_dao.workflows.audit.history import History, ignore
from resonance_dao.workflows.audit.ledger import Ledger
from resonance_dao.workflows.audit.log_audit import LogAudit
from resonance_dao.workflows.audit.record_audit import RecordAudit
from resonance_dao.workflows.audit.report import Findings, Verdict

pytestmark = [pytest.mark.chain, pytest.mark.timeout(900)]
PUBLISHER = DevSigner(6)
MANY = int(os.environ.get("RESONANCE_REBUILT", "10000"))
BODY = {"reason_code": "GATEWAY_OUTAGE", "what": "It was down.", "why": "No power.", "next": "It is up."}


@pytest.fixture(params=["log", "batched_log"])
def log(told: Any, request: pytest.FixtureRequest) -> Iterator[Contract]:
    snapshot = told.system.chain.request("evm_snapshot")
    yield getattr(told.system, request.param)
    told.system.chain.request("evm_revert", [snapshot])


def publish(told: Any, log: Contract, first: int, count: int) -> None:
    """Pin records and append them as one batch."""
    system, numbers = told.system, range(first + 1, first + count + 1)
    records = [
        Record("disclosure", n, 1_767_225_600, system.chain_id, f"gateway/{n}", BODY, ()) for n in numbers
    ]
    cids = tuple(told.source.put(record.to_bytes()) for record in records)
    manifest = Manifest(PUBLISHER.address, first + 1, cids)
    told.source.put(manifest.to_bytes())
    leaves = [record.leaf for record in records]
    what: tuple[Any, ...] = (first, leaves)
    if log == system.batched_log:
        what = (RecordBatch.of(first, leaves).to_dict(),)
    send(system.chain, PUBLISHER, log.address, log.encode("append", *what, manifest.digest))


@pytest.mark.parametrize("count", [500, pytest.param(MANY, marks=pytest.mark.slow)])
def test_a_log_is_rebuilt_from_events_and_records_alone(told: Any, log: Contract, count: int) -> None:
    system, findings = told.system, Findings()
    before = system.chain.block().number
    most = LEAVES_MAX if log == system.log else MAX_RECORDS
    for first in range(0, count, most):
        publish(told, log, first, min(most, count - first))
    evidence = EvidenceAudit(system, findings, told.source, Ledger())
    records = RecordAudit(system, findings, evidence, DisclosureAudit(system, findings), ignore)
    rebuilt = LogAudit(system, findings, PUBLISHER.address, records)
    head, begun = system.chain.block(), time.monotonic()

    for transaction in History(system, before + 1, head.number, 1_000, findings, ignore).transactions():
        rebuilt.observe(transaction)
    rebuilt.finish(head.number, head.timestamp, race_s=0, stall_s=0)

    print(f"{count} records rebuilt in {time.monotonic() - begun:.1f} s")  # noqa: T201 - a figure for whoever asks with -rP
    assert records.count == count
    compared = {row.check: row.verdict for row in findings.rows}
    assert (compared["log.size"], compared["log.root"]) == (Verdict.PASS, Verdict.PASS)
    assert [row for row in findings.rows if row.verdict is Verdict.FAIL] == []
