"""
The hash that solc leaves in the bytecode: the CIDv0 of the contract's metadata JSON.

Whoever pins that JSON and the sources makes the deployment verify itself from IPFS. The form is a CBOR map
at the end of the code, its length in the last two bytes (https://docs.soliditylang.org, "Contract
Metadata").
"""

from __future__ import annotations

import hashlib
import io

from resonance_dao.errors import InputInvalid

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SINGLE_BLOCK = 262_144


def metadata_cid(code: bytes) -> str | None:
    """
    Return the metadata's CIDv0 from the CBOR tail of `code`; None when there is no tail or it names no IPFS
    hash.
    """
    multihash = _tail(code).get("ipfs")
    return _base58(multihash) if isinstance(multihash, bytes) and len(multihash) == 34 else None


def cid_of_metadata(metadata: str) -> str:
    """
    Compute the CIDv0 of a metadata text: UnixFS, dag-pb, SHA-256, one block (`ipfs add` with its defaults).

    Raises `InputInvalid` above 256 KiB, where `ipfs add` would split the content into several blocks.
    """
    content = metadata.encode("utf-8")
    if len(content) > _SINGLE_BLOCK:
        raise InputInvalid("metadata", f"{len(content)} bytes", f"must not exceed {_SINGLE_BLOCK} bytes")
    # UnixFS message: field 1 type = 2 (file), field 2 the data, field 3 its size; then dag-pb field 1 holds
    # it.
    size = _varint(len(content))
    data = b"\x12" + size + content if content else b""
    unixfs = b"\x08\x02" + data + b"\x18" + size
    block = b"\x0a" + _varint(len(unixfs)) + unixfs
    return _base58(b"\x12\x20" + hashlib.sha256(block).digest())


def _tail(code: bytes) -> dict[str, object]:
    import cbor2

    length = int.from_bytes(code[-2:], "big") if len(code) >= 2 else 0
    if not 0 < length <= len(code) - 2:
        return {}
    try:
        found = cbor2.load(io.BytesIO(code[-2 - length : -2]))
    except (cbor2.CBORDecodeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text
