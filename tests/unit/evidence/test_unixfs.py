"""Files and directories: what is refused, and the CIDs Kubo gives."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.tree import read_file, walk
from resonance_dao.evidence.unixfs import (
    KUBO_CID_V1,
    UNIXFS_V0_2015,
    Entry,
    Profile,
    build_directory,
    build_file,
)

PROFILES = {profile.name: profile for profile in (KUBO_CID_V1, UNIXFS_V0_2015)}
TINY = Profile("tiny", chunk_bytes=3, max_links=2, raw_leaves=True, cid_version=1)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a\0b", "\ud800", "桜" * 86])
def test_a_name_that_is_no_plain_file_name_is_refused(name, memory):
    with pytest.raises(InputInvalid):
        build_directory({name: Entry(Cid.of(b""), 0, 0)}, memory.put_block)
    assert not memory.blocks


def test_a_directory_that_kubo_would_shard_is_refused(memory):
    entry = Entry(Cid.of(b""), 0, 0)
    most = 262_144 // (36 + 4) - 1
    build_directory({f"{i:04}": entry for i in range(most)}, memory.put_block)
    with pytest.raises(InputInvalid, match="too many entries"):
        build_directory({f"{i:04}": entry for i in range(most + 2)}, memory.put_block)


def test_files_have_the_cids_of_the_vectors(vectors, ramp, memory):
    for case in vectors("unixfs")["files"]:
        memory.blocks.clear()
        built = build_file(ramp(case["size"]), memory.put_block, PROFILES[case["profile"]])
        assert str(built.cid) == case["cid"], case
        assert built.size == case["size"]


def test_directories_have_the_cids_of_the_vectors(vectors, ramp, memory):
    for case in vectors("unixfs")["directories"]:
        assert str(_build_tree(case["files"], ramp, memory).cid) == case["cid"], case


def test_the_order_in_which_entries_come_does_not_matter(memory):
    entry = build_file(io.BytesIO(b"x"), memory.put_block)
    there = build_directory({"b": entry, "桜": entry, "a": entry}, memory.put_block)
    assert there == build_directory({"桜": entry, "a": entry, "b": entry}, memory.put_block)


def test_the_declared_size_of_a_directory_is_the_sum_of_its_blocks(ramp, memory):
    file = build_file(ramp(600_000), memory.put_block)
    root = build_directory({"once": file}, memory.put_block)
    assert root.tsize == sum(len(block) for _, block in walk(root.cid, memory.get_block))


@given(st.binary(max_size=80))
def test_every_file_reads_back_whatever_the_shape_of_its_tree(content):
    blocks: dict[Cid, bytes] = {}
    for profile in (TINY, KUBO_CID_V1, UNIXFS_V0_2015):
        root = build_file(io.BytesIO(content), blocks.__setitem__, profile)
        assert b"".join(read_file(root.cid, blocks.__getitem__)) == content


def _build_tree(files, ramp, memory):
    folders: dict[str, dict[str, int]] = {}
    entries = {}
    for path, size in files.items():
        head, _, rest = path.partition("/")
        if rest:
            folders.setdefault(head, {})[rest] = size
        else:
            entries[head] = build_file(ramp(size), memory.put_block)
    entries |= {name: _build_tree(inner, ramp, memory) for name, inner in folders.items()}
    return build_directory(entries, memory.put_block)
