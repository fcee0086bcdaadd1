"""What attestations say, decoded: both schemas, and malformed data only ever as `InputInvalid`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.attestation import ZERO_HASH, Attestation
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.codes import reason_code
from resonance_dao.workflows.contributions import SCHEMAS, schema_uids
from resonance_dao.workflows.judgements import judged

ESCROW = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
REVIEW = [ESCROW, 3, 4, b"\x11" * 32, 1, 9000, reason_code("meets-brief"), "bafyreview"]
OUTCOME = [ESCROW, 3, 4, 1, 400, "bafyoutcome"]


def attestation(kind: str, values: list[Any]) -> Attestation:
    data = encode([part.split()[0] for part in SCHEMAS[kind].split(",")], values)
    return Attestation(schema_uids()[kind], ESCROW, 1, 0, True, ZERO_HASH, "0x" + data.hex(), ZERO_HASH)


def test_an_unknown_schema_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(InputInvalid, match=r"attestation\.schema.*review"):
        judged(replace(attestation("review", REVIEW), schema=ZERO_HASH))


@pytest.mark.parametrize("kind", ["review", "outcome"])
@given(content=st.binary(max_size=600))
def test_malformed_content_is_refused_whatever_it_is(kind: str, content: bytes) -> None:
    try:
        judged(replace(attestation("review", REVIEW), schema=schema_uids()[kind], data="0x" + content.hex()))
    except InputInvalid as exc:
        assert exc.field == "attestation.data"


@pytest.mark.parametrize("word", range(8))
def test_a_word_of_ones_is_refused_or_read_but_never_breaks(word: int) -> None:
    data = bytearray.fromhex(attestation("review", REVIEW).data[2:])
    data[32 * word : 32 * word + 32] = b"\xff" * 32
    changed = replace(attestation("review", REVIEW), data="0x" + bytes(data).hex())
    if word in (1, 2, 3):
        assert judged(changed).kind == "review", "any number is a number, any hash a hash"
        return
    if word == 6:
        assert judged(changed).values["reasonCode"] == b"\xff" * 32
        return
    with pytest.raises(InputInvalid, match=r"attestation\.data"):
        judged(changed)


def test_a_reason_that_is_not_utf8_is_refused() -> None:
    data = attestation("outcome", OUTCOME).data.replace(b"bafyoutcome".hex(), "ff" * 11)
    with pytest.raises(InputInvalid, match="is not the data of this schema"):
        judged(replace(attestation("outcome", OUTCOME), data=data))


def test_a_review_is_decoded_by_name() -> None:
    found = judged(attestation("review", REVIEW))
    assert (found.kind, found.escrow, found.bounty_id, found.submission_id) == ("review", ESCROW, 3, 4)
    assert list(found.values.values()) == REVIEW


def test_an_outcome_is_decoded_by_name() -> None:
    found = judged(attestation("outcome", OUTCOME))
    assert (found.kind, found.values["tranche"], found.values["value"]) == ("outcome", 1, 400)
