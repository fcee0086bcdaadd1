"""
The links inside a dag-cbor block (https://ipld.io/specs/codecs/dag-cbor/spec/).

Only links are of interest here, so the block is scanned, not decoded: nothing a stranger wrote becomes an
object.

>>> from resonance_dao.evidence.cid import Cid
>>> child = Cid.of(b"hello")
>>> links(b"\\xd8\\x2a\\x58\\x25\\x00" + child.to_bytes()) == (child,)
True
"""

from __future__ import annotations

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import Cid

_BYTES, _TEXT, _ARRAY, _MAP, _TAG = 2, 3, 4, 5, 6
_LINK_TAG = 42


def links(block: bytes) -> tuple[Cid, ...]:
    """Give every CID in the block, in order; `InputInvalid` when the block is not one whole dag-cbor item."""
    try:
        return tuple(_scan(block))
    except ValueError as exc:
        raise InputInvalid("block", block[:32].hex(), f"is not dag-cbor: {exc}") from exc


def _scan(block: bytes) -> list[Cid]:
    found: list[Cid] = []
    place, items, in_link = 0, 1, False
    while items:
        major, argument, place = _read_head(block, place)
        if in_link and major != _BYTES:
            raise ValueError("a link is not bytes")
        items += {_ARRAY: argument - 1, _MAP: 2 * argument - 1, _TAG: 0}.get(major, -1)
        if major in (_BYTES, _TEXT):
            if place + argument > len(block):
                raise ValueError("a string is cut off")
            if in_link:
                found.append(_read_link(block[place : place + argument]))
            place += argument
        if major == _TAG and argument != _LINK_TAG:
            raise ValueError(f"tag {argument} has no place here")
        in_link = major == _TAG
    if place != len(block):
        raise ValueError("there are bytes behind the item")
    return found


def _read_head(block: bytes, place: int) -> tuple[int, int, int]:
    if place >= len(block):
        raise ValueError("it is cut off")
    major, short = block[place] >> 5, block[place] & 0x1F
    place += 1
    if short < 24:
        return major, short, place
    width = {24: 1, 25: 2, 26: 4, 27: 8}.get(short)
    if width is None or place + width > len(block):
        raise ValueError("a length is open or cut off")
    return major, int.from_bytes(block[place : place + width], "big"), place + width


def _read_link(raw: bytes) -> Cid:
    if raw[:1] != b"\x00":
        raise ValueError("a link does not start with the zero byte")
    return Cid.from_bytes(raw[1:])
