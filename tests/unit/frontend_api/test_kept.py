"""Answers that are kept for a moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from frontend_api import readiness
from frontend_api.kept import KEPT_NS, KEYS, Kept, KeptByKey
from resonance_dao.errors import JournalUnavailable
from resonance_dao.workflows.reading.lists import Lists


class Made:
    """Counts how often it was asked; `failing`: for nothing."""

    def __init__(self) -> None:
        self.times, self.failing = 0, False

    def __call__(self) -> int:
        self.times += 1
        time.sleep(0.05)
        if self.failing:
            raise JournalUnavailable("locked")
        return self.times


def test_an_answer_is_kept_for_two_seconds_and_made_anew_after_them() -> None:
    now, made = [7], Made()
    kept = Kept[int](lambda: now[0])
    assert [kept.get(made), kept.get(made)] == [1, 1]
    now[0] += KEPT_NS - 1
    assert kept.get(made) == 1
    now[0] += 1
    assert kept.get(made) == 2


def test_many_who_ask_at_once_ask_once() -> None:
    made, kept = Made(), Kept[int](lambda: 0)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: kept.get(made), range(40))) == {1}
    assert made.times == 1


def test_a_failure_is_kept_as_long_as_an_answer_is() -> None:
    now, made = [0], Made()
    made.failing, kept = True, Kept[int](lambda: now[0])
    for _ in range(3):
        with pytest.raises(JournalUnavailable):
            kept.get(made)
    assert made.times == 1
    made.failing, now[0] = False, KEPT_NS
    assert kept.get(made) == 2


def test_answers_are_kept_by_what_was_asked_and_the_oldest_are_let_go() -> None:
    made, kept = Made(), KeptByKey[int](lambda: 0)
    assert [kept.get("a", made), kept.get("b", made), kept.get("a", made)] == [1, 2, 1]
    for number in range(KEYS - 1):
        kept.get(number, lambda: 0)
    assert kept.get("a", made) == 1, "asked for last, let go last"
    assert kept.get("b", made) == 3


@pytest.mark.parametrize("path", ["/ready", "/v1/payouts/due"])
def test_whoever_asks_often_makes_the_gateway_ask_its_node_once(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    now, asked = [0], list[int]()
    app.state.readiness, app.state.due = Kept(lambda: now[0]), KeptByKey(lambda: now[0])
    ready = readiness.ready

    def counted(*parts: object) -> object:
        asked.append(1)
        return ready(*parts)  # type: ignore[arg-type]

    def due(_lists: Lists, _after: object, _limit: int) -> tuple[list[object], None]:
        asked.append(1)
        return [], None

    monkeypatch.setattr(readiness, "ready", counted)
    monkeypatch.setattr(Lists, "due", due)
    client = TestClient(app)
    answers = {client.get(path).text for _ in range(20)}
    assert (len(answers), len(asked)) == (1, 1)
    now[0] += KEPT_NS
    client.get(path)
    assert len(asked) == 2
