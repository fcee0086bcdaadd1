"""Where blocks are read from: a folder, or a gateway whose address is not shown whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from resonance_dao.cli.commands.log import block_source
from resonance_dao.errors import InputInvalid


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("nowhere", "nowhere"),
        (" https://user:secret@gateway", "https://gateway"),
        ("https:/user:secret@gateway", "***"),
        ("user:secret@gateway", "***"),
        ("ftp://user:secret@gateway/secret", "ftp://gateway"),
        ("https://gateway:secret", "***"),
    ],
)
def test_a_place_that_is_neither_is_refused_without_a_key(place: str, shown: str) -> None:
    with pytest.raises(InputInvalid, match=r"^--ipfs = ") as refused:
        block_source(place)
    assert refused.value.value == shown
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "HTTPS://user:secret@gateway/secret"])
def test_a_gateway_is_taken_however_its_scheme_is_spelt(url: str) -> None:
    assert "secret" not in block_source(url).name


def test_a_folder_is_a_folder_whatever_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "me@home"
    folder.mkdir()
    assert block_source(str(folder)).name == str(folder)
