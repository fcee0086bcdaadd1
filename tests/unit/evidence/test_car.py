"""CAR files: malformed ones are named errors, sound ones carry a DAG from store to store."""

from __future__ import annotations

import io

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.car import decode_header, encode_header, read_car, write_car
from resonance_dao.evidence.cid import DAG_PB, Cid
from resonance_dao.evidence.evidence import add_evidence_files, add_file, cat, export_car, import_car
from resonance_dao.evidence.varint import encode_varint

HELLO = Cid.of(b"hello")


def _section(payload: bytes) -> bytes:
    return encode_varint(len(payload)) + payload


HEADER = _section(encode_header([HELLO]))
LINK = cbor2.CBORTag(42, b"\0" + HELLO.to_bytes())


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "nothing at all"),
        (b"\x80", "half a length"),
        (b"\x80\x00", "a padded length"),
        (b"\xff" * 20, "a length without end"),
        (b"\x00", "an empty section"),
        (encode_varint(2**40), "a header of a terabyte"),
        (HEADER[:-1], "half a header"),
        (_section(b"\xff\xff"), "a header that is not CBOR"),
        (_section(b"\x81" * 5_000), "a header nested without end"),
        (_section(cbor2.dumps([1])), "a header that is no map"),
        (_section(cbor2.dumps({"version": 2, "roots": [LINK]})), "version 2"),
        (_section(cbor2.dumps({"version": 1, "roots": []})), "no roots"),
        (_section(cbor2.dumps({"version": 1})), "no roots named"),
        (_section(cbor2.dumps({"version": 1, "roots": [str(HELLO)]})), "a root as text"),
        (
            _section(cbor2.dumps({"version": 1, "roots": [cbor2.CBORTag(42, HELLO.to_bytes())]})),
            "no zero byte",
        ),
        (HEADER + b"\x05", "a section that does not come"),
        (HEADER + _section(HELLO.to_bytes() + b"hello")[:-1], "half a block"),
        (HEADER + _section(b"\x01\x55"), "a section without a CID"),
        (HEADER + encode_varint(3 * 1024 * 1024), "a block too large"),
    ],
)
def test_a_malformed_car_is_refused_by_name(raw, why, memory):
    with pytest.raises(InputInvalid):
        read_car(io.BytesIO(raw), memory.put_block)
        pytest.fail(f"accepted: {why}")


def test_a_block_that_is_not_what_its_section_says_is_refused(memory):
    car = HEADER + _section(HELLO.to_bytes() + b"hellp")
    with pytest.raises(EvidenceMismatch, match=str(HELLO)):
        read_car(io.BytesIO(car), memory.put_block)
    assert not memory.blocks


def test_every_altered_byte_of_a_car_is_found(memory, another_memory):
    out = io.BytesIO()
    root = add_evidence_files(
        memory, {"a": io.BytesIO(b"sweet"), "b": io.BytesIO(b"bitter")}, max_bytes=99
    ).cid
    export_car(memory, [root], out)
    for place in range(len(out.getvalue())):
        altered = bytearray(out.getvalue())
        altered[place] ^= 1
        another_memory.blocks.clear()
        try:
            added = import_car(another_memory, io.BytesIO(bytes(altered)))
        except (InputInvalid, EvidenceMismatch, EvidenceUnavailable):
            continue
        assert not any(one.cid == root for one in added), place


def test_a_car_without_roots_is_not_written(memory):
    with pytest.raises(InputInvalid, match="at least one root"):
        write_car([], memory.get_block, io.BytesIO())


def test_a_root_whose_blocks_are_not_all_there_is_not_pinned(memory, another_memory, ramp):
    root = add_file(memory, ramp(600_000)).cid
    car = _section(encode_header([root])) + _section(root.to_bytes() + memory.get_block(root))
    with pytest.raises(EvidenceUnavailable):
        import_car(another_memory, io.BytesIO(car))
    assert not another_memory.pinned


def test_a_store_that_lies_cannot_write_a_car(memory):
    memory.blocks[HELLO] = b"hellp"
    with pytest.raises(EvidenceMismatch):
        write_car([HELLO], memory.get_block, io.BytesIO())


def test_a_dag_travels_whole_and_each_block_once(memory, another_memory, ramp):
    files = {"写真.jpg": ramp(600_000), "同じ.jpg": ramp(600_000)}
    root = add_evidence_files(memory, files, max_bytes=2_000_000).cid
    out = io.BytesIO()
    assert export_car(memory, [root, root], out) == len(memory.blocks)
    (added,) = import_car(another_memory, io.BytesIO(out.getvalue()))
    assert added.cid == root
    assert another_memory.blocks == memory.blocks
    assert another_memory.is_pinned(root)
    assert b"".join(cat(another_memory, root, "写真.jpg")) == b"".join(cat(memory, root, "同じ.jpg"))


def test_a_stream_that_gives_one_byte_at_a_time_is_read(memory):
    class Drip(io.BytesIO):
        def read(self, size=-1, /):
            return super().read(min(size, 1))

    car = HEADER + _section(HELLO.to_bytes() + b"hello")
    assert read_car(Drip(car), memory.put_block) == (HELLO,)
    assert memory.blocks == {HELLO: b"hello"}


@given(st.lists(st.builds(Cid, st.just(1), st.just(DAG_PB), st.binary(min_size=32, max_size=32)), min_size=1))
def test_every_header_comes_back(roots):
    assert list(decode_header(encode_header(roots))) == roots


@given(st.binary(max_size=80))
def test_no_bytes_make_the_reader_fail_without_a_name(raw):
    try:
        read_car(io.BytesIO(raw), lambda _cid, _block: None)
    except (InputInvalid, EvidenceMismatch):
        return
