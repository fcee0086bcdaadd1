"""The steps of a tick: each is done by who leads then, and trouble in one keeps none from running."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from resonance_dao.errors import ChainUnreachable, JournalConflict
from resonance_dao.workflows.recorder import Steps


def failing(error: Exception) -> Iterator[int]:
    raise error
    yield 0


def test_a_step_is_left_out_by_who_has_lost_the_lead_in_the_middle_of_a_tick() -> None:
    leads, done = iter([True, False, False]), list[str]()
    steps = Steps(lambda: next(leads))
    counted = [steps.run(lambda name=name: len(done.append(name) or done)) for name in "abc"]  # type: ignore[misc]
    assert (counted, done) == ([1, 0, 0], ["a"])
    assert steps.troubles == ["another process has taken over the lead"] * 2


def test_trouble_that_passes_is_told_and_what_contradicts_the_journal_stops() -> None:
    steps = Steps(lambda: True)
    assert steps.run(lambda: next(failing(ChainUnreachable("it is down")))) == 0
    assert steps.run(lambda: 3) == 3
    assert steps.troubles == ["it is down"]
    with pytest.raises(JournalConflict):
        steps.run(lambda: next(failing(JournalConflict("another log"))))
