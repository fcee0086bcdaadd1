"""The operator's figures: who may read them, and what they say."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from frontend_api.routers import log
from resonance_dao.errors import ChainUnreachable, JournalUnavailable
from resonance_dao.journal.api_keys import ApiKeys
from resonance_dao.workflows.machine_keys import new_key
from tests.unit.frontend_api.conftest import NOW, OPERATOR, DocumentedClient, FakeChain, FakeParts

FIRST, SECOND = "0x" + "c1" * 20, "0x" + "c2" * 20


def key_for(parts: FakeParts, scope: str) -> dict[str, str]:
    text, key = new_key("monitoring", [scope], now=0, random=secrets.token_bytes)
    ApiKeys(parts.journal.database).add(key)
    return {"Authorization": f"Bearer {text}"}


def figures(client: DocumentedClient, parts: FakeParts) -> dict[str, float]:
    answer = client.get("/metrics", headers=key_for(parts, "metrics"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def accept(parts: FakeParts, now: int = NOW) -> int:
    body = {"to": OPERATOR.address, "function": "push", "status": "requested", "tx_hash": None}
    return parts.journal.accept("transaction", "bounty/1", body, now=now).number


def test_nobody_in_particular_reads_no_figures(client: DocumentedClient) -> None:
    answer = client.get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


@pytest.mark.parametrize("scope", ["relay", "evidence", "report"])
def test_a_key_for_something_else_reads_no_figures(
    client: DocumentedClient, parts: FakeParts, scope: str
) -> None:
    answer = client.get("/metrics", headers=key_for(parts, scope))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize("scope", ["metrics", "operate"])
def test_a_key_for_figures_may_do_nothing_else(
    client: DocumentedClient, parts: FakeParts, scope: str
) -> None:
    headers = key_for(parts, scope)
    assert client.get("/metrics", headers=headers).status_code == 200
    changed = client.post("/v1/payouts", json={}, headers={**headers, "Idempotency-Key": "k"})
    assert (changed.status_code == 403) == (scope == "metrics")


def test_a_promise_that_is_not_kept_yet_is_counted_down(client: DocumentedClient, parts: FakeParts) -> None:
    empty = figures(client, parts)
    assert empty["resonance_records_accepted_total"] == 0
    assert "resonance_anchor_promise_seconds" not in empty
    accept(parts, NOW - 4_000)
    late = figures(client, parts)
    assert late["resonance_records_accepted_total"] == late["resonance_records_unpinned"] == 1
    assert late["resonance_records_anchored_total"] == 0
    assert late["resonance_anchor_waiting_seconds"] == 4_000
    assert late["resonance_anchor_promise_seconds"] == -400


def test_what_cannot_be_read_is_left_out_and_said(
    client: DocumentedClient, parts: FakeParts, chain: FakeChain
) -> None:
    found = figures(client, parts)
    assert found['resonance_readable{source="chain"}'] == 1
    assert found[f'resonance_sender_balance_wei{{sender="{OPERATOR.address}"}}'] == 10**18
    chain.failure = ChainUnreachable("gone")
    found = figures(client, parts)
    assert found['resonance_readable{source="chain"}'] == 0
    assert found['resonance_readable{source="copies"}'] == 1
    assert "resonance_chain_block" not in found


def test_every_key_that_sends_has_its_coin_told(
    client: DocumentedClient, parts: FakeParts, chain: FakeChain
) -> None:
    parts.recorder.pool = (FIRST, SECOND)
    chain.balances = {FIRST: "0x0", SECOND: "0x7"}
    found = figures(client, parts)
    coin = [found[f'resonance_sender_balance_wei{{sender="{key}"}}'] for key in parts.recorder.keys]
    assert coin == [10**18, 0, 7]


def test_a_database_that_does_not_answer_is_a_figure(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(_database: Any) -> Any:
        raise JournalUnavailable("disk full")

    monkeypatch.setattr("frontend_api.metrics.standing.read_figures", unavailable)
    found = figures(client, parts)
    assert found['resonance_readable{source="journal"}'] == 0
    assert not [name for name in found if name.startswith("resonance_records")]


def test_the_recorder_tells_whether_it_works(client: DocumentedClient, parts: FakeParts) -> None:
    found = figures(client, parts)
    assert found["resonance_recorder_working"] == found["resonance_recorder_leading"] == 0
    assert found["resonance_recorder_halted"] == 0


def test_requests_are_counted_by_route_and_never_by_number(
    client: DocumentedClient, parts: FakeParts
) -> None:
    accept(parts)
    for path in ("/v1/requests/1", "/v1/requests/2", "/v1/nowhere/17", "/.env"):
        client.get(path)
    client.request("BREW", "/v1/log")
    found = figures(client, parts)

    def count(method: str, route: str, status: int) -> float:
        name = f'resonance_http_request_seconds_count{{method="{method}",route="{route}",status="{status}"}}'
        return found[name]

    assert count("GET", "/v1/requests/{number}", 200) == count("GET", "/v1/requests/{number}", 404) == 1
    assert count("GET", "none", 404) == 2
    assert count("other", "/v1/log", 405) == 1
    assert not [name for name in found if "17" in name or ".env" in name]


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("surprise"), 500), (MemoryError(), 503)])
def test_answers_that_nobody_expected_are_counted_too(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(_parts: object) -> None:
        raise error

    monkeypatch.setattr(log, "reach", fail)
    assert client.get("/v1/log").status_code == status
    counted = f'resonance_http_request_seconds_count{{method="GET",route="/v1/log",status="{status}"}}'
    assert figures(client, parts)[counted] == 1
