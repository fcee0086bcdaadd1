"""Mirrors: their failures are data, the primary's are errors."""

from __future__ import annotations

import io

import pytest

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.evidence import add_bytes, add_file
from resonance_dao.evidence.mirrored import MirroredStore

HELLO = Cid.of(b"hello")


@pytest.fixture
def broken(another_memory):
    def refuse(cid: Cid, _block: bytes = b"") -> None:
        raise EvidenceUnavailable(f"the disk is full, {cid} was not kept")

    another_memory.put_block = refuse
    return another_memory


def test_a_failing_primary_raises_and_no_mirror_is_asked(memory, another_memory):
    store = MirroredStore(memory, [another_memory])
    with pytest.raises(EvidenceUnavailable):
        store.pin(HELLO)
    memory.blocks[HELLO] = b"hellp"
    with pytest.raises(EvidenceMismatch):
        store.put_block(HELLO, b"hellp")
    assert not another_memory.blocks


def test_a_failing_mirror_is_a_report_that_names_store_and_reason(memory, broken):
    added = add_bytes(MirroredStore(memory, [broken]), b"hello")
    first, second = added.pins
    assert first.ok
    assert (second.cid, second.store, second.ok) == (HELLO, "another", False)
    assert second.reason.startswith("evidence_unavailable: the disk is full")
    assert added.failed == (second,)
    assert memory.is_pinned(HELLO)


def test_pinning_again_is_the_retry(memory, another_memory, ramp):
    store = MirroredStore(memory, [])
    root = add_file(store, ramp(600_000)).cid
    later = MirroredStore(memory, [another_memory])
    assert all(report.ok for report in later.pin(root))
    assert another_memory.blocks == memory.blocks
    assert another_memory.is_pinned(root)


def test_what_is_not_pinned_never_reaches_a_mirror(memory, another_memory):
    MirroredStore(memory, [another_memory]).put_block(HELLO, b"hello")
    assert memory.has_block(HELLO)
    assert not another_memory.has_block(HELLO)


def test_one_failing_mirror_does_not_keep_the_next_from_its_copy(memory, broken, embedded):
    store = MirroredStore(memory, [broken, embedded])
    added = add_file(store, io.BytesIO(b"hello"))
    assert [report.ok for report in added.pins] == [True, False, True]
    assert embedded.get_block(HELLO) == b"hello"


def test_questions_are_answered_by_the_primary(memory, another_memory):
    store = MirroredStore(memory, [another_memory])
    add_bytes(store, b"hello")
    another_memory.blocks.clear()
    assert store.name == "memory"
    assert store.get_block(HELLO) == b"hello"
    assert store.has_block(HELLO)
    assert store.is_pinned(HELLO)
    assert list(store.pins()) == [HELLO]
