"""
Workers that are paused (SIGSTOP) in the middle of their work, and wake when another has done it; and two that
lead at once, because a lock failed. What keeps them from harm is the journal, not the lock. Beside a file the
lock of a paused leader holds; in PostgreSQL others take the lead within seconds.

    RESONANCE_PAUSES=500 pytest tests/integration/recorder/faults/test_paused.py
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from resonance_dao.journal import database, leadership
from resonance_dao.journal.database import parse_url
from resonance_dao.journal.leadership import Leadership

PAUSES = int(os.environ.get("RESONANCE_PAUSES", "60"))
KILLS = int(os.environ.get("RESONANCE_KILLS", "220"))
TICKS = 12
STOPPED_S = 20
# A worker that is paused inside a commit holds SQLite's only lock: nobody can pass it before it wakes. While
# one of its threads is paused at a step of a delivery, another may be inside a commit.
INSIDE = ("before_commit", "deliver.")
GONE = ("database did not do its work", "advisory", "taken over the lead")
pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(max(600, PAUSES * 12, KILLS * 6))]


@pytest.fixture
def two_leaders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody lead."""
    monkeypatch.setattr(Leadership, "acquire", lambda self: True)


def end_sessions(url: str) -> None:
    """Take every session's connection away, as a database does to a client that says nothing any more."""
    engine = create_engine(parse_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()


def is_stopped(child: int) -> bool:
    """Wait until a worker is paused, or has gone its way."""
    deadline = time.monotonic() + STOPPED_S
    while time.monotonic() < deadline:
        found = os.waitid(os.P_PID, child, os.WSTOPPED | os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is not None:
            return found.si_code == os.CLD_STOPPED
        time.sleep(0.005)
    raise AssertionError("a worker neither pauses nor ends")


def pause(harness: Any, plans: Iterator[tuple[str, int]], overtake: Callable[[], None]) -> int:
    """Pause a worker at a step, let another do everything, and wake it; return 1 when it was paused."""
    harness.want()
    plan = next(plans)
    paused = harness.start(plan, random.Random(harness.seed + len(harness.wishes)), TICKS)  # noqa: S311
    was_stopped = is_stopped(paused[0])
    if was_stopped:
        overtake()
        # The receipts that it gave before are read when it ends; until then the client asks again.
        other, deadline = "", time.monotonic() + STOPPED_S
        while other != "settled" and time.monotonic() < deadline:
            other = harness.outcome(*harness.start(("none", 0), random.Random(1), 4 * TICKS))  # noqa: S311
        assert other == "settled", (plan, other)
        os.kill(paused[0], signal.SIGCONT)
    harness.outcome(*paused)
    return int(was_stopped)


def pause_all(harness: Any, steps: list[str], count: int, overtake: Callable[[], None]) -> None:
    harness.strike = signal.SIGSTOP
    harness.stage.chain().request("evm_setAutomine", [False])
    plans = cycle([(step, hit) for hit in (1, 2) for step in steps])
    paused, rounds = 0, 0
    while paused < count and rounds < 6 * count:
        rounds += 1
        paused += pause(harness, plans, overtake)
    harness.finish()
    harness.check()
    assert paused == count


def test_a_paused_leader_that_wakes_beside_another_does_no_harm(
    stage: Any, killing: ModuleType, two_leaders: None
) -> None:
    steps = [step for step in killing.STEPS if not any(part in step for part in INSIDE)]
    steps = [step for step in steps if step not in killing.BY_CHANCE]
    pause_all(killing.Harness(stage, 5), steps, PAUSES // 2, lambda: None)


def test_a_leader_that_was_paused_until_its_sessions_ended_writes_nothing_more(
    on_postgres: Any, killing: ModuleType
) -> None:
    steps = [step for step in killing.STEPS if step not in killing.BY_CHANCE]
    harness = killing.Harness(on_postgres, 6, tolerated=GONE)
    pause_all(harness, steps, PAUSES - PAUSES // 2, lambda: end_sessions(on_postgres.database_url))


def test_a_leader_that_is_paused_is_overtaken_by_whoever_stands_by_and_writes_nothing_more(
    on_postgres: Any, killing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "BEAT_S", 0.05)
    monkeypatch.setattr(leadership, "LAPSES_S", 0.5)
    # One that is paused inside a commit before it leads keeps the others waiting for this long.
    monkeypatch.setattr(database, "IDLE_IN_WRITE_S", 1)
    steps = [step for step in killing.STEPS if step not in killing.BY_CHANCE]
    harness = killing.Harness(on_postgres, 9, tolerated=GONE)
    pause_all(harness, steps, PAUSES - PAUSES // 2, lambda: time.sleep(0.6))


def test_while_the_leader_is_paused_others_accept_and_none_sends(stage: Any, killing: ModuleType) -> None:
    harness = killing.Harness(stage, 7, strike=signal.SIGSTOP)
    harness.wishes.append(killing.Wish(10**6, reverts=False))
    paused = harness.start(("send.marked", 1), random.Random(1), TICKS)  # noqa: S311
    assert is_stopped(paused[0])
    harness.wishes.append(killing.Wish(10**6 + 1, reverts=False))
    second = harness.outcome(*harness.start(("none", 0), random.Random(1), TICKS))  # noqa: S311
    assert second == "tired"
    assert [wish.receipt is not None for wish in harness.wishes] == [True, True]
    assert not harness.events, "it led"
    os.kill(paused[0], signal.SIGCONT)
    harness.outcome(*paused)
    harness.finish()
    harness.check()


@pytest.mark.parametrize("where", ["SQLite", "PostgreSQL"])
def test_two_that_lead_at_once_and_are_killed_lose_nothing(
    request: pytest.FixtureRequest, stage: Any, killing: ModuleType, two_leaders: None, where: str
) -> None:
    stage = request.getfixturevalue("on_postgres") if where == "PostgreSQL" else stage
    stage.chain().request("evm_setAutomine", [False])
    harness = killing.Harness(stage, 8, workers=2, clients=2)
    harness.run(KILLS // 8, lambda _harness: None)
    harness.check()
    assert harness.kills.total() >= KILLS // 8
