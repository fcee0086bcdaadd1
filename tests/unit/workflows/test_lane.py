"""How many records a full batch takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.workflows.lane import BatchLane, RecordLane

# Neither asks its journal or its contract for this.
records, batches = RecordLane.__new__(RecordLane), BatchLane.__new__(BatchLane)


@given(st.integers(0, 2**40), st.integers(1, 4_000))
def test_a_full_batch_of_records_ends_where_whole_subtrees_do(size: int, most: int) -> None:
    count = records.full(size, most)
    unit = max(2**power for power in range(7) if 2**power <= most)
    assert 1 <= count <= most
    assert (size + count) % unit == 0
    assert most - count < unit


def test_full_batches_of_a_power_of_two_follow_one_another_whole() -> None:
    assert [records.full(size, 16) for size in (5, 16, 32, 47)] == [11, 16, 16, 1]
    assert [records.full(size, 256) for size in (0, 5, 256, 320)] == [256, 251, 256, 256]


def test_a_batch_that_is_one_leaf_is_never_cut() -> None:
    assert [batches.full(size, most) for size, most in ((0, 3), (5, 16), (7, 4_000))] == [3, 16, 4_000]
