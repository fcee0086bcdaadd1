"""Batches: contiguous, pinned first, one at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resonance_dao.errors import NotFound
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.entry import Call
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FINAL, QUEUED, REFUSED, Signed
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.pins import Pins
from resonance_dao.transparency.manifest import Manifest

NOW = 1_767_225_600
TARGET = "0x" + "11" * 20
Accept = Callable[..., int]


def manifest(journal: Journal, first: int, last: int) -> Manifest:
    cids = tuple(journal.entry(number).cid for number in range(first, last + 1))
    return Manifest(journal.identity.publisher, first, cids)


@pytest.fixture
def five(journal: Journal, accept: Accept) -> Journal:
    """A journal of five entries, all pinned but the fourth."""
    for _ in range(5):
        accept(journal)
    Pins(journal).mark_pinned([1, 2, 3, 5], NOW)
    return journal


def test_an_unknown_batch_is_not_found(journal: Journal) -> None:
    with pytest.raises(NotFound):
        Batches(journal).get(1)


def test_what_waits_stops_at_the_first_entry_that_is_not_pinned(five: Journal) -> None:
    assert [entry.number for entry in Batches(five).waiting(256)] == [1, 2, 3]
    assert [entry.number for entry in Batches(five).waiting(2)] == [1, 2]


@pytest.mark.parametrize(("first", "last"), [(2, 3), (3, 3)])
def test_a_batch_that_leaves_a_gap_is_refused(five: Journal, first: int, last: int) -> None:
    assert not Batches(five).create(manifest(five, first, last), Call(TARGET, b""), NOW)


def test_one_batch_is_under_way_at_a_time(five: Journal) -> None:
    batches = Batches(five)
    assert batches.create(manifest(five, 1, 2), Call(TARGET, b"\x01"), NOW)
    assert not batches.create(manifest(five, 3, 3), Call(TARGET, b""), NOW)
    assert not batches.adopt(manifest(five, 3, 3), "0x", 1, NOW)
    assert not batches.create(manifest(five, 1, 2), Call(TARGET, b""), NOW)


def test_a_batch_ends_with_its_transaction(five: Journal) -> None:
    batches, outbox = Batches(five), Outbox(five)
    batches.create(manifest(five, 1, 2), Call(TARGET, b"\x01"), NOW)
    batch = batches.open()
    assert batch is not None
    assert (batch.first, batch.end, batches.anchored(), batches.end()) == (1, 2, 0, 2)
    operation = batches.operation(batch.id)
    assert operation is not None
    assert (operation.state, operation.data, operation.purpose) == (QUEUED, b"\x01", "anchor")
    outbox.sign(operation.id, 0, lambda nonce: Signed(b"r", "0xaa", 1, 1, 1), NOW)
    outbox.mark_mined(operation.id, "0xaa", 7, "0xbb")
    assert outbox.settle(operation, FINAL, None, NOW + 1) is None
    ended = batches.get(batch.id)
    assert (ended.tx_hash, ended.block_number, ended.final_at) == ("0xaa", 7, NOW + 1)
    assert (batches.open(), batches.anchored(), five.entry(2).batch, five.entry(3).batch) == (
        None,
        2,
        1,
        None,
    )
    assert Manifest.from_bytes(ended.manifest) == manifest(five, 1, 2)


def test_what_the_chain_holds_already_is_recognised(five: Journal) -> None:
    batches = Batches(five)
    batches.create(manifest(five, 1, 2), Call(TARGET, b"\x01"), NOW)
    batch = batches.open()
    assert batch is not None
    batches.recognise(batch, "0xaa", 7, NOW)
    operation = batches.operation(batch.id)
    assert operation is not None
    assert (operation.state, batches.anchored()) == (REFUSED, 2)


def test_an_adopted_batch_is_final_at_once(five: Journal) -> None:
    batches = Batches(five)
    assert batches.adopt(manifest(five, 1, 3), "0xaa", 7, NOW)
    assert (batches.anchored(), batches.open()) == (3, None)
    assert [batch.end for batch in batches.page()] == [3]


def test_a_failed_append_is_queued_once_more(five: Journal) -> None:
    batches = Batches(five)
    batches.create(manifest(five, 1, 2), Call(TARGET, b"\x01"), NOW)
    batch = batches.open()
    assert batch is not None
    batches.again(batch, Call(TARGET, b"\x02"), NOW)
    operation = batches.operation(batch.id)
    assert operation is not None
    assert operation.data == b"\x02"
