"""Loops that outlive what their rounds meet, and tell when one of them does not end."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from frontend_api import loop as loops
from frontend_api.loop import INTERVAL_S, TROUBLE_S, Loop, Pauses
from frontend_api.workers import Workers
from tests.unit.frontend_api.conftest import DocumentedClient, until

LONGEST_S, STALL_S = 900.0, 1_800


@pytest.fixture
def times() -> list[float]:
    """The time that loops see."""
    return [0.0]


@pytest.fixture
def held(times: list[float]) -> Iterator[tuple[Loop, threading.Event]]:
    """A loop whose rounds end when they are let go."""
    go, began = threading.Event(), threading.Event()

    def work() -> float:
        began.set()
        go.wait()
        return 3_600.0

    loop = Loop("held", work, lambda: times[0])
    loop.start()
    assert began.wait(5)
    yield loop, go
    go.set()
    loop.stop(5)


def test_a_round_that_does_not_end_is_standing_still(
    held: tuple[Loop, threading.Event], times: list[float]
) -> None:
    loop, go = held
    times[0] = LONGEST_S
    assert not loop.stands_still(LONGEST_S)
    times[0] = LONGEST_S + 1
    assert loop.stands_still(LONGEST_S)
    go.set()
    until(lambda: not loop.stands_still(LONGEST_S))


def test_a_pause_is_no_standing_still(held: tuple[Loop, threading.Event], times: list[float]) -> None:
    loop, go = held
    go.set()
    until(lambda: loop._came_round == 3_600)
    times[0] = 3_600 + LONGEST_S
    assert not loop.stands_still(LONGEST_S)


def test_what_never_began_and_what_was_ended_do_not_stand_still(times: list[float]) -> None:
    loop = Loop("idle", lambda: 0.01, lambda: times[0])
    times[0] = 2 * LONGEST_S
    assert not loop.stands_still(LONGEST_S)
    loop.start()
    loop.stop(5)
    assert not loop.is_alive
    assert not loop.stands_still(LONGEST_S)


def test_a_round_that_cannot_even_tell_what_it_met_is_followed_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loops, "TROUBLE_S", 0.01)
    rounds: list[int] = []

    def work() -> float:
        rounds.append(1)
        raise MemoryError

    loop = Loop("failing", work)
    loop.start()
    until(lambda: len(rounds) > 2)
    assert loop.is_alive
    loop.stop(5)


@pytest.mark.parametrize("which", ["recording", "reading", "telling"])
def test_a_gateway_whose_loop_stands_still_asks_to_be_started_anew(app: FastAPI, which: str) -> None:
    with DocumentedClient(app) as client:
        assert client.get("/health").status_code == 200
        loop = getattr(app.state, which).loop
        loop.stands_still = lambda longest_s: longest_s in (STALL_S, math.inf)
        answer = client.get("/health")
    assert (answer.status_code, answer.json()["code"]) == (503, "stalled")
    assert loop._thread.name in answer.json()["detail"]


def test_a_thread_that_is_gone_is_standing_still(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ending(BaseException):
        """What ends a thread."""

    monkeypatch.setattr(threading, "excepthook", lambda _args: None)

    def work() -> float:
        raise Ending

    loop = Loop("gone", work)
    loop.start()
    until(lambda: not loop.is_alive)
    assert loop.stands_still(LONGEST_S)


def test_work_that_raises_costs_no_thread() -> None:
    workers, done = Workers(1, "raising"), threading.Event()

    def fail() -> None:
        raise MemoryError

    workers.do(fail)
    workers.do(done.set)
    assert done.wait(5)
    workers.close()


def test_where_no_thread_can_be_begun_nothing_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    workers, done = Workers(2, "short"), threading.Event()
    start, most = threading.Thread.start, [0]

    def begin(thread: threading.Thread) -> None:
        if most[0] == 0:
            raise RuntimeError("can't start new thread")
        most[0] -= 1
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", begin)
    with pytest.raises(RuntimeError):
        workers.do(done.set)
    most[0] = 1
    workers.do(done.set)
    assert done.wait(5)
    assert len(workers._threads) == 1
    most[0] = 1
    workers.do(lambda: None)
    until(lambda: len(workers._threads) == 2)
    workers.close()


def test_pauses_grow_with_failures_in_a_row_and_begin_anew_when_all_is_well() -> None:
    pauses = Pauses()
    assert [pauses.after(is_well=True) for _ in range(2)] == [INTERVAL_S] * 2
    assert [pauses.after(is_well=False) for _ in range(6)] == [0.5, 1, 2, 5, TROUBLE_S, TROUBLE_S]
    assert pauses.after(is_well=True) == INTERVAL_S
    assert pauses.after(is_well=False) == 0.5
