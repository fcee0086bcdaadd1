"""Division among payees: refusals, the shared vectors, the laws."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.economy import allocation
from resonance_dao.economy.allocation import split_down
from resonance_dao.errors import InputInvalid


@pytest.mark.parametrize("wrong", [True, 1.5, "100", None, -1, 2**240 + 1])
def test_an_amount_that_is_no_integer_in_range_is_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="amount"):
        split_down(wrong, (10_000,))


@pytest.mark.parametrize(
    "wrong",
    [(), (9999,), (5000, 5001), (10_000, 0), (10_001, -1), (True, 9999), (5000.0, 5000), (40,) * 251],
)
def test_shares_that_are_not_a_division_of_the_whole_are_refused(wrong: Any) -> None:
    with pytest.raises(InputInvalid, match="shares_bps"):
        split_down(100, wrong)


def test_every_split_of_the_shared_vectors_comes_out(vectors: Any) -> None:
    assert len(vectors["splits"]) > 30
    for case in vectors["splits"]:
        assert split_down(int(case["amount"]), case["sharesBps"]) == tuple(
            int(part) for part in case["amounts"]
        )


@given(
    amount=st.integers(0, 2**240),
    cuts=st.sets(st.integers(1, 9999), max_size=249).map(sorted),
)
def test_no_unit_is_lost_and_only_the_first_gets_the_remainder(amount: int, cuts: list[int]) -> None:
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    parts = split_down(amount, shares)
    assert sum(parts) == amount
    assert parts[1:] == tuple(amount * share // 10_000 for share in shares[1:])
    assert 0 <= parts[0] - amount * shares[0] // 10_000 < len(shares)


def test_the_example_of_the_module_holds() -> None:
    assert doctest.testmod(allocation).failed == 0
