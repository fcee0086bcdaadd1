"""
Base58 as Bitcoin and CIDv0 write it, without leading zero bytes: no CID begins with one.

>>> decode_base58(encode_base58(b"hello"))
b'hello'
"""

from __future__ import annotations

from resonance_dao.errors import InputInvalid

_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def encode_base58(raw: bytes) -> str:
    """Write bytes that do not begin with a zero byte."""
    number, out = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        out = _LETTERS[digit] + out
    return out


def decode_base58(text: str) -> bytes:
    """Read bytes; `InputInvalid` names the first letter that is none of the alphabet."""
    number = 0
    for letter in text:
        digit = _LETTERS.find(letter)
        if digit < 0:
            raise InputInvalid("cid", text, f"is not base58: {letter!r}")
        number = number * 58 + digit
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
