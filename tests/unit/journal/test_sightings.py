"""Sightings: a transaction is told of once, and taken back when the chain takes it back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from resonance_dao.errors import ResonanceError
from resonance_dao.journal.entry import Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.sightings import MILESTONES_KEPT, Milestone, Sightings

NOW = 1_767_225_600
TX = "0x" + "ab" * 32
BLOCK = Milestone(7, "0x" + "07" * 32)
SEEN = Draft(
    "transaction", f"transaction/{TX}", {"to": None, "function": "f", "status": "requested", "tx_hash": TX}
)
GONE = Draft("correction", f"transaction/{TX}", {"corrects": 1, "what": "Gone.", "why": "Reorganised."}, (1,))


def test_a_transaction_is_told_of_once(journal: Journal) -> None:
    sightings = Sightings(journal)
    assert sightings.find(TX) is None
    assert sightings.add(TX, BLOCK, SEEN, NOW) == 1
    assert sightings.add(TX, BLOCK, SEEN, NOW) == 1
    assert journal.size() == 1
    assert sightings.known([TX, "0xother"]) == {TX}


def test_a_transaction_that_is_gone_is_corrected_and_may_come_again(journal: Journal) -> None:
    sightings = Sightings(journal)
    sightings.add(TX, BLOCK, SEEN, NOW)
    gone = sightings.between(7, 7)
    assert [sightings.withdraw(gone, lambda _: GONE, NOW) for _ in range(2)] == [1, 0]
    assert (journal.size(), sightings.find(TX)) == (2, None)
    assert sightings.add(TX, BLOCK, SEEN, NOW) == 3


def test_what_came_again_is_not_withdrawn_by_who_thinks_of_the_sighting_before(journal: Journal) -> None:
    sightings = Sightings(journal)
    sightings.add(TX, BLOCK, SEEN, NOW)
    gone = sightings.between(7, 7)
    sightings.withdraw(gone, lambda _: GONE, NOW)
    sightings.add(TX, BLOCK, SEEN, NOW)
    assert sightings.withdraw(gone, lambda _: GONE, NOW) == 0
    assert (journal.size(), sightings.known([TX])) == (3, {TX})


def test_a_refused_correction_forgets_no_sighting(journal: Journal) -> None:
    sightings = Sightings(journal)
    sightings.add(TX, BLOCK, SEEN, NOW)
    other = Draft("correction", f"transaction/{TX}", {"corrects": "nothing"}, (1,))
    with pytest.raises(ResonanceError):
        sightings.withdraw(sightings.between(7, 7), lambda _: other, NOW)
    assert (journal.size(), sightings.known([TX])) == (1, {TX})


def test_stepping_back_forgets_milestones_and_no_sighting(journal: Journal) -> None:
    sightings = Sightings(journal)
    sightings.add(TX, BLOCK, SEEN, NOW)
    for number in (5, 6, 7):
        sightings.reached(Milestone(number, f"0x{number:064x}"))
    sightings.step_back(5)
    assert [found.tx_hash for found in sightings.between(6, 7)] == [TX]
    assert sightings.between(8, 99) == sightings.between(0, 6) == []
    assert [milestone.block_number for milestone in sightings.milestones()] == [5]


def test_a_milestone_replaces_those_at_and_after_its_block(journal: Journal) -> None:
    sightings = Sightings(journal)
    for number in (5, 9, 7):
        sightings.reached(Milestone(number, "0x"))
    assert [milestone.block_number for milestone in sightings.milestones()] == [7, 5]


def test_only_the_newest_milestones_are_kept(journal: Journal) -> None:
    sightings = Sightings(journal)
    for number in range(MILESTONES_KEPT + 3):
        sightings.reached(Milestone(number, "0x"))
    kept = [milestone.block_number for milestone in sightings.milestones()]
    assert (len(kept), kept[0], kept[-1]) == (MILESTONES_KEPT, MILESTONES_KEPT + 2, 3)


def test_two_processes_may_reach_the_same_block_at_once(open_journal: Callable[..., Journal]) -> None:
    journals = [open_journal() for _ in range(4)]
    journals[0].check()

    def reach(journal: Journal) -> None:
        for number in range(20):
            Sightings(journal).reached(Milestone(number, "0x"))

    with ThreadPoolExecutor(len(journals)) as pool:
        for done in [pool.submit(reach, journal) for journal in journals]:
            done.result()
    kept = [milestone.block_number for milestone in Sightings(journals[0]).milestones()]
    assert (kept[0], len(set(kept))) == (19, len(kept))
