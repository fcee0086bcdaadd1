"""Numbers, dag-pb nodes, UnixFS messages and dag-cbor links: both ways, and malformed."""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence import dagcbor
from resonance_dao.evidence.cid import DAG_CBOR, DAG_PB, RAW, Cid
from resonance_dao.evidence.dagpb import Link, Node, decode, encode, field_bytes, field_number
from resonance_dao.evidence.varint import decode_varint, encode_varint

CHILD = Cid.of(b"child")
cids = st.builds(
    Cid, st.just(1), st.sampled_from([RAW, DAG_PB, DAG_CBOR]), st.binary(min_size=32, max_size=32)
)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
links = st.builds(Link, names, cids, st.integers(0, 2**53))


@pytest.mark.parametrize("raw", [b"", b"\x80", b"\x80\x00", b"\xff" * 9 + b"\x01", b"\x80\x80\x00"])
def test_a_number_cut_off_too_long_or_padded_is_refused(raw):
    with pytest.raises(ValueError, match="number"):
        decode_varint(raw, 0)


@given(st.integers(0, 2**63 - 1), st.binary(max_size=3), st.binary(max_size=3))
def test_every_number_comes_back_wherever_it_stands(number, before, behind):
    raw = before + encode_varint(number)
    assert decode_varint(raw + behind, len(before)) == (number, len(raw))


LINK = field_bytes(1, CHILD.to_bytes()) + field_bytes(2, b"a") + field_number(3, 5)


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (b"\x0a\x05ab", "cut off"),
        (field_bytes(3, b"x"), "an unknown field"),
        (field_number(1, 7), "data as a number"),
        (field_bytes(1, b"data") + field_bytes(2, LINK), "data before links"),
        (field_bytes(2, LINK), "no data"),
        (
            field_bytes(2, field_bytes(2, b"a") + field_number(3, 5)) + field_bytes(1, b""),
            "a link to nothing",
        ),
        (field_bytes(2, LINK[:-2]) + field_bytes(1, b""), "a link without its size"),
        (
            field_bytes(2, LINK.replace(b"a", b"b", 1)) + field_bytes(2, LINK) + field_bytes(1, b""),
            "not sorted",
        ),
        (field_bytes(2, field_bytes(1, b"\x01\x55\x12")) + field_bytes(1, b""), "half a CID"),
        (
            field_bytes(2, LINK.replace(b"\x12\x01a", b"\x12\x01\xff")) + field_bytes(1, b""),
            "a name not in UTF-8",
        ),
        (b"\x0d\x00\x00\x00\x00", "a 32-bit field"),
    ],
)
def test_a_block_that_is_no_canonical_node_is_refused(block, why):
    with pytest.raises(InputInvalid):
        decode(block)
        pytest.fail(f"accepted: {why}")


@given(st.lists(links, max_size=4), st.binary(max_size=20))
def test_every_node_comes_back_with_its_links_sorted(entries, data):
    node = decode(encode(Node(tuple(entries), data)))
    assert node.data == data
    assert list(node.links) == sorted(entries, key=lambda link: link.name.encode())


@given(st.binary(max_size=60))
def test_any_bytes_are_a_node_that_encodes_the_same_or_are_refused(block):
    try:
        node = decode(block)
    except InputInvalid:
        return
    assert encode(node) == block


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"\x82\x01",
        b"\x01\x01",
        b"\x43ab",
        b"\x9f\xff",
        b"\xd8\x2a\x63abc",
        b"\xd8\x2a\x41\x01",
        b"\xd8\x2a\x42\x00\x01",
        b"\xd8\x2b\x01",
        b"\xc1\x01",
        b"\xff",
        b"\xd8\x2a",
    ],
)
def test_a_block_that_is_no_dag_cbor_is_refused(block):
    with pytest.raises(InputInvalid):
        dagcbor.links(block)


tree = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | cids,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def _tagged(value, found):
    if isinstance(value, Cid):
        found.append(value)
        return cbor2.CBORTag(42, b"\0" + value.to_bytes())
    if isinstance(value, list):
        return [_tagged(item, found) for item in value]
    return {key: _tagged(item, found) for key, item in value.items()} if isinstance(value, dict) else value


@given(tree)
def test_all_links_of_a_dag_cbor_block_are_found_in_order(value):
    found = []
    block = cbor2.dumps(_tagged(value, found))
    if isinstance(value, int) and abs(value) >= 2**63:
        return
    assert list(dagcbor.links(block)) == found
