"""Attempts: what exactly is signed, for what price, and how much gas a transfer of nothing takes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.client import transaction_hash
from resonance_dao.errors import ChainUnreachable, TransactionFailed
from resonance_dao.journal.operation import REQUEST, Attempt, Operation, Signed
from resonance_dao.workflows.attempting import AttemptSigner, transfer_gas
from resonance_dao.workflows.pricing import Price

ACCOUNT, TARGET = "0x" + "22" * 20, "0x" + "11" * 20


class Pen:
    """A signer that keeps what it was asked to sign."""

    address = ACCOUNT

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def sign_transaction(self, transaction: dict[str, Any]) -> bytes:
        self.asked.append(dict(transaction))
        return b"raw"


def estimating(answer: Any) -> Any:
    def request(method: str, params: Any) -> Any:
        assert (method, params) == ("eth_estimateGas", [{"from": ACCOUNT, "to": ACCOUNT}])
        if isinstance(answer, Exception):
            raise answer
        return hex(answer)

    return SimpleNamespace(request=request)


def operation(*attempts: tuple[int, int, int, bool]) -> Operation:
    made = tuple(Attempt("0x", b"", gas, fee, tip, fills, 1, 1) for gas, fee, tip, fills in attempts)
    rest: dict[str, Any] = dict.fromkeys(
        ("batch", "gas_limit", "nonce", "tx_hash", "block_number", "block_hash")
    )
    return Operation(
        id=1, purpose=REQUEST, entry=1, to=TARGET, data=b"\x01\x02", state="sent", error=None, created_at=1,
        attempts=made, sender=ACCOUNT, cancel_at=None, **rest,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("estimate", "gas"),
    [
        (20_999, 21_000), (21_000, 21_000), (21_001, 31_501), (40_001, 60_001),
        (733_007_751_850, 1_099_511_627_775), (733_007_751_851, 1_099_511_627_776), (2**50, 2**40),
    ],
)  # fmt: skip
def test_a_transfer_takes_21000_or_half_as_much_again_as_is_estimated_up_to_what_no_block_has(
    estimate: int, gas: int
) -> None:
    assert transfer_gas(estimating(estimate), ACCOUNT) == gas


@pytest.mark.parametrize("error", [TransactionFailed, ChainUnreachable])
def test_what_a_node_does_not_run_takes_21000_and_a_silent_node_is_told_of(error: type[Exception]) -> None:
    assert transfer_gas(estimating(error("no coin", rpc_code=-32000)), ACCOUNT) == 21_000
    with pytest.raises(error):
        transfer_gas(estimating(error("nobody answers")), ACCOUNT)


def test_a_call_is_signed_field_by_field_and_kept_with_its_hash() -> None:
    pen = Pen()
    signer = AttemptSigner(pen, 31337, lambda _: 0)
    assert signer.address == ACCOUNT
    made = signer.call(operation(), 90_000, Price(9, 2), 7)
    assert made == Signed(b"raw", transaction_hash(b"raw"), 90_000, 9, 2, False)
    assert pen.asked == [
        {
            "type": 2, "chainId": 31337, "nonce": 7, "gas": 90_000, "to": TARGET, "value": 0,
            "data": "0x0102", "maxFeePerGas": 9, "maxPriorityFeePerGas": 2,
        }
    ]  # fmt: skip


def test_a_filling_sends_nothing_to_oneself_for_the_gas_of_that() -> None:
    pen = Pen()
    made = AttemptSigner(pen, 31337, {ACCOUNT: 30_000}.__getitem__).filling(Price(9, 9, legacy=True), 7)
    assert made == Signed(b"raw", transaction_hash(b"raw"), 30_000, 9, 9, True)
    fields = {"chainId": 31337, "nonce": 7, "gas": 30_000, "to": ACCOUNT, "value": 0, "data": "0x"}
    assert pen.asked == [{**fields, "gasPrice": 9}]


def test_a_dearer_attempt_is_the_same_call_for_more_than_the_highest_so_far() -> None:
    pen = Pen()
    signer = AttemptSigner(pen, 31337, lambda _: 30_000)
    before = operation((90_000, 1_000, 80, False), (91_000, 800, 100, False))
    made = signer.dearer(before, 7, Price(0, 0), 1_126)
    assert made == Signed(b"raw", transaction_hash(b"raw"), 91_000, 1_126, 114, False)
    assert (pen.asked[-1]["to"], pen.asked[-1]["nonce"], pen.asked[-1]["data"]) == (TARGET, 7, "0x0102")
    assert signer.dearer(before, 7, Price(0, 0), 1_125) is None


def test_a_filling_stays_one_and_an_operation_becomes_one_instead() -> None:
    pen = Pen()
    signer = AttemptSigner(pen, 31337, lambda _: 30_000)
    fills, calls = operation((30_000, 1_000, 100, True)), operation((90_000, 1_000, 100, False))
    for made in (signer.dearer(fills, 7, Price(0, 0), 1_126), signer.instead(calls, 7, Price(0, 0), 1_126)):
        assert made == Signed(b"raw", transaction_hash(b"raw"), 30_000, 1_126, 114, True)
        assert (pen.asked[-1]["to"], pen.asked[-1]["nonce"], pen.asked[-1]["data"]) == (ACCOUNT, 7, "0x")
    assert signer.instead(calls, 7, Price(0, 0), 1_125) is None
    assert signer.dearer(fills, 7, Price(0, 0), 1_125) is None
