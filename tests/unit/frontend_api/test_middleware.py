"""What every request passes."""

from __future__ import annotations

import io
import json

import anyio
import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Scope

from frontend_api.logs import build_logger
from frontend_api.middleware.body_limit import BodyLimit
from frontend_api.middleware.patience import Patience
from frontend_api.middleware.request_log import RequestLog
from frontend_api.middleware.security_headers import HEADERS, SecurityHeaders
from frontend_api.problems import install
from frontend_api.settings import GatewaySettings

SETTINGS = GatewaySettings(upload_bytes=100_000, body_bytes=1_000)


def reader() -> FastAPI:
    app = FastAPI()
    install(app, lambda _error: None)

    @app.post("/{path:path}")
    async def read(path: str, request: Request) -> int:
        return len(await request.body())

    @app.get("/short")
    def short() -> None:
        raise MemoryError

    @app.get("/fail")
    def fail() -> None:
        raise RuntimeError("postgresql://user:SECRET@host/db broke")

    return app


def limited() -> TestClient:
    app = reader()
    app.add_middleware(BodyLimit, settings=SETTINGS)
    return TestClient(app)


def log_to(app: FastAPI, stream: io.StringIO) -> list[BaseException]:
    """Log an application's requests; return the list of what they met."""
    met: list[BaseException] = []
    app.add_middleware(RequestLog, logger=build_logger(stream), new_id=lambda: "made-id", met=met.append)
    return met


def logged() -> tuple[TestClient, io.StringIO]:
    app, stream = reader(), io.StringIO()
    log_to(app, stream)
    return TestClient(app), stream


def test_a_body_over_the_limit_is_refused_by_its_told_length() -> None:
    answer = limited().post("/v1/x", content=b"a" * 1_001)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert "1000 bytes" in answer.json()["detail"]


def test_a_body_that_does_not_tell_its_length_is_counted() -> None:
    answer = limited().post("/v1/x", content=(b"a" * 100 for _ in range(11)))
    assert answer.status_code == 413


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert limited().post("/v1/x", content=b"a" * 1_000).json() == 1_000


def test_evidence_has_a_limit_of_its_own_that_is_named() -> None:
    assert limited().post("/v1/evidence", content=b"a" * 50_000).status_code == 200
    answer = limited().post("/v1/evidence", content=(b"a" * 1_000 for _ in range(200)))
    assert answer.status_code == 413
    assert "100000 bytes" in answer.json()["detail"]


def test_a_length_that_is_no_number_is_refused() -> None:
    assert limited().post("/v1/x", content=b"", headers={"content-length": "-5"}).status_code == 413


def test_what_nobody_expected_is_a_problem_without_a_traceback() -> None:
    client, stream = logged()
    answer = client.get("/fail")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert answer.json()["request_id"] == "made-id"
    assert "Traceback" not in answer.text
    assert "SECRET" not in answer.text + stream.getvalue()
    assert "RuntimeError" in stream.getvalue()


def test_a_machine_that_is_short_of_memory_is_no_error_of_ours() -> None:
    client, stream = logged()
    answer = client.get("/short")
    assert (answer.status_code, answer.json()["code"]) == (503, "exhausted")
    assert answer.headers["Retry-After"]
    assert "MemoryError" in stream.getvalue()
    assert "Traceback" not in stream.getvalue()


def test_an_answer_is_owed_even_without_memory_for_a_line() -> None:
    class Forgetful(io.StringIO):
        def write(self, text: str) -> int:
            if "request_short" in text:
                raise MemoryError
            return super().write(text)

    app = reader()
    met = log_to(app, Forgetful())
    assert TestClient(app).get("/short").status_code == 503
    assert [type(error) for error in met] == [MemoryError] * 2


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", 'a"b'])
def test_a_malformed_request_id_is_replaced(given: str) -> None:
    client, _ = logged()
    assert client.post("/x", headers={"X-Request-Id": given}).headers["x-request-id"] == "made-id"


def test_a_well_formed_request_id_is_kept_and_logged() -> None:
    client, stream = logged()
    answer = client.post("/x?token=SECRET", content=b"SECRET", headers={"X-Request-Id": "abc-1.2_3"})
    assert answer.headers["x-request-id"] == "abc-1.2_3"
    line = json.loads(stream.getvalue())
    assert line["request_id"] == "abc-1.2_3"
    assert (line["method"], line["path"], line["status"]) == ("POST", "/x", 200)
    assert "SECRET" not in stream.getvalue()


def test_every_answer_has_the_security_headers() -> None:
    app = reader()
    app.add_middleware(SecurityHeaders)
    for answer in (TestClient(app).post("/x"), TestClient(app).get("/none")):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


SCOPE: Scope = {
    "type": "http",
    "method": "POST",
    "path": "/x",
    "headers": [],
    "query_string": b"",
    "app": None,
}


def ask(app: ASGIApp, messages: list[Message]) -> list[Message]:
    """Serve one request whose body arrives as `messages` and then never goes on."""
    sent: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    async def serve() -> None:
        with anyio.fail_after(5):
            await app({**SCOPE}, receive, send)

    anyio.run(serve)
    return sent


def test_a_caller_who_falls_silent_is_told_so() -> None:
    slow = Patience(reader(), silence_s=0)
    sent = ask(slow, [{"type": "http.request", "body": b"a", "more_body": True}])
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "timed_out"


def trickling(app: ASGIApp, part: bytes, every_s: float) -> tuple[int, float]:
    """Serve one request whose body comes part by part for ever; return the status and the time, s."""
    statuses = list[int]()

    async def receive() -> Message:
        await anyio.sleep(every_s)
        return {"type": "http.request", "body": part, "more_body": True}

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    async def serve() -> float:
        begun = anyio.current_time()
        with anyio.move_on_after(4):
            await app({**SCOPE}, receive, send)
        return anyio.current_time() - begun

    took = anyio.run(serve)
    return (statuses or [0])[0], took


def test_a_body_that_trickles_is_ended_though_it_never_stands_still() -> None:
    status, took = trickling(Patience(reader(), silence_s=1), b"a", 0.2)
    assert status == 408
    assert 0.9 < took < 3


def test_a_body_that_comes_fast_enough_is_waited_for_however_long_it_takes() -> None:
    status, _ = trickling(Patience(reader(), silence_s=1), b"a" * 1_000, 0.1)
    assert status == 0


def test_a_gateway_that_falls_silent_says_so() -> None:
    async def endless(scope: Scope, receive: object, send: object) -> None:
        await anyio.sleep_forever()

    assert ask(Patience(endless, silence_s=0), [])[0]["status"] == 504


def test_a_request_that_makes_progress_is_not_cut() -> None:
    assert TestClient(Patience(reader(), silence_s=2)).post("/x", content=b"abc").json() == 3
