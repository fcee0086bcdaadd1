"""What the recorder's benchmark prints, and how it fills a journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from gas.log import Batch
from recorder import page
from recorder.accepting import Accepting
from recorder.aging import Aged
from recorder.anchoring import Anchoring
from recorder.appending import GOALS, Appending
from recorder.filling import fill, open_journal
from recorder.load import Outcome

from resonance_dao.journal.batches import Batches
from resonance_dao.workflows.proving import Prover

AT_THE_FLOOR = Appending(
    batches=tuple(Batch(count, 1_000, 1_000) for count in GOALS),
    aligned=Batch(16, 1_000, 1_000),
    beside=Batch(100, 1_000, 1_000),
    eas=16_000,
)


def test_gas_at_the_floor_misses_nothing() -> None:
    assert AT_THE_FLOOR.missed() == []
    assert "missed" not in page.of_appending(AT_THE_FLOOR)


@pytest.mark.parametrize("at", range(len(GOALS)))
def test_gas_above_a_goal_is_named_with_its_batch(at: int) -> None:
    count, goal = list(GOALS.items())[at]
    for gas, is_missed in ((round(1_000 * goal) + 10, True), (round(1_000 * goal) + 4, False)):
        batches = list(AT_THE_FLOOR.batches)
        batches[at] = Batch(count, gas, 1_000)
        found = replace(AT_THE_FLOOR, batches=tuple(batches))
        if count == found.aligned.count:
            found = replace(AT_THE_FLOOR, aligned=batches[at])
        assert [line.split()[0] for line in found.missed()] == ([str(count)] if is_missed else [])
        assert ("missed" in page.of_appending(found)) == is_missed


def test_a_batch_that_the_recorder_does_not_cut_is_shown_and_has_no_goal() -> None:
    batches = tuple(replace(one, gas=1_370) if one.count == 16 else one for one in AT_THE_FLOOR.batches)
    found = replace(AT_THE_FLOOR, batches=batches)
    assert found.missed() == []
    assert "| 16, where a log of any size ends | 1,370 | 1,000 | 1.37 | - | no goal |" in page.of_appending(
        found
    )


def test_too_little_below_eas_is_named() -> None:
    found = replace(AT_THE_FLOOR, eas=15_999)
    assert [line.partition(" less")[2] for line in found.missed()] == [" than EAS, not 16"]


def test_requests_are_told_as_a_multiple_of_the_naive_ones() -> None:
    ways = [
        Accepting(name, rate, 1_000 / rate, (1, 2), (3, 4)) for name, rate in (("naive", 50), ("ours", 1_000))
    ]
    assert "| ours | 1,000 | 20.0 | 1.00 | 20.0 | 1 | 2 | 3 | 4 |" in page.of_accepting(ways)
    assert "reached with 20.0" in page.of_accepting(ways)
    assert "**missed** with 10.0" in page.of_accepting([ways[0], replace(ways[1], rate=500)])
    assert "| ours | 1,000 | 20.0 | - | - |" in page.of_accepting(
        [replace(way, busy_ms=None) for way in ways]
    )


def test_records_and_history_are_told_beside_their_goals() -> None:
    told = page.of_anchoring(Anchoring((50, 70), 40_000, 60_000))
    assert "| every record in calldata, 3,968 a batch | 40,000 | 667 |" in told
    assert (
        "50,000 records/s (**missed** and reached) and 750 times the naive way (**missed** and reached)"
        in told
    )
    aged = Aged(10**7, (2, 1), 0.1, (0.7, 2, 9, 0.6), (100, 101), (3, 1), 1_367.5, 560)
    row = "| 10,000,000 | 2.0 (1.0) | 0.10 | 0.70 / 2.00 (0.60) | 100 -> 101 | 3.00 (1.00) | 1,368 | 560 |"
    assert row in page.of_aging([aged])


def test_latencies_are_told_by_the_share_of_answers_that_keep_them() -> None:
    run = Outcome(seconds=2, latencies=[at / 1_000 for at in range(100)])
    assert (run.rate, run.percentile(0.5), run.percentile(0.99)) == (50, 50, 99)


def test_a_journal_is_filled_on_to_any_size_and_its_entries_are_proven(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    fill(tmp_path, 300, 100)
    fill(tmp_path, 550, 100)
    assert journal.size() == Batches(journal).anchored() == 550
    assert Prover(journal).proof_of(301).size == 550
    journal.database.close()


def test_a_journal_without_batches_waits_to_be_anchored(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    fill(tmp_path, 20)
    assert [one.number for one in Batches(journal).waiting(50)] == list(range(1, 21))
    journal.database.close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as raw:
        assert raw.execute("SELECT count(*) FROM entry WHERE pinned_at IS NULL").fetchone() == (0,)
