"""Tax: recomputed from the registered schedule, payee by payee, and told in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.ledger import Ledger, Payment, Work
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.audit.withholding_audit import WithholdingAudit
from resonance_dao.workflows.system import System

COIN, WORKER, PARTNER, OFFICE = (f"0x{n:040d}" for n in (50, 2, 3, 70))
WORK = "bounty/1/submission/1"
BRACKETS = [{"start": 500, "from": 0, "fixedTax": 0, "rateBps": 1000}]
SCHEDULE = {"token": COIN, "unit": 10, "collector": OFFICE, "label": "ten", "brackets": BRACKETS}
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def schedule_id(system: System) -> bytes:
    return bytes(keccak(system.withholdings.encode("hashSchedule", SCHEDULE)[4:]))


@pytest.fixture
def taxes(system: System, findings: Findings) -> WithholdingAudit:
    return WithholdingAudit(system, findings)


@pytest.fixture
def register(taxes: WithholdingAudit, schedule_id: bytes, emit: Any, at: Any) -> Callable[..., None]:
    def told(identity: bytes = schedule_id, token: str = COIN, **changes: Any) -> None:
        given = {"scheduleId": identity, "token": token, "collector": OFFICE, "schedule": SCHEDULE | changes}
        event = emit("withholdings", "ScheduleRegistered", **given)
        taxes.registered(at(100, event), event)

    return told


@pytest.fixture
def work(ledger: Ledger, schedule_id: bytes) -> Work:
    """Two payees in 3333 to 6667, taxed by the schedule."""
    found = ledger.bounties[1].works[1]
    found.bounty.terms = replace(found.bounty.terms, withholding="0x" + schedule_id.hex())
    return found


@pytest.fixture
def told(emit: Any) -> Callable[..., Event]:
    def event(payee: str, gross: int, tax: int, net: int | None = None, collector: str = OFFICE) -> Event:
        ids = {"bountyId": 1, "submissionId": 1, "payee": payee, "collector": collector}
        left = gross - tax if net is None else net
        made: Event = emit("escrow", "TaxWithheld", **ids, gross=gross, tax=tax, net=left)
        return made

    return event


def test_a_schedule_under_another_id_or_token_is_named(register: Any, failed: Failed) -> None:
    register(identity=b"\1" * 32)
    register(token=WORKER)
    assert [check for check, _ in failed()] == ["schedule.id", "schedule.indexed"]


def test_a_schedule_that_no_contract_of_ours_registers_is_named(register: Any, failed: Failed) -> None:
    register(unit=0)
    assert [check for check, _ in failed()] == ["schedule.id", "schedule.sound"]


def test_each_payee_gets_the_net_and_the_collector_the_tax(
    taxes: WithholdingAudit, register: Any, work: Work, at: Any, told: Any, failed: Failed
) -> None:
    register()
    divided = taxes.divide(work, "base", 1000, at(1000))
    assert divided == [
        Payment(COIN, WORKER, 304, WORK, "base", 30),
        Payment(COIN, OFFICE, 30, WORK, "tax"),
        Payment(COIN, PARTNER, 606, WORK, "base", 60),
        Payment(COIN, OFFICE, 60, WORK, "tax"),
    ]
    taxes.compare(at(1000), [told(WORKER, 334, 30), told(PARTNER, 666, 60)])
    assert failed() == []


def test_who_is_exempt_is_paid_in_full_and_bits_beyond_the_payees_mean_nothing(
    taxes: WithholdingAudit, register: Any, work: Work, at: Any, told: Any, failed: Failed
) -> None:
    register()
    work.submission = replace(work.submission, exempt=0b101)
    assert [credit.amount for credit in taxes.divide(work, "base", 1000, at(1000))] == [334, 606, 60]
    taxes.compare(at(1000), [told(PARTNER, 666, 60)])
    assert failed() == []


@pytest.mark.parametrize(("time", "tax"), [(499, 0), (500, 30)])
def test_rates_begin_at_their_start_and_a_tax_of_zero_is_told(
    taxes: WithholdingAudit,
    register: Any,
    work: Work,
    at: Any,
    told: Any,
    failed: Failed,
    time: int,
    tax: int,
) -> None:
    register()
    taxes.divide(work, "base", 1000, at(time))
    taxes.compare(at(time), [told(WORKER, 334, tax), told(PARTNER, 666, tax * 2)])
    assert failed() == []


def test_tax_told_otherwise_left_out_or_made_up_is_named(
    taxes: WithholdingAudit, register: Any, work: Work, at: Any, told: Any, failed: Failed
) -> None:
    register()
    for events in (
        [told(WORKER, 334, 31), told(PARTNER, 666, 60)],
        [told(WORKER, 334, 30)],
        [told(WORKER, 334, 30, collector=WORKER), told(PARTNER, 666, 60)],
    ):
        taxes.divide(work, "base", 1000, at(1000))
        taxes.compare(at(1000), events)
    taxes.compare(at(1000), [told(WORKER, 334, 30)])
    taxes.divide(work, "base", 1000, at(1000))
    taxes.compare(at(1000), [told(WORKER, 334, 30, net=305), told(PARTNER, 666, 60)])
    assert failed() == [("pay.tax", WORK)] * 4 + [("pay.net", WORK)]


def test_a_schedule_that_nobody_registered_is_named_when_it_should_tax(
    taxes: WithholdingAudit, work: Work, at: Any, told: Any, failed: Failed
) -> None:
    taxes.divide(work, "base", 1000, at(1000))
    taxes.compare(at(1000), [told(WORKER, 334, 0), told(PARTNER, 666, 0)])
    assert failed() == [("pay.tax", WORK)] * 2
