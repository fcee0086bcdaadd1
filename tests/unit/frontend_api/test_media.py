"""What a browser may show of a stranger's file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend_api.media import DOWNLOAD, TEXT, TYPES, media_type_of


@pytest.mark.parametrize(
    "head",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"PK\x03\x04",
        b"\x00\x01",
        b"\xff\xfe<\x00h\x00",
        b"text \x1b[31m",
        b"\x80abc",
    ],
)
def test_what_is_neither_picture_nor_text_is_a_download(head: bytes) -> None:
    assert media_type_of(head) == DOWNLOAD


@pytest.mark.parametrize(
    "head", [b"<html><script>", b"<svg xmlns=", b"<?xml ", b"<!doctype html>", "和菓子".encode()]
)
def test_markup_is_text_and_never_more(head: bytes) -> None:
    assert media_type_of(head) == TEXT


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_pictures_are_told_by_their_first_bytes(head: bytes, kind: str) -> None:
    assert media_type_of(head) == kind


def test_a_character_cut_at_the_end_of_the_head_is_still_text() -> None:
    assert media_type_of("菓".encode()[:2]) == TEXT


@given(st.binary(max_size=64))
def test_any_bytes_have_one_of_the_listed_types(head: bytes) -> None:
    assert media_type_of(head).partition(";")[0] in TYPES
