from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.checkpoint import Checkpoint, check_line, log_origin
from resonance_dao.transparency.note import Note, NoteSignature

PUBLISHER = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
TEXT = f"example.org/log/1\n42\n{ROOT}\n"
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
SIGNATURE = NoteSignature("example.org/key", b"\x01\x02\x03\x04", b"s" * 65)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("42", "042"),
        TEXT.replace("42", "+42"),
        TEXT.replace("42", "-1"),
        TEXT.replace("42", "4 2"),
        TEXT.replace("42", "４２"),
        TEXT.replace("42", str(2**64)),
        TEXT.replace("42", "9" * 5000),
        TEXT.replace("example.org/log/1", ""),
        TEXT.replace(ROOT, ""),
        TEXT.replace(ROOT, ROOT[:-1]),
        TEXT.replace(ROOT, ROOT + "="),
        TEXT.replace(ROOT, ROOT.replace("2I=", "2J=")),
        TEXT.replace(ROOT, ROOT.replace("/", "_")),
        TEXT.replace(ROOT, " " + ROOT),
        TEXT.replace(ROOT, "AAAA"),
        TEXT.replace(ROOT, "鍵"),
        "example.org/log/1\n42\n",
    ],
)
def test_a_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid):
        Checkpoint.from_text(text)


@pytest.mark.parametrize(
    "fields",
    [
        ("", 0, bytes(32)),
        ("a\nb", 0, bytes(32)),
        ("a\x00", 0, bytes(32)),
        ("a\x7f", 0, bytes(32)),
        ("\ud800", 0, bytes(32)),
        (None, 0, bytes(32)),
        ("a", -1, bytes(32)),
        ("a", 2**64, bytes(32)),
        ("a", 0, bytes(31)),
        ("a", 0, bytes(32), ("",)),
    ],
)
def test_fields_that_have_no_text_are_refused(fields: tuple[Any, ...]) -> None:
    with pytest.raises(InputInvalid):
        Checkpoint(*fields)


@pytest.mark.parametrize(
    ("domain", "chain_id", "publisher"),
    [
        ("", 1, PUBLISHER),
        ("Example.org", 1, PUBLISHER),
        ("a/b", 1, PUBLISHER),
        ("a", 0, PUBLISHER),
        ("a", 1, "0x"),
    ],
)
def test_an_origin_that_would_be_ambiguous_is_refused(domain: str, chain_id: int, publisher: str) -> None:
    with pytest.raises(InputInvalid):
        log_origin(domain, chain_id, publisher)


def test_the_origin_names_chain_publisher_and_hash() -> None:
    expected = f"resonance-dao.example/log/31337/{PUBLISHER}/keccak256"
    assert log_origin("resonance-dao.example", 31337, PUBLISHER.lower()) == expected


def test_the_text_is_that_of_the_specification() -> None:
    # The example of C2SP tlog-checkpoint, body and extension line.
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    checkpoint = Checkpoint.from_text(text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a91863e8e")
    assert checkpoint.to_text() == text
    assert Checkpoint.from_text(text + "hello\n").extensions == ("hello",)


def test_the_bounds_themselves_are_allowed() -> None:
    assert Checkpoint.from_text(TEXT.replace("42", str(2**64 - 1))).size == 2**64 - 1
    assert log_origin("a", 1, PUBLISHER).startswith("a/log/1/")


@given(LINE, st.integers(0, 2**64 - 1), st.binary(min_size=32, max_size=32), st.lists(LINE, max_size=3))
def test_a_checkpoint_survives_its_text(origin: str, size: int, root: bytes, more: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(more))
    assert Checkpoint.from_text(checkpoint.to_text()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + SIGNATURE.to_text(),
        TEXT + "\n" + SIGNATURE.to_text() + "x",
        TEXT + SIGNATURE.to_text() + "\n",
        TEXT + "\n" + SIGNATURE.to_text().replace("\u2014", "-") + "\n",
        TEXT + "\n" + SIGNATURE.to_text() + " x\n",
        TEXT + "\n\u2014 name AQIDBA==\n",
        TEXT + "\n\u2014 name AQID\n",
        TEXT + "\n\u2014 na+me AQIDBHM=\n",
        TEXT + "\n\u2014 name !!!!\n",
        TEXT + "\n" + SIGNATURE.to_text() + "\nfree text\n",
        "\x01" + TEXT + "\n" + SIGNATURE.to_text() + "\n",
        "\n\n" + SIGNATURE.to_text() + "\n",
    ],
)
def test_a_malformed_note_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid):
        Note.from_text(text)


def test_a_note_without_signatures_is_no_note() -> None:
    with pytest.raises(InputInvalid, match="signatures"):
        Note(TEXT, ())


def test_a_note_carries_a_checkpoint_and_its_signatures() -> None:
    note = Note(TEXT, (SIGNATURE, NoteSignature("other", bytes(4), b"x")))
    read = Note.from_text(note.to_text())
    assert read == note
    assert Checkpoint.from_text(read.text).size == 42
    assert note.to_text().endswith("\n\u2014 other AAAAAHg=\n")


def test_blank_lines_within_the_text_belong_to_it() -> None:
    note = Note("a\n\nb\n", (SIGNATURE,))
    assert Note.from_text(note.to_text()) == note


@pytest.mark.parametrize("control", ["\x00", "\x1f", "\x7f"])
def test_every_control_character_is_refused_and_a_space_is_none(control: str) -> None:
    with pytest.raises(InputInvalid):
        check_line(f"a{control}b", "field")
    assert check_line("a b", "field") == "a b"
