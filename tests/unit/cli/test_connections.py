"""Over real sockets: connections that bring no request are closed, and harm nobody while they are open."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import uvicorn

from resonance_dao.cli import connections

HEADERS_S = 1.0
HEAD = b"POST /x HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the body's length."""
    body, more = b"", scope["type"] == "http"
    while more:
        message = await receive()
        body, more = body + message["body"], message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": b"%d" % len(body)})


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Start a server in a thread; return its port."""
    monkeypatch.setattr(connections, "HEADERS_S", HEADERS_S)
    stack = ExitStack()

    def start(**options: Any) -> int:
        given = {"http": connections.Connection, "lifespan": "off", "log_level": "critical", **options}
        server = uvicorn.Server(uvicorn.Config(echo, port=0, **given))
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        stack.callback(thread.join, 10)
        stack.callback(setattr, server, "should_exit", True)
        return int(listening.getsockname()[1])

    yield start
    stack.close()


@pytest.fixture
def port(serve: Callable[..., int]) -> int:
    return serve()


def connect(port: int) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port))
    opened.settimeout(10)
    return opened


def answered(opened: socket.socket) -> str:
    """Return the status and the body, which has one byte."""
    answer = b""
    while b"\r\n\r\n" not in answer or answer.endswith(b"\r\n\r\n"):
        answer += opened.recv(4_096)
    return answer[9:12].decode() + answer[-1:].decode()


def ended_after(opened: socket.socket, trickle: bytes = b"") -> float:
    """Send `trickle` a byte at a time until the other end closes; return how long it took, s."""
    begun = time.monotonic()
    opened.settimeout(0.2)
    while time.monotonic() < begun + 10:
        try:
            opened.sendall(trickle[:1])
            trickle = trickle[1:]
            if opened.recv(1) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    return time.monotonic() - begun


def test_a_caller_who_says_nothing_is_cut_off(port: int) -> None:
    assert HEADERS_S / 2 < ended_after(connect(port)) < 5


def test_a_caller_whose_headers_trickle_is_cut_off(port: int) -> None:
    assert HEADERS_S / 2 < ended_after(connect(port), HEAD + b"x-a: " + b"a" * 100) < 5


def test_the_headers_of_a_second_request_have_the_same_time(port: int) -> None:
    opened = connect(port)
    opened.sendall(HEAD + b"\r\nabc")
    assert answered(opened) == "2003"
    time.sleep(HEADERS_S / 2)
    assert ended_after(opened, HEAD + b"x-a: " + b"a" * 100) < 5


def test_a_body_may_take_longer_than_headers(port: int) -> None:
    opened = connect(port)
    opened.sendall(HEAD + b"\r\na")
    time.sleep(1.5 * HEADERS_S)
    opened.sendall(b"bc")
    assert answered(opened) == "2003"


def test_two_hundred_silent_callers_keep_nobody_waiting(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(connect(port)).sendall(HEAD[:20])
        times = []
        with httpx.Client(trust_env=False) as client:
            for _ in range(20):
                begun = time.monotonic()
                assert client.get(f"http://127.0.0.1:{port}/").status_code == 200
                times.append(time.monotonic() - begun)
        assert sorted(times)[18] < 1


def test_more_connections_than_may_be_are_told_so(serve: Callable[..., int]) -> None:
    port = serve(limit_concurrency=5)
    with ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(connect(port))
        time.sleep(0.2)
        assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == 503
    time.sleep(0.2)
    assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == 200


@pytest.mark.parametrize(("soft", "expected"), [(1_024, 512), (65_536, 32_768), (100, 64), (-1, 32_768)])
def test_half_of_the_descriptors_are_for_callers(
    soft: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (soft, soft))
    assert connections.most() == expected
