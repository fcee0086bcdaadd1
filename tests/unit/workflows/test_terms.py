"""Terms and submissions as the contract's structs: their hashes by hand, both ways, and malformed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.artifact import Artifact, Artifacts
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.contributions import SignedAttestation, SignedSubmission
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import (
    Submission,
    Terms,
    TrancheTerms,
    content_hash,
    decode_submission,
    decode_terms,
    encode_submission,
    encode_terms,
    judgement_context,
    terms_hash,
)

A, B, C, COIN = (f"0x{digit * 40}" for digit in "1234")
TRANCHE = (
    "uint16 shareBps,uint16 silentBps,uint16 capBps,uint32 opensAfter,uint32 closesAfter,"
    "uint32 challengeWindow,uint128 target,address source"
)
SCALARS = (
    "uint256 projectId,address funder,address token,uint128 amount,uint128 guaranteed,uint128 tokenReward,"
    "uint16 maxAwards,uint16 minMultiplierBps,uint16 maxMultiplierBps,uint16 baseBps,uint16 quorum,"
    "address[] reviewers,uint64 submitBy,uint32 reviewWindow,uint32 appealWindow,bool silentAppealAccepts,"
    "address arbiter,uint32 arbiterWindow,uint128 challengeBond,address admission,bytes32 withholding"
)
WORK = "uint256 bountyId,address worker,address[] payees,uint16[] sharesBps,uint256 exempt,string evidence"


def tuple_of(text: str, *more: str) -> str:
    return f"({','.join([*(part.split()[0] for part in text.split(',')), *more])})"


TERMS_TYPE = tuple_of(SCALARS, tuple_of(TRANCHE), tuple_of(TRANCHE), "string")
WORK_TYPE = tuple_of(WORK)

SUCCESS = TrancheTerms(5000, 10_000, 12_000, 0, 90, 7, 500, C)
LONG_TERM = TrancheTerms(2000, 2500, 10_000, 365, 395, 0, 2**127, C)
SCHEDULE = "0x" + "5c" * 32
TERMS = Terms(
    *(7, B, COIN, 3 * 10**23, 10**23, 10**21, 2, 8000, 12_000, 3000, 2, (A, B), 2**40, 14, 6, True),
    *(C, 15, 10**18, A, SCHEDULE, SUCCESS, LONG_TERM, "bafydocument"),
)
SUBMISSION = Submission(9, A, (A, B), (2500, 7500), 2**249 + 1, "bafyevidence")
TERMS_VALUES = (
    *(7, B, COIN, 3 * 10**23, 10**23, 10**21, 2, 8000, 12_000, 3000, 2, [A, B], 2**40, 14, 6, True),
    *(C, 15, 10**18, A, bytes.fromhex(SCHEDULE[2:])),
    (5000, 10_000, 12_000, 0, 90, 7, 500, C),
    (2000, 2500, 10_000, 365, 395, 0, 2**127, C),
    "bafydocument",
)
WORK_VALUES = (9, A, [A, B], [2500, 7500], 2**249 + 1, "bafyevidence")
TERMS_BYTES, WORK_BYTES = encode([TERMS_TYPE], [TERMS_VALUES]), encode([WORK_TYPE], [WORK_VALUES])


def parameters(text: str) -> list[dict[str, Any]]:
    return [dict(zip(("type", "name"), part.split(), strict=True)) for part in text.split(",")]


def struct(name: str, components: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "tuple", "name": name, "components": components}


@pytest.fixture(scope="module")
def system() -> System:
    """A system whose opener and escrow have only the functions that the hashes are encoded by."""
    tranche = parameters(TRANCHE)
    parts = [*parameters(SCALARS), struct("success", tranche), struct("longTerm", tranche)]
    functions = {
        "hashTerms": [struct("terms", [*parts, {"type": "string", "name": "document"}])],
        "hashSubmission": [{"type": "bytes32", "name": "termsHash"}, struct("submission", parameters(WORK))],
    }
    abi = tuple({"type": "function", "name": n, "inputs": i, "outputs": []} for n, i in functions.items())
    contract = Contract("0x" + "55" * 20, Artifact("BountyEscrow", "", abi, b"", b""))
    contracts = {field.name: contract for field in fields(System) if field.type == "Contract"}
    return System(None, 31337, Artifacts({}), **contracts, eas=A, first_block=0)  # type: ignore[arg-type]


def test_the_bytes_of_terms_and_work_are_abi_encode(system: System) -> None:
    assert encode_terms(system, TERMS) == TERMS_BYTES
    assert encode_submission(system, SUBMISSION) == WORK_BYTES


def test_terms_and_work_are_read_back_from_their_bytes(system: System) -> None:
    assert decode_terms(system, TERMS_BYTES) == TERMS
    assert decode_submission(system, WORK_BYTES) == SUBMISSION


@given(content=st.binary(max_size=700))
def test_bytes_that_are_neither_are_refused(system: System, content: bytes) -> None:
    for decode in (decode_terms, decode_submission):
        with pytest.raises(InputInvalid):
            decode(system, content)


def test_the_hash_of_terms_is_keccak_of_abi_encode(system: System) -> None:
    assert terms_hash(system, TERMS) == "0x" + keccak(TERMS_BYTES).hex()


def test_the_hash_that_reviewers_name_covers_terms_and_work(system: System) -> None:
    by_hand = keccak(keccak(TERMS_BYTES) + keccak(WORK_BYTES))
    assert content_hash(system, TERMS, SUBMISSION) == "0x" + by_hand.hex()


def test_the_context_of_a_judgement_is_the_length_of_the_terms_then_both(system: System) -> None:
    by_hand = len(TERMS_BYTES).to_bytes(32, "big") + TERMS_BYTES + WORK_BYTES
    assert judgement_context(system, TERMS, SUBMISSION) == by_hand


_OTHERS = {"reviewers": (B, A), "token": A, "silent_appeal_accepts": False, "withholding": "0x" + "00" * 32}


@pytest.mark.parametrize("name", [field.name for field in fields(Terms)])
def test_every_field_of_the_terms_changes_the_hash(name: str, system: System) -> None:
    old = getattr(TERMS, name)
    new: Any = old + 1 if isinstance(old, int) else f"{old}x" if name == "document" else COIN
    if name in _OTHERS:
        new = _OTHERS[name]
    elif isinstance(old, TrancheTerms):
        new = replace(old, opens_after=old.opens_after + 1)
    assert terms_hash(system, replace(TERMS, **{name: new})) != terms_hash(system, TERMS)


@pytest.mark.parametrize("value", [TERMS, SUBMISSION, SUCCESS], ids=lambda value: type(value).__name__)
def test_a_struct_is_read_back(value: Terms | Submission | TrancheTerms) -> None:
    assert type(value).from_abi(value.to_abi()) == value
    assert type(value).from_abi(json.loads(json.dumps(value.to_abi()))) == value


@pytest.mark.parametrize("change", [{"worker": ...}, {"colour": "red"}, {"shares_bps": []}])
def test_a_struct_with_other_fields_is_refused_by_name(change: dict[str, Any]) -> None:
    value = {k: v for k, v in {**SUBMISSION.to_abi(), **change}.items() if v is not ...}
    with pytest.raises(InputInvalid, match="exactly the fields bountyId, worker"):
        Submission.from_abi(value)


@pytest.mark.parametrize("value", [None, 5, "text", []])
def test_what_is_no_struct_is_refused(value: Any) -> None:
    with pytest.raises(InputInvalid):
        Submission.from_abi(value)
    with pytest.raises(InputInvalid):
        Terms.from_abi({**TERMS.to_abi(), "success": value})


def test_work_in_json_has_its_bits_as_text_and_is_read_back() -> None:
    assert SUBMISSION.to_json()["exempt"] == str(2**249 + 1)
    assert Submission.from_abi(json.loads(json.dumps(SUBMISSION.to_json()))) == SUBMISSION


@pytest.mark.parametrize("exempt", [-1, True, None, 1.0, "", "-1", "01", "0x1", "1.0", "1" * 79])
def test_bits_of_the_wrong_form_are_refused(exempt: Any) -> None:
    with pytest.raises(InputInvalid, match="exempt"):
        Submission.from_abi({**SUBMISSION.to_abi(), "exempt": exempt})


SIGNED = SignedSubmission(SUBMISSION, 1_800_000_000, "0x" + "ab" * 65)


def test_signed_work_is_read_back() -> None:
    assert SignedSubmission.from_dict(json.loads(json.dumps(SIGNED.to_dict()))) == SIGNED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("submission", value) for value in (..., None, {}, [])),
        *(("deadline", value) for value in (..., "1", -1, 2**64, True, 1.5)),
        *(("signature", value) for value in (..., "", "ab", "0x", "0xabc", 5, "0xzz")),
        ("extra", 1),
    ],
)
def test_signed_work_of_the_wrong_form_is_refused(name: str, value: Any) -> None:
    changed = {k: v for k, v in {**SIGNED.to_dict(), name: value}.items() if v is not ...}
    with pytest.raises(InputInvalid):
        SignedSubmission.from_dict(changed)


@pytest.mark.parametrize("value", [None, 5, [], {}, {"attestation": {}, "attester": A, "signature": "0xab"}])
def test_a_signed_judgement_of_the_wrong_form_is_refused(value: Any) -> None:
    with pytest.raises(InputInvalid):
        SignedAttestation.from_dict(value)


def test_a_judgement_needs_an_attester_with_an_address() -> None:
    zero = "0x" + "00" * 32
    attestation = {
        **{"schema": zero, "recipient": A, "time": 1, "expirationTime": 0},
        **{"revocable": True, "refUID": zero, "data": "0x", "salt": zero},
    }
    good = {"attestation": attestation, "attester": A, "signature": "0xAB"}
    read = SignedAttestation.from_dict(good)
    assert read.signature == "0xab"
    assert SignedAttestation.from_dict(read.to_dict()) == read
    for attester in (None, 5, "", "0x12", A + "0"):
        with pytest.raises(InputInvalid):
            SignedAttestation.from_dict({**good, "attester": attester})


@given(content=st.binary(max_size=80))
def test_evidence_of_any_bytes_keeps_its_place_and_hash(system: System, content: bytes) -> None:
    work = encode_submission(system, replace(SUBMISSION, evidence="z" * len(content)))
    sent = work.replace(b"z" * len(content), content) if content else work
    read = decode_submission(system, sent)
    assert encode_submission(system, read) == sent
    assert replace(read, evidence="") == replace(SUBMISSION, evidence="")
    try:
        assert read.evidence == content.decode()
    except UnicodeDecodeError:
        assert read.evidence == "0x" + content.hex()


def test_evidence_that_only_looks_like_bytes_is_text(system: System) -> None:
    work = replace(SUBMISSION, evidence="0xfffe")
    read = decode_submission(system, encode_submission(system, work))
    assert encode_submission(system, read).count(b"0xfffe") == 1


@given(tail=st.binary(max_size=500), cut=st.integers(0, 300))
def test_bytes_that_are_no_submission_are_refused_or_read(system: System, tail: bytes, cut: int) -> None:
    good = encode_submission(system, SUBMISSION)
    for sent in (tail, good[:cut] + tail, good[:cut] + tail + good[cut + len(tail) :]):
        try:
            decode_submission(system, sent)
        except InputInvalid:
            continue
