"""Bonds: to the challenger, unless the arbiter found just what was reported; then to the other side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.workflows.audit.bond_audit import BondAudit
from resonance_dao.workflows.audit.ledger import Ledger, Payment, Work
from resonance_dao.workflows.audit.report import Findings

FUNDER, WORKER, PARTNER, STEWARD = (f"0x{n:040d}" for n in (1, 2, 3, 9))
TRACK = "bounty/1/submission/1/success"
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def payments() -> list[Payment]:
    return []


@pytest.fixture
def bonds(findings: Findings, ledger: Ledger, payments: list[Payment]) -> BondAudit:
    return BondAudit(findings, ledger, payments)


@pytest.fixture
def work(ledger: Ledger) -> Work:
    found = ledger.work(1, 1)
    assert found is not None
    found.stage = "accepted"
    return found


@pytest.fixture
def credited(bonds: BondAudit, emit: Any, at: Any) -> Callable[..., None]:
    def told(account: str, amount: int = 7, lost: bool = False) -> None:
        ids = {"bountyId": 1, "submissionId": 1, "tranche": 0}
        event = emit("escrow", "BondCredited", **ids, account=account, amount=amount, lost=lost)
        bonds.credited(at(2000, event), event)

    return told


def challenge(bonds: BondAudit, work: Work, challenger: str, upheld: bool) -> None:
    track = work.tracks["success"]
    bonds.taken(work, track, TRACK, challenger)
    track.upheld = upheld
    bonds.settled(work, "success")


@pytest.mark.parametrize(
    ("challenger", "upheld", "receiver"),
    [
        (WORKER, False, WORKER),
        (FUNDER, False, FUNDER),
        (WORKER, True, FUNDER),
        (PARTNER, True, FUNDER),
        (FUNDER, True, WORKER),
        (STEWARD, True, WORKER),
    ],
)
def test_a_bond_is_lost_to_the_other_side_only_when_the_report_was_right(
    bonds: BondAudit,
    work: Work,
    credited: Any,
    payments: list[Payment],
    failed: Failed,
    at: Any,
    challenger: str,
    upheld: bool,
    receiver: str,
) -> None:
    challenge(bonds, work, challenger, upheld)
    credited(receiver, lost=upheld)
    bonds.finish(at(2000))
    assert failed() == []
    assert [(payment.payee, payment.part) for payment in payments] == [
        (challenger, "bond"),
        (receiver, "bond_back"),
    ]


@pytest.mark.parametrize(
    ("account", "amount", "lost"), [(FUNDER, 7, True), (WORKER, 6, True), (WORKER, 7, False)]
)
def test_a_bond_credited_otherwise_is_named(
    bonds: BondAudit, work: Work, credited: Any, failed: Failed, account: str, amount: int, lost: bool
) -> None:
    challenge(bonds, work, FUNDER, upheld=True)
    credited(account, amount, lost)
    assert failed() == [("bond.credited", TRACK)]


def test_a_bond_nobody_put_down_is_named(credited: Any, failed: Failed) -> None:
    credited(WORKER)
    assert failed() == [("bond.credited", TRACK)]


def test_a_bond_that_nobody_told_of_is_named_once(
    bonds: BondAudit, work: Work, at: Any, failed: Failed
) -> None:
    challenge(bonds, work, FUNDER, upheld=False)
    bonds.finish(at(2000))
    bonds.finish(at(2001))
    assert failed() == [("bond.credited", TRACK)]


def test_an_open_bond_is_owed(bonds: BondAudit, work: Work) -> None:
    before = work.bounty.liability
    bonds.taken(work, work.tracks["success"], TRACK, FUNDER)
    work.tracks["success"].stage = "challenged"
    assert work.bounty.liability == before + 7
    work.tracks["success"].stage = "settled"
    assert work.bounty.liability == before
