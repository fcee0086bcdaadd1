"""Custody: what moves at the vault for bonds and pools follows from their events, to the unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.workflows.audit.custody_audit import CustodyAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System

NOBODY = "0x" + "00" * 20
COIN, FUNDER, WORKER, POOL = (f"0x{n:040d}" for n in (50, 1, 2, 30))
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def custody(system: System, findings: Findings) -> CustodyAudit:
    found = CustodyAudit(system, findings)
    found.keepers.add(POOL)
    return found


@pytest.fixture
def move(custody: CustodyAudit, emit: Any) -> Callable[[str, str, int], None]:
    def moved(sender: str, receiver: str, amount: int) -> None:
        given = {"caller": sender, "id": int(COIN, 16), "amount": amount}
        custody.follow(emit("vault", "Transfer", sender=sender, receiver=receiver, **given))

    return moved


@pytest.mark.parametrize("found", [0, 99])
def test_a_contribution_that_did_not_all_come_is_named(
    custody: CustodyAudit, move: Any, at: Any, findings: Findings, failed: Failed, found: int
) -> None:
    custody.owe_in(POOL, COIN, 100, f"pool/{POOL}")
    if found:
        move(NOBODY, POOL, found)
    custody.compare(at(1))
    assert failed() == [("custody.paid_in", f"pool/{POOL}")]
    assert (findings.rows[-1].expected, findings.rows[-1].found) == ("100", str(found))


@pytest.mark.parametrize("found", [0, 39, 41])
def test_a_share_paid_otherwise_than_told_is_named(
    custody: CustodyAudit, move: Any, at: Any, failed: Failed, found: int
) -> None:
    custody.owe_out(POOL, COIN, WORKER, 40, f"pool/{POOL}")
    if found:
        move(POOL, WORKER, found)
    custody.compare(at(1))
    assert failed() == [("custody.paid_out", f"pool/{POOL}")]


def test_credit_that_leaves_without_an_event_is_named(
    custody: CustodyAudit, move: Any, at: Any, failed: Failed
) -> None:
    move(POOL, WORKER, 1)
    custody.compare(at(1))
    assert failed() == [("custody.paid_out", f"vault/{COIN}/{POOL}")]


def test_what_is_owed_in_one_transaction_is_not_owed_in_the_next(
    custody: CustodyAudit, move: Any, at: Any, failed: Failed
) -> None:
    custody.owe_in(POOL, COIN, 100, f"pool/{POOL}")
    move(NOBODY, POOL, 100)
    custody.compare(at(1))
    custody.compare(at(2))
    assert failed() == []
    assert custody.credits[POOL, COIN] == 100


def test_more_than_was_told_is_a_gift_and_a_refund_of_the_escrow_is_none(
    custody: CustodyAudit, move: Any, at: Any, system: System, findings: Findings, failed: Failed
) -> None:
    bonds, escrow = system.bonds.address, system.escrow.address
    custody.owe_in(bonds, COIN, 10, "bounty/1/reviewer/x")
    move(NOBODY, bonds, 11)
    move(WORKER, POOL, 3)
    move(escrow, POOL, 50)
    custody.compare(at(1))
    assert failed() == []
    notes = [row.found for row in findings.rows if row.verdict is Verdict.NOTE]
    assert notes == ["a gift of 1 to the reviewers' bonds", f"a gift of 3 to pool {POOL}"]
    assert (custody.gifts[bonds, COIN], custody.gifts[POOL, COIN], custody.credits[POOL, COIN]) == (1, 3, 53)


def test_only_what_no_keeper_gives_or_receives_is_private(custody: CustodyAudit) -> None:
    assert custody.is_private(FUNDER, WORKER)
    assert not custody.is_private(POOL, WORKER)
    assert not custody.is_private(WORKER, POOL)
