"""What the law asks of an order to a freelancer, as data: refusals, what a file must hold, the sixty days."""

from __future__ import annotations

import ast
import doctest
from datetime import datetime, timedelta, timezone
from inspect import getsource

import pytest

from resonance_dao.economy import freelance_rules as module
from resonance_dao.economy.freelance_rules import freelance_rules
from resonance_dao.errors import InputInvalid, NotFound

JST = timezone(timedelta(hours=9))
START = int(datetime(2024, 11, 1, tzinfo=JST).timestamp())


def at(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=JST).timestamp())  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("wrong", ["", "J", "JPN", "..", "日本", "j/"])
def test_a_country_that_is_no_code_is_refused(wrong: str) -> None:
    with pytest.raises(InputInvalid, match="country"):
        freelance_rules(wrong)


def test_a_country_without_data_is_not_found() -> None:
    with pytest.raises(NotFound, match="AQ"):
        freelance_rules("aq")


def test_before_the_law_there_is_no_rule() -> None:
    rules = freelance_rules("JP")
    with pytest.raises(NotFound, match="not in force yet"):
        rules.on(START - 1)
    assert rules.on(START) is rules.on(START + 1) is rules.rules[0]


def test_the_day_of_receipt_is_the_first_of_sixty() -> None:
    rules = freelance_rules("JP")
    rule, received = rules.on(START), at(2027, 1, 1, 23, 59)
    assert rule.pay_by(received, rules.zone).isoformat() == "2027-03-01"
    assert not rule.is_late(received, at(2027, 3, 1, 23, 59), rules.zone)
    assert rule.is_late(received, at(2027, 3, 2, 0, 0), rules.zone)


def test_every_item_has_words_in_both_languages_and_a_source() -> None:
    rules = freelance_rules("JP")
    rows = [rules.law, *rules.notes, *(item for rule in rules.rules for item in rule.items.values())]
    for row in rows:
        assert row["ja"] and row["en"] and row["source"]
    assert "法的助言ではありません" in rules.notice["ja"]
    assert "法的助言ではありません" in rules.notice["en"]
    assert [rule.start for rule in rules.rules] == sorted(rule.start for rule in rules.rules)


def test_no_limit_stands_in_the_code() -> None:
    numbers = {
        node.value
        for node in ast.walk(ast.parse(getsource(module)))
        if isinstance(node, ast.Constant) and type(node.value) is int
    }
    assert numbers <= {0, 1, 2}


def test_the_example_runs() -> None:
    assert doctest.testmod(module).attempted > 0
    assert doctest.testmod(module).failed == 0
