"""Errors on the wire."""

from __future__ import annotations

import errno
import json
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

from frontend_api import words
from frontend_api.problems import (
    MEDIA_TYPE,
    STATUSES,
    Problem,
    RequestRefused,
    install,
    of_error,
    of_shortage,
)
from resonance_dao import errors

NO_THREAD = RuntimeError("can't start new thread")
KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.ResonanceError)
]


def raised(error: Exception, language: str = "en") -> dict[str, object]:
    app = FastAPI()
    install(app, lambda _error: None)

    @app.get("/fail")
    def fail() -> None:
        raise error

    answer = TestClient(app).get("/fail", headers={"Accept-Language": language})
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, object] = answer.json()
    assert body["status"] == answer.status_code
    return body


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_class_has_a_status_and_words_in_both_languages(
    kind: type[errors.ResonanceError],
) -> None:
    assert kind in STATUSES
    assert set(words.WORDS[kind.code]) == {"en", "ja"}


@pytest.mark.parametrize("code", words.WORDS)
def test_all_words_are_there_and_differ_between_languages(code: str) -> None:
    for part in (words.title, words.hint):
        assert part(code, "en").isascii()
        assert not part(code, "ja").isascii()


def test_an_invalid_input_names_field_value_and_rule() -> None:
    body = raised(errors.InputInvalid("shares", [6000, 3000], "must sum to 10000"))
    assert body["status"] == 422
    assert body["type"] == "urn:resonance:problem:input_invalid"
    assert body["errors"] == [{"field": "shares", "value": "[6000, 3000]", "rule": "must sum to 10000"}]
    assert body["instance"] == "/fail"


def test_the_secrets_of_urls_are_removed_from_every_part() -> None:
    error = errors.ChainUnreachable(
        "https://h/SECRET failed", hint="see https://h?k=SECRET", url="https://u:SECRET@h"
    )
    assert "SECRET" not in json.dumps(raised(error))


def test_a_missing_dependency_says_when_to_come_back() -> None:
    assert raised(errors.ChainUnreachable("no answer"))["status"] == 503
    app = FastAPI()
    install(app, lambda _error: None)
    assert Problem(503, "chain_unreachable", "no").response(_request(app)).headers["Retry-After"] == "5"


def test_japanese_is_spoken_when_it_is_asked_for() -> None:
    body = raised(errors.ChainUnreachable("no answer"), "ja")
    assert body["title"] == words.title("chain_unreachable", "ja")
    assert body["hint"] == words.hint("chain_unreachable", "ja")


def test_the_hint_of_the_error_itself_counts_first() -> None:
    assert of_error(errors.NotFound("x", hint="Look there.")).hint == "Look there."


def test_a_subclass_that_nobody_listed_has_the_status_of_its_parent() -> None:
    class Stranger(errors.NotFound):
        pass

    assert of_error(Stranger("x")).status == 404


def test_the_decoded_reason_of_a_revert_travels_in_details() -> None:
    error = errors.TransactionFailed(
        "refused", error={"name": "BountyEscrow_Closed", "args": {"bountyId": "1"}, "data": "0x"}
    )
    assert raised(error)["details"] == {
        "error": {"name": "BountyEscrow_Closed", "args": {"bountyId": "1"}, "data": "0x"}
    }


def test_text_that_cannot_be_encoded_is_still_answered() -> None:
    assert raised(errors.InputInvalid("name", "\ud800", "has no encoding"))["status"] == 422


def test_an_unknown_address_and_method_are_problems_too() -> None:
    app = FastAPI()
    install(app, lambda _error: None)
    app.get("/there")(lambda: None)
    client = TestClient(app)
    assert client.get("/nowhere").json()["code"] == "route_not_found"
    answer = client.post("/there")
    assert answer.json()["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "GET"


def _request(app: FastAPI) -> object:
    from starlette.requests import Request

    return Request(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "app": app}
    )


def test_a_database_that_does_not_work_is_told_to_come_back_to(parts: Any, client: TestClient) -> None:
    with parts.journal.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE idempotency")
    body = {"tx_hash": "0x" + "ab" * 32}
    answer = client.post("/v1/transactions", json=body, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (503, "journal_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "error",
    [MemoryError(), OSError(errno.EMFILE, "full"), OSError(errno.ENFILE, "full"), NO_THREAD],
)
def test_what_the_machine_is_short_of_is_told_so(error: Exception) -> None:
    problem = of_shortage(error)
    assert problem is not None
    assert (problem.status, problem.code) == (503, "exhausted")


@pytest.mark.parametrize("error", [MemoryError(), SystemError("no exception set"), RuntimeError("surprise")])
def test_what_happens_while_a_body_is_read_is_no_fault_of_the_caller(error: Exception) -> None:
    wrong = HTTPException(400, "There was an error parsing the body")
    wrong.__cause__ = error
    with pytest.raises(type(error)):
        raised(wrong)


def test_a_refusal_of_ours_stands_whatever_it_comes_from() -> None:
    ours = RequestRefused(400, "json_malformed", "not so")
    ours.__cause__ = KeyError("x")
    assert raised(ours)["code"] == "json_malformed"


@pytest.mark.parametrize(
    "error", [UnicodeDecodeError("utf-8", b"\xff", 0, 1, "not so"), ClientDisconnect(), None]
)
def test_a_body_that_is_none_is_the_callers(error: Exception | None) -> None:
    wrong = HTTPException(400, "There was an error parsing the body")
    wrong.__cause__ = error
    assert raised(wrong)["status"] == 400


@pytest.mark.parametrize("error", [OSError(errno.ENOENT, "gone"), RuntimeError("surprise"), ValueError()])
def test_other_errors_are_no_shortage(error: Exception) -> None:
    assert of_shortage(error) is None
