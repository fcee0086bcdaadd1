"""What a key may sign: refused first, each rule by its own reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.policy import GuardedSigner, SignerPolicy, Statement
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import SignatureRefused

KEY = DevSigner(6)
TARGET, ELSEWHERE = "0x" + "11" * 20, "0x" + "12" * 20


def function(name: str, mutability: str) -> dict[str, Any]:
    return {"type": "function", "name": name, "inputs": [], "outputs": [], "stateMutability": mutability}


ABI = (
    function("pay", "nonpayable"),
    function("fund", "payable"),
    function("look", "view"),
    function("count", "pure"),
    {"type": "event", "name": "Paid", "inputs": [], "anonymous": False},
)
CONTRACT = Contract(TARGET, Artifact("Vault", "Vault.sol", ABI, b"", b""))
TYPES = {"Receipt": [{"name": "text", "type": "string"}]}
DOMAIN = {"name": "x", "version": "1", "chainId": 31337}
POLICY = SignerPolicy(31337, lambda: [CONTRACT], 100, (Statement(DOMAIN, TYPES),))
SIGNER = GuardedSigner(KEY, POLICY)


def data(name: str) -> str:
    return "0x" + CONTRACT.encode(name).hex()


def transaction(**changes: Any) -> dict[str, Any]:
    price = {"type": 2, "maxFeePerGas": 100, "maxPriorityFeePerGas": 1}
    whole = {
        "chainId": 31337,
        "nonce": 0,
        "gas": 50_000,
        "to": TARGET,
        "value": 0,
        "data": data("pay"),
        **price,
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"chainId": 1}, "chain id 1 is not"),
        ({"chainId": None}, "chain id None"),
        ({"value": 1}, "1 wei would go along"),
        ({"value": None}, "None wei would go along"),
        ({"maxFeePerGas": 101}, "above 100"),
        ({"maxFeePerGas": None}, "None wei per gas"),
        ({"maxFeePerGas": None, "gasPrice": 101, "type": None, "maxPriorityFeePerGas": None}, "above 100"),
        ({"to": ELSEWHERE}, "none of the contracts"),
        ({"to": None}, "none of the contracts"),
        ({"to": ELSEWHERE, "data": "0x"}, "none of the contracts"),
        ({"to": KEY.address}, "none of the contracts"),
        ({"data": data("look")}, "no function of Vault that may be called"),
        ({"data": data("count")}, "no function"),
        ({"data": "0x"}, "no function"),
        ({"data": "0x01"}, "no function"),
        ({"data": data("pay")[:8]}, "no function"),
        ({"data": None}, "refuses to sign: 0x is no function of Vault"),
        ({"data": "0x01020304"}, "refuses to sign: 0x01020304 is no function of Vault"),
        ({"maxFeePerGas": None, "gasPrice": 101}, "refuses to sign: a price of 101 wei per gas is above 100"),
    ],
)
def test_what_is_not_allowed_is_refused_by_its_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(SignatureRefused, match=reason):
        SIGNER.sign_transaction(transaction(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"data": data("pay") + "05" * 32},
        {"data": data("fund")},
        {"to": KEY.address, "data": "0x", "gas": 21_000},
    ],
)
def test_calls_that_change_something_and_nothing_to_oneself_are_signed(changes: dict[str, Any]) -> None:
    asked = transaction(**changes)
    assert SIGNER.sign_transaction(asked) == KEY.sign_transaction(asked)


def test_a_chain_without_eip_1559_has_its_price_checked_alike() -> None:
    legacy = transaction(type=None, maxFeePerGas=None, maxPriorityFeePerGas=None, gasPrice=100)
    assert SIGNER.sign_transaction(legacy) == KEY.sign_transaction(legacy)


@given(st.binary(max_size=40))
def test_no_other_data_than_a_functions_is_signed(raw: bytes) -> None:
    allowed = raw[:4] in (CONTRACT.encode("pay"), CONTRACT.encode("fund"))
    if not allowed:
        with pytest.raises(SignatureRefused):
            POLICY.check_call(TARGET, raw)


@pytest.mark.parametrize(
    ("domain", "types"),
    [
        ({"chainId": 1}, {"Receipt": []}),
        ({}, {"Receipt": []}),
        (DOMAIN, {}),
        (DOMAIN, {"Receipt": [{"name": "text", "type": "bytes"}]}),
        (DOMAIN, {**TYPES, "Permit": []}),
        ({**DOMAIN, "verifyingContract": TARGET}, TYPES),
        ({"chainId": 31337}, {}),
        ({"chainId": 31337}, {"Permit": []}),
        ({"chainId": 31337}, {"Receipt": [], "Permit": []}),
    ],
)
def test_only_the_named_statements_for_the_chain_are_signed(domain: Any, types: Any) -> None:
    with pytest.raises(SignatureRefused):
        SIGNER.sign_typed_data(domain, types, {})


def policy(*domains: dict[str, Any]) -> SignerPolicy:
    return SignerPolicy(31337, list, 100, tuple(Statement(domain, TYPES) for domain in domains))


def test_a_statement_for_another_chain_is_refused_though_it_is_listed() -> None:
    there = {**DOMAIN, "chainId": 1}
    with pytest.raises(SignatureRefused, match="the chain id 1 is not 31337"):
        policy(there).check_typed_data(there, TYPES)


def test_one_of_several_statements_is_enough() -> None:
    policy({**DOMAIN, "name": "y"}, DOMAIN).check_typed_data(DOMAIN, TYPES)


def test_a_named_statement_is_signed_as_the_key_does() -> None:
    asked: tuple[Any, Any, Any] = (DOMAIN, TYPES, {"text": "x"})
    assert SIGNER.sign_typed_data(*asked) == KEY.sign_typed_data(*asked)
    assert repr(SIGNER) == f"GuardedSigner({KEY.address})"
