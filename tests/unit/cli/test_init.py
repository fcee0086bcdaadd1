"""`resonance init`: templates that can be opened once they are filled in, and nothing overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.bounty_file import read_bounty
from resonance_dao.workflows.project_file import read_project


def test_a_file_that_is_there_is_not_overwritten_and_nothing_is_half_written(
    resonance, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "bounty.yaml").write_text("mine")
    done = resonance("init")
    assert done.code == 3
    assert "is there already" in done.err
    assert "--force" in done.err
    assert (tmp_path / "bounty.yaml").read_text() == "mine"
    assert not (tmp_path / "project.yaml").exists()


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_said(place: str, resonance, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "file").write_text("")
    done = resonance("init", place)
    assert done.code == 3
    assert "cannot be made" in done.err


def test_force_overwrites(resonance, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "bounty.yaml").write_text("mine")
    assert resonance("init", "--force").code == 0
    assert "mine" not in (tmp_path / "bounty.yaml").read_text()


def test_the_templates_are_accepted_once_the_addresses_are_filled_in(resonance, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = resonance("--json", "init", "new/folder")
    assert done.document == {"written": ["new/folder/project.yaml", "new/folder/bounty.yaml"]}
    assert read_project((tmp_path / "new/folder/project.yaml").read_text("utf-8")).symbol
    bounty = (tmp_path / "new/folder/bounty.yaml").read_text("utf-8")
    with pytest.raises(InputInvalid, match="zero address"):
        read_bounty(bounty)
    for number in (9, 1, 2, 3, 3, 4):
        bounty = bounty.replace(ZERO_ADDRESS, f"0x{number:040x}", 1)
    accounts = {"funder": f"0x{5:040x}", "desk": f"0x{6:040x}"}
    assert read_bounty(bounty).to_terms(18, 1_800_000_000, "bafydocument", **accounts).quorum == 2


def test_the_templates_are_explained_in_both_languages(resonance, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    resonance("init")
    for name in ("project.yaml", "bounty.yaml"):
        text = (tmp_path / name).read_text("utf-8")
        assert "optional" in text or "left out" in text
        assert "省略" in text
