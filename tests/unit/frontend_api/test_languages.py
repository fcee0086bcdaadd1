"""Which language an answer is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend_api.languages import preferred


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("fr,ja;q=0.1", "ja"),
        ("ja;q=0,en;q=0.001", "en"),
        ("ja;q=2", "en"),
        ("*", "en"),
        (";;;,,=", "en"),
    ],
)
def test_the_heaviest_language_we_have_wins(header: str | None, expected: str) -> None:
    assert preferred(header) == expected


@given(st.text(max_size=300))
def test_any_header_means_one_of_the_two(header: str) -> None:
    assert preferred(header) in ("en", "ja")
