"""What no pin needs goes, in two steps; what a pin needs, or may soon need, stays."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.errors import EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.collecting import GRACE_S, Collected, collect
from resonance_dao.evidence.embedded import block_path
from resonance_dao.evidence.evidence import add_evidence_files, add_file, read_bytes

WASTE = Cid.of(b"waste")


def later(periods: int = 1) -> float:
    return time.time() + periods * (GRACE_S + 1)


def test_a_negative_grace_is_refused(embedded: Any) -> None:
    with pytest.raises(InputInvalid):
        collect(embedded, now=0, grace_s=-1)


def test_an_empty_store_has_nothing_to_collect(embedded: Any) -> None:
    assert collect(embedded, now=later()) == Collected(0, 0, 0, 0)


def test_nothing_goes_while_a_pinned_dag_is_not_whole(embedded: Any, ramp: Any) -> None:
    root = add_file(embedded, ramp(600_000)).cid
    embedded.put_block(WASTE, b"waste")
    block_path(embedded.folder, root).unlink()
    with pytest.raises(EvidenceUnavailable):
        collect(embedded, now=later())
    assert embedded.has_block(WASTE)


def test_pinned_files_and_directories_stay_whole(embedded: Any, ramp: Any) -> None:
    root = add_file(embedded, ramp(600_000)).cid
    folder = add_evidence_files(embedded, {"a": io.BytesIO(b"a"), "b": ramp(300_000)}, max_bytes=10**6).cid
    for periods in (1, 2, 3):
        assert collect(embedded, now=later(periods)).set_aside == 0
    assert len(read_bytes(embedded, root, max_bytes=10**6)) == 600_000
    assert len(read_bytes(embedded, folder, path="b", max_bytes=10**6)) == 300_000


def test_a_young_block_stays_since_its_pin_may_come(embedded: Any) -> None:
    embedded.put_block(WASTE, b"waste")
    assert collect(embedded, now=time.time()).set_aside == 0
    assert embedded.has_block(WASTE)


def test_waste_is_set_aside_and_deleted_one_grace_later(embedded: Any) -> None:
    embedded.put_block(WASTE, b"waste")
    assert collect(embedded, now=later()) == Collected(0, 1, 0, 0)
    assert not embedded.has_block(WASTE)
    assert collect(embedded, now=later() + GRACE_S - 60) == Collected(0, 0, 0, 0)
    assert collect(embedded, now=later(2) + 60) == Collected(0, 0, 1, 0)
    assert [path for path in embedded.folder.rglob("*") if path.is_file()] == []


def test_what_was_unpinned_goes_and_shared_blocks_stay(embedded: Any, ramp: Any) -> None:
    kept, gone = add_file(embedded, ramp(300_000)).cid, add_file(embedded, ramp(600_000)).cid
    assert embedded.unpin(gone)
    assert not embedded.unpin(gone)
    found = collect(embedded, now=later())
    assert (found.kept, found.set_aside) == (3, 3)
    assert len(read_bytes(embedded, kept, max_bytes=10**6)) == 300_000


def test_a_block_that_is_written_again_is_there_again_and_young(embedded: Any) -> None:
    embedded.put_block(WASTE, b"waste")
    old = time.time() - 2 * GRACE_S
    os.utime(block_path(embedded.folder, WASTE), (old, old))
    embedded.put_block(WASTE, b"waste")
    assert collect(embedded, now=time.time()).set_aside == 0


def test_a_block_whose_pin_came_too_late_is_put_back(embedded: Any) -> None:
    embedded.put_block(WASTE, b"waste")
    collect(embedded, now=later())
    # The pin's mark was written after the block had been read back and set aside.
    (embedded.folder / "pins").mkdir(exist_ok=True)
    (embedded.folder / "pins" / str(WASTE)).touch()
    assert collect(embedded, now=later(3)) == Collected(1, 0, 0, 1)
    assert embedded.get_block(WASTE) == b"waste"


def test_files_of_others_and_fresh_writes_are_left_alone(embedded: Any, tmp_path: Path) -> None:
    embedded.put_block(WASTE, b"waste")
    stranger = block_path(embedded.folder, WASTE).parent / ".DS_Store"
    stranger.touch()
    writing = embedded.folder / "incoming" / "half"
    writing.touch()
    collect(embedded, now=time.time())
    assert writing.exists()
    collect(embedded, now=later())
    assert stranger.exists()
    assert not writing.exists()
