"""Pins: a failure is told once, tried again at growing intervals, and its end is told as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from resonance_dao.chain.signer import DevSigner
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import CopyReport, Draft, Identity
from resonance_dao.journal.figures import read_figures
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import configuration, upgrade
from resonance_dao.journal.pins import (
    FIRST_RETRY_S,
    LONGEST_RETRY_S,
    WAITING_MAX_S,
    Missing,
    MissingCopy,
    Pins,
)

NOW = 1_767_225_600
OPERATOR = DevSigner(9)
TOLD = {"reason_code": "PIN_FAILED", "what": "A copy failed.", "why": "Full.", "next": "Again."}
DISCLOSURE = Draft("disclosure", "pin/kubo/cid", TOLD)
Accept = Callable[..., int]


def correcting(number: int, copies: int) -> Draft:
    body = {"corrects": number, "what": f"{copies} came.", "why": "Again."}
    return Draft("correction", "pin/kubo/cid", body, (number,))


def failed(cid: str = "cid", store: str = "kubo", code: str = "PIN_FAILED", **changes: Any) -> CopyReport:
    return CopyReport(cid, store, "failed", "full", code, **{"disclosure": DISCLOSURE, **changes})


def waiting(cid: str = "cid") -> CopyReport:
    return CopyReport(cid, "kubo", "waiting", "queued", "PIN_FAILED", DISCLOSURE)


def arrived(cid: str = "cid", store: str = "kubo") -> CopyReport:
    return CopyReport(cid, store, "arrived", correction=correcting)


def kinds(journal: Journal) -> list[str]:
    return [entry.kind for entry in journal.entries()]


def test_success_without_a_failure_is_not_told(journal: Journal) -> None:
    assert Pins(journal).note([arrived()], NOW) == 0
    assert (journal.size(), Pins(journal).missing()) == (0, ())


def test_a_failure_is_disclosed_once(journal: Journal) -> None:
    pins = Pins(journal)
    pins.note([failed()], NOW)
    pins.note([failed()], NOW)
    assert (journal.size(), pins.failing()) == (1, 1)


def test_what_fails_on_one_store_for_one_reason_is_told_together(journal: Journal) -> None:
    pins = Pins(journal)
    pins.note([failed("one"), failed("two"), failed("two", "other"), failed("three", code="PIN_LOST")], NOW)
    pins.note([failed("four")], NOW)
    assert kinds(journal) == ["disclosure"] * 3
    assert pins.missing() == (Missing("kubo", 4, 0), Missing("other", 1, 0))


def test_a_failure_without_a_disclosure_is_kept_and_never_told(journal: Journal) -> None:
    pins = Pins(journal)
    pins.note([failed(disclosure=None)], NOW)
    pins.note([failed()], NOW)
    assert [missing.cid for missing in pins.due(NOW + LONGEST_RETRY_S, 10)] == ["cid"]
    assert journal.size() == 0


def test_retries_come_at_growing_intervals_up_to_the_longest(journal: Journal) -> None:
    pins, pauses, now = Pins(journal), [], NOW
    for _ in range(10):
        pins.note([failed()], now)
        (missing,) = pins.due(2**40, 1)
        pauses.append(missing.next_at - now)
        assert pins.due(missing.next_at - 1, 1) == []
        assert pins.due(missing.next_at, 1) == [missing]
        now = missing.next_at
    assert pauses == [min(FIRST_RETRY_S * 2**n, LONGEST_RETRY_S) for n in range(10)]


def test_what_was_lost_is_tried_at_once(journal: Journal) -> None:
    Pins(journal).note([failed(at_once=True)], NOW)
    assert len(Pins(journal).due(NOW, 1)) == 1


def test_a_correction_comes_when_the_last_copy_has_arrived(journal: Journal) -> None:
    pins = Pins(journal)
    pins.note([failed("one"), failed("two"), failed("three", "other")], NOW)
    assert pins.note([arrived("one")], NOW) == 1
    assert kinds(journal) == ["disclosure", "disclosure"]
    assert pins.note([arrived("two"), arrived("two")], NOW) == 1
    assert pins.note([arrived("two")], NOW) == 0
    assert kinds(journal) == ["disclosure", "disclosure", "correction"]
    record = journal.entry(3).to_record()
    assert (record.links, record.body["what"]) == ((1,), "2 came.")


def test_a_copy_that_fails_again_after_its_correction_is_told_again(journal: Journal) -> None:
    pins = Pins(journal)
    for _ in range(2):
        pins.note([failed()], NOW)
        pins.note([arrived()], NOW)
    assert kinds(journal) == ["disclosure", "correction"] * 2
    assert [entry.to_record().links for entry in journal.entries(kind="correction")] == [(1,), (3,)]


def test_a_copy_that_a_store_works_on_is_no_failure_until_it_takes_too_long(journal: Journal) -> None:
    pins = Pins(journal)
    pins.note([waiting()], NOW)
    pins.note([waiting()], NOW + WAITING_MAX_S - 1)
    assert (journal.size(), pins.failing(), pins.missing()) == (0, 0, (Missing("kubo", 0, 1),))
    pins.note([waiting()], NOW + WAITING_MAX_S)
    assert (journal.size(), pins.failing()) == (1, 1)
    assert pins.note([arrived()], NOW + WAITING_MAX_S + 1) == 1
    assert kinds(journal) == ["disclosure", "correction"]


def test_copies_are_kept_in_the_commit_that_accepts_their_content(journal: Journal) -> None:
    body = {"cid": "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq", "status": "pinned"}
    copies = [failed(), arrived("other")]

    def dies(step: str) -> None:
        assert step != "accept.before_commit", "the process ends here"

    journal.hook = dies
    with pytest.raises(AssertionError, match="ends here"):
        journal.accept("evidence", "evidence/1", body, now=NOW, copies=copies)
    assert (journal.size(), Pins(journal).failing()) == (0, 0)
    journal.hook = lambda _step: None
    assert journal.accept("evidence", "evidence/1", body, now=NOW, copies=copies).number == 1
    assert (kinds(journal), Pins(journal).failing()) == (["evidence", "disclosure"], 1)


@pytest.mark.parametrize("count", [1, 3])
def test_entries_wait_until_they_are_marked(journal: Journal, accept: Accept, count: int) -> None:
    pins, numbers = Pins(journal), [accept(journal) for _ in range(count)]
    assert pins.waiting(10) == numbers
    assert read_figures(journal.database).unpinned == count
    pins.mark_pinned(numbers, NOW)
    assert pins.waiting(10) == []
    assert journal.entry(1).pinned_at == NOW


def test_a_journal_of_the_first_version_keeps_what_it_knew_of_its_copies(empty_url: str) -> None:
    database = Database(empty_url)
    if database.file is not None:
        database.file.parent.mkdir(parents=True)
    with database.write() as connection:
        command.upgrade(configuration(connection), "0001")
        connection.execute(
            text("INSERT INTO pin (cid, store, error, attempts, next_at) VALUES ('a', 'b', 'c', 2, 9)")
        )
    upgrade(empty_url)
    identity = Identity(31337, "0x" + "11" * 32, OPERATOR.address, "0x" + "11" * 20)
    pins = Pins(Journal(database, identity, OPERATOR))
    assert pins.due(9, 10) == [MissingCopy("a", "b", "c", 2, 9, "")]
    assert pins.note([arrived("a", "b")], NOW) == 1
    assert pins.failing() == 0
    database.close()
