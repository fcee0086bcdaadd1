"""What follows an entry: in its commit, right after it, or neither."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_dao.errors import InputInvalid
from resonance_dao.journal.entry import Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.sightings import Milestone, Sightings

NOW = 1_767_225_600
TX = "0x" + "ab" * 32
BLOCK = Milestone(7, "0x" + "07" * 32)
SEEN = Draft(
    "transaction", f"transaction/{TX}", {"to": None, "function": "f", "status": "requested", "tx_hash": TX}
)
TOLD = {"reason_code": "A", "what": "a", "why": "a", "next": "a"}


def test_an_entry_whose_follower_is_no_record_is_not_written(journal: Journal) -> None:
    wrong = replace(SEEN, follows=lambda number, _cid: [Draft("payout", "bounty/1", {}, (number,))])
    with pytest.raises(InputInvalid):
        Sightings(journal).add(TX, BLOCK, wrong, NOW)
    assert (journal.size(), Sightings(journal).known([TX])) == (0, set())


def test_followers_come_right_after_it_and_know_it(journal: Journal) -> None:
    def follows(number: int, cid: str) -> list[Draft]:
        return [Draft("disclosure", f"record/{cid}", TOLD, (number,)) for _ in range(3)]

    number = Sightings(journal).add(TX, BLOCK, replace(SEEN, follows=follows), NOW)
    followers = journal.entries(number + 1)
    assert [entry.number for entry in followers] == [number + 1, number + 2, number + 3]
    assert {entry.subject for entry in followers} == {f"record/{journal.entry(number).cid}"}
    assert {entry.to_record().links for entry in followers} == {(number,)}


def test_followers_of_one_that_was_told_before_are_not_written(journal: Journal) -> None:
    seen = replace(SEEN, follows=lambda number, _cid: [Draft("disclosure", "a/1", TOLD, (number,))])
    assert [Sightings(journal).add(TX, BLOCK, seen, NOW) for _ in range(2)] == [1, 1]
    assert journal.size() == 2
