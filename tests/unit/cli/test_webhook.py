"""`resonance webhook`: added, tried, listed and removed; without a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from resonance_dao.cli.exits import CODES, VERDICT_FAILED
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows.webhooks.posting import Posted, Poster

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Resonance

URL = "https://hooks.example.org/dao"


@pytest.mark.parametrize(
    "arguments", [("https://localhost/",), ("http://example.org/",), (URL, "--on", "money")]
)
def test_a_webhook_that_breaks_a_rule_is_not_made(resonance: Resonance, arguments: tuple[str, ...]) -> None:
    assert resonance("--json", "webhook", "add", *arguments).code == CODES[InputInvalid]
    assert resonance("--json", "webhook", "list").document == {"webhooks": []}


def test_a_rehearsal_makes_nothing_and_shows_no_secret(resonance: Resonance) -> None:
    assert "secret" not in resonance("--json", "webhook", "add", URL, "--dry-run").document
    assert resonance("--json", "webhook", "list").document == {"webhooks": []}


def test_its_secret_is_shown_once(resonance: Resonance) -> None:
    made = resonance("--json", "webhook", "add", URL, "--on", "alarm", "--on", "outcome").document
    assert made["secret"].startswith("whsec_")
    (listed,) = resonance("--json", "webhook", "list").document["webhooks"]
    assert (listed["topics"], listed["state"], listed["waiting"]) == ("outcome alarm", "well", 0)
    shown = resonance("webhook", "list").out
    assert URL in shown
    assert made["secret"] not in shown
    assert "二度と表示されません" in resonance("--lang", "ja", "webhook", "add", URL).out


def test_a_test_says_how_it_was_answered(resonance: Resonance, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any, bytes]] = []
    answers = [Posted(204, "answered with status 204"), Posted(None, "did not answer: TimeoutError")]

    def post(_self: Poster, url: str, headers: Any, body: bytes) -> Posted:
        asked.append((url, headers, body))
        return answers.pop(0)

    monkeypatch.setattr(Poster, "post", post)
    hook = resonance("--json", "webhook", "add", URL).document["id"]
    assert resonance("--json", "webhook", "test", hook).document["taken"] is True
    assert asked[0][0] == URL
    assert b'"type":"test"' in asked[0][2]
    failed = resonance("webhook", "test", hook)
    assert failed.code == VERDICT_FAILED
    assert "TimeoutError" in failed.out


def test_a_removed_webhook_is_listed_as_ended_and_tried_no_more(resonance: Resonance) -> None:
    hook = resonance("--json", "webhook", "add", URL).document["id"]
    assert resonance("webhook", "remove", hook).code == 0
    assert resonance("--json", "webhook", "list").document["webhooks"][0]["state"] == "ended"
    assert resonance("webhook", "test", hook).code == CODES[NotFound]


@pytest.mark.parametrize("verb", ["test", "remove"])
def test_a_webhook_that_is_not_there_is_not_found(resonance: Resonance, verb: str) -> None:
    assert resonance("webhook", verb, "0" * 16).code == CODES[NotFound]
