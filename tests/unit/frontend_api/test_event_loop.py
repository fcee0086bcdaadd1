"""What the event loop reports is in the log, and does not fill it."""

from __future__ import annotations

import asyncio
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
    troubles, loop = LoopTroubles(build_logger(stream), lambda: times[0]), asyncio.new_event_loop()
    for context in contexts:
        times[0] += context.get("after", 0)
        troubles(loop, context)
    loop.close()
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
    lines = tell(log, times, SHORT, other, {"message": "of no exception"})
    assert len(lines) == 3
    assert "SECRET" not in log.getvalue()


def test_the_application_takes_what_its_loop_reports(client: DocumentedClient, log: io.StringIO) -> None:
    def report() -> None:
        asyncio.get_running_loop().call_exception_handler(dict(SHORT))

    with client:
        assert client.portal is not None
        client.portal.call(report)
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["reason"] for line in told if line["event"] == "event_loop"] == [SHORT["message"]]
