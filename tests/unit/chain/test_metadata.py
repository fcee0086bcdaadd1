import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.metadata import cid_of_metadata, metadata_cid
from resonance_dao.errors import InputInvalid


def tail(document: object) -> bytes:
    encoded = cbor2.dumps(document)
    return encoded + len(encoded).to_bytes(2, "big")


def test_a_text_that_ipfs_would_split_is_refused() -> None:
    with pytest.raises(InputInvalid):
        cid_of_metadata("x" * 262_145)


@pytest.mark.parametrize(
    ("text", "cid"),
    [  # As `ipfs add` prints them.
        ("", "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"),
        ("hello world", "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"),
        ("hello world\n", "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o"),
    ],
)
def test_the_cid_is_the_one_that_ipfs_gives(text: str, cid: str) -> None:
    assert cid_of_metadata(text) == cid


@pytest.mark.parametrize(
    "code",
    [
        b"",
        b"\x00",
        b"\x00\x00",
        b"\xff\xff",
        b"\x60\x80\x00\x02",
        tail({"solc": b"\0\x08\x25"}),
        tail([1]),
        tail({"ipfs": 1}),
    ],
)
def test_code_without_an_ipfs_hash_has_no_cid(code: bytes) -> None:
    assert metadata_cid(code) is None


def test_the_cid_is_read_from_the_tail() -> None:
    multihash = bytes.fromhex("1220bfccda787baba32b59c78450ac3d20b633360b43992c77289f9ed46d843561e6")
    code = b"\x60\x80" + tail({"ipfs": multihash, "solc": b"\0\x08\x25"})
    assert metadata_cid(code) == "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"


@given(st.binary(max_size=80))
def test_no_code_can_upset_the_reader(code: bytes) -> None:
    assert metadata_cid(code) is None or isinstance(metadata_cid(code), str)
