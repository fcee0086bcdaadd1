"""The written notice: every item that the law names, in both languages, from the terms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resonance_dao.economy.freelance_rules import freelance_rules
from resonance_dao.economy.withholding_rules import rules
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows.bounty_file import read_bounty
from resonance_dao.workflows.notice import BLANK, Notice, Parties, notice, shown_zone
from resonance_dao.workflows.simulating import Facts, hash_of, simulate

NOW, YEN = 1_800_000_000, 10**18
A, B, C, D, FUNDER, OFFICE = (f"0x{digit * 40}" for digit in "123456")
COIN = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
WORDS = {"en": "Draw the box", "ja": "箱を描く"}
GOOD: dict[str, Any] = {
    "project": 1,
    "title": WORDS,
    "description": WORDS,
    "pay": {
        "token": COIN,
        "amount": "300000",
        "guaranteed": "120000",
        "split": {"base": 60, "success": 40, "long_term": 0},
    },
    "submit_by": "30d",
    "review": {"reviewers": [A, B], "quorum": 2, "window": "4d"},
    "success": {
        "metric": {"en": "boxes sold", "ja": "販売数"},
        "target": 500,
        "source": C,
        "closes_after": "20d",
        "when_silent": 50,
    },
    "arbiter": {"account": D},
}
NOTHING = Parties()


def written(language: str, parties: Parties = NOTHING, *, now: int = NOW, **changes: Any) -> Notice:
    schedule = changes.pop("schedule", None)
    content = {**GOOD, **changes}
    facts = Facts(now=now, decimals=18, symbol="JPYC", funder=FUNDER, schedule=schedule)
    return notice(simulate(read_bounty(json.dumps(content)), facts), parties, language)


def lines(found: Notice, name: str) -> str:
    return "\n".join(next(item.lines for item in found.items if item.name == name))


def test_a_third_language_is_refused() -> None:
    with pytest.raises(InputInvalid, match="ja or en"):
        written("fr")


def test_before_the_law_there_is_no_notice() -> None:
    with pytest.raises(NotFound, match="not in force yet"):
        written("ja", now=freelance_rules("JP").rules[0].start - 1)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_item_of_the_law_is_answered_in_order(language: str) -> None:
    found = written(language)
    assert [item.name for item in found.items] == list(freelance_rules("JP").on(NOW).items)
    assert all(item.lines and all(line.strip() for line in item.lines) for item in found.items)
    assert "法的助言ではありません" in found.text
    assert "令和5年法律第25号" in found.text
    assert found.text.index("1. ") < found.text.index("9. ")


def test_names_that_are_not_given_are_left_blank() -> None:
    assert lines(written("en"), "parties").count(BLANK) == 3
    named = lines(written("ja", Parties("山田堂", "佐藤")), "parties")
    assert "山田堂" in named
    assert "佐藤" in named
    assert FUNDER in named


def test_dates_are_the_clocks_in_the_countrys_time() -> None:
    found = written("en")
    assert "2027-01-15 17:00+09:00" in lines(found, "ordered_on")
    assert "before 2027-02-14 17:00+09:00" in lines(found, "delivery_date")
    assert "2027-02-18 16:59+09:00" in lines(found, "inspection_date")
    due = lines(found, "due_date")
    assert "base: 2027-02-18 16:59+09:00" in due
    assert "success: 2027-03-17 16:59+09:00" in due, "the report's window and the challenge's"
    assert "2027-04-14" in due, "sixty days, the day of receipt the first"
    assert "long-term" not in due


def test_with_applications_the_order_is_the_day_of_selection() -> None:
    assert "selection" in lines(written("en", applications=True), "ordered_on")


def test_amounts_and_how_they_are_computed_are_the_terms() -> None:
    pay = lines(written("ja"), "amount")
    assert "基本 180,000 JPYC、成果 120,000 JPYC" in pay
    assert "÷ 500" in pay
    assert "報告がなければ50%" in pay
    assert "最低保証額(合計): 120,000 JPYC" in pay
    assert "長期" not in pay


def test_the_schedule_of_withholding_is_named_where_there_is_one() -> None:
    schedule = rules("JP").schedule("ordinary", token=COIN, unit=YEN, collector=OFFICE)
    pay = {**GOOD["pay"], "withholding": hash_of(schedule)}
    assert schedule.label in lines(written("en", pay=pay, schedule=schedule), "amount")
    assert hash_of(schedule) in lines(written("en", pay=pay), "amount")
    assert "No tax is withheld" in lines(written("en"), "amount")


def test_dates_for_people_are_in_their_zone() -> None:
    assert shown_zone("ja") == freelance_rules("JP").zone
    assert shown_zone("en").utcoffset(None).total_seconds() == 0
