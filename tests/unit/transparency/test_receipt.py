from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.transparency import merkle
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.receipt import Receipt, SignedReceipt, digest, recover, typed_data, verify

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture
def stored(vectors: Callable[[str], Any]) -> Any:
    return vectors("receipt")


@pytest.fixture
def receipt(stored: Any) -> Receipt:
    message, domain = stored["message"], stored["domain"]
    return Receipt(
        message["number"],
        bytes.fromhex(message["recordHash"][2:]),
        message["acceptedAt"],
        message["anchorBy"],
        message["publisher"],
        domain["chainId"],
        domain["verifyingContract"],
    )


@pytest.fixture
def signature(stored: Any) -> bytes:
    return bytes.fromhex(stored["signature"][2:])


def test_no_stored_false_signature_is_accepted(receipt: Receipt, stored: Any) -> None:
    for case in stored["refused"]:
        with pytest.raises(SignatureRefused):
            verify(receipt, bytes.fromhex(case["signature"][2:]))


@pytest.mark.parametrize(
    "change",
    [
        {"number": 43},
        {"record_hash": bytes(32)},
        {"accepted_at": 1767225601},
        {"anchor_by": 1767225661},
        {"chain_id": 1},
        {"log": "0x" + "00" * 20},
    ],
)
def test_every_field_is_under_the_signature(
    receipt: Receipt, signature: bytes, change: dict[str, Any]
) -> None:
    altered = dataclasses.replace(receipt, **change)
    assert digest(altered) != digest(receipt)
    with pytest.raises(SignatureRefused, match="not signed by its publisher"):
        verify(altered, signature)


def test_a_receipt_of_another_publisher_is_refused(receipt: Receipt, signature: bytes) -> None:
    other = "0x" + "11" * 20
    with pytest.raises(SignatureRefused, match="another publisher"):
        verify(receipt, signature, other)
    with pytest.raises(SignatureRefused, match="not signed"):
        verify(dataclasses.replace(receipt, publisher=other), signature)


@pytest.mark.parametrize("signature", ["0x" + "00" * 65, None, bytearray(65)])
def test_only_bytes_are_a_signature(receipt: Receipt, signature: Any) -> None:
    with pytest.raises(SignatureRefused, match="65 bytes"):
        recover(receipt, signature)


def test_a_signature_that_no_key_can_make_is_refused(receipt: Receipt, signature: bytes) -> None:
    for impossible in (bytes(32) + signature[32:], b"\xff" * 32 + signature[32:]):
        with pytest.raises(SignatureRefused, match="no key"):
            recover(receipt, impossible)


def test_only_the_upper_half_of_the_order_is_refused(receipt: Receipt, signature: bytes) -> None:
    for s, refused in ((ORDER // 2, False), (ORDER // 2 + 1, True)):
        edge = signature[:32] + s.to_bytes(32, "big") + signature[64:]
        with pytest.raises(SignatureRefused) as caught:
            verify(receipt, edge)
        assert ("upper half" in str(caught.value)) is refused


def test_a_kept_receipt_that_was_altered_is_refused(receipt: Receipt, signature: bytes) -> None:
    with pytest.raises(SignatureRefused):
        SignedReceipt(dataclasses.replace(receipt, number=43), signature).verify()
    with pytest.raises(SignatureRefused):
        SignedReceipt(receipt, signature).verify("0x" + "11" * 20)


def test_the_other_half_of_a_signature_is_named_as_such(receipt: Receipt, signature: bytes) -> None:
    high = (ORDER - int.from_bytes(signature[32:64], "big")).to_bytes(32, "big")
    with pytest.raises(SignatureRefused, match="upper half"):
        recover(receipt, signature[:32] + high + bytes([55 - signature[64]]))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": 0}, "number"),
        ({"number": True}, "number"),
        ({"record_hash": "0x" + "00" * 32}, "record_hash"),
        ({"record_hash": bytes(31)}, "record_hash"),
        ({"accepted_at": -1}, "accepted_at"),
        ({"anchor_by": 1767225600}, "anchor_by"),
        ({"chain_id": 0}, "chain_id"),
        ({"publisher": "me"}, "publisher"),
        ({"log": None}, "log"),
    ],
)
def test_a_malformed_receipt_is_refused_by_name(receipt: Receipt, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        dataclasses.replace(receipt, **change)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "resonance/receipt/2"},
        {"number": "42"},
        {"number": 42.0},
        {"record_hash": "ab"},
        {"signature": "0x" + "00" * 64},
        {"signature": None},
        {"extra": 1},
    ],
)
def test_another_document_is_refused(receipt: Receipt, signature: bytes, change: dict[str, Any]) -> None:
    document = SignedReceipt(receipt, signature).to_dict()
    with pytest.raises(InputInvalid):
        SignedReceipt.from_text(json.dumps({**document, **change}))


def test_a_missing_member_is_refused(receipt: Receipt, signature: bytes) -> None:
    document = SignedReceipt(receipt, signature).to_dict()
    for key in document:
        with pytest.raises(InputInvalid, match=key):
            SignedReceipt.from_dict({name: entry for name, entry in document.items() if name != key})


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "1", "[" * 100_000, '"x"', "1" * 5000])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid):
        SignedReceipt.from_text(text)


def test_the_digest_is_the_one_that_wallets_sign(receipt: Receipt, stored: Any, signature: bytes) -> None:
    assert "0x" + digest(receipt).hex() == stored["digest"]
    assert recover(receipt, signature) == receipt.publisher
    verify(receipt, signature)
    verify(receipt, signature, receipt.publisher.lower())
    message = typed_data(receipt)
    assert (message["domain"], message["types"]) == (stored["domain"], stored["types"])
    assert message["message"] == stored["message"]


def test_the_receipt_leads_to_its_leaf(receipt: Receipt) -> None:
    assert receipt.index == 41
    assert receipt.leaf == merkle.leaf_hash(b"record 41")


def test_a_signed_receipt_survives_its_file(receipt: Receipt, signature: bytes) -> None:
    kept = SignedReceipt(receipt, signature)
    assert SignedReceipt.from_text(kept.to_text()) == kept
    SignedReceipt.from_text(json.dumps(kept.to_dict())).verify(receipt.publisher)


U53 = st.integers(0, 2**53 - 2)
ADDRESS = st.binary(min_size=20, max_size=20).map(lambda account: "0x" + account.hex())


@given(U53, st.binary(min_size=32, max_size=32), U53, U53, ADDRESS, ADDRESS, U53)
def test_any_digest_is_that_of_eth_account(
    number: int, record_hash: bytes, one: int, two: int, publisher: str, log: str, chain_id: int
) -> None:
    start, end = sorted((one, two))
    receipt = Receipt(number + 1, record_hash, start, end + 1, publisher, chain_id + 1, log)
    message = typed_data(receipt)
    signable = encode_typed_data(message["domain"], message["types"], message["message"])
    assert digest(receipt) == keccak256(b"\x19" + signable.version + signable.header + signable.body)
    assert Receipt.from_dict(receipt.to_dict()) == receipt


@given(st.binary(min_size=65, max_size=65))
def test_random_bytes_are_nobodys_signature(signature: bytes) -> None:
    account = Account.from_key(b"\x11" * 32)
    receipt = Receipt(1, bytes(32), 0, 1, account.address, 1, "0x" + "22" * 20)
    with pytest.raises(SignatureRefused):
        verify(receipt, signature)
    with pytest.raises(SignatureRefused):
        verify(receipt, signature[:64] + b"\x1b")


def test_the_message_names_its_type(receipt: Receipt) -> None:
    message = typed_data(receipt)
    assert (message["primaryType"], list(message["types"])) == ("Receipt", ["Receipt"])


def test_a_receipt_is_written_as_published(receipt: Receipt, signature: bytes) -> None:
    text = SignedReceipt(receipt, signature).to_text()
    assert text.startswith(f'{{\n  "schema": "resonance/receipt/1",\n  "number": {receipt.number},\n')


def test_the_addresses_are_kept_in_their_one_spelling(receipt: Receipt) -> None:
    lower = {"publisher": receipt.publisher.lower(), "log": receipt.log.lower()}
    assert dataclasses.replace(receipt, **lower) == receipt
