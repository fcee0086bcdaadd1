"""A backup that is brought back goes on with the chain; one that the chain has outgrown does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.chain import identify
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import JournalConflict
from resonance_dao.journal.database import parse_url
from resonance_dao.journal.entry import Identity
from resonance_dao.workflows.backups import Contents, Places, make
from resonance_dao.workflows.restoring import Whose, restore

pytestmark = pytest.mark.chain
OPERATOR = DevSigner(9)


def back_up(stage: Any, file: Path) -> Path:
    journal = Path(str(parse_url(stage.database_url).database))
    places = Places(journal, journal.parent / "no-evidence", journal.parent / "no-keys")
    make(places, file, now=stage.now(), evidence=True, sealed_keys=False)
    return file


def bring_back(stage: Any, file: Path, home: Path, **given: bool) -> Contents:
    places = Places(home / "journal.db", home / "evidence", home / "sealed-keys")
    found = identify(stage.chain())
    identity = Identity(found.chain_id, found.genesis_hash, OPERATOR.address, stage.log.address)
    whose = Whose(identity, OPERATOR, stage.chain(), stage.log)
    contents = restore(file, places, whose, **{"sealed_keys": False, **given})
    stage.database_url = f"sqlite:///{places.journal}"
    return contents


def test_a_gateway_that_lost_its_disk_goes_on_from_its_backup(stage: Any, tmp_path: Path) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    stage.mint(journal, 5, "first")
    stage.settle(recorder)
    file = back_up(stage, tmp_path / "a.tar")
    recorder.close()
    assert bring_back(stage, file, tmp_path / "new").held.size == journal.size()
    again = stage.journal()
    assert again.entries() == journal.entries()
    recorder = stage.recorder(again)
    # What was asked before is answered as before, and what is new is done and anchored.
    assert stage.mint(again, 5, "first").replayed
    stage.mint(again, 7, "second")
    stage.settle(recorder)
    assert recorder.status().is_settled
    recorder.close()


def test_a_backup_that_the_log_has_outgrown_is_refused(stage: Any, tmp_path: Path) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    stage.mint(journal, 5)
    stage.settle(recorder)
    file = back_up(stage, tmp_path / "a.tar")
    stage.mint(journal, 6)
    stage.settle(recorder)
    recorder.close()
    with pytest.raises(JournalConflict, match="log has"):
        bring_back(stage, file, tmp_path / "new", sent_since=True)
    assert not (tmp_path / "new" / "journal.db").exists()


def test_a_backup_from_before_a_transaction_was_sent_is_refused(stage: Any, tmp_path: Path) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    stage.mint(journal, 5)
    stage.settle(recorder)
    stage.mint(journal, 6)
    file = back_up(stage, tmp_path / "a.tar")
    # Sent, and not anchored: the log alone would not tell.
    recorder.tick(stage.now())
    recorder.close()
    with pytest.raises(JournalConflict, match="1 transactions that the backup does not know"):
        bring_back(stage, file, tmp_path / "new")
    assert bring_back(stage, file, tmp_path / "new", dry_run=True, sent_since=True).held.size
