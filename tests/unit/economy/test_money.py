"""Amounts between people and base units: nothing rounded, nothing guessed, no float."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.economy.money import (
    BPS,
    MAX_UINT128,
    format_amount,
    format_share,
    parse_amount,
    parse_share,
)
from resonance_dao.errors import InputInvalid


@pytest.mark.parametrize("value", [1.5, 1e18, True, None, ["1"], {"amount": 1}, b"1"])
def test_an_amount_is_text_or_a_whole_number_and_never_a_float(value: object) -> None:
    with pytest.raises(InputInvalid, match="never a float"):
        parse_amount(value, 18)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "-1",
            "+1",
            "1e18",
            "1.",
            ".5",
            "0x10",
            "010",
            "00",
            "1.5.5",
            "NaN",
            "inf",
            "1.5\n",
            "１２",
            "٣",
        ),
        *("1 000", "1_0", "1,5", "1,0000", "0,001", ",100", "1,,000", "1" * 40, -5),
    ],
)
def test_what_is_not_plainly_a_decimal_number_is_refused(text: object) -> None:
    with pytest.raises(InputInvalid) as caught:
        parse_amount(text, 18, field="pay.amount")
    assert caught.value.field == "pay.amount"
    assert caught.value.value == text
    assert "decimal number" in caught.value.rule


@pytest.mark.parametrize(("text", "decimals"), [("0.1", 0), ("1.123", 2), ("0.0000000000000000001", 18)])
def test_more_decimals_than_the_token_has_are_refused(text: str, decimals: int) -> None:
    with pytest.raises(InputInvalid, match=f"the token has {decimals}"):
        parse_amount(text, decimals)


def test_an_amount_beyond_uint128_is_refused() -> None:
    assert parse_amount(MAX_UINT128, 0) == MAX_UINT128
    with pytest.raises(InputInvalid, match=r"2\^128"):
        parse_amount(MAX_UINT128 + 1, 0)
    with pytest.raises(InputInvalid, match=r"2\^128"):
        parse_amount("1" + "0" * 38, 18)


@pytest.mark.parametrize(
    ("text", "decimals", "units"),
    [
        ("300000", 18, 300_000 * 10**18),
        ("300,000.5", 18, 3_000_005 * 10**17),
        ("1_000", 0, 1000),
        (300_000, 2, 30_000_000),
        ("0", 18, 0),
        ("0.01", 2, 1),
        ("1.10", 2, 110),
    ],
)
def test_an_amount_becomes_base_units(text: object, decimals: int, units: int) -> None:
    assert parse_amount(text, decimals) == units


@given(st.integers(0, MAX_UINT128), st.integers(0, 24), st.booleans())
def test_what_is_formatted_is_read_back_exactly(units: int, decimals: int, group: bool) -> None:
    assert parse_amount(format_amount(units, decimals, group=group), decimals) == units


@given(st.integers(0, 10**30), st.integers(0, 24))
def test_a_formatted_amount_has_no_superfluous_zero(units: int, decimals: int) -> None:
    whole, _, fraction = format_amount(units, decimals).partition(".")
    assert not fraction.endswith("0")
    assert whole == "0" or not whole.startswith("0")


def test_an_amount_below_zero_is_shown_with_its_sign() -> None:
    assert format_amount(-1_234_500, 3, group=True) == "-1,234.5"


@pytest.mark.parametrize("value", [0.3, True, None, "", "-1", "1.234", "30 percent", "1/3", "1000", "%", -5])
def test_a_share_is_a_percentage_with_at_most_two_decimals(value: object) -> None:
    with pytest.raises(InputInvalid) as caught:
        parse_share(value, field="pay.split.base")
    assert caught.value.field == "pay.split.base"


def test_a_share_above_the_highest_is_refused_and_says_what_is_highest() -> None:
    assert parse_share("100%") == BPS
    with pytest.raises(InputInvalid, match="at most 100%"):
        parse_share("100.01")
    assert parse_share(500, highest=50_000) == 50_000
    with pytest.raises(InputInvalid, match="at most 500%"):
        parse_share(501, highest=50_000)


@given(st.integers(0, BPS))
def test_a_share_is_read_back_exactly(bps: int) -> None:
    assert parse_share(format_share(bps)) == bps
