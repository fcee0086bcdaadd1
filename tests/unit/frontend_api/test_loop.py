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


def unheeded(_error: BaseException) -> None:
    """What was met is nobody's concern."""


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

    loop = Loop("held", work, unheeded, lambda: times[0])
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
    loop = Loop("idle", lambda: 0.01, unheeded, lambda: times[0])
    times[0] = 2 * LONGEST_S
    assert not loop.stands_still(LONGEST_S)
    loop.start()
    loop.stop(5)
    assert not loop.is_alive
    assert not loop.stands_still(LONGEST_S)


def test_a_round_that_fails_is_followed_by_another_and_is_none(
    monkeypatch: pytest.MonkeyPatch, times: list[float]
) -> None:
    monkeypatch.setattr(loops, "_PAUSES_S", (0.01,))
    met: list[BaseException] = []

    def work() -> float:
        raise MemoryError

    loop = Loop("failing", work, met.append, lambda: times[0])
    loop.start()
    until(lambda: len(met) > 2)
    assert loop.is_alive
    times[0] = LONGEST_S + 1
    assert loop.stands_still(LONGEST_S)
    loop.stop(5)
    assert {type(error) for error in met} == {MemoryError}


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

    loop = Loop("gone", work, unheeded)
    loop.start()
    until(lambda: not loop.is_alive)
    assert loop.stands_still(LONGEST_S)


def test_work_that_raises_costs_no_thread() -> None:
    met: list[BaseException] = []
    workers, done = Workers(1, "raising", met.append), threading.Event()

    def fail() -> None:
        raise MemoryError

    workers.do(fail)
    workers.do(done.set)
    assert done.wait(5)
    workers.close()
    assert [type(error) for error in met] == [MemoryError]


def test_where_a_thread_is_missing_work_is_refused_and_what_began_is_not_begun_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workers = Workers(2, "short", unheeded)
    begin, begun = threading.Thread.start, list[threading.Thread]()

    def start(thread: threading.Thread) -> None:
        if begun:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError):
        workers.do(lambda: pytest.fail("it was refused"))
    with monkeypatch.context() as enough:
        enough.setattr(threading.Thread, "start", begin)
        workers.start()
    assert all(thread.is_alive() for thread in workers._threads)
    workers.close()
    assert not any(thread.is_alive() for thread in workers._threads)


def test_work_needs_no_thread_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Workers(2, "early", unheeded)
    done, begun = [threading.Event() for _ in range(8)], list[str]()
    workers.start()
    monkeypatch.setattr(threading.Thread, "start", lambda thread: begun.append(thread.name))
    for event in done:
        workers.do(event.set)
    workers.close()
    assert all(event.is_set() for event in done)
    assert begun == []


def test_pauses_grow_with_failures_in_a_row_and_begin_anew_when_all_is_well() -> None:
    pauses = Pauses()
    assert [pauses.after(is_well=True) for _ in range(2)] == [INTERVAL_S] * 2
    assert [pauses.after(is_well=False) for _ in range(6)] == [0.5, 1, 2, 5, TROUBLE_S, TROUBLE_S]
    assert pauses.after(is_well=True) == INTERVAL_S
    assert pauses.after(is_well=False) == 0.5
