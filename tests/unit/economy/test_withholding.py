"""Tax withheld at the source: refusals, the shared vectors, the drawn payments, the laws."""

from __future__ import annotations

import doctest
import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.economy import withholding
from resonance_dao.economy.withholding import Bracket, Schedule, Withheld, tax_at, withhold
from resonance_dao.errors import InputInvalid

VECTORS = Path(__file__).parents[2] / "vectors" / "withholding.json"
BUILDER = VECTORS.with_name("build_withholding.py")
COIN, OFFICE = "0x" + "11" * 20, "0x" + "22" * 20
YEN = 10**18
JAPAN = (Bracket(100, 0, 0, 1021), Bracket(100, 1_000_000, 102_100, 2042))
TYPE = "(address,uint96,address,string,(uint40,uint96,uint96,uint16)[])"


def made(*brackets: Bracket, unit: int = YEN, **changed: Any) -> Schedule:
    parts = {"token": COIN, "unit": unit, "collector": OFFICE, "label": "JP", "brackets": brackets or JAPAN}
    return Schedule(**{**parts, **changed})


@pytest.mark.parametrize("field", ["token", "collector"])
@pytest.mark.parametrize("wrong", ["", "0x", "0x" + "00" * 20, "0x" + "1" * 39, "11" * 21, None, 17])
def test_an_account_that_is_none_is_refused(field: str, wrong: Any) -> None:
    with pytest.raises(InputInvalid, match=field):
        made(**{field: wrong})


@pytest.mark.parametrize("wrong", [0, -1, 2**96, True, 1.0, "1"])
def test_a_unit_that_is_no_integer_in_range_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="unit"):
        made(unit=wrong)


@pytest.mark.parametrize("wrong", ["", "a" * 65, "源" * 22])
def test_a_label_of_no_or_more_than_64_bytes_is_refused(wrong: str) -> None:
    with pytest.raises(InputInvalid, match="label"):
        made(label=wrong)


def test_no_brackets_or_17_are_refused_and_16_are_not() -> None:
    steps = tuple(Bracket(0, 1000 * i, 0, 0) for i in range(17))
    assert len(made(brackets=steps[:16]).brackets) == 16
    for wrong in ((), steps):
        with pytest.raises(InputInvalid, match="1 to 16 brackets"):
            made(brackets=wrong)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("start", -1),
        ("start", 2**40),
        ("from_units", 2**96),
        ("fixed_units", 1.5),
        ("rate_bps", 5001),
        ("rate_bps", True),
    ],
)
def test_a_bracket_outside_the_contracts_ranges_is_refused(field: str, wrong: Any) -> None:
    parts = {"start": 0, "from_units": 0, "fixed_units": 0, "rate_bps": 0, field: wrong}
    with pytest.raises(InputInvalid, match=field):
        Bracket(**parts)


@pytest.mark.parametrize(
    ("brackets", "rule"),
    [
        ((Bracket(0, 1, 0, 0),), "must be from 0"),
        ((JAPAN[0], Bracket(101, 1, 0, 0)), "start must be from 0"),
        ((JAPAN[0], JAPAN[0]), "must ascend"),
        ((JAPAN[0], Bracket(99, 0, 0, 0)), "must ascend"),
        ((*JAPAN, Bracket(100, 999_999, 102_100, 2042)), "must ascend"),
        ((Bracket(0, 0, 1, 0),), "at most half"),
        ((JAPAN[0], Bracket(100, 999_999, 500_000, 0)), "at most half"),
        ((JAPAN[0], Bracket(100, 1_000_000, 102_099, 2042)), "at least 102100"),
    ],
)
def test_brackets_that_the_contract_refuses_are_refused(brackets: tuple[Bracket, ...], rule: str) -> None:
    with pytest.raises(InputInvalid, match=rule):
        made(*brackets)


@pytest.mark.parametrize("wrong", [-1, 2**240 + 1, True, 1.0, "1"])
def test_a_payment_that_is_no_integer_in_range_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="gross"):
        tax_at(made(), wrong, 100)


@pytest.mark.parametrize("wrong", [-1, 2**256, 1.0])
def test_a_time_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="time"):
        tax_at(made(), 1, wrong)


@pytest.mark.parametrize("exempt", [0b100, -1, True])
def test_an_exemption_of_a_payee_that_there_is_not_is_refused(exempt: Any) -> None:
    with pytest.raises(InputInvalid, match="exempt"):
        withhold(made(), (1, 2), exempt, 100)


def test_an_exempt_payee_and_a_bounty_without_schedule_pay_no_tax() -> None:
    amounts = (1000 * YEN, 1000 * YEN)
    taxed, free = tax_at(made(), amounts[0], 100), Withheld(1000 * YEN, 0, 1000 * YEN)
    assert taxed.tax == 102 * YEN
    assert withhold(made(), amounts, 0b10, 100) == (taxed, free)
    assert withhold(made(), amounts, 0, 100) == (taxed, taxed)
    assert withhold(None, amounts, 0, 100) == (free, free)


def test_tax_starts_at_the_very_second() -> None:
    assert [tax_at(made(), 1000 * YEN, time).tax for time in (99, 100, 101)] == [0, 102 * YEN, 102 * YEN]


def test_every_schedule_of_the_shared_vectors_has_its_id() -> None:
    for row in _vectors()["schedules"]:
        schedule = _schedule(row)
        assert "0x" + keccak(encode([TYPE], [schedule.as_tuple()])).hex() == row["id"]


def test_every_payment_of_the_shared_vectors_comes_out() -> None:
    schedules = [_schedule(row) for row in _vectors()["schedules"]]
    columns = _vectors()["payments"]
    assert len(columns["tax"]) > 500
    for texts in zip(*(columns[name] for name in ("schedule", "gross", "time", "tax")), strict=True):
        chosen, gross, time, tax = map(int, texts)
        assert tax_at(schedules[chosen], gross, time) == Withheld(gross, tax, gross - tax)


def test_every_drawn_payment_comes_out_as_on_chain() -> None:
    builder, digests = runpy.run_path(str(BUILDER)), []
    for unit, brackets, payments in builder["drawn"]():
        schedule = made(*(Bracket(*row) for row in brackets), unit=unit)
        taxes = (tax_at(schedule, gross, time).tax for gross, time in payments)
        digests.append(builder["digest"](taxes))
    assert digests == _vectors()["drawn"]["digests"]
    assert len(digests) * builder["PAYMENTS"] == 10_000


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Any sound schedule."""
    brackets: list[Bracket] = []
    for start in sorted(draw(st.sets(st.integers(0, 2**40 - 1), min_size=1, max_size=3))):
        brackets.append(Bracket(start, 0, 0, draw(st.integers(0, 5000))))
        for amount in sorted(draw(st.sets(st.integers(1, 2**96 - 1), max_size=3))):
            below = brackets[-1]
            lowest = below.tax_down(amount - below.from_units, 1)
            fixed = draw(st.integers(lowest, amount // 2))
            brackets.append(Bracket(start, amount, fixed, draw(st.integers(0, 5000))))
    return made(*brackets, unit=draw(st.integers(1, 2**96 - 1)))


@given(
    schedules(), st.lists(st.integers(0, 2**240), min_size=2, max_size=2).map(sorted), st.integers(0, 2**41)
)
def test_tax_is_whole_units_at_most_a_half_and_never_less_of_more(
    schedule: Schedule, amounts: list[int], time: int
) -> None:
    less, more = (tax_at(schedule, gross, time) for gross in amounts)
    assert less.tax <= more.tax
    for paid in (less, more):
        assert paid.tax % schedule.unit == 0
        assert 0 <= 2 * paid.tax <= paid.gross
        assert paid.net + paid.tax == paid.gross


@given(schedules(), st.integers(0, 40), st.integers(-2, 2))
def test_tax_does_not_fall_at_an_edge(schedule: Schedule, index: int, shift: int) -> None:
    bracket = schedule.brackets[index % len(schedule.brackets)]
    gross = max(0, bracket.from_units * schedule.unit + shift)
    assert tax_at(schedule, gross, bracket.start).tax <= tax_at(schedule, gross + 1, bracket.start).tax


def test_the_example_of_the_module_holds() -> None:
    assert doctest.testmod(withholding).failed == 0


def _vectors() -> Any:
    return json.loads(VECTORS.read_text())


def _schedule(row: Mapping[str, Any]) -> Schedule:
    columns = zip(*(map(int, row[name]) for name in ("start", "from", "fixedTax", "rateBps")), strict=True)
    brackets = tuple(Bracket(*numbers) for numbers in columns)
    return Schedule(row["token"], int(row["unit"]), row["collector"], row["label"], brackets)
