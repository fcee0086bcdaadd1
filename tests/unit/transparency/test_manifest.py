from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency import canonical
from resonance_dao.transparency.cid import cid_of, cid_of_digest, digest_of_cid, require_cids
from resonance_dao.transparency.manifest import MAX_BYTES, MAX_RECORDS, Manifest

PUBLISHER = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"
CIDS = tuple(cid_of(f"record {i}".encode()) for i in range(3))


def b32(content: bytes) -> str:
    return "b" + base64.b32encode(content).decode().lower().rstrip("=")


@pytest.mark.parametrize(
    "cid",
    [
        "",
        None,
        "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPBdG",
        CIDS[0].upper(),
        CIDS[0] + "\n",
        CIDS[0][:-1],
        CIDS[0][:-1] + "r",
        "z" + CIDS[0][1:],
        b32(bytes((1, 0x70, 0x12, 0x20)) + bytes(32)),
        b32(bytes((1, 0x55, 0x1B, 0x20)) + bytes(32)),
        b32(bytes((0, 0x55, 0x12, 0x20)) + bytes(32)),
        b32(bytes((1, 0x55, 0x12, 0x1F)) + bytes(32)),
    ],
)
def test_another_kind_of_cid_is_refused(cid: Any) -> None:
    with pytest.raises(InputInvalid):
        digest_of_cid(cid)


@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=1, max_size=1), st.integers(1, 58))
def test_a_cid_with_another_letter_is_refused_or_another_digest(letter: str, at: int) -> None:
    changed = CIDS[0][:at] + letter + CIDS[0][at + 1 :]
    try:
        assert cid_of_digest(digest_of_cid(changed)) == changed
    except InputInvalid:
        assert changed != CIDS[0]


@given(st.text("abcdefghijklmnopqrstuvwxyz234567 \n", min_size=1, max_size=1), st.integers(0, 60))
def test_many_cids_are_checked_as_each_of_them_is(letter: str, at: int) -> None:
    changed = CIDS[0][:at] + letter + CIDS[0][at + 1 :]
    try:
        digest_of_cid(changed, "records[1]")
    except InputInvalid as refused:
        with pytest.raises(InputInvalid, match="must be a CIDv1") as found:
            require_cids([CIDS[0], changed, CIDS[0]], "records")
        assert found.value.field == refused.field
    else:
        require_cids([CIDS[0], changed, CIDS[0]], "records")


@pytest.mark.parametrize("cid", [None, 7, b"", CIDS[0].encode(), f"{CIDS[0]} {CIDS[0]}"])
def test_among_many_cids_what_is_none_is_refused(cid: Any) -> None:
    require_cids([], "records")
    with pytest.raises(InputInvalid):
        require_cids([CIDS[0], cid], "records")


@pytest.mark.parametrize("digest", [b"", bytes(31), bytes(33), "00" * 32])
def test_only_digests_of_32_bytes_become_cids(digest: Any) -> None:
    with pytest.raises(InputInvalid):
        cid_of_digest(digest)


def test_a_cid_is_that_of_kubo() -> None:
    # `printf hello | ipfs add --cid-version 1 --raw-leaves --only-hash`
    assert cid_of(b"hello") == "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"


@given(st.binary(min_size=32, max_size=32))
def test_a_digest_survives_its_cid(digest: bytes) -> None:
    assert digest_of_cid(cid_of_digest(digest)) == digest


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"publisher": "0x12"}, "publisher"),
        ({"publisher": None}, "publisher"),
        ({"publisher": PUBLISHER.replace("E", "e", 1)}, "publisher"),
        ({"first": 0}, "first"),
        ({"first": True}, "first"),
        ({"records": ()}, "records"),
        ({"records": (CIDS[0],) * (MAX_RECORDS + 1)}, "records"),
        ({"records": (CIDS[0], "Qm")}, "records[1]"),
    ],
)
def test_a_malformed_manifest_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        Manifest(**{"publisher": PUBLISHER, "first": 1, "records": CIDS, **changes})
    assert caught.value.field == field


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "resonance/manifest/2"},
        {"count": 2},
        {"count": "3"},
        {"publisher": PUBLISHER.lower()},
        {"publisher": 1},
        {"first": 1.0},
        {"records": None},
        {"records": [1, 2, 3]},
        {"extra": 0},
    ],
)
def test_another_document_is_refused(change: dict[str, Any]) -> None:
    document = Manifest(PUBLISHER, 1, CIDS).to_dict()
    with pytest.raises(InputInvalid):
        Manifest.from_dict({**document, **change})


@pytest.mark.parametrize("value", [None, [], {}, {"schema": "resonance/manifest/1"}])
def test_what_is_no_manifest_is_refused(value: object) -> None:
    with pytest.raises(InputInvalid):
        Manifest.from_dict(value)


def test_bytes_that_are_not_canonical_are_refused() -> None:
    with pytest.raises(InputInvalid):
        Manifest.from_bytes(Manifest(PUBLISHER, 1, CIDS).to_bytes() + b"\n")


def test_the_digest_on_the_chain_leads_to_the_manifest() -> None:
    manifest = Manifest(PUBLISHER, 4, CIDS)
    assert manifest.digest == hashlib.sha256(manifest.to_bytes()).digest()
    assert manifest.cid == cid_of_digest(manifest.digest) == cid_of(manifest.to_bytes())
    assert manifest.to_bytes() == (
        b'{"count":3,"first":4,"publisher":"0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A","records":["'
        + '","'.join(CIDS).encode()
        + b'"],"schema":"resonance/manifest/1"}'
    )


def test_the_largest_manifest_fits_one_block() -> None:
    manifest = Manifest(PUBLISHER, 2**53 - 1, (CIDS[0],) * MAX_RECORDS)
    assert MAX_RECORDS == 16_384
    assert len(manifest.to_bytes()) <= MAX_BYTES == 1_048_576
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


def test_one_spelling_of_the_publisher_is_kept() -> None:
    assert Manifest(PUBLISHER.lower(), 1, CIDS).publisher == PUBLISHER
    assert Manifest("0x" + PUBLISHER[2:].upper(), 1, CIDS) == Manifest(PUBLISHER, 1, CIDS)


def test_a_manifest_of_4096_is_one_chunk_which_adding_it_as_a_file_names_alike() -> None:
    assert len(Manifest(PUBLISHER, 2**53 - 1, (CIDS[0],) * 4096).to_bytes()) <= canonical.MAX_BYTES


def test_bytes_beyond_one_block_are_no_manifest() -> None:
    with pytest.raises(InputInvalid, match="must be at most 1048576 bytes"):
        Manifest.from_bytes(b" " * (MAX_BYTES + 1))


@given(st.integers(1, 2**53 - 1), st.lists(st.binary(), min_size=1, max_size=5))
def test_a_manifest_survives_its_codec(first: int, contents: list[bytes]) -> None:
    manifest = Manifest(PUBLISHER, first, tuple(map(cid_of, contents)))
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest
    assert manifest.count == len(contents)
