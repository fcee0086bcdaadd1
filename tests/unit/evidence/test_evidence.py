"""The verbs: a bad submission leaves nothing pinned, a good one reads back."""

from __future__ import annotations

import io
import os
import tracemalloc

import pytest

from resonance_dao.errors import EvidenceUnavailable, InputInvalid, NotFound
from resonance_dao.evidence.budget import Budget
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.evidence import (
    add_bytes,
    add_directory,
    add_evidence,
    add_evidence_files,
    add_file,
    cat,
    cid_of_file,
    read_bytes,
)
from resonance_dao.evidence.unixfs import UNIXFS_V0_2015


def test_empty_evidence_is_refused_naming_field_value_and_rule(memory):
    with pytest.raises(InputInvalid) as caught:
        add_evidence(memory, io.BytesIO(b""), max_bytes=10)
    assert (caught.value.field, caught.value.value, caught.value.rule) == (
        "evidence",
        "0 bytes",
        "must not be empty",
    )
    assert not memory.pinned


def test_evidence_over_the_limit_is_refused_as_soon_as_it_passes(memory, ramp):
    stream = ramp(200_000_000)
    with pytest.raises(InputInvalid) as caught:
        add_evidence(memory, stream, max_bytes=1_000_000)
    assert caught.value.field == "evidence"
    assert caught.value.value == "over 1000000 bytes"
    assert caught.value.rule == "must be at most 1000000 bytes in all"
    assert stream.place < 1_200_000
    assert not memory.pinned


def test_evidence_of_exactly_the_limit_is_taken(memory, ramp):
    assert add_evidence(memory, ramp(1_000_000), max_bytes=1_000_000).size == 1_000_000


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ({}, "evidence"),
        ({"a.txt": b"fine", "b.txt": b""}, "b.txt"),
        ({"../a.txt": b"fine"}, "name"),
        ({"a.txt": b"12345", "b.txt": b"123456"}, "b.txt"),
    ],
)
def test_a_bad_set_of_files_is_refused_whole(files, field, memory):
    with pytest.raises(InputInvalid) as caught:
        add_evidence_files(memory, {name: io.BytesIO(raw) for name, raw in files.items()}, max_bytes=10)
    assert caught.value.field == field
    assert not memory.pinned


def test_a_record_over_one_mebibyte_is_refused(memory):
    assert add_bytes(memory, bytes(1024 * 1024)).size == 1024 * 1024
    with pytest.raises(InputInvalid, match="1048576"):
        add_bytes(memory, bytes(1024 * 1024 + 1))


def test_a_budget_below_nothing_is_refused():
    with pytest.raises(InputInvalid, match="negative"):
        Budget(-1)


def test_a_folder_that_is_none_or_holds_a_link_or_a_pipe_is_refused(memory, tmp_path):
    with pytest.raises(InputInvalid, match="must be a folder"):
        add_directory(memory, tmp_path / "nowhere")
    for name, make in (("link", lambda path: path.symlink_to("/etc/hostname")), ("pipe", os.mkfifo)):
        make(tmp_path / name)
        with pytest.raises(InputInvalid, match="plain files") as caught:
            add_directory(memory, tmp_path)
        assert name in str(caught.value)
        (tmp_path / name).unlink()
    assert not memory.pinned


def test_a_folder_over_the_limit_is_refused_naming_the_file(memory, tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"123456")
    with pytest.raises(InputInvalid) as caught:
        add_directory(memory, tmp_path, max_bytes=10)
    assert caught.value.field == str(tmp_path / "b")
    assert not memory.pinned


def test_reading_stops_at_the_callers_limit_whatever_is_declared(memory, ramp):
    cid = add_file(memory, ramp(600_000)).cid
    with pytest.raises(InputInvalid, match="at most 599999"):
        read_bytes(memory, cid, max_bytes=599_999)
    assert len(read_bytes(memory, cid, max_bytes=600_000)) == 600_000


def test_what_is_not_there_is_unavailable_or_not_found(memory):
    with pytest.raises(EvidenceUnavailable):
        read_bytes(memory, Cid.of(b"never added"), max_bytes=10)
    added = add_evidence_files(memory, {"note.txt": io.BytesIO(b"sweet")}, max_bytes=10)
    with pytest.raises(NotFound):
        list(cat(memory, added.cid, "other.txt"))


def test_a_submission_is_pinned_and_reads_back(memory, ramp):
    files = {"写真.jpg": ramp(600_000), "説明.txt": io.BytesIO("おいしい".encode())}
    added = add_evidence_files(memory, files, max_bytes=1_000_000)
    assert added.profile == "kubo-cid-v1"
    assert added.size == 600_012
    assert added.text == str(added.cid)
    assert added.failed == ()
    assert memory.is_pinned(added.cid)
    assert read_bytes(memory, added.cid, path="説明.txt", max_bytes=100).decode() == "おいしい"


def test_a_record_is_named_by_its_plain_hash(memory):
    added = add_bytes(memory, b"hello")
    assert (added.cid, added.profile, added.size) == (Cid.of(b"hello"), "raw", 5)


def test_hidden_files_are_left_out_as_ipfs_add_does_unless_asked_for(memory, tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    plain = add_directory(memory, tmp_path)
    (tmp_path / ".hidden").write_bytes(b"h")
    assert add_directory(memory, tmp_path) == plain
    assert add_directory(memory, tmp_path, hidden=True).size == 2


def test_a_cid_is_computed_without_storing(memory, ramp):
    assert cid_of_file(ramp(600_000)) == add_file(memory, ramp(600_000)).cid
    assert str(cid_of_file(io.BytesIO(b"hello world\n"), UNIXFS_V0_2015)) == (
        "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o"
    )


@pytest.mark.slow
def test_a_file_of_200_mb_is_added_and_read_in_flat_memory(embedded, ramp):
    tracemalloc.start()
    added = add_evidence(embedded, ramp(200_000_000), max_bytes=200_000_000)
    size = sum(len(part) for part in cat(embedded, added.cid))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == added.size == 200_000_000
    assert peak < 8_000_000
