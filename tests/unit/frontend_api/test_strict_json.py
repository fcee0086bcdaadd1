"""JSON that has one meaning."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend_api.problems import RequestRefused
from frontend_api.strict_json import parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"\xff\xfe{}", "not JSON in UTF-8"),
        (b'{"a": NaN}', "NaN is not a JSON value"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON value"),
        (b'{"a": 1, "b": 2, "a": 3}', "'a' stands twice"),
        (b"[" * 100_000, "nested more than 32 deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "nested more than 32 deep"),
        (b'["\\"", ' + b"[" * 32, "nested more than 32 deep"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "not JSON"),
    ],
)
def test_what_has_no_or_two_meanings_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(RequestRefused) as caught:
        parse(body)
    assert caught.value.status_code == 400
    assert caught.value.code == "json_malformed"
    assert reason in caught.value.detail


def test_brackets_inside_texts_and_side_by_side_do_not_nest() -> None:
    assert parse(b'["' + b"[{" * 100 + b'\\"[", [' + b"[]," * 100 + b"[]]]")[0].startswith("[{")


def test_a_float_stays_a_float_for_the_schema_to_refuse() -> None:
    assert parse(b'{"a": 1.0}') == {"a": 1.0}
    assert isinstance(parse(b'{"a": 1.0}')["a"], float)


@given(JSON)
def test_any_value_is_read_as_it_was_written(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
