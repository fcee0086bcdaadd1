"""Attestations against the EAS SDK's own vectors, both ways and malformed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import _hash_eip191_message, encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_dao.chain.attestation import (
    TYPES,
    ZERO_HASH,
    Attestation,
    EasDomain,
    recover_attester,
    schema_uid,
)
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import InputInvalid, SignatureRefused

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "attestation.json").read_text("utf-8"))
CASES = VECTORS["cases"]
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def attestation_of(case: dict[str, Any]) -> Attestation:
    """The SDK writes uint64 as text, JSON-RPC style; ours are integers."""
    value = dict(case["attestation"])
    return Attestation.from_dict({**value, **{k: int(value[k]) for k in ("time", "expirationTime")}})


def domain_of(case: dict[str, Any]) -> EasDomain:
    return EasDomain(int(case["chainId"]), case["eas"], case["version"])


@pytest.fixture
def good() -> dict[str, Any]:
    return attestation_of(CASES[0]).to_dict()


@pytest.fixture(scope="module")
def signed() -> tuple[Attestation, EasDomain, str]:
    return attestation_of(CASES[0]), domain_of(CASES[0]), str(CASES[0]["signature"])


@pytest.mark.parametrize("name", sorted(attestation_of(CASES[0]).to_dict()))
def test_a_missing_field_is_refused_by_name(name: str, good: dict[str, Any]) -> None:
    del good[name]
    with pytest.raises(InputInvalid) as caught:
        Attestation.from_dict(good)
    assert caught.value.field == f"attestation.{name}"


def test_an_unknown_field_is_refused_by_name(good: dict[str, Any]) -> None:
    with pytest.raises(InputInvalid) as caught:
        Attestation.from_dict({**good, "version": 2})
    assert caught.value.field == "attestation.version"


@pytest.mark.parametrize("value", [None, 5, "text", [], [["schema", "0x"]]])
def test_what_is_no_object_is_refused(value: Any) -> None:
    with pytest.raises(InputInvalid, match="must have the fields"):
        Attestation.from_dict(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", "0x12"),
        ("schema", "ab" * 32),
        ("schema", 7),
        ("schema", None),
        ("salt", "0x" + "0g" * 32),
        ("salt", "0x" + "00" * 33),
        ("salt", "0x " + "00" * 31 + " 00"),
        ("refUID", ""),
        ("data", "0x0"),
        ("data", "00"),
        ("data", b"\x00"),
        ("recipient", "0x1234"),
        ("recipient", "90F79bf6EB2c4f870365E785982E1f101E93b906"),
        ("recipient", "0x90f79bf6EB2c4f870365E785982E1f101E93b906"),
        ("recipient", 5),
        ("time", "1760000000"),
        ("time", -1),
        ("time", 2**64),
        ("time", True),
        ("time", 1.0),
        ("expirationTime", None),
        ("revocable", 1),
        ("revocable", "true"),
    ],
)
def test_a_field_of_the_wrong_form_is_refused_by_name(name: str, value: object, good: dict[str, Any]) -> None:
    with pytest.raises(InputInvalid) as caught:
        Attestation.from_dict({**good, name: value})
    assert caught.value.field == f"attestation.{name}"


@pytest.mark.parametrize("change", ["", "0x", "0x00", "text", "0x" + "00" * 64, "0x" + "00" * 66, "zz" * 65])
def test_a_signature_that_is_not_65_bytes_is_refused(
    change: str, signed: tuple[Attestation, EasDomain, str]
) -> None:
    with pytest.raises(SignatureRefused, match="65 bytes") as caught:
        recover_attester(signed[0], signed[1], change)
    assert caught.value.hint


def test_the_mirrored_copy_of_a_signature_is_refused(signed: tuple[Attestation, EasDomain, str]) -> None:
    raw = bytes.fromhex(signed[2][2:])
    mirrored = (
        raw[:32] + (ORDER - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big") + bytes([55 - raw[64]])
    )
    with pytest.raises(SignatureRefused, match="lower half"):
        recover_attester(signed[0], signed[1], "0x" + mirrored.hex())


@pytest.mark.parametrize("last", [0, 1, 26, 29, 255])
def test_a_recovery_byte_that_the_contract_refuses_is_refused(
    last: int, signed: tuple[Attestation, EasDomain, str]
) -> None:
    with pytest.raises(SignatureRefused):
        recover_attester(signed[0], signed[1], signed[2][:-2] + f"{last:02x}")


def test_a_signature_of_zeroes_is_refused(signed: tuple[Attestation, EasDomain, str]) -> None:
    with pytest.raises(SignatureRefused):
        recover_attester(signed[0], signed[1], "0x" + "00" * 64 + "1b")


def test_a_signature_for_another_chain_contract_version_or_message_names_another_account(
    signed: tuple[Attestation, EasDomain, str],
) -> None:
    attestation, domain, signature = signed
    for other in (
        replace(domain, chain_id=1),
        replace(domain, version="1.3.0"),
        replace(domain, eas="0x" + "11" * 20),
    ):
        assert recover_attester(attestation, other, signature) != CASES[0]["attester"]
    later = replace(attestation, time=attestation.time + 1)
    assert recover_attester(later, domain, signature) != CASES[0]["attester"]


@pytest.mark.parametrize("case", VECTORS["schemas"], ids=lambda case: case["schema"][:30])
def test_a_schema_has_the_uid_of_the_registry(case: dict[str, str]) -> None:
    assert schema_uid(case["schema"]) == case["uid"]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_uid_digest_and_signer_are_those_of_the_eas_sdk(case: dict[str, Any]) -> None:
    attestation, domain = attestation_of(case), domain_of(case)
    message = encode_typed_data(domain.to_dict(), TYPES, attestation.message())
    assert attestation.uid() == case["uid"]
    assert "0x" + _hash_eip191_message(message).hex() == case["digest"]
    assert recover_attester(attestation, domain, case["signature"]) == case["attester"]


@pytest.mark.parametrize("case", [c for c in CASES if int(c["chainId"]) == 31337][:3], ids=range(3))
def test_a_development_wallet_signs_byte_for_byte_what_the_sdk_signs(case: dict[str, Any]) -> None:
    signer = DevSigner(0)
    assert signer.address == case["attester"]
    signature = signer.sign_typed_data(domain_of(case).to_dict(), TYPES, attestation_of(case).message())
    assert "0x" + signature.hex() == case["signature"]


def test_capitals_in_hexadecimal_change_neither_uid_nor_signer(good: dict[str, Any]) -> None:
    shouted = {k: "0x" + good[k][2:].upper() for k in ("schema", "refUID", "data", "salt")}
    attestation = Attestation.from_dict({**good, **shouted, "recipient": good["recipient"].lower()})
    assert attestation.to_dict() == good
    assert attestation.uid() == CASES[0]["uid"]


@settings(max_examples=10, deadline=None)  # Elliptic curves in Python are slow.
@given(
    schema=st.binary(min_size=32, max_size=32),
    salt=st.binary(min_size=32, max_size=32),
    content=st.binary(max_size=200),
    moment=st.integers(0, 2**64 - 1),
    revocable=st.booleans(),
)
def test_what_is_written_is_read_back_and_signs_as_its_signer(
    schema: bytes, salt: bytes, content: bytes, moment: int, revocable: bool
) -> None:
    attestation = Attestation(
        "0x" + schema.hex(),
        CASES[0]["attestation"]["recipient"],
        moment,
        0,
        revocable,
        ZERO_HASH,
        "0x" + content.hex(),
        "0x" + salt.hex(),
    )
    assert Attestation.from_dict(json.loads(json.dumps(attestation.to_dict()))) == attestation
    domain = EasDomain(31337, "0x" + "42" * 20, "1.4.0")
    signer = DevSigner(0)
    signature = signer.sign_typed_data(domain.to_dict(), TYPES, attestation.message())
    assert recover_attester(attestation, domain, "0x" + signature.hex()) == signer.address
