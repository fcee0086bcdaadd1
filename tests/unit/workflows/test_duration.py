"""Lengths of time and moments as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.duration import parse_duration, parse_moment

NOW = 1_800_000_000


@pytest.mark.parametrize(
    "text", ["", "7", "d", "1.5d", "-1d", "1y", "1d2h", "七日", "1 D", True, -1, "1_000s", "9999999999s"]
)
def test_what_is_no_length_of_time_is_refused(text: Any) -> None:
    with pytest.raises(InputInvalid) as caught:
        parse_duration(text, field="window")
    assert caught.value.field == "window"


@pytest.mark.parametrize("text", ["49711d", 2**32])
def test_a_length_that_does_not_fit_uint32_is_refused(text: str | int) -> None:
    with pytest.raises(InputInvalid, match="136 years"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("90s", 90), ("30m", 1800), ("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600)),
        *(("7 d", 604_800), (" 1h ", 3600), (0, 0), (5, 5)),
    ],
)
def test_a_length_of_time_is_seconds(text: str | int, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2027-13-01T00:00:00Z", "2027-01-31T18:00:00", "2027-01-31", True]
)
def test_a_moment_without_a_place_in_time_is_refused(text: Any) -> None:
    with pytest.raises(InputInvalid) as caught:
        parse_moment(text, NOW, field="submit_by")
    assert caught.value.field == "submit_by"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30d", NOW + 30 * 86_400),
        (1_900_000_000, 1_900_000_000),
        ("2027-01-31T18:00:00+09:00", 1_801_386_000),
        ("2027-01-31T09:00:00Z", 1_801_386_000),
    ],
)
def test_a_moment_is_unix_seconds(text: str | int, moment: int) -> None:
    assert parse_moment(text, NOW) == moment
