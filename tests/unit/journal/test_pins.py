"""Pins: a failure is told once, tried again at growing intervals, and its end is told as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resonance_dao.journal.entry import Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.pins import FIRST_RETRY_S, LONGEST_RETRY_S, Pins

NOW = 1_767_225_600
TOLD = {"reason_code": "PIN_FAILED", "what": "A copy failed.", "why": "Full.", "next": "Again."}
DISCLOSURE = Draft("disclosure", "pin/kubo/cid", TOLD)
Accept = Callable[..., int]


def correction(number: int) -> Draft:
    return Draft(
        "correction", "pin/kubo/cid", {"corrects": number, "what": "It came.", "why": "Again."}, (number,)
    )


def test_success_without_a_failure_is_not_told(journal: Journal) -> None:
    assert not Pins(journal).arrived("cid", "kubo", None, NOW)
    assert journal.size() == 0


def test_a_failure_is_disclosed_once(journal: Journal) -> None:
    pins = Pins(journal)
    assert pins.failed("cid", "kubo", "full", DISCLOSURE, NOW) == 1
    assert pins.failed("cid", "kubo", "full", DISCLOSURE, NOW) is None
    assert pins.failed("cid", "other", "full", DISCLOSURE, NOW) == 2
    assert (journal.size(), pins.failing(), pins.disclosure_of("cid", "kubo")) == (2, 2, 1)


def test_a_failure_without_a_disclosure_is_tried_again_all_the_same(journal: Journal) -> None:
    assert Pins(journal).failed("cid", "kubo", "full", None, NOW) is None
    assert [failure.cid for failure in Pins(journal).due(NOW + FIRST_RETRY_S, 10)] == ["cid"]
    assert journal.size() == 0


def test_pauses_grow_to_a_limit(journal: Journal) -> None:
    pins, pauses, now = Pins(journal), [], NOW
    for _ in range(12):
        pins.failed("cid", "kubo", "full", None, now)
        assert pins.due(now, 10) == []
        (failure,) = pins.due(now + LONGEST_RETRY_S, 10)
        assert failure.next_at is not None
        pauses.append(failure.next_at - now)
        now = failure.next_at
    assert pauses[:4] == [30, 60, 120, 240]
    assert pauses[-1] == LONGEST_RETRY_S


def test_a_later_success_corrects_the_disclosure_once(journal: Journal) -> None:
    pins = Pins(journal)
    pins.failed("cid", "kubo", "full", DISCLOSURE, NOW)
    assert pins.arrived("cid", "kubo", correction(1), NOW + 60)
    assert not pins.arrived("cid", "kubo", correction(1), NOW + 60)
    assert (journal.size(), journal.entry(2).kind, pins.failing()) == (2, "correction", 0)
    pins.failed("cid", "kubo", "full again", DISCLOSURE, NOW + 70)
    assert pins.arrived("cid", "kubo", correction(1), NOW + 200)
    assert journal.size() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_entries_wait_until_they_are_marked(journal: Journal, accept: Accept, count: int) -> None:
    pins, numbers = Pins(journal), [accept(journal) for _ in range(count)]
    assert pins.waiting(10) == numbers
    assert pins.unpinned() == count
    pins.mark_pinned(numbers, NOW)
    assert pins.waiting(10) == []
    assert journal.entry(1).pinned_at == NOW
