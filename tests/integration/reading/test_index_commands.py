"""`resonance index`: how far it is, whether it is what the chain gives, and filling it anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_dao.chain.devchain import DevChain
from tests.integration.workflows.conftest import ROOT
from tests.integration.workflows.test_cli import OWNER, Shell, write_files

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A chain with the system and project 1."""
    with DevChain.start(ROOT) as dev:
        opened = Shell(tmp_path_factory.mktemp("shell"), ROOT, dev.url)
        opened.here("deploy", "--dev", 0)
        project, _ = write_files(opened)
        opened.here("project", "open", project, "--dev", OWNER)
        yield opened


def database_of(shell: Shell) -> Path:
    (found,) = (shell.folder / "home").glob("*.db")
    return found


def test_an_index_goes_from_nothing_to_one_that_the_chain_confirms(shell: Shell) -> None:
    before = shell.json("index", "status")
    assert (before["block"], before["counts"]) == (None, {"event": 0})
    assert before["lag"] == before["head"] + 1
    assert "nothing was read yet" in shell.here("index", "check", code=3)[1]
    rehearsed = shell.json("index", "rebuild", "--dry-run")
    assert rehearsed["forgotten"] == 0
    assert shell.json("index", "status")["block"] is None
    rebuilt = shell.json("index", "rebuild")
    assert rebuilt["counts"]["project"] == 1
    checked = shell.json("index", "check")
    assert checked["agrees"] is True
    assert checked["kept"] == checked["read_anew"] == rebuilt["digest"]
    assert shell.json("index", "status")["lag"] == 0


def test_one_changed_row_is_found_and_mended(shell: Shell) -> None:
    rebuilt = shell.json("index", "rebuild")["digest"]
    with sqlite3.connect(database_of(shell)) as connection:
        connection.execute("UPDATE read_row SET account = ? WHERE kind = 'project'", ("0x" + "66" * 20,))
    connection.close()
    found = shell.json("index", "check", code=1)
    assert found["agrees"] is False
    assert found["read_anew"] == rebuilt
    assert "rebuild" in shell.here("index", "check", code=1)[0]
    assert shell.json("index", "rebuild")["digest"] == rebuilt
    assert shell.json("index", "check")["agrees"] is True
