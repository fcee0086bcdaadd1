"""A deployment book from elsewhere is somebody's word: read with care, and warned of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from resonance_dao.cli.books import borrowed_book
from resonance_dao.cli.exits import CODES
from resonance_dao.cli.running import Run
from resonance_dao.errors import EvidenceUnavailable, InputInvalid

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Resonance


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"chain_id": "1"}', '{"chain_id": true}', '{"chain_id": -1}']
)
def test_what_is_no_book_is_refused(resonance: Resonance, tmp_path: Path, text: str) -> None:
    (tmp_path / "book.json").write_text(text)
    done = resonance("audit", "--contracts", "book.json")
    assert done.code == CODES[InputInvalid]
    assert "--contracts" in done.err


def test_a_gateway_that_does_not_answer_is_told(resonance: Resonance) -> None:
    done = resonance("audit", "--contracts", "http://127.0.0.1:9/v1/system/book")
    assert done.code == CODES[EvidenceUnavailable]
    assert "/v1/system/book" in done.err


@pytest.mark.parametrize(
    "url",
    ["http://user:secret@127.0.0.1:9/secret", "http://a..b/secret", "ftp://h/secret", "http://h:secret"],
)
def test_a_key_in_the_address_of_a_book_is_not_shown(resonance: Resonance, url: str) -> None:
    done = resonance("audit", "--contracts", url)
    assert done.code in (CODES[EvidenceUnavailable], CODES[InputInvalid])
    assert "secret" not in done.out + done.err


def test_a_book_from_elsewhere_is_gone_by_and_what_is_trusted_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "book.json").write_text('{"chain_id": 4242, "contracts": {}}')
    run = Run()
    with borrowed_book(run, str(tmp_path / "book.json")):
        folder = Path(run.changes["RESONANCE_DEPLOYMENTS"])
        assert json.loads((folder / "4242.json").read_text())["chain_id"] == 4242
    assert not folder.exists()
    said = capsys.readouterr().err
    assert said.startswith("WARNING: which contracts are meant is taken from")
    assert "compare the addresses" in said


def test_without_one_nothing_changes_and_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run()
    with borrowed_book(run, ""):
        assert run.changes == {}
    assert capsys.readouterr().err == ""
