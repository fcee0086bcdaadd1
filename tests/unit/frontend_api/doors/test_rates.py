"""How often: the quota at once, then evenly, by a clock that nobody sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend_api.doors.rates import Quota, Rates

SECOND = 10**9


class Clock:
    now = 5 * SECOND

    def __call__(self) -> int:
        return self.now


@pytest.mark.parametrize(("later", "allowed"), [(10 * SECOND - 1, False), (10 * SECOND, True)])
def test_one_request_comes_back_after_its_part_of_the_window(later: int, allowed: bool) -> None:
    clock = Clock()
    rates, quota = Rates(clock), Quota("q", 6)
    assert [rates.take("a", quota).allowed for _ in range(7)] == [True] * 6 + [False]
    clock.now += later
    assert rates.take("a", quota).allowed == allowed
    assert not rates.take("a", quota).allowed


def test_callers_and_quotas_do_not_share() -> None:
    rates = Rates(Clock())
    assert all(rates.take(who, Quota(name, 1)).allowed for who in "ab" for name in "xy")
    assert not rates.take("a", Quota("x", 1)).allowed


def test_what_is_refused_costs_nothing() -> None:
    clock = Clock()
    rates, quota = Rates(clock), Quota("q", 1)
    rates.take("a", quota)
    for _ in range(100):
        assert rates.take("a", quota).reset_s == 60
    clock.now += 60 * SECOND
    assert rates.take("a", quota).allowed


def test_no_more_callers_are_kept_than_fit() -> None:
    clock = Clock()
    rates = Rates(clock, most=100)
    for number in range(1_000):
        rates.take(str(number), Quota("q", 1))
    assert len(rates) == 100
    clock.now += 61 * SECOND
    rates.take("last", Quota("q", 1))
    assert len(rates) == 1


@given(st.lists(st.integers(0, 3 * SECOND), min_size=1, max_size=200), st.integers(1, 50))
def test_no_window_ever_sees_more_than_twice_the_quota(pauses: list[int], count: int) -> None:
    clock = Clock()
    rates, quota, passed = Rates(clock), Quota("q", count), list[int]()
    for pause in pauses:
        clock.now += pause
        verdict = rates.take("a", quota)
        assert 0 <= verdict.remaining < count
        if verdict.allowed:
            passed.append(clock.now)
    for start in passed:
        assert sum(start <= moment < start + 60 * SECOND for moment in passed) <= 2 * count
