"""Content identifiers: text and bytes, both ways, and everything that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import EvidenceMismatch, InputInvalid
from resonance_dao.evidence.cid import CODECS, DAG_PB, RAW, Cid


def test_text_that_is_no_cid_is_refused(vectors):
    for case in vectors("cid")["malformed"]:
        with pytest.raises(InputInvalid):
            Cid.parse(case["text"])
            pytest.fail(f"accepted: {case['why']}")


@pytest.mark.parametrize("text", [None, 7, b"bafkrei"])
def test_what_is_not_even_text_is_refused(text):
    with pytest.raises(InputInvalid):
        Cid.parse(text)


def test_bytes_behind_or_missing_from_a_cid_are_refused():
    raw = Cid.of(b"hello").to_bytes()
    for wrong in (raw + b"\0", raw[:-1], raw[:3], b"", b"\x01"):
        with pytest.raises(InputInvalid):
            Cid.from_bytes(wrong)


def test_a_cid_of_impossible_parts_cannot_be_made():
    digest = Cid.of(b"hello").digest
    for version, codec, content in (
        (1, RAW, digest[:-1]),
        (1, 0x29, digest),
        (2, RAW, digest),
        (0, RAW, digest),
    ):
        with pytest.raises(InputInvalid):
            Cid(version, codec, content)


def test_another_block_does_not_verify_and_the_error_names_cid_and_place():
    cid = Cid.of(b"hello")
    with pytest.raises(EvidenceMismatch) as caught:
        cid.verify(b"hellp", "gateway.example")
    assert str(cid) in str(caught.value)
    assert "gateway.example" in str(caught.value)


def test_known_cids_read_and_print_both_ways(vectors):
    for case in vectors("cid")["valid"]:
        cid = Cid.parse(case["text"])
        assert (cid.version, cid.codec, cid.digest.hex()) == (case["version"], case["codec"], case["digest"])
        assert cid.to_text() == str(cid) == case["text"]
        assert cid.to_bytes().hex() == case["bytes"]
        assert Cid.from_bytes(cid.to_bytes()) == cid


def test_a_raw_block_is_named_as_kubo_names_it():
    assert str(Cid.of(b"hello world\n")) == "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"


def test_the_two_versions_of_a_name_lead_to_each_other():
    v0 = Cid.parse("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn")
    assert str(v0.as_v1()) == "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"
    assert v0.as_v1().as_v0() == v0
    with pytest.raises(InputInvalid):
        Cid.of(b"raw has no version 0").as_v0()


@given(st.binary(min_size=32, max_size=32), st.sampled_from(sorted(CODECS)))
def test_every_cid_comes_back_from_its_text_and_its_bytes(digest, codec):
    cid = Cid(1, codec, digest)
    assert Cid.parse(cid.to_text()) == cid
    assert Cid.from_bytes(cid.to_bytes()) == cid
    if codec == DAG_PB:
        assert Cid.parse(cid.as_v0().to_text()) == Cid.from_bytes(cid.as_v0().to_bytes()) == cid.as_v0()


@given(st.text(max_size=70))
def test_any_text_is_a_cid_that_prints_the_same_or_is_refused(text):
    try:
        cid = Cid.parse(text)
    except InputInvalid:
        return
    assert cid.to_text() == text


@given(st.binary(max_size=48))
def test_any_bytes_are_a_cid_that_packs_the_same_or_are_refused(raw):
    try:
        cid = Cid.from_bytes(raw)
    except InputInvalid:
        return
    assert cid.to_bytes() == raw
