"""The vault: what moves without a decision, or otherwise than decided, is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.workflows.audit.custody_audit import CustodyAudit
from resonance_dao.workflows.audit.ledger import Ledger, Payment
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.audit.vault_audit import VaultAudit
from resonance_dao.workflows.system import System

NOBODY = "0x" + "00" * 20
COIN, WORKER, PARTNER, FUNDER = (f"0x{n:040d}" for n in (50, 2, 3, 1))
WORK = "bounty/1/submission/1"
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def custody(system: System, findings: Findings) -> CustodyAudit:
    return CustodyAudit(system, findings)


@pytest.fixture
def vault(system: System, findings: Findings, ledger: Ledger, custody: CustodyAudit) -> VaultAudit:
    return VaultAudit(system, findings, ledger, custody)


@pytest.fixture
def moved(emit: Any) -> Callable[..., Any]:
    def event(sender: str, receiver: str, amount: int) -> Any:
        number = int(COIN, 16)
        return emit(
            "vault", "Transfer", caller=sender, sender=sender, receiver=receiver, id=number, amount=amount
        )

    return event


@pytest.fixture
def escrow(system: System) -> str:
    return system.escrow.address


@pytest.fixture
def funded(vault: VaultAudit, moved: Any, emit: Any, at: Any, escrow: str) -> VaultAudit:
    """Open a bounty of 1,000."""
    deposited = emit("vault", "Deposited", token=COIN, account=escrow, sender=escrow, amount=1000)
    opening = Payment(COIN, escrow, 1000, "bounty/1", "escrowed")
    vault.observe(at(1, moved(NOBODY, escrow, 1000), deposited), [opening])
    return vault


def pay(payee: str, amount: int, part: str = "base") -> Payment:
    return Payment(COIN, payee, amount, WORK, part)


def test_an_opening_whose_money_did_not_come_is_named(
    vault: VaultAudit, at: Any, escrow: str, failed: Failed
) -> None:
    vault.observe(at(1), [Payment(COIN, escrow, 1000, "bounty/1", "escrowed")])
    assert failed() == [("vault.escrowed", "bounty/1")]


def test_a_credit_without_its_deposit_event_is_named(
    vault: VaultAudit, moved: Any, at: Any, failed: Failed
) -> None:
    vault.observe(at(1, moved(NOBODY, WORKER, 5)), [])
    assert failed() == [("vault.deposit", f"vault/{COIN}/{WORKER}")]


@pytest.mark.parametrize("amount", [0, 99, 101, 200])
def test_a_payment_other_than_decided_is_named_with_its_payee(
    funded: VaultAudit, moved: Any, at: Any, escrow: str, failed: Failed, amount: int
) -> None:
    events = [moved(escrow, WORKER, amount)] if amount else []
    funded.observe(at(2, *events), [pay(WORKER, 100)])
    assert failed() == [("vault.payment", f"{WORK}/payee/{WORKER}")]


def test_a_payment_to_somebody_else_is_named_twice(
    funded: VaultAudit, moved: Any, at: Any, escrow: str, failed: Failed
) -> None:
    funded.observe(at(2, moved(escrow, PARTNER, 100)), [pay(WORKER, 100)])
    assert failed() == [("vault.payment", f"{WORK}/payee/{WORKER}"), ("vault.unexplained", f"vault/{COIN}")]


def test_several_parts_to_one_payee_are_compared_as_a_sum(
    funded: VaultAudit, moved: Any, at: Any, escrow: str, failed: Failed
) -> None:
    events = [moved(escrow, WORKER, 100), moved(escrow, WORKER, 20), moved(escrow, FUNDER, 3)]
    payments = [pay(WORKER, 100), pay(WORKER, 20, "top_up"), pay(FUNDER, 3, "returned"), pay(PARTNER, 0)]
    funded.observe(at(2, *events), payments)
    assert failed() == []


def test_more_credit_spent_than_there_was_is_named(
    vault: VaultAudit, moved: Any, at: Any, failed: Failed
) -> None:
    vault.observe(at(1, moved(WORKER, PARTNER, 1)), [])
    assert failed() == [("vault.overdrawn", f"vault/{COIN}/{WORKER}")]


def test_a_withdrawal_by_a_stranger_to_himself_is_named(
    funded: VaultAudit, moved: Any, emit: Any, at: Any, escrow: str, failed: Failed
) -> None:
    funded.observe(at(2, moved(escrow, WORKER, 100)), [pay(WORKER, 100)])
    taken = emit("vault", "Withdrawn", token=COIN, account=WORKER, to=PARTNER, caller=PARTNER, amount=100)
    funded.observe(at(3, moved(WORKER, NOBODY, 100), taken), [])
    assert failed() == [("vault.withdrawal_by_owner", f"vault/{COIN}/{WORKER}")]


def test_a_withdrawal_of_another_amount_than_burned_is_named(
    funded: VaultAudit, moved: Any, emit: Any, at: Any, escrow: str, failed: Failed
) -> None:
    funded.observe(at(2, moved(escrow, WORKER, 100)), [pay(WORKER, 100)])
    taken = emit("vault", "Withdrawn", token=COIN, account=WORKER, to=WORKER, caller=WORKER, amount=99)
    funded.observe(at(3, moved(WORKER, NOBODY, 100), taken), [])
    assert failed() == [("vault.withdrawal", f"vault/{COIN}/{WORKER}")]


def test_money_that_the_escrow_withdraws_is_named(
    funded: VaultAudit, moved: Any, emit: Any, at: Any, escrow: str, failed: Failed
) -> None:
    taken = emit("vault", "Withdrawn", token=COIN, account=escrow, to=escrow, caller=WORKER, amount=1000)
    funded.observe(at(2, moved(escrow, NOBODY, 1000), taken), [])
    assert failed() == [("vault.escrow_stays", f"vault/{COIN}/{escrow}")]


def test_what_a_pool_keeps_is_no_private_affair_and_stays_in_the_vault(
    vault: VaultAudit,
    custody: CustodyAudit,
    moved: Any,
    emit: Any,
    at: Any,
    findings: Findings,
    failed: Failed,
) -> None:
    custody.keepers.add(PARTNER)
    deposited = emit("vault", "Deposited", token=COIN, account=PARTNER, sender=WORKER, amount=9)
    vault.observe(at(1, moved(NOBODY, PARTNER, 9), deposited), [])
    vault.observe(at(2, moved(PARTNER, WORKER, 4)), [])
    assert {row.verdict for row in findings.rows} == {Verdict.PASS}
    taken = emit("vault", "Withdrawn", token=COIN, account=PARTNER, to=PARTNER, caller=WORKER, amount=5)
    vault.observe(at(3, moved(PARTNER, NOBODY, 5), taken), [])
    assert failed() == [("vault.escrow_stays", f"vault/{COIN}/{PARTNER}")]


def test_what_owners_do_with_their_credit_is_only_noted(
    funded: VaultAudit, moved: Any, at: Any, escrow: str, findings: Findings, failed: Failed
) -> None:
    funded.observe(at(2, moved(escrow, WORKER, 100)), [pay(WORKER, 100)])
    funded.observe(at(3, moved(WORKER, PARTNER, 40), moved(WORKER, escrow, 1)), [])
    assert failed() == []
    notes = [row.found for row in findings.rows if row.verdict is Verdict.NOTE]
    assert notes == [
        f"a private transfer of 40 from {WORKER} to {PARTNER}",
        "a gift of 1 to the escrow, which nobody can take back",
    ]


def test_money_given_to_the_escrow_beside_an_opening_is_a_gift(
    vault: VaultAudit, moved: Any, emit: Any, at: Any, escrow: str, findings: Findings, failed: Failed
) -> None:
    deposited = emit("vault", "Deposited", token=COIN, account=escrow, sender=WORKER, amount=1001)
    opening = Payment(COIN, escrow, 1000, "bounty/1", "escrowed")
    vault.observe(at(1, moved(NOBODY, escrow, 1001), deposited), [opening])
    assert failed() == []
    notes = [row.found for row in findings.rows if row.verdict is Verdict.NOTE]
    assert notes == ["a gift of 1 to the escrow, which nobody can take back"]


SUCCESSOR = f"0x{20:040d}"


def test_a_bond_and_credit_brought_by_transfer_cover_what_is_asked_for(
    vault: VaultAudit, moved: Any, emit: Any, at: Any, escrow: str, findings: Findings, failed: Failed
) -> None:
    deposited = emit("vault", "Deposited", token=COIN, account=WORKER, sender=WORKER, amount=1007)
    vault.observe(at(1, moved(NOBODY, WORKER, 1007), deposited), [])
    due = [Payment(COIN, escrow, 1000, "bounty/1", "escrowed"), Payment(COIN, WORKER, 7, WORK, "bond")]
    vault.observe(at(2, moved(WORKER, escrow, 1007)), due)
    assert failed() == []
    vault.observe(at(3), due[1:])
    assert failed() == [("vault.bond", WORK)]


@pytest.mark.parametrize(
    ("caller", "to", "bad"),
    [
        (SUCCESSOR, PARTNER, False),
        (FUNDER, SUCCESSOR, False),
        (WORKER, WORKER, True),
        (FUNDER, WORKER, True),
    ],
)
def test_after_a_rotation_only_the_successor_takes_credit(
    funded: VaultAudit,
    moved: Any,
    emit: Any,
    at: Any,
    escrow: str,
    failed: Failed,
    caller: str,
    to: str,
    bad: bool,
) -> None:
    funded.observe(at(2, moved(escrow, WORKER, 100)), [pay(WORKER, 100)])
    rotated = emit("vault", "Rotated", account=WORKER, successor=SUCCESSOR)
    taken = emit("vault", "Withdrawn", token=COIN, account=WORKER, to=to, caller=caller, amount=100)
    funded.observe(at(3, rotated, moved(WORKER, NOBODY, 100), taken), [])
    assert failed() == ([("vault.withdrawal_by_owner", f"vault/{COIN}/{WORKER}")] if bad else [])


def test_a_transfer_by_a_wallet_that_was_followed_is_named(
    funded: VaultAudit, moved: Any, emit: Any, at: Any, escrow: str, failed: Failed
) -> None:
    funded.observe(at(2, moved(escrow, WORKER, 100)), [pay(WORKER, 100)])
    funded.observe(at(3, emit("vault", "Rotated", account=WORKER, successor=SUCCESSOR)), [])
    funded.observe(at(4, moved(WORKER, PARTNER, 40)), [])
    assert failed() == [("vault.rotated", f"vault/{COIN}/{WORKER}")]


@pytest.mark.parametrize("refused", [True, False])
def test_a_push_to_who_refuses_them_is_named(
    funded: VaultAudit, moved: Any, emit: Any, at: Any, escrow: str, failed: Failed, refused: bool
) -> None:
    funded.observe(at(2, moved(escrow, WORKER, 100)), [pay(WORKER, 100)])
    refusal = emit("vault", "PushRefusalChanged", account=WORKER, refused=refused)
    taken = emit("vault", "Withdrawn", token=COIN, account=WORKER, to=WORKER, caller=FUNDER, amount=100)
    funded.observe(at(3, refusal, moved(WORKER, NOBODY, 100), taken), [])
    assert failed() == ([("vault.push_refused", f"vault/{COIN}/{WORKER}")] if refused else [])


def test_a_push_that_failed_is_noted_and_moves_nothing(
    funded: VaultAudit, emit: Any, at: Any, findings: Findings, failed: Failed
) -> None:
    funded.observe(at(2, emit("vault", "PushFailed", token=COIN, account=WORKER, reason=b"\1")), [])
    assert failed() == []
    assert findings.rows[-1].check == "vault.push_failed"


def test_tax_goes_to_the_collector_beside_the_net_pay(
    funded: VaultAudit, moved: Any, at: Any, escrow: str, failed: Failed
) -> None:
    payments = [pay(WORKER, 90), Payment(COIN, PARTNER, 10, WORK, "tax")]
    funded.observe(at(2, moved(escrow, WORKER, 90), moved(escrow, PARTNER, 10)), payments)
    assert failed() == []
    funded.observe(at(3, moved(escrow, WORKER, 90)), payments)
    assert failed() == [("vault.payment", f"{WORK}/payee/{PARTNER}")]
