"""Payouts that anyone may trigger, and reports of transactions."""

from __future__ import annotations

from typing import Any

import pytest

from frontend_api.schemas.page import encode_cursor, wrap
from frontend_api.schemas.payout import decode_due, encode_due
from resonance_dao.errors import TransactionFailed
from resonance_dao.workflows import payouts
from resonance_dao.workflows.payouts import Credit
from resonance_dao.workflows.reading.due import KINDS, DuePlace
from resonance_dao.workflows.reading.lists import Lists
from resonance_dao.workflows.system import Action, TokenFacts
from tests.unit.frontend_api.conftest import TOKEN, WORKER, DocumentedClient, FakeChain, FakeParts, make_view

KEY = {"Idempotency-Key": "pay-1"}
AWARD = {"bounty_id": 1, "submission_id": 1}


@pytest.mark.parametrize(
    ("route", "body", "field"),
    [
        ("push", {"token": TOKEN.lower().replace("f", "F", 1), "account": WORKER.address}, "token"),
        ("push", {"token": TOKEN}, "account"),
        ("push", {"token": TOKEN, "account": WORKER.address, "amount": 1.5}, "amount"),
        ("push-many", {"token": TOKEN, "accounts": []}, "accounts"),
        ("push-many", {"token": TOKEN, "accounts": [WORKER.address] * 51}, "accounts"),
        ("push-many", {"token": TOKEN, "accounts": ["0x12"]}, "accounts.0"),
        ("reclaim", {"bounty_id": 0}, "bounty_id"),
        ("reject-by-silence", {**AWARD, "submission_id": None}, "submission_id"),
        ("settle-appeal", {**AWARD, "extra": 1}, "extra"),
        ("settle", {**AWARD, "tranche": "third"}, "tranche"),
        ("settle", AWARD, "tranche"),
        ("claim-tokens", {**AWARD, "submission_id": "1"}, "submission_id"),
        ("accept-by-silence", {**AWARD, "bounty_id": 1.0}, "bounty_id"),
    ],
)
def test_a_field_of_the_wrong_form_is_named(
    client: DocumentedClient, route: str, body: dict[str, Any], field: str
) -> None:
    answer = client.post(f"/v1/payouts/{route}", json=body, headers=KEY)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_submission_that_is_not_there_is_not_found(client: DocumentedClient) -> None:
    body = {"bounty_id": 1, "submission_id": 2}
    assert client.post("/v1/payouts/claim-tokens", json=body, headers=KEY).status_code == 404


def test_nothing_to_push_is_refused_before_a_number_is_given(
    client: DocumentedClient, chain: FakeChain, parts: FakeParts
) -> None:
    chain.revert = TransactionFailed(
        "the amount is zero", error={"name": "PayoutVault_Zero", "args": {}, "data": "0x"}
    )
    answer = client.post("/v1/payouts/push", json={"token": TOKEN, "account": WORKER.address}, headers=KEY)
    assert answer.status_code == 422
    assert parts.journal.size() == 0


@pytest.mark.parametrize(
    ("route", "body", "function", "subject"),
    [
        ("push", {"token": TOKEN, "account": WORKER.address}, "push", f"account/{WORKER.address}"),
        ("settle", {**AWARD, "tranche": "long_term"}, "settle", "bounty/1/1"),
        ("claim-tokens", AWARD, "claimTokens", "bounty/1/1"),
        ("accept-by-silence", AWARD, "acceptBySilence", "bounty/1/1"),
        ("reject-by-silence", AWARD, "rejectBySilence", "bounty/1/1"),
        ("settle-appeal", AWARD, "settleAppeal", "bounty/1/1"),
        ("reclaim", {"bounty_id": 1}, "reclaim", "bounty/1"),
        ("push-many", {"token": TOKEN, "accounts": [WORKER.address]}, "pushMany", f"token/{TOKEN}"),
    ],
)
def test_what_anyone_may_trigger_is_accepted_and_recorded(
    client: DocumentedClient, parts: FakeParts, route: str, body: dict[str, Any], function: str, subject: str
) -> None:
    parts.system.vault.views = {"creditOf": 1}
    answer = client.post(f"/v1/payouts/{route}", json=body, headers=KEY)
    assert answer.status_code == 202
    entry = parts.journal.entry(1)
    assert entry.subject == subject
    assert entry.to_record().body["function"] == function
    operation = parts.journal.operation_of(1)
    assert operation is not None
    assert operation.state == "queued"
    assert client.get("/v1/requests/1").json()["state"] == "accepted"


def test_a_batch_with_an_account_that_is_owed_nothing_is_refused(
    client: DocumentedClient, parts: FakeParts
) -> None:
    parts.system.vault.views = {"creditOf": 0}
    body = {"token": TOKEN, "accounts": [WORKER.address]}
    answer = client.post("/v1/payouts/push-many", json=body, headers=KEY)
    assert answer.status_code == 422
    assert f"'{WORKER.address}': has no credit" in answer.json()["detail"]
    assert parts.journal.size() == 0


def test_credits_are_decimal_strings(client: DocumentedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    credit = Credit(TokenFacts(TOKEN, "Test Yen (no value)", "tJPY", 18), 90_000 * 10**18)
    monkeypatch.setattr(Lists, "credits_of", lambda _lists, _account: [credit])
    found = client.get(f"/v1/payouts/credits/{WORKER.address}").json()
    assert found[0]["amount"] == "90000000000000000000000"
    assert found[0]["token"]["symbol"] == "tJPY"


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_what_is_due_goes_on_at_any_place(kind: str) -> None:
    for place in (DuePlace(kind, 0, 1), DuePlace(kind, 10**16 - 1, 10**16 - 1)):
        cursor = encode_due(place)
        assert cursor is not None
        assert len(cursor) <= 64
        assert decode_due(cursor) == place
    assert encode_due(None) is decode_due(None) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        encode_cursor("pools", 3),
        *map(
            wrap, ("due/share.1", "due/share.01.1", "due/else.1.1", "due/share.1.1\n", f"due/bond.1.{10**16}")
        ),
    ],
)
def test_a_foreign_cursor_of_what_is_due_is_refused(client: DocumentedClient, cursor: str) -> None:
    assert client.get("/v1/payouts/due", params={"cursor": cursor}).status_code == 422


def test_the_credits_of_a_misspelled_account_are_refused(client: DocumentedClient) -> None:
    assert client.get("/v1/payouts/credits/0x12").status_code == 422


def test_what_is_due_comes_with_its_calldata(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = payouts.settling(parts.system, make_view(), 1, "success")
    places = {None: DuePlace("submission", 7, 1), DuePlace("submission", 7, 1): None}
    asked = []

    def due(_lists: Lists, after: DuePlace | None, limit: int) -> tuple[list[Action], DuePlace | None]:
        asked.append((after, limit))
        return [action], places[after]

    monkeypatch.setattr(Lists, "due", due)
    page = client.get("/v1/payouts/due?limit=3").json()
    last = client.get("/v1/payouts/due", params={"cursor": page["next_cursor"]}).json()
    assert asked == [(None, 3), (DuePlace("submission", 7, 1), 20)]
    assert (last["items"], last["next_cursor"]) == (page["items"], None)
    (found,) = page["items"]
    assert found["function"] == "settle"
    assert found["data"] == "0x" + action.data.hex()
    assert (set(found["summary"]), found["value"]) == ({"en", "ja"}, "0")


@pytest.mark.parametrize("tx_hash", ["0x12", "ab" * 32, "0x" + "AB" * 32, 7, None])
def test_a_hash_of_the_wrong_form_is_refused(client: DocumentedClient, tx_hash: Any) -> None:
    answer = client.post("/v1/transactions", json={"tx_hash": tx_hash}, headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "tx_hash"


def test_a_reported_transaction_is_accepted_once_for_a_key(
    client: DocumentedClient, parts: FakeParts
) -> None:
    first = client.post("/v1/transactions", json={"tx_hash": "0x" + "ab" * 32}, headers=KEY)
    assert first.status_code == 202
    again = client.post("/v1/transactions", json={"tx_hash": "0x" + "ab" * 32}, headers=KEY)
    assert again.json() == first.json()
    assert again.headers["idempotent-replay"] == "true"
    other = client.post("/v1/transactions", json={"tx_hash": "0x" + "cd" * 32}, headers=KEY)
    assert other.status_code == 409
    assert parts.journal.size() == 1
