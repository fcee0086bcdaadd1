"""Project tokens are claimed for all payees who can be minted to, in calls that fit into a transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import TransactionFailed
from resonance_dao.workflows import claiming
from resonance_dao.workflows.claiming import MOST_AT_ONCE, Claims, claiming_tokens, claims

PATH_TOO_LONG = "PayeeRotation_PathTooLong"


@dataclass
class Escrow:
    """Refuses a call that names a payee of `blocked`, or every call with `refusal`; counts the trials."""

    address: str = "0xescrow"
    blocked: int = 0
    refusal: str | None = None
    trials: list[int] = field(default_factory=list)

    def encode(self, _: str, *arguments: int) -> bytes:
        return arguments[-1].to_bytes(32, "big")

    def call(self, to: str, data: bytes) -> bytes:
        named = int.from_bytes(data, "big")
        self.trials.append(named)
        name = self.refusal or (PATH_TOO_LONG if named & self.blocked else None)
        if to == self.address and name:
            raise TransactionFailed(name, error={"name": name, "args": {}, "data": "0x"})
        return b""


def view_of(count: int, claimed: int) -> Any:
    """Return a bounty whose only submission has so many payees."""
    names = tuple(f"payee {index}" for index in range(count))
    found = SimpleNamespace(submission=SimpleNamespace(payees=names), claimed_payees=claimed)
    return SimpleNamespace(submission=lambda _: found)


@pytest.fixture(autouse=True)
def case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "case", lambda system, view, number: (number, b"terms", b"work"))


def claimed_of(escrow: Escrow, count: int, claimed: int = 0) -> Claims:
    return claims(SimpleNamespace(escrow=escrow, chain=escrow), view_of(count, claimed), 1)  # type: ignore[arg-type]


def masks(found: Claims) -> list[int]:
    return [action.arguments[-1] for action in found.actions]


@pytest.mark.parametrize("name", ["BountyEscrow_NoTokensToClaim", "BountyEscrow_WrongStage"])
def test_what_the_escrow_refuses_is_refused_at_once_and_blamed_on_no_payee(name: str) -> None:
    escrow = Escrow(refusal=name)
    with pytest.raises(TransactionFailed, match=name):
        claimed_of(escrow, 250)
    assert len(escrow.trials) == 1


def test_nobody_who_can_be_minted_to_is_a_failure_with_its_reason() -> None:
    with pytest.raises(TransactionFailed, match=PATH_TOO_LONG):
        claimed_of(Escrow(blocked=0b11), 2)


def test_an_award_without_unclaimed_tokens_is_left_to_the_escrow_to_refuse() -> None:
    escrow = Escrow(refusal="BountyEscrow_NoTokensToClaim")
    with pytest.raises(TransactionFailed, match="NoTokensToClaim"):
        claimed_of(escrow, 2, claimed=0b11)
    assert escrow.trials == [0b11]


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (100, 1), (101, 2), (250, 3)])
def test_payees_who_wait_are_named_once_in_as_few_calls_as_can_be(count: int, calls: int) -> None:
    escrow = Escrow()
    found = claimed_of(escrow, count)
    assert len(found.actions) == calls == len(escrow.trials)
    assert sum(masks(found)) == 2**count - 1
    assert found.left_out == {}


def test_one_payee_who_cannot_be_minted_to_is_left_out_with_the_reason_and_costs_no_further_call() -> None:
    found = claimed_of(Escrow(blocked=1 << 7), 100)
    assert masks(found) == [2**100 - 1 - (1 << 7)]
    assert {name: str(why) for name, why in found.left_out.items()} == {"payee 7": PATH_TOO_LONG}


@given(st.integers(1, 250), st.integers(0, 2**250 - 1), st.integers(0, 2**250 - 1))
def test_whoever_waits_is_claimed_for_once_or_left_out(count: int, claimed: int, blocked: int) -> None:
    everybody = 2**count - 1
    waiting, mintable = everybody & ~claimed, everybody & ~claimed & ~blocked
    escrow = Escrow(blocked=blocked)
    if not waiting:
        return
    if not mintable:
        with pytest.raises(TransactionFailed):
            claimed_of(escrow, count, claimed)
        return
    found = claimed_of(escrow, count, claimed)
    assert sum(masks(found)) == mintable, "each once"
    assert all(mask.bit_count() <= MOST_AT_ONCE for mask in masks(found))
    assert len(found.left_out) == (waiting & blocked).bit_count()


def test_one_call_names_the_first_who_wait() -> None:
    system: Any = SimpleNamespace(escrow=Escrow())
    action = claiming_tokens(system, view_of(250, claimed=0b101), 1)
    assert action.arguments == (1, b"terms", b"work", (2**102 - 1) & ~0b101)
    assert (action.function, action.summary["en"]) == (
        "claimTokens",
        "Mint the project tokens of submission 1 to 100 payees",
    )
