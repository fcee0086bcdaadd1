"""
Canonical JSON, RFC 8785: one value, one sequence of bytes, in every language.

Stricter than the RFC where JSON differs between languages: no floating-point numbers (amounts travel as
decimal strings), no integers beyond 2^53 - 1, no duplicate keys, no lone surrogates, no deep nesting. What
`encode` writes fits one raw IPFS block.

    >>> encode({"b": "1500000000000000000", "a": [1, None]})
    b'{"a":[1,null],"b":"1500000000000000000"}'
    >>> decode(b'{"a":1}')
    {'a': 1}
"""

from __future__ import annotations

import json
import re
from typing import NoReturn, TypeAlias

import rfc8785

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.fields import INTEGER_MAX

JsonValue: TypeAlias = bool | int | str | list["JsonValue"] | dict[str, "JsonValue"] | None

MAX_DEPTH = 32
# The default chunk of UnixFS importers: up to here the content is one raw block, and its CID is its SHA-256.
MAX_BYTES = 262_144

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
# The closing quote is optional so that a match never fails, which keeps the search linear on hostile input.
_BRACKET_OR_STRING = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\[\s\S])*"?')


def encode(value: object, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the canonical bytes of a JSON value; `InputInvalid` names the path of what has none."""
    _check(value, "$", 0)
    content = _written(value)
    if len(content) > max_bytes:
        raise InputInvalid("$", len(content), f"must be at most {max_bytes} bytes in canonical form")
    return content


def decode(content: bytes, max_bytes: int = MAX_BYTES) -> JsonValue:
    """Return the value that `encode` made `content` from; `InputInvalid` for any other bytes."""
    value = parse(content, max_bytes)
    if encode(value, max_bytes) != content:
        raise InputInvalid("$", content, "is JSON, but not in canonical form (RFC 8785)")
    return value


def parse(content: bytes, max_bytes: int = MAX_BYTES) -> JsonValue:
    """Return the value of JSON that has a canonical form, in any spacing and order (a kept file)."""
    if len(content) > max_bytes:
        raise InputInvalid("$", len(content), f"must be at most {max_bytes} bytes")
    _check_nesting(content)
    try:
        value: JsonValue = json.loads(
            content.decode("utf-8"),
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            object_pairs_hook=_unique,
        )
    except ValueError as exc:
        raise InputInvalid("$", content, f"is not JSON in UTF-8 ({exc})") from exc
    return value


def _written(value: object) -> bytes:
    # For what `_check` lets through, the standard library's encoder, which is written in C, differs from the
    # RFC in one thing: it sorts keys by code points, not by UTF-16 units. Those agree up to U+FFFF.
    text = _ENCODER.encode(value)
    if text.isascii() or max(text) <= "\uffff":
        return text.encode("utf-8")
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def _check_nesting(content: bytes) -> None:
    # Before the parser, which recurses: where the recursion limit has been raised, depth kills the process.
    depth = 0
    for token in _BRACKET_OR_STRING.findall(content):
        depth += token in (b"[", b"{")
        depth -= token in (b"]", b"}")
        if depth > MAX_DEPTH:
            raise InputInvalid("$", content[:40], f"must be nested at most {MAX_DEPTH} deep")


def _check(value: object, path: str, depth: int) -> None:
    if value is None or type(value) is bool:
        return
    if type(value) is int:
        _check_integer(value, path)
    elif type(value) is str:
        _check_string(value, path)
    elif depth == MAX_DEPTH and isinstance(value, (list, tuple, dict)):
        raise InputInvalid(path, "...", f"must be nested at most {MAX_DEPTH} deep")
    elif isinstance(value, (list, tuple)):
        for at, entry in enumerate(value):
            _check(entry, f"{path}[{at}]", depth + 1)
    elif isinstance(value, dict):
        for key, entry in value.items():
            _check_key(key, path)
            _check(entry, f"{path}.{key}", depth + 1)
    else:
        raise InputInvalid(
            path, value, f"has no canonical form ({type(value).__name__}); write amounts as strings"
        )


def _check_integer(value: int, path: str) -> None:
    if abs(value) > INTEGER_MAX:
        raise InputInvalid(path, value, "is beyond 2^53 - 1; write it as a decimal string")


def _check_string(value: str, path: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise InputInvalid(path, value, "holds a lone surrogate, which is not text") from exc


def _check_key(key: object, path: str) -> None:
    if type(key) is not str:
        raise InputInvalid(path, key, "must have string keys only")
    _check_string(key, path)


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InputInvalid("$", [key for key, _ in pairs], "has a key twice")
    return members


def _refuse_number(text: str) -> NoReturn:
    raise InputInvalid("$", text, "is not an integer; write amounts as decimal strings")
