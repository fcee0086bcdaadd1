"""Rounds: what must be on every store, in the order of the entries, and how far each store has come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from resonance_dao.journal.batches import Batches
from resonance_dao.journal.entry import Call, CopyReport
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.pin_rounds import Content, PinRound, PinRounds
from resonance_dao.journal.pins import Pins
from resonance_dao.transparency.manifest import Manifest

NOW = 1_767_225_600
DAY_S = 86_400
WORK = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"
Accept = Callable[..., int]


def keep(journal: Journal, cid: str | None, status: str) -> str:
    body = {"cid": cid, "status": status}
    number = journal.accept("evidence", f"evidence/{WORK}", body, now=NOW).number
    return journal.entry(number).cid


def pin_all(journal: Journal) -> None:
    Pins(journal).mark_pinned(list(range(1, journal.size() + 1)), NOW)


def test_only_what_is_pinned_is_looked_for(journal: Journal, accept: Accept) -> None:
    accept(journal)
    assert PinRounds(journal).contents(1, 10) == []
    pin_all(journal)
    assert PinRounds(journal).contents(1, 10) == [Content(1, journal.entry(1).cid)]


def test_the_contents_are_records_evidence_and_manifests(journal: Journal, accept: Accept) -> None:
    accept(journal)
    record = keep(journal, WORK, "pinned")
    failed = keep(journal, None, "failed")
    pin_all(journal)
    cids = tuple(entry.cid for entry in journal.entries())
    manifest = Manifest(journal.identity.publisher, 1, cids)
    assert Batches(journal).create(manifest, Call(journal.identity.log, b""), NOW)
    (batch,) = [Batches(journal).open()]
    assert batch is not None
    wanted = [(1, cids[0]), (1, batch.manifest_cid), (2, record), (2, WORK), (3, failed)]
    assert PinRounds(journal).contents(1, 10) == [Content(*one) for one in wanted]
    assert PinRounds(journal).contents(2, 1) == [Content(*one) for one in wanted[2:4]]


def test_evidence_that_was_forgotten_is_not_looked_for(journal: Journal) -> None:
    keep(journal, WORK, "sealed")
    keep(journal, WORK, "forgotten")
    pin_all(journal)
    assert WORK not in [content.cid for content in PinRounds(journal).contents(1, 10)]


def test_the_first_round_of_a_store_begins_one_interval_after_it_was_first_seen(journal: Journal) -> None:
    rounds = PinRounds(journal)
    assert rounds.of("kubo", NOW, DAY_S) == PinRound("kubo", 1, NOW, NOW, 0, 0)
    assert rounds.of("kubo", NOW + DAY_S - 1, DAY_S).ended_at == NOW
    assert rounds.of("kubo", NOW + DAY_S, DAY_S) == PinRound("kubo", 1, NOW + DAY_S, None, 0, 0)
    assert rounds.of("kubo", NOW + 3 * DAY_S, DAY_S).begun_at == NOW + DAY_S


def test_a_round_keeps_its_place_and_its_finds_in_one_commit(journal: Journal) -> None:
    rounds = PinRounds(journal)
    rounds.of("kubo", NOW, DAY_S)
    begun = rounds.of("kubo", NOW + DAY_S, DAY_S)
    later = replace(begun, position=65, checked=64, missing=1)
    lost = [CopyReport(WORK, "kubo", "failed", "gone", "PIN_LOST")]
    rounds.advance(begun, later, lost, NOW)
    assert (rounds.all(), Pins(journal).failing()) == ((later,), 1)


def test_a_round_that_another_process_moved_stays_as_it_is(journal: Journal) -> None:
    rounds = PinRounds(journal)
    rounds.of("kubo", NOW, DAY_S)
    begun = rounds.of("kubo", NOW + DAY_S, DAY_S)
    rounds.advance(begun, replace(begun, position=9), [], NOW)
    rounds.advance(begun, replace(begun, position=5), [CopyReport(WORK, "kubo", "failed")], NOW)
    assert (rounds.all()[0].position, Pins(journal).failing()) == (9, 0)


def test_two_that_meet_a_new_store_at_once_begin_one_round(journal: Journal) -> None:
    barrier = threading.Barrier(8)

    def meet(_number: int) -> PinRound:
        barrier.wait(10)
        return PinRounds(journal).of("folder", NOW, DAY_S)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(meet, range(8)))
    assert found == [PinRounds(journal).all()[0]] * 8
