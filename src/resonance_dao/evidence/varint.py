"""
Unsigned variable-length integers (LEB128, as in multiformats' unsigned-varint and in protobuf).

>>> encode_varint(300)
b'\\xac\\x02'
>>> decode_varint(b"\\xac\\x02!", 0)
(300, 2)
"""

from __future__ import annotations

_MAX_BYTES = 9


def encode_varint(number: int) -> bytes:
    """Encode a number in [0, 2**63)."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def decode_varint(raw: bytes, start: int) -> tuple[int, int]:
    """
    Decode the number at `start`; return it with the offset behind it.

    Raises `ValueError` when it is cut off, longer than nine bytes, or not the shortest form: a second
    spelling of the same number would give the same content a second CID.
    """
    number = 0
    for place in range(_MAX_BYTES):
        if start + place >= len(raw):
            raise ValueError("a number is cut off")
        byte = raw[start + place]
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            if byte == 0 and place > 0:
                raise ValueError("a number is not in its shortest form")
            return number, start + place + 1
    raise ValueError("a number is longer than 9 bytes")
