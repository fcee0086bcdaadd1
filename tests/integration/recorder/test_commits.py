"""
Kill the recorder just before and just after every commit that it makes, whoever makes it: nothing is lost,
nothing is done twice. No list of steps is kept here that could be forgotten: a worker that is left alone
tells which commits there are.

    RESONANCE_COMMITS=20 pytest tests/integration/recorder/test_commits.py
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.journal.sightings import Sightings

TIMES = int(os.environ.get("RESONANCE_COMMITS", "1"))
"""How often each commit is killed at, before and after."""
TRIES = 4
ONCE = (
    "senders.accounted.before_commit",
    "senders.accounted.committed",
    "pin_rounds.of.before_commit",
    "pin_rounds.of.committed",
)
"""A journal does these when it is new, and never again."""
OUTAGE = {"reason_code": "GATEWAY_OUTAGE", "what": "It was down.", "why": "No power.", "next": "None."}
MACHINERY = ("database.py", "contextlib.py", Path(__file__).name)
pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(max(600, TIMES * 300))]


class AtCommits:
    """A stage whose journals come to a step at every commit; which, stands in `file` afterwards."""

    def __init__(self, stage: Any, file: Path) -> None:
        self._stage, self._file = stage, file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stage, name)

    def journal(self, hook: Callable[[str], None] = lambda _step: None, **options: Any) -> Any:
        journal = self._stage.journal(**options)

        def at_commit(when: str) -> None:
            step = f"{writer()}.{when}"
            with self._file.open("a") as steps:
                steps.write(step + "\n")
            hook(step)

        journal.database.hook = at_commit
        return journal

    def steps(self) -> list[str]:
        """Return every step that any worker came to; webhooks are added before there are workers."""
        return sorted(step for step in set(self._file.read_text().split()) if "webhooks.add" not in step)


def writer() -> str:
    """Name the function whose commit this is."""
    frame = sys._getframe()
    while frame.f_back is not None and Path(frame.f_code.co_filename).name in MACHINERY:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"


@pytest.fixture
def harness(stage: Any, killing: ModuleType, tmp_path: Path) -> Any:
    """A harness after a quiet life, in which its workers told where they commit."""
    stage.chain().request("evm_setAutomine", [False])
    stage.mine(2)
    made = killing.Harness(AtCommits(stage, tmp_path / "steps"), seed=1)
    for step in ONCE:
        made.want()
        made.work([(step, 1)], seed=0)
    for _ in range(5):
        made.want()
    made.finish()
    return made


def strike(harness: Any, step: str, disturb: Callable[[int], object]) -> None:
    """Let a worker be killed at a step, with as much going on as it takes to come there."""
    killed = harness.kills[step]
    for _ in range(TRIES):
        harness.want()
        disturb(len(harness.wishes))
        harness.work([(step, 1)], seed=harness.kills.total())
        if harness.kills[step] > killed:
            return


def test_kills_around_every_commit_lose_nothing(harness: Any, outsider_mints: Callable[[int], str]) -> None:
    steps = harness.stage.steps()
    assert len(steps) > 20
    for _ in range(TIMES):
        for step in set(steps) - set(ONCE):
            strike(harness, step, outsider_mints)
    harness.finish()
    harness.check()
    missed = [step for step in steps if harness.kills[step] < (1 if step in ONCE else TIMES)]
    assert missed == [], str(missed)


def test_a_recorder_that_tells_of_others_before_it_keeps_them_is_caught(
    harness: Any, outsider_mints: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Sightings.add

    def in_two(self: Sightings, tx_hash: str, block: Any, draft: Any, now: int) -> int:
        if tx_hash not in self.known([tx_hash]):
            with self._database.write() as connection:
                self._journal.lock(connection)
                self._journal.append(connection, draft, now)
            add(self, tx_hash, block, replace(draft, kind="disclosure", body=OUTAGE), now)
        return 0

    monkeypatch.setattr(Sightings, "add", in_two)
    with pytest.raises(AssertionError):
        strike(harness, "test_commits.in_two.committed", outsider_mints)
        assert harness.kills["test_commits.in_two.committed"] == 1, "nothing was tried"
        harness.finish()
        harness.check()
