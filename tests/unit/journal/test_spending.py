"""The shared count of what relaying may cost: never more than the limit, whoever takes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from resonance_dao.journal.database import Database
from resonance_dao.journal.spending import Claim, Refusal, Spending

DAY = 20_454


@pytest.fixture
def spending(url: str) -> Spending:
    return Spending(Database(url))


def test_what_does_not_reach_is_refused_and_nothing_is_taken(spending: Spending) -> None:
    assert spending.take(DAY, [Claim("all", 10, 0, 100), Claim("route x", 11, 0, 10)]) == Refusal("route x")
    assert sum(spending.given(DAY).values()) == 0


@pytest.mark.parametrize(("needed", "fits"), [(9, True), (10, True), (11, False)])
def test_a_budget_reaches_to_its_last_gwei(spending: Spending, needed: int, fits: bool) -> None:
    spending.take(DAY, [Claim("all", 90, 0, 100)])
    found = spending.take(DAY, [Claim("all", needed, 0, 100)])
    assert found == ({"all": needed} if fits else Refusal("all"))


def test_a_portion_is_given_while_there_is_one_and_then_the_rest(spending: Spending) -> None:
    claim = Claim("all", 1, 60, 100)
    assert [spending.take(DAY, [claim]) for _ in range(3)] == [{"all": 60}, {"all": 40}, Refusal("all")]


def test_what_is_given_back_can_be_taken_again(spending: Spending) -> None:
    spending.take(DAY, [Claim("all", 100, 0, 100)])
    spending.give_back(DAY, {"all": 30})
    assert spending.take(DAY, [Claim("all", 30, 0, 100)]) == {"all": 30}
    assert spending.given(DAY) == {"all": 100}


def test_each_day_has_its_own_budget_and_old_days_are_forgotten(spending: Spending) -> None:
    for day in (DAY, DAY + 1, DAY + 2):
        assert spending.take(day, [Claim("all", 100, 0, 100)]) == {"all": 100}
    assert [spending.given(day) for day in (DAY, DAY + 1, DAY + 2)] == [{}, {"all": 100}, {"all": 100}]


def test_a_budget_beyond_64_bits_of_wei_is_counted_exactly(spending: Spending) -> None:
    most = 2**62
    assert spending.take(DAY, [Claim("all", most - 1, 0, most)]) == {"all": most - 1}
    assert spending.take(DAY, [Claim("all", 2, 0, most)]) == Refusal("all")


def test_many_at_once_never_get_more_than_the_limit(url: str) -> None:
    replicas = [Spending(Database(url)) for _ in range(4)]

    def take(number: int) -> int:
        claims = [Claim("all", 3, 7, 200), Claim(f"caller {number % 5}", 3, 7, 50)]
        found = replicas[number % 4].take(DAY, claims)
        return 0 if isinstance(found, Refusal) else found["all"]

    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(take, range(60)))
    counted = replicas[0].given(DAY)
    assert sum(given) == counted.pop("all") == 200
    assert max(counted.values()) <= 50
