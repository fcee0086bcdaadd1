"""`resonance apikey`: made, shown once, listed, revoked; without a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resonance_dao.journal.api_keys import ApiKeys
from resonance_dao.journal.database import Database
from resonance_dao.workflows.machine_keys import SCOPES, recognised

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Resonance


def database(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / '.resonance' / 'journal.db'}")


@pytest.mark.parametrize(
    "arguments",
    [("",), ("x", "--scope", "everything"), ("x", "--valid-for", "soon"), ("x", "--valid-for", "0s")],
)
def test_a_key_that_breaks_a_rule_is_not_made(
    resonance: Resonance, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = resonance("--json", "apikey", "create", *arguments)
    assert done.code != 0
    assert resonance("--json", "apikey", "list").document == {"keys": []}


def test_a_rehearsal_makes_nothing(resonance: Resonance) -> None:
    done = resonance("--json", "apikey", "create", "import", "--dry-run")
    assert done.code == 0
    assert "key" not in done.document
    assert resonance("--json", "apikey", "list").document == {"keys": []}


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(resonance: Resonance, tmp_path: Path) -> None:
    scopes = ("--scope", "relay", "--scope", "evidence")
    made = resonance("--json", "apikey", "create", "import", *scopes, "--valid-for", "90d").document
    keys = ApiKeys(database(tmp_path))
    assert recognised(keys, made["key"], made["created_at"]) is not None
    assert made["until"] == made["created_at"] + 90 * 86_400
    listed = resonance("--json", "apikey", "list")
    assert [(key["id"], key["scopes"], key["state"]) for key in listed.document["keys"]] == [
        (made["id"], "relay evidence", "valid")
    ]
    assert made["key"].rsplit("_", 1)[1] not in listed.out + resonance("apikey", "list").out
    assert resonance("apikey", "revoke", made["id"]).code == 0
    assert recognised(keys, made["key"], made["created_at"]) is None
    assert resonance("--json", "apikey", "list").document["keys"][0]["state"] == "revoked"


def test_people_are_told_to_keep_it(resonance: Resonance) -> None:
    assert "not shown again" in resonance("apikey", "create", "one").out
    assert "二度と表示されません" in resonance("--lang", "ja", "apikey", "create", "two").out


def test_a_key_that_is_not_there_is_not_found(resonance: Resonance) -> None:
    done = resonance("--json", "apikey", "revoke", "0" * 16)
    assert done.code != 0
    assert "not_found" in done.out + done.err


def test_the_scope_to_operate_is_told_as_what_it_is(resonance: Resonance) -> None:
    assert SCOPES["operate"] == "all of these"
    assert "operate: all of them" in " ".join(resonance("apikey", "create", "--help").out.split())
