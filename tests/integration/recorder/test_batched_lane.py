"""The recorder with a log of batches: the same promises, and proofs of two steps that its contract takes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.sender import wait
from resonance_dao.errors import ChainMismatch, JournalConflict, NotFound
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.journal import Journal
from resonance_dao.transparency.batched_log import BatchedProof, verify_batched
from resonance_dao.transparency.consistency import verify_consistency
from resonance_dao.workflows.lane import BatchLane, prover_of
from resonance_dao.workflows.recorder_values import RecorderSettings

pytestmark = pytest.mark.chain
TOLD = {"reason_code": "GATEWAY_OUTAGE", "what": "It was down.", "why": "No power.", "next": "It is up."}


@pytest.fixture
def small(batched: Any) -> Any:
    """At most three records a batch, so that a log has several."""
    settings = RecorderSettings(confirmations=2, bump_after_s=3600, batch_max=3)
    return replace(batched, settings=settings)


def tell(stage: Any, journal: Journal, count: int, subject: str = "gateway/outage") -> None:
    for _ in range(count):
        journal.accept("disclosure", subject, TOLD, now=stage.now())


def backed_up(stage: Any) -> Any:
    """Copy the database, as a backup does, and return the stage that runs on the copy."""
    url = stage.database_url
    path = Path(url.removeprefix("sqlite:///"))
    for ending in ("", "-wal", "-shm"):
        if Path(f"{path}{ending}").exists():
            shutil.copy(f"{path}{ending}", f"{path}.old{ending}")
    return replace(stage, database_url=f"{url}.old")


def test_every_entry_is_proven_in_two_steps_against_the_contract(small: Any) -> None:
    journal = small.journal()
    recorder, prover, chain = small.recorder(journal), prover_of(journal, small.log), small.chain()
    tell(small, journal, 8)
    with pytest.raises(NotFound, match="not anchored yet"):
        prover.proof_of(1)
    small.settle(recorder)
    publisher = journal.identity.publisher
    root = small.log.call(chain, "rootOf", publisher)
    assert (small.log.call(chain, "sizeOf", publisher), prover.size()) == (8, 3)
    for entry in journal.entries():
        found = prover.proof_of(entry.number)
        proof = found.proof
        assert isinstance(proof, BatchedProof)
        assert (proof.index, found.root) == (entry.number - 1, root)
        verify_batched(proof, entry.leaf, root)
        given = (proof.batch.to_dict(), list(proof.inner.hashes), proof.outer.index, list(proof.outer.hashes))
        assert small.log.call(chain, "verifyInclusion", publisher, entry.leaf, proof.index, *given)
        assert not small.log.call(chain, "verifyInclusion", publisher, bytes(32), proof.index, *given)
        assert found.tx is not None
        assert wait(chain, found.tx).status == 1
    with pytest.raises(NotFound, match="not anchored yet"):
        prover.proof_of(8, 2)
    verify_consistency(prover.consistency(1, 3), prover.root(1), root)


def test_a_restart_goes_on_with_the_batches_that_are_there(small: Any) -> None:
    journal = small.journal()
    recorder = small.recorder(journal)
    tell(small, journal, 4)
    small.settle(recorder)
    again = small.recorder_again(recorder)
    tell(small, journal, 1)
    small.settle(again)
    assert [(batch.first, batch.count) for batch in Batches(journal).page()] == [(1, 3), (4, 1), (5, 1)]
    assert small.log.call(small.chain(), "batchesOf", journal.identity.publisher) == 3


def test_an_append_that_the_journal_does_not_remember_is_taken_over_with_its_root(small: Any) -> None:
    journal = small.journal()
    recorder = small.recorder(journal)
    tell(small, journal, 5)
    older = backed_up(small)
    small.settle(recorder)
    restored = older.journal()
    small.settle(older.recorder(restored))
    known, taken = Batches(journal).page(), Batches(restored).page()
    assert [(one.first, one.count, one.root) for one in taken] == [(b.first, b.count, b.root) for b in known]
    proof = prover_of(restored, small.log).proof_of(5)
    assert proof.root == small.log.call(small.chain(), "rootOf", journal.identity.publisher)


def test_a_backup_whose_history_went_another_way_is_refused(small: Any) -> None:
    journal = small.journal()
    older = backed_up(small)
    tell(small, journal, 2)
    small.settle(small.recorder(journal))
    restored = older.journal()
    tell(small, restored, 2, "gateway/other")
    with pytest.raises(JournalConflict, match="are not those"):
        older.recorder(restored).tick(small.now())


def test_an_old_backup_is_refused(small: Any) -> None:
    journal = small.journal()
    older = backed_up(small)
    tell(small, journal, 2)
    small.settle(small.recorder(journal))
    restored = older.journal()
    tell(small, restored, 1)
    with pytest.raises(JournalConflict, match="records, the journal") as refused:
        older.recorder(restored).tick(small.now())
    assert "backup" in refused.value.hint


def test_a_log_that_lost_what_was_final_stops_the_recorder(small: Any) -> None:
    journal = small.journal()
    recorder, snapshot = small.recorder(journal), small.chain().request("evm_snapshot")
    tell(small, journal, 3)
    small.settle(recorder)
    small.chain().request("evm_revert", [snapshot])
    with pytest.raises(ChainMismatch, match="were final"):
        small.recorder_again(recorder).tick(small.now())


def test_a_size_at_which_no_batch_ends_is_a_conflict(small: Any) -> None:
    journal = small.journal()
    tell(small, journal, 4)
    with pytest.raises(JournalConflict, match="no batch"):
        BatchLane(journal, small.log).root_at(3, lambda _: 2)
