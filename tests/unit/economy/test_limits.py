"""Every limit of the money modules at its edge: the last value taken, the first refused, by which name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.economy import allocation, impact_share, money, withholding
from resonance_dao.economy.impact_share import (
    achieved,
    award_down,
    capped_at,
    ceilings,
    guarantee_down,
    settlement,
    top_up,
    tranche_down,
)
from resonance_dao.economy.money import format_amount, parse_amount, parse_share
from resonance_dao.economy.withholding import Bracket, Schedule, tax_at, withhold
from resonance_dao.errors import InputInvalid

LARGEST = 340_282_366_920_938_463_463_374_607_431_768_211_455
"""2^128 - 1, in digits: these numbers are agreed with the contracts, not with the modules."""
LARGEST_AWARD = 1_701_411_834_604_692_317_316_873_037_158_841_057_275
COIN, OFFICE = "0x" + "11" * 20, "0x" + "22" * 20
Take = Callable[[Any], object]


def bracket(**changes: int) -> Bracket:
    return Bracket(**{"start": 0, "from_units": 0, "fixed_units": 0, "rate_bps": 1021, **changes})


def schedule(**changes: Any) -> Schedule:
    usual = {"token": COIN, "unit": 1, "collector": OFFICE, "label": "JP", "brackets": (bracket(),)}
    return Schedule(**{**usual, **changes})


def settled(**changes: Any) -> object:
    usual = {"success_bps": 0, "long_term_bps": 0, "caps_bps": (12_000, 11_000)}
    return settlement(100, 10_000, 10_000, 0, (4_000, 3_000, 3_000), **{**usual, **changes})


LIMITS: list[tuple[str, Take, int, int]] = [
    ("amount", lambda value: award_down(value, 1), 0, LARGEST),
    ("multiplier_bps", lambda value: award_down(1, value), 0, 50_000),
    ("award", lambda value: ceilings(value, 1, 1), 0, LARGEST_AWARD),
    ("base_bps", lambda value: ceilings(1, value, 0), 0, 10_000),
    ("success_bps", lambda value: ceilings(1, 4_000, value), 0, 6_000),
    ("ceiling", lambda value: tranche_down(value, 1), 0, LARGEST_AWARD),
    ("achieved_bps", lambda value: tranche_down(1, value), 0, 20_000),
    ("value", lambda value: achieved(value, 1, 1), 0, LARGEST),
    ("cap_bps", lambda value: achieved(1, 1, value), 0, 20_000),
    ("cap_bps", lambda value: capped_at(1, value), 0, 20_000),
    ("guaranteed", lambda value: guarantee_down(value, 1, 1), 0, LARGEST),
    ("agreed", lambda value: guarantee_down(1, value, 7), 0, 7),
    ("guaranteed", lambda value: top_up(value, 1), 0, LARGEST),
    ("earned", lambda value: top_up(1, value), 0, LARGEST_AWARD),
    ("success_bps", lambda value: settled(success_bps=value), 0, 12_000),
    ("long_term_bps", lambda value: settled(long_term_bps=value), 0, 11_000),
    ("amount", lambda value: allocation.split_down(value, (10_000,)), 0, 2**240),
    ("start", lambda value: bracket(start=value), 0, 1_099_511_627_775),
    ("from_units", lambda value: bracket(from_units=value), 0, 79_228_162_514_264_337_593_543_950_335),
    ("fixed_units", lambda value: bracket(fixed_units=value), 0, 79_228_162_514_264_337_593_543_950_335),
    ("rate_bps", lambda value: bracket(rate_bps=value), 0, 5_000),
    ("unit", lambda value: schedule(unit=value), 1, 79_228_162_514_264_337_593_543_950_335),
    ("gross", lambda value: tax_at(schedule(), value, 0), 0, 2**240),
    ("time", lambda value: tax_at(schedule(), 1, value), 0, 2**256 - 1),
    ("exempt", lambda value: withhold(None, (1, 2, 3), value, 0), 0, 7),
    ("amounts", lambda value: withhold(None, (1, value), 0, 0), 0, 2**240),
]


@pytest.mark.parametrize(("field", "take", "lowest", "highest"), LIMITS)
def test_a_limit_is_where_the_contracts_have_it_and_is_told_by_name(
    field: str, take: Take, lowest: int, highest: int
) -> None:
    for value in (lowest - 1, highest + 1):
        with pytest.raises(InputInvalid, match=f"^{field} = .*between {lowest} and "):
            take(value)
    for wrong in (True, 1.0, "1", None):
        with pytest.raises((InputInvalid, TypeError), match=r"integer|unsupported|not supported"):
            take(wrong)
    take(lowest)
    take(highest)


@pytest.mark.parametrize(
    "take", [lambda target: achieved(1, target, 10_000), lambda target: capped_at(target, 10_000)]
)
def test_a_target_is_from_one_to_the_largest_amount(take: Take) -> None:
    for target in (0, LARGEST + 1):
        with pytest.raises(InputInvalid, match=r"^target = "):
            take(target)
    take(1)
    take(LARGEST)


def test_the_scales_are_those_of_the_contracts() -> None:
    assert (money.BPS, money.MAX_UINT128) == (10_000, LARGEST)
    assert (impact_share.HIGHEST_MULTIPLIER_BPS, impact_share.HIGHEST_CAP_BPS) == (50_000, 20_000)
    assert (allocation.MOST_PAYEES, allocation.HIGHEST_AMOUNT) == (250, 2**240)
    assert (withholding.HIGHEST_GROSS, withholding.HIGHEST_RATE_BPS) == (2**240, 5_000)
    assert (withholding.MOST_BRACKETS, withholding.MOST_LABEL_BYTES) == (16, 64)


@pytest.mark.parametrize("count", [0, 251])
def test_there_are_one_to_250_payees(count: int) -> None:
    with pytest.raises(InputInvalid, match=f"^shares_bps = {count}: must be 1 to 250"):
        allocation.split_down(1, [40] * count)
    assert allocation.split_down(1, [10_000]) == (1,)
    assert allocation.split_down(250, [40] * 250) == (1,) * 250


@pytest.mark.parametrize(
    ("label", "is_taken"), [("", False), ("J", True), ("円" * 21 + "J", True), ("円" * 22, False)]
)
def test_a_label_has_one_to_64_bytes(label: str, is_taken: bool) -> None:
    if is_taken:
        assert schedule(label=label).label == label
    else:
        with pytest.raises(InputInvalid, match=r"^label = .*1 to 64 bytes"):
            schedule(label=label)


@pytest.mark.parametrize(("count", "is_taken"), [(0, False), (1, True), (16, True), (17, False)])
def test_a_schedule_has_one_to_sixteen_brackets(count: int, is_taken: bool) -> None:
    brackets = tuple(bracket(start=at) for at in range(count))
    if is_taken:
        assert len(schedule(brackets=brackets).brackets) == count
    else:
        with pytest.raises(InputInvalid, match=f"^brackets = {count}: must be 1 to 16"):
            schedule(brackets=brackets)


@pytest.mark.parametrize("field", ["token", "collector"])
def test_an_account_that_is_none_is_told_by_name(field: str) -> None:
    for wrong in ("0x" + "00" * 20, "0x11", 7):
        with pytest.raises(InputInvalid, match=f"^{field} = "):
            schedule(**{field: wrong})
    assert schedule(**{field: "0x" + "00" * 19 + "01"})


def test_the_largest_amount_is_the_last_that_is_read() -> None:
    assert parse_amount(str(LARGEST), 0) == LARGEST
    with pytest.raises(InputInvalid, match=r"^amount = .*larger than 2\^128 - 1"):
        parse_amount(str(LARGEST + 1), 0)


def test_fields_are_named_as_they_are_where_nothing_else_is_said() -> None:
    with pytest.raises(InputInvalid, match=r"^amount = "):
        parse_amount("x", 0)
    with pytest.raises(InputInvalid, match=r"^share = "):
        parse_share("x")


def test_thousands_are_separated_only_when_that_is_asked() -> None:
    assert format_amount(1_234_567, 0) == "1234567"
    assert format_amount(1_234_567, 0, group=True) == "1,234,567"


def test_the_smallest_debt_has_its_sign() -> None:
    assert [format_amount(units, 0) for units in (-1, 0, 1)] == ["-1", "0", "1"]
