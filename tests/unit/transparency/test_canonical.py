from __future__ import annotations

import json
import math
import string
import subprocess
import sys
from collections.abc import Callable
from enum import IntEnum
from shutil import which
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.canonical import MAX_BYTES, MAX_DEPTH, decode, encode, parse

SAFE = 2**53 - 1
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


class Colour(IntEnum):
    RED = 1


def nested(depth: int) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.0, "$"),
        ({"a": [0, {"b": 0.5}]}, "$.a[1].b"),
        ({"a": math.nan}, "$.a"),
        ([math.inf], "$[0]"),
        ({"a": SAFE + 1}, "$.a"),
        ({"a": -SAFE - 1}, "$.a"),
        ({"a": {1: "x"}}, "$.a"),
        ({None: "x"}, "$"),
        ({"a": "\ud800"}, "$.a"),
        ({"\udfff": 1}, "$"),
        ({"a": b"bytes"}, "$.a"),
        ({"a": {1, 2}}, "$.a"),
        ({"a": Colour.RED}, "$.a"),
        (nested(MAX_DEPTH + 1), "$" + "[0]" * MAX_DEPTH),
        ("x" * MAX_BYTES, "$"),
    ],
)
def test_encode_refuses_what_has_no_canonical_form_and_names_its_path(value: object, path: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        encode(value)
    assert caught.value.field == path


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" 1",
        b"1 ",
        b"1\n",
        b"01",
        b"-0",
        b"1.0",
        b"1e2",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'"\\u0061"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b"'a'",
        b"[1,]",
        b"undefined",
        b"[" * 100_000,
        b"[" * 33 + b"]" * 33,
        b'["\\"[",' * 5000,
        b'"' + b'\\"' * 100_000,
        b'"\\',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'"' + b"x" * MAX_BYTES + b'"',
    ],
)
def test_decode_refuses_bytes_that_encode_never_writes(content: bytes) -> None:
    with pytest.raises(InputInvalid):
        decode(content)


def test_the_largest_content_is_accepted_and_one_byte_more_is_refused() -> None:
    largest = "x" * (MAX_BYTES - 2)
    assert decode(encode(largest)) == largest
    with pytest.raises(InputInvalid, match="262144"):
        encode(largest + "x")


def test_brackets_within_strings_do_not_nest() -> None:
    value = ["[" * 100, '"[\\"' * 50, {"{" * 100: "\\["}]
    assert decode(encode(value)) == value


@pytest.mark.parametrize("value", [[[]] * 100, [{}] * 100, {"a": [[1]] * 100, "b": [{"c": 1}] * 100}])
def test_siblings_do_not_nest(value: object) -> None:
    assert decode(encode(value)) == value


def test_depth_is_refused_before_the_parser_recurses() -> None:
    """With a raised recursion limit the parser of the standard library overflows the stack of the process."""
    script = (
        "import sys; sys.setrecursionlimit(10**6)\n"
        "from resonance_dao.errors import InputInvalid\n"
        "from resonance_dao.transparency.canonical import decode\n"
        "try: decode(b'[' * 200_000)\n"
        "except InputInvalid: sys.exit(42)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 42


def test_parse_reads_free_spacing_but_keeps_every_other_rule() -> None:
    assert parse(b' {"b": 1,\n "a": [2]} ') == {"b": 1, "a": [2]}
    for content in (b'{"a": 1, "a": 1}', b"1.5", b"[" * 40 + b"]" * 40, b" " * (MAX_BYTES + 1)):
        with pytest.raises(InputInvalid):
            parse(content)


def test_the_deepest_nesting_is_accepted() -> None:
    assert decode(encode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)


def test_encode_writes_the_bytes_of_the_rfc() -> None:
    # RFC 8785, section 3.2.3: keys are ordered by their UTF-16 code units, so U+1F600 comes before U+FB33.
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    expected = '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'
    assert encode(keys) == expected.encode()
    assert encode('\u20ac$\u000f\nA\'B"\\\\"/') == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    assert encode([None, True, False, SAFE, -SAFE]) == b"[null,true,false,9007199254740991,-9007199254740991]"


def test_a_tuple_is_an_array() -> None:
    assert encode({"a": (1, 2)}) == b'{"a":[1,2]}'


@given(VALUES)
def test_decode_returns_what_encode_was_given(value: object) -> None:
    assert decode(encode(value)) == value


@given(VALUES)
def test_encode_writes_what_any_json_parser_reads(value: object) -> None:
    assert json.loads(encode(value)) == value


@given(st.binary(max_size=40) | st.text(string.printable, max_size=40).map(str.encode))
@settings(max_examples=500)
def test_decode_accepts_only_what_encode_writes(content: bytes) -> None:
    try:
        value = decode(content)
    except InputInvalid:
        return
    assert encode(value) == content


def test_javascript_writes_the_same_bytes() -> None:
    node = which("node")
    if node is None:
        pytest.skip("node is not on PATH")
    value = {
        "\U0001f600": ["\u2028", "\x7f", "日本語"],
        "\ufb33": {"b": SAFE, "a": "\b\t\x01"},
        "amount": "1" + "0" * 18,
    }
    # JSON.stringify escapes as RFC 8785 does, and JavaScript sorts strings by UTF-16 code units.
    script = """
      const sorted = (v) => Array.isArray(v) ? v.map(sorted) : v && typeof v === "object"
        ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])])) : v;
      process.stdout.write(JSON.stringify(sorted(JSON.parse(require("fs").readFileSync(0, "utf8")))));
    """
    done = subprocess.run(
        [node, "-e", script], input=json.dumps(value).encode(), capture_output=True, check=True
    )
    assert done.stdout == encode(value)


@given(VALUES)
def test_the_bytes_are_those_of_the_reference_encoder(value: object) -> None:
    assert encode(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_keys_beyond_the_basic_plane_are_sorted_by_utf_16_units() -> None:
    assert encode({"\uffff": 1, "\U00010000": 2, "a": "\x7f\u2028/\x1f"}) == (
        '{"a":"\x7f\u2028/\\u001f","\U00010000":2,"\uffff":1}'.encode()
    )


@pytest.mark.parametrize(("opens", "closes"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_is_counted_before_anything_is_parsed(opens: bytes, closes: bytes) -> None:
    assert parse(opens * 32 + b"1" + closes * 32)
    with pytest.raises(InputInvalid, match="nested at most 32 deep"):
        parse(opens * 33 + b"1" + closes * 33)


@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"a": value}])
def test_nesting_is_counted_in_what_is_written(wrap: Callable[[Any], Any]) -> None:
    value: Any = 1
    for _ in range(32):
        value = wrap(value)
    assert decode(encode(value)) == value
    with pytest.raises(InputInvalid, match="nested at most 32 deep"):
        encode(wrap(value))


def test_the_limit_is_one_chunk_to_the_byte() -> None:
    assert len(encode("x" * 262_142)) == 262_144
    assert parse(b"1" + b" " * 262_143) == 1
    for refused in (lambda: encode("x" * 262_143), lambda: parse(b"1" + b" " * 262_144)):
        with pytest.raises(InputInvalid, match="at most 262144 bytes"):
            refused()
