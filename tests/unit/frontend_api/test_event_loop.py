"""What the event loop reports is in the log, and does not fill it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from typing import Any

import pytest

from frontend_api.event_loop import QUIET_S, LoopTroubles
from frontend_api.logs import build_logger
from tests.unit.frontend_api.conftest import DocumentedClient

SHORT = {"message": "socket.accept() out of system resource", "exception": OSError(24, "Too many open files")}


@pytest.fixture
def times() -> list[float]:
    """The time that is seen."""
    return [100.0]


def tell(stream: io.StringIO, times: list[float], *contexts: dict[str, Any]) -> list[dict[str, Any]]:
    met: list[BaseException | None] = []
    troubles = LoopTroubles(build_logger(stream), met.append, lambda: times[0])
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        for context in contexts:
            times[0] += context.get("after", 0)
            troubles(loop, context)
    assert met == [context.get("exception") for context in contexts]
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_what_comes_by_the_thousand_is_one_line(log: io.StringIO, times: list[float]) -> None:
    (line,) = tell(log, times, *[SHORT] * 5_000)
    assert (line["event"], line["level"]) == ("event_loop", "error")
    assert line["reason"] == SHORT["message"]
    assert "Too many open files" in line["exception"]


def test_one_that_goes_on_is_told_again_with_how_many_were_left_out(
    log: io.StringIO, times: list[float]
) -> None:
    lines = tell(log, times, *[SHORT] * 8, SHORT | {"after": QUIET_S}, SHORT | {"after": QUIET_S})
    assert [line["left_out"] for line in lines] == [0, 7, 0]


def test_another_kind_is_not_left_out(log: io.StringIO, times: list[float]) -> None:
    other = {"message": "Exception in callback", "exception": RuntimeError("postgresql://u:SECRET@host/db")}
    silent = [{"message": "of no exception"}, {"message": "of none either"}]
    lines = tell(log, times, SHORT, other, *silent, *silent)
    assert [line["reason"] for line in lines] == [context["message"] for context in (SHORT, other, *silent)]
    assert "SECRET" not in log.getvalue()


def test_the_same_exception_from_elsewhere_is_another_kind(log: io.StringIO, times: list[float]) -> None:
    def fail_here() -> None:
        raise RuntimeError("the first")

    def fail_there() -> None:
        raise RuntimeError("the second")

    contexts = []
    for fail in (fail_here, fail_there, fail_here):
        with pytest.raises(RuntimeError) as caught:
            fail()
        contexts.append({"message": "Exception in callback", "exception": caught.value})
    assert ["the first" in line["exception"] for line in tell(log, times, *contexts)] == [True, False]


def test_a_task_is_named_without_what_it_was_given(log: io.StringIO, times: list[float]) -> None:
    async def forgotten(secret: str) -> None: ...

    async def tell_of_it() -> list[dict[str, Any]]:
        task = asyncio.ensure_future(forgotten("SECRET"))
        await task
        return tell(log, times, {"message": "Task was destroyed but it is pending!", "task": task})

    (line,) = asyncio.run(tell_of_it())
    assert line["task"].endswith("forgotten")
    assert "SECRET" not in log.getvalue()


def test_the_application_takes_what_its_loop_reports(client: DocumentedClient, log: io.StringIO) -> None:
    def report() -> None:
        asyncio.get_running_loop().call_exception_handler(dict(SHORT))

    with client:
        assert client.portal is not None
        client.portal.call(report)
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["reason"] for line in told if line["event"] == "event_loop"] == [SHORT["message"]]
