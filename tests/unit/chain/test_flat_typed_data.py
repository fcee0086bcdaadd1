"""The fast digest of flat messages: the same as eth-account's, or none at all."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.flat_typed_data import flat_digest
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.receipt import Receipt, digest, typed_data

DOMAIN = {"name": "Näme", "version": "1", "chainId": 31337, "verifyingContract": "0x" + "1a" * 20}
KINDS = {
    "uint8": st.integers(0, 255),
    "uint64": st.integers(0, 2**64 - 1),
    "uint256": st.integers(0, 2**256 - 1),
    "address": st.binary(min_size=20, max_size=20).map(lambda content: "0x" + content.hex()),
    "bytes32": st.binary(min_size=32, max_size=32).map(lambda content: "0x" + content.hex()),
    "bool": st.booleans(),
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", "text"),
        ("bytes", "0x00"),
        ("int256", -1),
        ("uint64[]", [1]),
        ("Other", {}),
        ("uint65", 1),
        ("uint64", 2**64),
        ("uint64", -1),
        ("uint64", True),
        ("uint64", "7"),
        ("address", "0x1234"),
        ("bytes32", "0x1234"),
        ("bytes32", b"short"),
        ("bool", 1),
    ],
)
def test_what_is_not_a_plain_word_is_left_to_the_general_encoder(kind: str, value: Any) -> None:
    assert flat_digest(DOMAIN, {"T": [{"name": "a", "type": kind}]}, {"a": value}) is None


@pytest.mark.parametrize(
    "domain",
    [
        {key: value for key, value in DOMAIN.items() if key != "version"},
        {**DOMAIN, "salt": "0x" + "00" * 32},
        {**DOMAIN, "chainId": "31337"},
        {**DOMAIN, "verifyingContract": "nobody"},
        {**DOMAIN, "name": 7},
        {**DOMAIN, "name": ["a"]},
        {**DOMAIN, "chainId": True},
        dict(reversed(DOMAIN.items())),
    ],
)
def test_another_domain_is_left_to_the_general_encoder(domain: dict[str, Any]) -> None:
    assert flat_digest(domain, {"T": [{"name": "a", "type": "bool"}]}, {"a": True}) is None


@pytest.mark.parametrize("message", [{}, {"a": 1, "b": 2}, {"b": 1}])
def test_a_message_with_other_members_than_the_type_is_left_to_the_general_encoder(
    message: dict[str, Any],
) -> None:
    assert flat_digest(DOMAIN, {"T": [{"name": "a", "type": "uint8"}]}, message) is None


def test_a_type_with_a_name_that_is_none_is_left_to_the_general_encoder() -> None:
    assert flat_digest(DOMAIN, {"T(": [{"name": "a", "type": "bool"}]}, {"a": True}) is None
    two = {"T": [{"name": "a", "type": "bool"}], "U": [{"name": "a", "type": "bool"}]}
    assert flat_digest(DOMAIN, two, {"a": True}) is None


def test_a_number_that_does_not_fit_is_still_refused_when_it_is_signed() -> None:
    with pytest.raises(InputInvalid):
        DevSigner(0).sign_typed_data(DOMAIN, {"T": [{"name": "a", "type": "uint8"}]}, {"a": 256})


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6).flatmap(
    lambda kinds: st.tuples(st.just(kinds), st.tuples(*(KINDS[kind] for kind in kinds)))
))  # fmt: skip
def test_it_is_the_digest_of_the_general_encoder(drawn: tuple[list[str], tuple[Any, ...]]) -> None:
    kinds, values = drawn
    fields = [{"name": f"f{at}", "type": kind} for at, kind in enumerate(kinds)]
    message = {f"f{at}": value for at, value in enumerate(values)}
    signable = encode_typed_data(DOMAIN, {"T": fields}, message)
    expected = keccak(b"\x19" + signable.version + signable.header + signable.body)
    assert flat_digest(DOMAIN, {"T": fields}, message) == expected


def test_a_receipt_is_signed_by_its_own_digest() -> None:
    signer = DevSigner(9)
    receipt = Receipt(7, b"\x11" * 32, 5, 9, signer.address, 31337, "0x" + "22" * 20)
    asked = typed_data(receipt)
    assert flat_digest(asked["domain"], asked["types"], asked["message"]) == digest(receipt)
    signature = signer.sign_typed_data(asked["domain"], asked["types"], asked["message"])
    signable = encode_typed_data(asked["domain"], asked["types"], asked["message"])
    assert Account.recover_message(signable, signature=signature) == signer.address
