"""A backup that is brought back goes on with the chain; one that the chain has outgrown does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.chain import identify
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import JournalConflict
from resonance_dao.journal.alarms import Alarms
from resonance_dao.journal.database import parse_url
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.migration import upgrade
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
    keys = [key.address for key in stage.pool]
    whose = Whose(identity, OPERATOR, stage.chain(), stage.log, 0, keys)
    contents = restore(file, places, whose, **{"sealed_keys": False, **given})
    stage.database_url = f"sqlite:///{places.journal}"
    return contents


@pytest.fixture(params=["records", "batches"])
def lane(request: pytest.FixtureRequest) -> Any:
    """A stage with either kind of log."""
    return request.getfixturevalue({"records": "stage", "batches": "batched"}[request.param])


def test_a_gateway_that_lost_its_disk_goes_on_from_its_backup(lane: Any, tmp_path: Path) -> None:
    journal = lane.journal()
    recorder = lane.recorder(journal)
    lane.mint(journal, 5, "first")
    lane.settle(recorder)
    file = back_up(lane, tmp_path / "a.tar")
    recorder.close()
    assert bring_back(lane, file, tmp_path / "new").held.size == journal.size()
    again = lane.journal()
    assert again.entries() == journal.entries()
    recorder = lane.recorder(again)
    # What was asked before is answered as before, and what is new is done and anchored.
    assert lane.mint(again, 5, "first").replayed
    lane.mint(again, 7, "second")
    lane.settle(recorder)
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


def test_a_backup_that_lacks_the_last_batches_row_is_compared_with_what_the_chain_tells(
    batched: Any, tmp_path: Path
) -> None:
    journal = batched.journal()
    batched.mint(journal, 5)
    journal.accept("disclosure", "gateway/outage", batched.outage, now=batched.now())
    file = back_up(batched, tmp_path / "a.tar")
    batched.settings = replace(batched.settings, batch_max=2)
    recorder = batched.recorder(journal)
    while recorder.status().anchored < 2:
        recorder.tick(batched.now(), flush=True)
        batched.mine()
    recorder.close()
    assert bring_back(batched, file, tmp_path / "new", sent_since=True).held.size == 2


def test_the_backup_of_another_history_is_refused_in_either_lane(lane: Any, tmp_path: Path) -> None:
    other = replace(lane, database_url=f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(other.database_url)
    journal = other.journal()
    for _ in range(2):
        journal.accept("disclosure", "gateway/other", lane.outage, now=lane.now())
    file = back_up(other, tmp_path / "a.tar")
    journal = lane.journal()
    recorder = lane.recorder(journal)
    journal.accept("disclosure", "gateway/outage", lane.outage, now=lane.now())
    lane.settle(recorder)
    recorder.close()
    with pytest.raises(JournalConflict, match="are not those"):
        bring_back(other, file, tmp_path / "new", sent_since=True)


@pytest.mark.parametrize("has_pool", [True, False])
def test_a_key_that_the_backup_does_not_know_may_have_sent_what_waits_in_it(
    stage: Any, pool: Any, tmp_path: Path, has_pool: bool
) -> None:
    stage.pool = pool[:1] if has_pool else ()
    journal = stage.journal()
    number = stage.mint(journal, 5).number
    file = back_up(stage, tmp_path / "a.tar")
    recorder = stage.recorder(journal)
    recorder.tick(stage.now())
    recorder.close()
    sender = journal.operation_of(number).sender
    assert sender == (pool[0] if has_pool else OPERATOR).address
    with pytest.raises(JournalConflict, match=f"{sender} has sent 1 transactions"):
        bring_back(stage, file, tmp_path / "new")
    assert bring_back(stage, file, tmp_path / "new", dry_run=True, sent_since=True).held.size == 1


def test_what_a_key_sent_before_anything_waited_for_it_is_its_own(stage: Any, tmp_path: Path) -> None:
    stage.use_operator_key()
    stage.journal().accept("disclosure", "gateway/outage", stage.outage, now=stage.now())
    file = back_up(stage, tmp_path / "a.tar")
    assert bring_back(stage, file, tmp_path / "new").held.size == 1


def test_what_a_person_says_was_sent_by_others_since_the_backup_stops_nothing(
    stage: Any, tmp_path: Path
) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    stage.mint(journal, 5)
    stage.settle(recorder)
    file = back_up(stage, tmp_path / "a.tar")
    recorder.close()
    stage.use_operator_key()
    with pytest.raises(JournalConflict, match="has sent 1 transactions"):
        bring_back(stage, file, tmp_path / "new")
    bring_back(stage, file, tmp_path / "new", sent_since=True)
    journal = stage.journal()
    recorder = stage.recorder(journal)
    stage.mint(journal, 6)
    stage.settle(recorder)
    assert (recorder.status().is_settled, Alarms(journal).raised()) == (True, [])
    stage.use_operator_key()
    stage.mint(journal, 7)
    with pytest.raises(JournalConflict, match="somebody else"):
        stage.settle(recorder)
