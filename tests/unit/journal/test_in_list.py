"""Lists for SQL's `IN`: few lengths, and the same rows as without what fills them up."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.journal import in_list as module
from resonance_dao.journal.in_list import WIDEST, in_list
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.outbox import Outbox

SQLITE_VALUES = 32_766


@pytest.mark.parametrize("length", [0, WIDEST + 1, SQLITE_VALUES])
def test_nothing_is_added_to_an_empty_list_or_to_one_that_sqlite_might_refuse_then(length: int) -> None:
    assert in_list(range(length)) == list(range(length))


@given(st.lists(st.integers(), min_size=1, max_size=3 * WIDEST))
def test_the_values_stay_in_their_order_and_no_other_comes(values: list[int]) -> None:
    found = in_list(values)
    assert found[: len(values)] == values
    assert set(found[len(values) :]) <= {values[-1]}


def test_there_is_a_length_for_each_power_of_two() -> None:
    lengths = {len(in_list(range(length))) for length in range(1, WIDEST + 1)}
    assert lengths == {2**power for power in range(WIDEST.bit_length())}


def test_the_example_is_true() -> None:
    assert doctest.testmod(module) == (0, 2)


def test_lists_of_every_length_are_few_statements(journal: Journal, statements: list[str]) -> None:
    outbox = Outbox(journal)
    for length in range(1, 300):
        assert outbox.own(f"0x{number:064x}" for number in range(length)) == set()
    lists = {statement.count("?") + statement.count("%(") for statement in statements if " IN " in statement}
    assert lists == {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}
