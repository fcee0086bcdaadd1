"""A process that must not go on ends; one that is somebody else's never does."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from frontend_api import readiness
from frontend_api.middleware.request_log import RequestLog
from frontend_api.watch import STATUS, Watch

HANG_S = 3_600.0


def raised(*errors: BaseException) -> BaseException:
    """Return the last of errors of which each came of the one before."""
    for number, error in enumerate(errors[1:]):
        error.__cause__ = errors[number]
    return errors[-1]


def in_its_place() -> BaseException:
    """Return an error that was raised while a shortage was handled."""
    try:
        try:
            raise MemoryError
        except MemoryError:
            raise RuntimeError("while it was handled")  # noqa: B904  that is the case
    except RuntimeError as exc:
        return exc


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (MemoryError(), True),
        (MemoryError, True),
        (SystemError("deallocated bytearray object has exported buffers"), True),
        (raised(MemoryError(), ValueError("cannot be read"), RuntimeError("refused")), True),
        (in_its_place(), True),
        (None, False),
        (RuntimeError("a fault of ours"), False),
        (OSError(24, "Too many open files"), False),
        (raised(ValueError("cannot be read"), RuntimeError("refused")), False),
    ],
)
def test_only_what_python_does_not_survive_ends_it(error: Any, ends: bool) -> None:
    ended: list[int] = []
    Watch(HANG_S, lambda: ended.append(1)).met(error)
    assert ended == [1] * ends


def test_an_error_that_comes_of_itself_is_looked_at_to_an_end() -> None:
    first, second = RuntimeError("first"), RuntimeError("second")
    first.__cause__, second.__cause__ = second, first
    Watch(HANG_S, lambda: pytest.fail("it ended")).met(first)


def test_a_process_that_is_not_the_gateways_is_never_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faulthandler.dump_traceback_later", lambda *_, **__: pytest.fail("it is watched"))
    watch, hook = Watch(None, lambda: pytest.fail("it ended")), sys.unraisablehook
    watch.met(MemoryError())

    async def run() -> None:
        async with watch.over():
            assert sys.unraisablehook is hook
            await asyncio.sleep(0)

    asyncio.run(run())


@pytest.mark.parametrize(("module", "hook"), [(sys, "unraisablehook"), (threading, "excepthook")])
def test_what_only_python_is_told_ends_it_too(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, hook: str
) -> None:
    ended, told = list[int](), list[object]()
    monkeypatch.setattr(module, hook, told.append)
    before = getattr(module, hook)

    async def run() -> None:
        async with Watch(HANG_S, lambda: ended.append(1)).over():
            for kind in (ValueError, MemoryError):
                getattr(module, hook)(SimpleNamespace(exc_type=kind))

    asyncio.run(run())
    assert (len(told), ended) == (2, [1])
    assert getattr(module, hook) == before


def test_where_no_memory_is_left_to_look_at_an_error_it_ends() -> None:
    class Deep(RuntimeError):
        @property
        def __cause__(self) -> BaseException:  # type: ignore[override]
            raise MemoryError

    ended: list[int] = []
    Watch(HANG_S, lambda: ended.append(1)).met(Deep())
    assert ended == [1]


def test_a_loop_that_hangs_from_the_beginning_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    armed: list[float] = []
    monkeypatch.setattr("faulthandler.dump_traceback_later", lambda hang_s, **_: armed.append(hang_s))

    async def run() -> None:
        async with Watch(HANG_S).over():
            assert armed == [HANG_S]

    asyncio.run(run())


def test_every_part_of_a_gateway_tells_its_watch_what_it_meets(app: FastAPI) -> None:
    state, met = app.state, app.state.watch.met
    parts = (
        state.recording.loop,
        state.reading.loop,
        state.telling.loop,
        state.relaying,
        state.loop_troubles,
    )
    assert all(part._met == met for part in parts)
    assert state.relaying._workers._met == met
    assert next(layer for layer in app.user_middleware if layer.cls is RequestLog).kwargs["met"] == met


def test_what_a_check_of_readiness_meets_is_told_too(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(_parts: object) -> str:
        raise MemoryError

    ended: list[int] = []
    monkeypatch.setattr(readiness, "_evidence", short)
    app.state.watch = Watch(HANG_S, lambda: ended.append(1))
    assert TestClient(app).get("/ready").status_code == 503
    assert ended == [1]


def test_the_last_words_are_a_line_of_the_log() -> None:
    code = f"from frontend_api.watch import Watch; Watch({HANG_S}).met(MemoryError()); print('it goes on')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (STATUS, "")
    assert json.loads(done.stderr)["event"] == "out_of_memory"
