"""The arithmetic of reputation: refusals, the shared vectors, the laws."""

from __future__ import annotations

import doctest
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.economy import decay, reputation
from resonance_dao.economy.decay import DAILY_FACTORS, ONE, daily_factor, power_down
from resonance_dao.economy.reputation import PRIOR, Component, Tally, multiplier_down
from resonance_dao.errors import InputInvalid

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "reputation.json").read_text())
HALF_LIVES = st.sampled_from(sorted(DAILY_FACTORS))
TODAY = 20_000


def cases(name: str) -> Iterator[dict[str, int]]:
    columns = VECTORS[name]
    for texts in zip(*columns.values(), strict=True):
        yield {column: int(text) for column, text in zip(columns, texts, strict=True)}


# Refused


@pytest.mark.parametrize("wrong", [0, 1, 31, 366, True, 30.0, "30", None])
def test_a_half_life_that_is_none_of_the_four_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="half_life"):
        daily_factor(wrong)


@pytest.mark.parametrize(
    ("factor", "elapsed"), [(ONE + 1, 1), (-1, 1), (0.5, 1), (1, -1), (1, 2**32), (1, True)]
)
def test_a_power_of_what_is_no_factor_or_no_number_of_days_is_refused(factor: Any, elapsed: Any) -> None:
    with pytest.raises(InputInvalid):
        power_down(factor, elapsed)


@pytest.mark.parametrize(
    "wrong", [(2, 1, 0), (-1, 1, 0), (0, 2**112, 0), (0, 0, 2**32), (0.5, 1, 0), (0, 0, -1), (True, 1, 0)]
)
def test_a_tally_that_the_ledger_could_not_hold_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid):
        Tally(*wrong)


def test_a_day_before_the_last_change_is_refused() -> None:
    tally = Tally.EMPTY.added(1, since=TODAY, today=TODAY, half_life=30)
    with pytest.raises(InputInvalid, match="today"):
        tally.faded(TODAY - 1, 30)
    with pytest.raises(InputInvalid, match="today"):
        tally.added(1, since=TODAY + 1, today=TODAY, half_life=30)


@pytest.mark.parametrize("wrong", [-1, 10_001, 0.5, True])
def test_a_value_that_is_no_basis_points_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="value_bps"):
        Tally.EMPTY.added(wrong, since=TODAY, today=TODAY, half_life=30)


@pytest.mark.parametrize("wrong", [-1, ONE + 1, 0.3, True])
@pytest.mark.parametrize("place", range(3))
def test_a_component_beyond_one_is_refused(wrong: Any, place: int) -> None:
    components = [0, 0, 0]
    components[place] = wrong
    with pytest.raises(InputInvalid):
        multiplier_down(*components)


# The shared vectors


def test_every_daily_factor_is_the_root_of_a_half_rounded_down() -> None:
    assert {case["days"]: case["factor"] for case in cases("factors")} == dict(DAILY_FACTORS)
    for days, factor in DAILY_FACTORS.items():
        assert 2 * factor**days <= ONE**days < 2 * (factor + 1) ** days


def test_every_power_of_the_shared_vectors_comes_out() -> None:
    found = [power_down(case["factor"], case["elapsed"]) == case["power"] for case in cases("powers")]
    assert len(found) > 100
    assert all(found)


def test_every_step_of_the_shared_vectors_comes_out() -> None:
    steps = list(cases("steps"))
    assert len(steps) > 200
    for case in steps:
        half_life = sorted(DAILY_FACTORS)[case["halfLife"]]
        tally = _after(Tally(case["sum"], case["weight"], case["day"]), case, half_life)
        assert tally == Tally(case["sumAfter"], case["weightAfter"], case["today"])
        assert tally.value_down(case["today"], half_life) == case["value"]


def _after(tally: Tally, case: dict[str, int], half_life: int) -> Tally:
    given = {"since": case["since"], "today": case["today"], "half_life": half_life}
    if case["kind"] == 0:
        return tally.faded(case["today"], half_life)
    return (tally.added if case["kind"] == 1 else tally.removed)(case["valueBps"], **given)


def test_every_multiplier_of_the_shared_vectors_comes_out() -> None:
    for case in cases("multipliers"):
        found = multiplier_down(case["passion"], case["trackRecord"], case["peerRating"])
        assert found == case["multiplierBps"]


# The laws


@given(half_life=HALF_LIVES, elapsed=st.integers(0, 5000))
def test_a_power_is_below_the_exact_one_by_less_than_a_unit_a_day(half_life: int, elapsed: int) -> None:
    exact = Fraction(DAILY_FACTORS[half_life], ONE) ** elapsed * ONE
    assert 0 <= exact - power_down(DAILY_FACTORS[half_life], elapsed) <= elapsed


@given(half_life=HALF_LIVES, elapsed=st.integers(0, 5000), more=st.integers(0, 5000))
def test_what_is_left_never_grows_but_by_rounding(half_life: int, elapsed: int, more: int) -> None:
    factor = DAILY_FACTORS[half_life]
    assert power_down(factor, elapsed + more) <= power_down(factor, elapsed) + elapsed


@given(half_life=HALF_LIVES, values=st.lists(st.integers(0, 10_000), max_size=30))
def test_everything_fades_to_nothing_without_news(half_life: int, values: list[int]) -> None:
    tally = Tally.EMPTY
    for value in values:
        tally = tally.added(value, since=TODAY, today=TODAY, half_life=half_life)
    assert tally.faded(TODAY + 65 * half_life, half_life) == Tally(0, 0, TODAY + 65 * half_life)


EVENTS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "remove"]), st.integers(0, 120), st.integers(0, 10_000)),
    max_size=40,
)


@given(half_life=HALF_LIVES, events=EVENTS, ends=st.integers(0, 2000))
def test_a_tally_is_what_is_left_of_its_live_judgements(
    half_life: int, events: list[tuple[str, int, int]], ends: int
) -> None:
    tally, today, live, ever = Tally.EMPTY, TODAY, [], 0
    for kind, later, value in events:
        today += later
        if kind == "add":
            live.append((value, today))
            ever += 1
            tally = tally.added(value, since=today, today=today, half_life=half_life)
        elif live:
            gone, since = live.pop(value % len(live))
            tally = tally.removed(gone, since=since, today=today, half_life=half_life)
    today += ends
    found, bound = tally.faded(today, half_life), ever * (today - TODAY + 1) + len(events) + 1
    left = [Tally.EMPTY.added(v, since=day, today=today, half_life=half_life) for v, day in live]
    assert abs(found.sum - sum(part.sum for part in left)) <= bound
    assert abs(found.weight - sum(part.weight for part in left)) <= bound
    assert 0 <= found.sum <= found.weight
    assert 0 <= found.value_down(today, half_life) < ONE


@given(values=st.lists(st.integers(0, 10_000), max_size=30))
def test_newcomers_start_at_zero_and_no_few_raters_lift_anyone_high(values: list[int]) -> None:
    tally = Tally.EMPTY
    for value in values:
        tally = tally.added(value, since=TODAY, today=TODAY, half_life=90)
    highest = Fraction(len(values), len(values) + PRIOR // ONE)
    assert tally.value_down(TODAY, 90) == sum(values) * (ONE // 10_000) * ONE // (len(values) * ONE + PRIOR)
    assert Fraction(tally.value_down(TODAY, 90), ONE) <= highest


@given(
    value=st.integers(0, 10_000), half_life=HALF_LIVES, age=st.integers(0, 700), waited=st.integers(0, 700)
)
def test_nobody_gains_by_recording_late(value: int, half_life: int, age: int, waited: int) -> None:
    early = Tally.EMPTY.added(value, since=TODAY, today=TODAY + age, half_life=half_life)
    late = Tally.EMPTY.added(value, since=TODAY, today=TODAY + age + waited, half_life=half_life)
    faded = early.faded(TODAY + age + waited, half_life)
    assert abs(late.sum - faded.sum) <= age + waited + 2
    assert abs(late.weight - faded.weight) <= age + waited + 2


@given(parts=st.tuples(*[st.integers(0, ONE)] * 3), more=st.integers(0, ONE))
def test_a_multiplier_is_within_its_bounds_and_grows_with_each_component(
    parts: tuple[int, int, int], more: int
) -> None:
    found = multiplier_down(*parts)
    assert 10_000 <= found <= 17_000
    for place in range(3):
        better = [min(ONE, part + more * (i == place)) for i, part in enumerate(parts)]
        assert multiplier_down(*better) >= found


def test_the_components_are_numbered_as_in_the_ledger() -> None:
    interface = Path(__file__).parents[3] / "contracts" / "interfaces" / "IReputationLedger.sol"
    listed = interface.read_text().split("enum Component {")[1].split("}")[0]
    names = [name.strip() for name in listed.split(",")]
    assert names == [component.name.title().replace("_", "") for component in Component]


def test_the_examples_of_the_modules_hold() -> None:
    assert doctest.testmod(decay).failed == 0
    assert doctest.testmod(reputation).failed == 0
