"""
Reading what came from outside: each function returns the value with its type, or refuses it with the path it
stood at.

Used by the codecs of this package. Hexadecimal text is "0x" and lower case, so that one value has one
spelling.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from resonance_dao.errors import InputInvalid

UINT64_MAX = 2**64 - 1
# RFC 8785 carries no larger integer; anything longer travels as a string.
INTEGER_MAX = 2**53 - 1

_HEXADECIMAL = re.compile(r"0x(?:[0-9a-f]{2})*")


def to_object(value: object, path: str, keys: Collection[str]) -> Mapping[str, object]:
    """Return `value` when it is an object with exactly these keys."""
    if not isinstance(value, Mapping):
        raise InputInvalid(path, value, "must be an object")
    for key in value:
        if key not in keys:
            raise InputInvalid(f"{path}.{key}", value[key], "is not a known member")
    for key in keys:
        if key not in value:
            raise InputInvalid(f"{path}.{key}", None, "is missing")
    return value


def to_integer(value: object, path: str, low: int = 0, high: int = INTEGER_MAX) -> int:
    """Return `value` when it is an integer in [low, high]; a bool is not an integer."""
    if type(value) is not int or not low <= value <= high:
        raise InputInvalid(path, value, f"must be an integer from {low} to {high}")
    return value


def to_string(value: object, path: str) -> str:
    """Return `value` when it is a string."""
    if type(value) is not str:
        raise InputInvalid(path, value, "must be a string")
    return value


def to_array(value: object, path: str) -> list[object]:
    """Return `value` as a list when it is a list or a tuple."""
    if not isinstance(value, (list, tuple)):
        raise InputInvalid(path, value, "must be an array")
    return list(value)


def to_hash(value: object, path: str) -> bytes:
    """Return `value` when it is 32 bytes."""
    if type(value) is not bytes or len(value) != 32:
        raise InputInvalid(path, value, "must be 32 bytes")
    return value


def to_hex(value: bytes) -> str:
    """Return bytes as "0x" and lower-case digits."""
    return "0x" + value.hex()


def from_hex(value: object, path: str, length: int) -> bytes:
    """Return the bytes that `to_hex` wrote, when there are `length` of them."""
    text = to_string(value, path)
    if len(text) != 2 + 2 * length or not _HEXADECIMAL.fullmatch(text):
        raise InputInvalid(path, value, f"must be 0x and {2 * length} lower-case hexadecimal digits")
    return bytes.fromhex(text[2:])


def hashes_from_hex(value: object, path: str) -> tuple[bytes, ...]:
    """Return a list of 32-byte hashes, each written by `to_hex`."""
    return tuple(from_hex(entry, f"{path}[{at}]", 32) for at, entry in enumerate(to_array(value, path)))
