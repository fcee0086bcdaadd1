"""How the API describes itself, and rules that hold for every route."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from frontend_api.openapi import TAGS
from frontend_api.problems import MEDIA_TYPE


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_every_changing_route_refuses_a_request_without_idempotency_key(app: FastAPI) -> None:
    changing = [path for method, path, _ in operations(app) if method not in ("get", "head")]
    assert len(changing) >= 8
    for path in changing:
        for headers in (
            {},
            {"Idempotency-Key": ""},
            {"Idempotency-Key": "k" * 129},
            {"Idempotency-Key": "é"},
        ):
            encoded = {name: value.encode("latin-1") for name, value in headers.items()}
            answer = TestClient(app).post(path, json={}, headers=encoded)
            assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing"), path
            assert answer.headers["content-type"] == MEDIA_TYPE


def test_every_changing_route_refuses_a_key_twice_a_float_and_a_stranger(app: FastAPI) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    for _, path, operation in operations(app):
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            continue
        twice = TestClient(app).post(path, content=b'{"a":1,"a":1}', headers=headers)
        assert (twice.status_code, twice.json()["code"]) == (400, "json_malformed"), path
        unknown = TestClient(app).post(path, content=b'{"nobody":1.5}', headers=headers)
        assert unknown.status_code == 422, path
        assert {
            "field": "nobody",
            "value": "1.5",
            "rule": "Extra inputs are not permitted",
        } in unknown.json()["errors"]


def test_every_route_tells_its_story(app: FastAPI) -> None:
    known = {tag["name"] for tag in TAGS}
    for method, path, operation in operations(app):
        assert operation["summary"], path
        assert operation["description"].endswith("."), path
        assert set(operation["tags"]) <= known, path
        assert operation["tags"], f"{method} {path}"


def test_every_failure_is_documented_as_a_problem(app: FastAPI) -> None:
    for _, path, operation in operations(app):
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and (path, status) != ("/ready", "503"):
                assert list(answer["content"]) == [MEDIA_TYPE], f"{path} {status}"
                assert answer["content"][MEDIA_TYPE]["schema"]["$ref"].endswith("/ProblemDetails")


def test_every_answer_to_try_again_later_says_when(app: FastAPI) -> None:
    for _, path, operation in operations(app):
        for status in {"429", "503"} & operation["responses"].keys():
            if (path, status) != ("/ready", "503"):
                told = operation["responses"][status]["headers"]["Retry-After"]
                assert told["schema"] == {"type": "integer", "minimum": 1}, f"{path} {status}"


def test_operation_names_are_unique(app: FastAPI) -> None:
    names = [operation["operationId"] for _, _, operation in operations(app)]
    assert len(names) == len(set(names))


def test_every_tag_is_used_and_described(app: FastAPI) -> None:
    used = {tag for _, _, operation in operations(app) for tag in operation["tags"]}
    assert used == {tag["name"] for tag in TAGS}


def test_no_foreign_origin_is_let_in(app: FastAPI) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (
        TestClient(app).options("/v1/payouts/push", headers=headers),
        TestClient(app).get("/health", headers=headers),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_importing_the_application_builds_nothing() -> None:
    import frontend_api.app as module

    assert not [name for name, value in vars(module).items() if isinstance(value, FastAPI)]
