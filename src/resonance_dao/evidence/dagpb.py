"""
The dag-pb node: links and data in protobuf's one canonical form (https://ipld.io/specs/codecs/dag-pb/spec/).

Links come first, then data, though their field numbers say otherwise; names are sorted by their UTF-8 bytes.
What `decode` accepts, `encode` gives back byte for byte.

>>> decode(encode(Node((), b"\\x08\\x01")))
Node(links=(), data=b'\\x08\\x01')
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.varint import decode_varint, encode_varint

_BYTES = 2
_VARINT = 0


@dataclass(frozen=True)
class Link:
    """A named pointer to a child; `tsize` is the bytes of all blocks below it, repeats counted again."""

    name: str
    cid: Cid
    tsize: int


@dataclass(frozen=True)
class Node:
    """A dag-pb node."""

    links: tuple[Link, ...]
    data: bytes


def encode(node: Node) -> bytes:
    """Encode a node; its links are sorted by name, equal names kept in order."""
    links = sorted(node.links, key=lambda link: link.name.encode())
    return b"".join(field_bytes(2, _encode_link(link)) for link in links) + field_bytes(1, node.data)


def decode(block: bytes) -> Node:
    """Decode a node; `InputInvalid` when the bytes are not a canonical dag-pb node."""
    try:
        links, data = _read_node(block)
        node = Node(tuple(links), data)
        if encode(node) != block:
            raise ValueError("it is not in canonical form")
    except (ValueError, InputInvalid) as exc:
        raise InputInvalid("block", block[:32].hex(), f"is not a dag-pb node: {exc}") from exc
    return node


def field_bytes(number: int, value: bytes) -> bytes:
    """Encode a length-delimited protobuf field."""
    return encode_varint(number << 3 | _BYTES) + encode_varint(len(value)) + value


def field_number(number: int, value: int) -> bytes:
    """Encode a varint protobuf field."""
    return encode_varint(number << 3 | _VARINT) + encode_varint(value)


def fields(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    """
    Yield each protobuf field as (number, value): an `int` for a varint, `bytes` for a length-delimited
    one.
    """
    place = 0
    while place < len(raw):
        key, place = decode_varint(raw, place)
        value, place = decode_varint(raw, place)
        if key & 7 == _VARINT:
            yield key >> 3, value
        elif key & 7 == _BYTES:
            if place + value > len(raw):
                raise ValueError("a field is cut off")
            yield key >> 3, raw[place : place + value]
            place += value
        else:
            raise ValueError(f"wire type {key & 7} has no place here")


def _encode_link(link: Link) -> bytes:
    return (
        field_bytes(1, link.cid.to_bytes()) + field_bytes(2, link.name.encode()) + field_number(3, link.tsize)
    )


def _read_node(block: bytes) -> tuple[list[Link], bytes]:
    links, data = [], b""
    for number, value in fields(block):
        if number == 2 and isinstance(value, bytes):
            links.append(_read_link(value))
        elif number == 1 and isinstance(value, bytes):
            data = value
        else:
            raise ValueError(f"field {number} has no place in a node")
    return links, data


def _read_link(raw: bytes) -> Link:
    found: dict[int, int | bytes] = dict(fields(raw))
    cid, name, tsize = found.get(1), found.get(2, b""), found.get(3, 0)
    if not (isinstance(cid, bytes) and isinstance(name, bytes) and isinstance(tsize, int)):
        raise ValueError("a link has no CID, or a field of the wrong type")
    return Link(name.decode("utf-8"), Cid.from_bytes(cid), tsize)
