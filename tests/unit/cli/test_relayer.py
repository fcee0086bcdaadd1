"""`resonance relayer` where there is no journal, and no chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resonance_dao.cli.exits import CODES
from resonance_dao.errors import ChainUnreachable

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Resonance


RESUME = ("resume", "--block", "7", "--reason", "We compared.")


@pytest.mark.parametrize("arguments", [("status",), ("cancel", "1"), ("cancel", "1", "--dry-run"), RESUME])
def test_without_a_journal_nothing_is_made_and_the_folder_is_asked_for(
    resonance: Resonance, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = resonance("--json", "relayer", *arguments)
    assert done.code == 3
    assert done.document["error"]["code"] == "not_found"
    assert "RESONANCE_HOME" in done.document["error"]["hint"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", ["0", "-1", "x"])
def test_a_number_that_is_none_is_wrong_usage(resonance: Resonance, number: str) -> None:
    assert resonance("relayer", "cancel", "--", number).code == 2


def test_an_empty_journal_has_no_keys_and_nothing_to_cancel(
    resonance: Resonance, monkeypatch: pytest.MonkeyPatch
) -> None:
    resonance("apikey", "list")
    monkeypatch.setenv("RESONANCE_RELAYER_KEYS", "dev:7, missing.json")
    done = resonance("--json", "--rpc", "http://127.0.0.1:9", "relayer", "status")
    assert done.code == CODES[ChainUnreachable]
    assert done.document["chain_answers"] is False
    assert [(key["role"], key["balance"]) for key in done.document["keys"]] == [("relaying", None)]
    assert done.document["counts"] == {"queued": 0, "signed": 0, "sent": 0, "mined": 0}
    missing = resonance("--json", "relayer", "cancel", "1")
    assert (missing.code, missing.document["error"]["code"]) == (3, "not_found")


def test_people_are_told_in_their_language(resonance: Resonance) -> None:
    resonance("apikey", "list")
    silent = ("--rpc", "http://127.0.0.1:9")
    done = resonance(*silent, "relayer", "status")
    assert done.code == CODES[ChainUnreachable]
    english = done.out
    assert "Nothing is under way." in english
    assert "No key has sent yet" in english
    assert "does not answer" in english
    japanese = resonance(*silent, "--lang", "ja", "relayer", "status").out
    assert "送信中のものはありません。" in japanese
    assert "接続できない" in japanese


@pytest.mark.parametrize(
    "arguments", [("--block", "7"), ("--reason", "We compared."), ("--block", "-1", "--reason", "a")]
)
def test_going_on_needs_a_block_and_a_reason(resonance: Resonance, arguments: tuple[str, ...]) -> None:
    assert resonance("relayer", "resume", *arguments).code == 2
