"""Terms and submissions as the contract's structs: their hashes by hand, both ways, and malformed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

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
    judgement_context,
    terms_hash,
)

A, B, C, COIN = (f"0x{digit * 40}" for digit in "1234")
TRANCHE = (
    "uint16 shareBps,uint16 silentBps,uint32 opensAfter,uint32 closesAfter,uint32 challengeWindow,"
    "address source"
)
SCALARS = (
    "uint256 projectId,address token,uint128 amount,uint128 guaranteed,uint128 tokenReward,uint16 maxAwards,"
    "uint16 minMultiplierBps,uint16 maxMultiplierBps,uint16 baseBps,uint16 quorum,address[] reviewers,"
    "uint64 submitBy,uint32 reviewWindow,address arbiter,uint32 arbiterWindow"
)
WORK = "uint256 bountyId,address worker,address[] payees,uint16[] sharesBps,string evidence"
TRANCHE_TYPE = "(uint16,uint16,uint32,uint32,uint32,address)"
TERMS_TYPE = (
    "(uint256,address,uint128,uint128,uint128,uint16,uint16,uint16,uint16,uint16,address[],uint64,uint32,address,"
    f"uint32,{TRANCHE_TYPE},{TRANCHE_TYPE},string)"
)
WORK_TYPE = "(uint256,address,address[],uint16[],string)"

SUCCESS = TrancheTerms(5000, 10_000, 0, 90, 7, C)
LONG_TERM = TrancheTerms(2000, 2500, 365, 395, 0, C)
TERMS = Terms(
    *(7, COIN, 3 * 10**23, 10**23, 10**21, 2, 8000, 12_000, 3000, 2, (A, B), 2**40, 14, C, 15),
    *(SUCCESS, LONG_TERM, "bafydocument"),
)
SUBMISSION = Submission(9, A, (A, B), (2500, 7500), "bafyevidence")
TERMS_VALUES = (
    *(7, COIN, 3 * 10**23, 10**23, 10**21, 2, 8000, 12_000, 3000, 2, [A, B], 2**40, 14, C, 15),
    *((5000, 10_000, 0, 90, 7, C), (2000, 2500, 365, 395, 0, C), "bafydocument"),
)
WORK_VALUES = (9, A, [A, B], [2500, 7500], "bafyevidence")


def parameters(text: str) -> list[dict[str, Any]]:
    return [dict(zip(("type", "name"), part.split(), strict=True)) for part in text.split(",")]


def struct(name: str, components: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "tuple", "name": name, "components": components}


@pytest.fixture(scope="module")
def system() -> System:
    """A system whose escrow has only the functions that the hashes are encoded by."""
    tranche = parameters(TRANCHE)
    parts = [*parameters(SCALARS), struct("success", tranche), struct("longTerm", tranche)]
    terms, work = (
        struct("terms", [*parts, {"type": "string", "name": "document"}]),
        struct("work", parameters(WORK)),
    )
    functions = {
        "hashTerms": [terms],
        "hashSubmission": [{"type": "bytes32", "name": "termsHash"}, work],
        "submit": [terms, work],
    }
    abi = tuple({"type": "function", "name": n, "inputs": i, "outputs": []} for n, i in functions.items())
    escrow = Contract("0x" + "55" * 20, Artifact("BountyEscrow", "", abi, b"", b""))
    return System(None, 31337, Artifacts({}), escrow, escrow, escrow, escrow, escrow, A, 0)  # type: ignore[arg-type]


def test_the_hash_of_terms_is_keccak_of_abi_encode(system: System) -> None:
    assert terms_hash(system, TERMS) == "0x" + keccak(encode([TERMS_TYPE], [TERMS_VALUES])).hex()


def test_the_hash_that_reviewers_name_covers_terms_and_work(system: System) -> None:
    by_hand = keccak(
        encode(["bytes32", WORK_TYPE], [keccak(encode([TERMS_TYPE], [TERMS_VALUES])), WORK_VALUES])
    )
    assert content_hash(system, TERMS, SUBMISSION) == "0x" + by_hand.hex()


def test_the_context_of_a_judgement_is_abi_encode_of_both(system: System) -> None:
    assert judgement_context(system, TERMS, SUBMISSION) == encode(
        [TERMS_TYPE, WORK_TYPE], [TERMS_VALUES, WORK_VALUES]
    )


@pytest.mark.parametrize("name", [field.name for field in fields(Terms)])
def test_every_field_of_the_terms_changes_the_hash(name: str, system: System) -> None:
    old = getattr(TERMS, name)
    new: Any = old + 1 if isinstance(old, int) else f"{old}x" if name == "document" else B
    if name == "reviewers":
        new = (B, A)
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
