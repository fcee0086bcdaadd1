"""Reading what others wrote: malformed trees are refused, sound ones come back whole."""

from __future__ import annotations

import io

import pytest

from resonance_dao.errors import EvidenceUnavailable, InputInvalid, NotFound
from resonance_dao.evidence.cid import DAG_CBOR, DAG_PB, Cid
from resonance_dao.evidence.dagpb import Link, Node, encode, field_bytes, field_number
from resonance_dao.evidence.tree import list_directory, read_file, resolve, stat, walk
from resonance_dao.evidence.unixfs import build_directory, build_file


def _put(memory, node: Node) -> Cid:
    block = encode(node)
    cid = Cid.of(block, DAG_PB)
    memory.put_block(cid, block)
    return cid


def _file_message(size: int, *children: int) -> bytes:
    return field_number(1, 2) + field_number(3, size) + b"".join(field_number(4, child) for child in children)


def _leaf(memory, content: bytes) -> Cid:
    cid = Cid.of(content)
    memory.put_block(cid, content)
    return cid


def test_a_file_whose_parent_declares_another_size_is_refused(memory):
    leaf = _leaf(memory, b"hello")
    for declared in ((4, 4), (5, 4), (4, 5)):
        root = _put(memory, Node((Link("", leaf, 5),), _file_message(*declared)))
        with pytest.raises(InputInvalid, match=r"declare"):
            list(read_file(root, memory.get_block))


def test_a_file_with_more_links_than_sizes_is_refused(memory):
    leaf = _leaf(memory, b"hello")
    root = _put(memory, Node((Link("", leaf, 5), Link("", leaf, 5)), _file_message(5, 5)))
    with pytest.raises(InputInvalid, match="do not fit"):
        list(read_file(root, memory.get_block))


def test_a_file_nested_without_end_is_refused(memory):
    cid = _leaf(memory, b"x")
    for _ in range(40):
        cid = _put(memory, Node((Link("", cid, 1),), _file_message(1, 1)))
    with pytest.raises(InputInvalid, match="nested deeper"):
        list(read_file(cid, memory.get_block))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"\x0a\x05ab", "not UnixFS"),
        (b"", "neither"),
        (field_number(1, 4), "neither"),
        (field_number(1, 5), "sharded"),
    ],
)
def test_a_node_that_is_no_file_or_directory_is_refused(data, rule, memory):
    with pytest.raises(InputInvalid, match=rule):
        stat(_put(memory, Node((), data)), memory.get_block)


@pytest.mark.parametrize("names", [("..",), ("a/b",), ("",), ("a", "a")])
def test_a_directory_whose_names_could_do_harm_is_refused(names, memory):
    leaf = _leaf(memory, b"x")
    links = tuple(Link(name, leaf, 1) for name in names)
    root = _put(memory, Node(links, field_number(1, 1)))
    with pytest.raises(InputInvalid):
        list_directory(root, memory.get_block)


def test_a_block_that_is_not_of_its_codec_is_refused(memory):
    for codec in (DAG_PB, DAG_CBOR):
        cid = Cid.of(b"\xff\xff", codec)
        memory.put_block(cid, b"\xff\xff")
        with pytest.raises(InputInvalid):
            list(walk(cid, memory.get_block))


def test_a_path_that_leads_nowhere_is_not_found(memory):
    note = build_file(io.BytesIO(b"sweet"), memory.put_block)
    root = build_directory({"note.txt": note}, memory.put_block).cid
    with pytest.raises(NotFound, match=r"no entry 'other\.txt'"):
        resolve(root, "other.txt", memory.get_block)
    with pytest.raises(NotFound, match="is a file"):
        resolve(root, "note.txt/deeper", memory.get_block)


def test_a_file_is_not_listed_and_a_directory_is_not_read(memory, ramp):
    note = build_file(io.BytesIO(b"sweet"), memory.put_block)
    large = build_file(ramp(300_000), memory.put_block)
    for cid in (note.cid, large.cid):
        with pytest.raises(InputInvalid, match="not a directory"):
            list_directory(cid, memory.get_block)
    with pytest.raises(InputInvalid, match="name a file in it"):
        list(read_file(build_directory({}, memory.put_block).cid, memory.get_block))


def test_a_missing_block_stops_the_reading(memory, ramp):
    root = build_file(ramp(600_000), memory.put_block)
    del memory.blocks[list(memory.blocks)[1]]
    with pytest.raises(EvidenceUnavailable):
        list(read_file(root.cid, memory.get_block))


def test_a_tree_lists_resolves_and_reads(memory, ramp):
    photo = build_file(ramp(600_000), memory.put_block)
    inner = build_directory({"桜餅.jpg": photo}, memory.put_block)
    root = build_directory({"写真": inner, "a.txt": photo}, memory.put_block).cid
    assert [entry.name for entry in list_directory(root, memory.get_block)] == ["a.txt", "写真"]
    found = resolve(root, "/写真/桜餅.jpg/", memory.get_block)
    assert found == photo.cid
    assert b"".join(read_file(found, memory.get_block)) == ramp(100_003).read(100_003) + _rest(ramp)
    facts = stat(found, memory.get_block)
    assert (facts.kind, facts.size) == ("file", 600_000)
    assert stat(root, memory.get_block).kind == "directory"
    assert resolve(root, "", memory.get_block) == root


def _rest(ramp) -> bytes:
    stream = ramp(600_000)
    stream.read(100_003)
    return b"".join(iter(lambda: stream.read(100_003), b""))


def test_a_raw_node_inside_dag_pb_reads_as_a_file(memory):
    message = field_number(1, 0) + field_bytes(2, b"old") + field_number(3, 3)
    assert list(read_file(_put(memory, Node((), message)), memory.get_block)) == [b"old"]


def test_a_walk_gives_each_block_once_parents_first(memory):
    same = build_file(io.BytesIO(b"same"), memory.put_block)
    root = build_directory({"a": same, "b": same}, memory.put_block).cid
    assert [cid for cid, _ in walk(root, memory.get_block)] == [root, same.cid]
