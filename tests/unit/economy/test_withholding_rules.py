"""A country's withholding rules as data: refusals, what the files must hold, Japan's answers."""

from __future__ import annotations

import ast
import doctest
import json
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files
from inspect import getsource
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.economy import withholding_rules
from resonance_dao.economy.withholding import tax_at
from resonance_dao.economy.withholding_rules import Treatment, rules
from resonance_dao.errors import InputInvalid, NotFound

COIN, OFFICE = "0x" + "11" * 20, "0x" + "22" * 20
YEN = 10**18
JST = timezone(timedelta(hours=9))
FILES = sorted(
    entry.name for entry in (files("resonance_dao.economy") / "data").iterdir() if entry.name[:4] == "with"
)


@pytest.mark.parametrize("wrong", ["", "J", "JPN", "..", "日本", "j/"])
def test_a_country_that_is_no_code_is_refused(wrong: str) -> None:
    with pytest.raises(InputInvalid, match="country"):
        rules(wrong)


def test_a_country_without_data_is_not_found() -> None:
    with pytest.raises(NotFound, match="AQ"):
        rules("aq")


@pytest.mark.parametrize(("category", "payee"), [("juggling", "individual"), ("design", "robot")])
def test_an_unknown_category_or_payee_is_not_found(category: str, payee: str) -> None:
    with pytest.raises(NotFound, match="is none of"):
        rules("JP").treatment(category, payee)


def test_an_unknown_kind_is_not_found() -> None:
    with pytest.raises(NotFound, match="is none of ordinary, scrivener"):
        rules("JP").schedule("flat", token=COIN, unit=YEN, collector=OFFICE)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_sound_and_says_where_it_is_from(name: str) -> None:
    found = rules(name.removeprefix("withholding_").removesuffix(".json"))
    document = json.loads((files("resonance_dao.economy") / "data" / name).read_text("utf-8"))
    assert f"withholding_{found.country.lower()}.json" == name
    assert {"ja", "en"} == set(found.notice)
    for table in ("kinds", "categories", "payees", "notes"):
        assert all(row["source"] and row["ja"] and row["en"] for row in document[table])
        names = [row["name"] for row in document[table] if "name" in row]
        assert len(names) == len(set(names))
    for kind in found.kinds:
        assert found.schedule(kind, token=COIN, unit=1, collector=OFFICE).brackets
    for category in found.categories.values():
        assert category.scope in {"inside", "outside", "split"}
        assert (category.kind is None) == (category.scope == "outside")
        assert category.kind is None or category.kind in found.kinds


def test_the_notice_says_that_it_is_no_legal_advice() -> None:
    assert "法的助言ではありません" in rules("JP").notice["ja"]


@pytest.mark.parametrize(
    ("category", "payee", "wanted"),
    [
        ("writing", "individual", Treatment.WITHHELD),
        ("design", "individual", Treatment.WITHHELD),
        ("translation", "individual", Treatment.WITHHELD),
        ("lecture", "individual", Treatment.WITHHELD),
        ("programming", "individual", Treatment.NOT_WITHHELD),
        ("system_development", "individual", Treatment.NOT_WITHHELD),
        ("web_production", "individual", Treatment.UNDECIDED),
        ("design", "corporation", Treatment.NOT_WITHHELD),
        ("web_production", "corporation", Treatment.NOT_WITHHELD),
        ("design", "nonresident", Treatment.UNDECIDED),
        ("programming", "nonresident", Treatment.UNDECIDED),
    ],
)
def test_japan_withholds_from_listed_work_of_individuals(
    category: str, payee: str, wanted: Treatment
) -> None:
    assert rules("JP").treatment(category, payee) is wanted


@pytest.mark.parametrize(
    ("gross", "tax"),
    [
        (0, 0),
        (9, 0),
        (97, 9),
        (98, 10),
        (30_000, 3_063),
        (999_999, 102_099),
        (1_000_000, 102_100),
        (1_000_001, 102_100),
        (1_500_000, 204_200),
    ],
)
def test_japans_ordinary_rates_are_the_laws(gross: int, tax: int) -> None:
    schedule = rules("JP").schedule("ordinary", token=COIN, unit=YEN, collector=OFFICE)
    now = int(datetime(2026, 11, 21, tzinfo=JST).timestamp())
    assert tax_at(schedule, gross * YEN, now).tax == tax * YEN
    assert tax_at(schedule, gross * YEN + YEN - 1, now).tax in {tax * YEN, (tax + 1) * YEN}


def test_ten_thousand_yen_of_a_scriveners_payment_are_free() -> None:
    schedule = rules("JP").schedule("scrivener", token=COIN, unit=1, collector=OFFICE)
    now = int(datetime(2026, 11, 21, tzinfo=JST).timestamp())
    assert [tax_at(schedule, gross, now).tax for gross in (10_000, 10_009, 10_010, 60_000)] == [0, 0, 1, 5105]


def test_japans_rates_begin_at_midnight_in_japan() -> None:
    schedule = rules("JP").schedule("ordinary", token=COIN, unit=1, collector=OFFICE)
    start = int(datetime(2013, 1, 1, tzinfo=JST).timestamp())
    assert [tax_at(schedule, 1000, start + shift).tax for shift in (-1, 0, 1)] == [0, 102, 102]


@pytest.mark.parametrize(
    ("paid", "due"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=JST), date(2026, 12, 10)),
        (datetime(2026, 12, 1, tzinfo=JST), date(2027, 1, 10)),
        (datetime(2026, 11, 30, 15, tzinfo=timezone.utc), date(2027, 1, 10)),
        (datetime(2026, 1, 1, tzinfo=JST), date(2026, 2, 10)),
    ],
)
def test_the_tax_is_due_on_the_tenth_of_the_next_month_in_japan(paid: datetime, due: date) -> None:
    assert rules("JP").due_on(int(paid.timestamp())) == due


@given(st.integers(0, 4 * 10**9))
def test_the_due_day_comes_after_the_payment_within_41_days(paid_at: int) -> None:
    paid = datetime.fromtimestamp(paid_at, JST).date()
    assert 9 < (rules("JP").due_on(paid_at) - paid).days <= 41


def test_no_rate_stands_in_the_code() -> None:
    numbers: set[Any] = {
        node.value
        for node in ast.walk(ast.parse(getsource(withholding_rules)))
        if isinstance(node, ast.Constant) and type(node.value) in {int, float}
    }
    assert numbers <= {0, 1, 2, 12}


def test_the_example_of_the_module_holds() -> None:
    assert doctest.testmod(withholding_rules).failed == 0
