"""
CARv1: a whole DAG as one stream of bytes (https://ipld.io/specs/transport/car/carv1/).

What an auditor is handed when no IPFS node may be asked: roots, then every block once, each with its CID.
Both directions stream, one block in memory at a time, and every block read is hashed again.

>>> import io
>>> cid, file = Cid.of(b"hello"), io.BytesIO()
>>> write_car([cid], {cid: b"hello"}.__getitem__, file)
1
>>> blocks = {}
>>> read_car(io.BytesIO(file.getvalue()), blocks.__setitem__) == (cid,) and blocks == {cid: b"hello"}
True
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import cbor2

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import MAX_BLOCK_BYTES, GetBlock, PutBlock
from resonance_dao.evidence.tree import walk
from resonance_dao.evidence.unixfs import Readable, read_fully
from resonance_dao.evidence.varint import decode_varint, encode_varint

_MAX_HEADER_BYTES = 64 * 1024
_MAX_SECTION_BYTES = MAX_BLOCK_BYTES + 64
_MAX_LENGTH_BYTES = 9
_LINK_TAG = 42


def write_car(roots: Sequence[Cid], get_block: GetBlock, out: BinaryIO) -> int:
    """Write the DAGs below `roots`, each block once, parents first; return how many blocks were written."""
    if not roots:
        raise InputInvalid("roots", [], "must name at least one root")
    roots = tuple(dict.fromkeys(roots))
    out.write(_section(encode_header(roots)))
    written: set[Cid] = set()
    for root in roots:
        for cid, block in walk(root, get_block):
            if cid not in written:
                cid.verify(block)
                out.write(_section(cid.to_bytes() + block))
                written.add(cid)
    return len(written)


def read_car(stream: Readable, put_block: PutBlock) -> tuple[Cid, ...]:
    """
    Put every block of a CARv1 stream, verified, and return its roots.

    `InputInvalid` when the stream is malformed or cut off, `EvidenceMismatch` when a block does not hash to
    its CID. Blocks before the fault have been put by then; nothing is pinned here, and whether the DAG is
    whole is for the store's `pin` to say.
    """
    header = _read_section(stream, _MAX_HEADER_BYTES)
    if header is None:
        raise InputInvalid("car", "0 bytes", "is empty")
    roots = decode_header(header)
    while (section := _read_section(stream, _MAX_SECTION_BYTES)) is not None:
        cid, end = Cid.read(section, 0)
        block = section[end:]
        cid.verify(block, "the CAR file")
        put_block(cid, block)
    return roots


def encode_header(roots: Sequence[Cid]) -> bytes:
    """Encode the header: dag-cbor of the roots and version 1."""
    links = [cbor2.CBORTag(_LINK_TAG, b"\x00" + root.to_bytes()) for root in roots]
    return cbor2.dumps({"roots": links, "version": 1}, canonical=True)


def decode_header(raw: bytes) -> tuple[Cid, ...]:
    """Decode the header into its roots; `InputInvalid` unless it is version 1 with at least one root."""
    try:
        header = cbor2.loads(raw)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError) as exc:
        raise InputInvalid("car", raw[:32].hex(), f"has a header that is not CBOR: {exc}") from exc
    if not isinstance(header, dict) or header.get("version") != 1:
        raise InputInvalid("car", raw[:32].hex(), "must be a CAR of version 1")
    roots = header.get("roots")
    if not isinstance(roots, list) or not roots:
        raise InputInvalid("car", raw[:32].hex(), "must name at least one root")
    return tuple(_read_root(root) for root in roots)


def _read_root(root: object) -> Cid:
    if not isinstance(root, cbor2.CBORTag) or root.tag != _LINK_TAG or not isinstance(root.value, bytes):
        raise InputInvalid("car", repr(root), "has a root that is not a CID")
    if root.value[:1] != b"\x00":
        raise InputInvalid("car", repr(root), "has a root without the leading zero byte")
    return Cid.from_bytes(root.value[1:])


def _section(payload: bytes) -> bytes:
    return encode_varint(len(payload)) + payload


def _read_section(stream: Readable, limit: int) -> bytes | None:
    length = _read_length(stream)
    if length is None:
        return None
    if not 0 < length <= limit:
        raise InputInvalid("car", f"a section of {length} bytes", f"must have sections of 1 to {limit} bytes")
    payload = read_fully(stream, length)
    if len(payload) != length:
        raise InputInvalid("car", f"{len(payload)} of {length} bytes", "is cut off within a section")
    return payload


def _read_length(stream: Readable) -> int | None:
    raw = b""
    while True:
        byte = stream.read(1)
        if not byte and not raw:
            return None
        raw += byte
        if not byte or byte[0] < 0x80 or len(raw) == _MAX_LENGTH_BYTES:
            break
    try:
        return decode_varint(raw, 0)[0]
    except ValueError as exc:
        raise InputInvalid("car", raw.hex(), f"has a malformed section length: {exc}") from exc
