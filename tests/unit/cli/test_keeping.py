"""`resonance backup` and `restore`, as far as they go without a chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from resonance_dao.chain.signer import DevSigner
from resonance_dao.cli.exits import CODES
from resonance_dao.errors import ChainUnreachable, InputInvalid
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Resonance

LOG, OPERATOR = "0x" + "11" * 20, DevSigner(9)
ROOT = Path(__file__).parents[3]


def begin(resonance: Resonance, folder: Path) -> None:
    """Make a journal with one record."""
    assert resonance("apikey", "list").code == 0
    database = Database(f"sqlite:///{folder / '.resonance' / 'journal.db'}")
    identity = Identity(31337, "0x" + "11" * 32, OPERATOR.address, LOG)
    body = {"to": LOG, "function": "mint", "status": "requested", "tx_hash": None}
    Journal(database, identity, OPERATOR).accept("transaction", "bounty/1", body, now=1_767_225_600)
    database.close()


def test_where_nothing_was_begun_there_is_nothing_to_keep(resonance: Resonance, tmp_path: Path) -> None:
    assert resonance("backup", tmp_path / "a.tar").code == CODES[InputInvalid]
    assert not (tmp_path / "a.tar").exists()


def test_a_journal_that_was_only_made_is_not_called_damaged(resonance: Resonance, tmp_path: Path) -> None:
    assert resonance("apikey", "list").code == 0
    done = resonance("backup", tmp_path / "a.tar")
    assert done.code == CODES[InputInvalid]
    assert "holds no record yet" in done.err
    assert "damaged" not in done.err
    assert not (tmp_path / "a.tar").exists()


@pytest.mark.parametrize("verb", ["backup", "restore"])
def test_postgresql_is_referred_to_its_own_tools(
    resonance: Resonance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setenv("RESONANCE_DATABASE_URL", "postgresql://user:secret@server/name")
    done = resonance(verb, tmp_path / "a.tar")
    assert done.code == CODES[InputInvalid]
    assert "pg_dump" in done.err
    assert "secret" not in done.out + done.err


def test_a_backup_says_what_is_in_it(resonance: Resonance, tmp_path: Path) -> None:
    begin(resonance, tmp_path)
    made = resonance("--json", "backup", tmp_path / "a.tar").document
    assert (made["journal"]["size"], made["journal"]["publisher"]) == (1, OPERATOR.address)
    assert (made["blocks"], made["sealed_keys"]) == (0, 0)
    shown = resonance("backup", tmp_path / "b.tar")
    assert "records" in shown.out
    assert resonance("backup", tmp_path / "a.tar").code == CODES[InputInvalid]


def test_nothing_is_brought_back_without_asking_the_chain(
    resonance: Resonance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(resonance, tmp_path)
    assert resonance("backup", tmp_path / "a.tar").code == 0
    monkeypatch.setenv("RESONANCE_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("RESONANCE_OPERATOR_DEV_INDEX", "9")
    monkeypatch.setenv("RESONANCE_ROOT", str(ROOT))
    done = resonance("--rpc", "http://127.0.0.1:9", "restore", tmp_path / "a.tar")
    assert done.code == CODES[ChainUnreachable]
    assert not (tmp_path / "new" / "journal.db").exists()
