"""What records say that transactions did: a missing, an altered and an invented one are named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.chain import Log, Receipt
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.audit.effect_audit import EffectAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System

TX, BLOCK = "0x" + "01" * 32, "0x" + "07" * 32
TOKEN, ACCOUNT, OTHER = (f"0x{n:040d}" for n in (50, 51, 52))
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def audit(system: System, findings: Findings) -> EffectAudit:
    return EffectAudit(system, findings)


@pytest.fixture
def receipt(system: System) -> Receipt:
    vault = system.vault
    topics = (vault.topic("Withdrawn"), *("0x" + a[2:].rjust(64, "0") for a in (TOKEN, ACCOUNT, ACCOUNT)))
    data = bytes.fromhex(ACCOUNT[2:]).rjust(32, b"\0") + (30).to_bytes(32, "big")
    log = Log(vault.address, topics, data, 7, BLOCK, TX, 0)
    return Receipt(TX, 1, 7, BLOCK, ACCOUNT, vault.address, 50_000, 1, None, (log,))


def told(**changes: Any) -> Record:
    body = {"to": OTHER, "function": "withdraw", "status": "observed", "tx_hash": TX, "block_number": 7}
    return Record("transaction", 4, 1500, 31337, "transaction/1", {**body, **changes})


def payout(number: int = 5, links: tuple[int, ...] = (4,), **changes: Any) -> Record:
    body = {"token": TOKEN, "amount": "30", "payee": ACCOUNT, "reason": "withdrawal", "tx_hash": TX}
    return Record("payout", number, 1500, 31337, f"account/{ACCOUNT}", {**body, **changes}, links)


@pytest.mark.parametrize(
    "said",
    [
        payout(amount="31"),
        payout(payee=OTHER),
        payout(reason="refund"),
        payout(links=()),
        told(),
        Record("disclosure", 5, 1, 31337, "a/1", {"reason_code": "A", "what": "a", "why": "a", "next": "a"}),
    ],
)
def test_another_record_in_its_place_is_named(
    audit: EffectAudit, receipt: Receipt, failed: Failed, said: Record
) -> None:
    audit.happened(told(), receipt)
    audit.record(said if said.number == 5 else replace(said, number=5), "0x")
    assert failed() == [("record.effect", "log/record/5")]


@pytest.mark.parametrize("number", [3, 6])
def test_a_payout_that_no_transaction_made_is_named(
    audit: EffectAudit, receipt: Receipt, failed: Failed, number: int
) -> None:
    audit.happened(told(), receipt)
    audit.record(payout(number, links=()), "0x")
    audit.finish({})
    assert failed() == [("record.effect", f"log/record/{number}")]


def test_what_follows_a_corrected_record_is_a_note(
    audit: EffectAudit, findings: Findings, failed: Failed
) -> None:
    audit.record(payout(), "0x")
    audit.finish({4: 9})
    assert failed() == []
    assert [(row.verdict, row.check) for row in findings.rows] == [(Verdict.NOTE, "record.withdrawn")]


def test_a_decision_may_be_made_elsewhere(audit: EffectAudit, failed: Failed) -> None:
    body = {
        "decision": "a",
        "model": {"name": "a", "version": "1"},
        "inputs": [],
        "result": 1,
        "reasons": ["a"],
    }
    audit.record(Record("decision", 5, 1500, 31337, "bounty/1", body), "0x")
    audit.finish({})
    assert failed() == []


def test_what_the_transaction_did_passes(audit: EffectAudit, receipt: Receipt, findings: Findings) -> None:
    audit.happened(told(), receipt)
    audit.record(payout(), "0x")
    audit.finish({})
    assert [(row.verdict, row.check) for row in findings.rows] == [(Verdict.PASS, "record.effect")]
