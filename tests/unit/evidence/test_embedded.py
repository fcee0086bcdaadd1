"""The embedded store under damage, crashes and crowds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.cid import DAG_PB, Cid
from resonance_dao.evidence.embedded import EmbeddedStore, block_path
from resonance_dao.evidence.evidence import add_file, cat

HELLO = Cid.of(b"hello")


def test_a_block_that_is_not_the_one_named_is_never_written(embedded):
    with pytest.raises(EvidenceMismatch, match=str(HELLO)):
        embedded.put_block(HELLO, b"hellp")
    assert not embedded.folder.exists()


def test_a_block_too_large_for_the_network_is_refused(embedded):
    block = bytes(2 * 1024 * 1024 + 1)
    with pytest.raises(InputInvalid, match="2097152"):
        embedded.put_block(Cid.of(block), block)


def test_a_missing_block_is_unavailable_and_its_dag_cannot_be_pinned(embedded, ramp):
    with pytest.raises(EvidenceUnavailable, match=str(HELLO)):
        embedded.get_block(HELLO)
    root = add_file(embedded, ramp(600_000)).cid
    other = EmbeddedStore(embedded.folder.parent / "other")
    other.put_block(root, embedded.get_block(root))
    with pytest.raises(EvidenceUnavailable):
        other.pin(root)
    assert not other.is_pinned(root)
    assert list(other.pins()) == []


def test_one_altered_byte_anywhere_is_found_and_the_error_names_cid_and_path(embedded, ramp):
    root = add_file(embedded, ramp(600_000)).cid
    for path in sorted(embedded.folder.glob("blocks/*/*")):
        whole = path.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(EvidenceMismatch) as caught:
                b"".join(cat(embedded, root))
            assert path.name in str(caught.value)
            assert str(path) in str(caught.value)
            with pytest.raises(EvidenceMismatch):
                embedded.pin(root)
        path.write_bytes(whole)
    assert len(b"".join(cat(embedded, root))) == 600_000


def test_a_block_cut_short_or_grown_is_found(embedded):
    embedded.put_block(HELLO, b"hello")
    for wrong in (b"hell", b"", b"hello!", b"hello" * 1_000_000):
        block_path(embedded.folder, HELLO).write_bytes(wrong)
        with pytest.raises(EvidenceMismatch):
            embedded.get_block(HELLO)


def test_keeping_a_damaged_block_again_heals_it(embedded):
    embedded.put_block(HELLO, b"hello")
    block_path(embedded.folder, HELLO).write_bytes(b"hellp")
    embedded.put_block(HELLO, b"hello")
    assert embedded.get_block(HELLO) == b"hello"


def test_a_folder_that_cannot_be_written_is_unavailable_with_a_hint(tmp_path):
    (tmp_path / "occupied").write_text("a file, not a folder")
    with pytest.raises(EvidenceUnavailable, match="cannot be written") as caught:
        EmbeddedStore(tmp_path / "occupied").put_block(HELLO, b"hello")
    assert caught.value.hint


def test_a_failed_write_leaves_nothing_behind(embedded, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EvidenceUnavailable, match="No space left"):
        embedded.put_block(HELLO, b"hello")
    monkeypatch.undo()
    assert not embedded.has_block(HELLO)
    assert [path for path in embedded.folder.rglob("*") if path.is_file()] == []


def test_blocks_and_pins_outlive_the_process(embedded):
    embedded.put_block(HELLO, b"hello")
    assert not embedded.is_pinned(HELLO)
    (report,) = embedded.pin(HELLO)
    assert (report.cid, report.store, report.ok, report.reason) == (HELLO, "embedded", True, "")
    again = EmbeddedStore(embedded.folder)
    assert again.get_block(HELLO) == b"hello"
    assert again.is_pinned(HELLO)
    assert list(again.pins()) == [HELLO]


def test_a_foreign_file_among_the_pins_is_no_pin(embedded):
    embedded.put_block(HELLO, b"hello")
    embedded.pin(HELLO)
    (embedded.folder / "pins" / ".DS_Store").write_bytes(b"")
    assert list(embedded.pins()) == [HELLO]


def test_both_versions_of_a_cid_lead_to_one_block(embedded):
    block = b"\x0a\x02\x08\x01"
    v1 = Cid.of(block, DAG_PB)
    embedded.put_block(v1.as_v0(), block)
    assert embedded.get_block(v1) == embedded.get_block(v1.as_v0()) == block


def test_many_threads_may_keep_the_same_blocks(embedded):
    blocks = {Cid.of(bytes([number]) * 1000): bytes([number]) * 1000 for number in range(20)}
    failures = []

    def keep_all() -> None:
        try:
            for cid, block in blocks.items():
                embedded.put_block(cid, block)
                embedded.pin(cid)
        except Exception as exc:
            failures.append(exc)

    threads = [threading.Thread(target=keep_all) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(embedded.pins()) == set(blocks)
    assert list((embedded.folder / "incoming").iterdir()) == []


WRITER = """
import sys
from pathlib import Path
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore

store, number = EmbeddedStore(Path(sys.argv[1])), 0
print("ready", flush=True)
while True:
    block = number.to_bytes(4, "big") * 50_000
    store.put_block(Cid.of(block), block)
    number += 1
"""


def test_several_processes_killed_at_any_point_leave_no_half_block(embedded):
    command = [sys.executable, "-c", WRITER, str(embedded.folder)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    for number, writer in enumerate(writers):
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.15 + 0.03 * number)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
    kept = [Cid.parse(path.name) for path in embedded.folder.glob("blocks/*/*")]
    assert kept
    assert all(len(embedded.get_block(cid)) == 200_000 for cid in kept)
