"""Several judgements in one request: each with its own answer, and none that stops another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode
from pydantic import ValidationError

from frontend_api import batching
from frontend_api.schemas.batch import BatchIn
from resonance_dao.chain.attestation import Attestation
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.errors import ChainUnreachable, TransactionFailed
from resonance_dao.journal.entry import Draft
from resonance_dao.workflows import contributions
from tests.unit.frontend_api.conftest import (
    EVIDENCE,
    NOW,
    OUTSIDER,
    REVIEWER,
    DocumentedClient,
    FakeChain,
    FakeParts,
    make_view,
)

KEY = {"Idempotency-Key": "batch-1"}
ROUTE = "/v1/attestations/batch"
TAKEN, SKIPPED = b"\1" * 32, bytes(32)


def signed(parts: FakeParts, salt: int, signer: Any = REVIEWER, **changes: Any) -> dict[str, Any]:
    attestation = contributions.review(
        parts.system,
        make_view(),
        1,
        verdict="approve",
        score_bps=9_000,
        reason="good-work",
        document=EVIDENCE,
        now=NOW,
        salt=salt.to_bytes(32, "big"),
    )
    return contributions.sign(parts.system, replace(attestation, **changes), signer).to_dict()


def uid(body: dict[str, Any]) -> str:
    return Attestation.from_dict(body["attestation"]).uid()


@pytest.fixture(autouse=True)
def says(parts: FakeParts, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the registry answer a simulated batch with these uids."""
    views = parts.system.contributions.views

    def answers(*uids: bytes) -> None:
        monkeypatch.setitem(views, "relayMany", list(uids))

    monkeypatch.setitem(views, "relay", b"")
    return answers


def post(client: DocumentedClient, *judgements: dict[str, Any], key: dict[str, str] = KEY) -> Any:
    return client.post(ROUTE, json={"judgements": list(judgements)}, headers=key)


def test_a_batch_of_none_and_one_of_too_many_are_refused_by_the_field(
    client: DocumentedClient, parts: FakeParts
) -> None:
    answer = post(client)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["judgements"]
    one = signed(parts, 1)
    assert len(BatchIn.model_validate({"judgements": [one] * 20}).value()) == 20
    with pytest.raises(ValidationError, match="at most 20 items"):
        BatchIn.model_validate({"judgements": [one] * 21})


def test_a_field_of_the_wrong_form_is_named_with_its_place(
    client: DocumentedClient, parts: FakeParts
) -> None:
    wrong = signed(parts, 2)
    wrong["attestation"]["salt"] = "0x00"
    answer = post(client, signed(parts, 1), wrong)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["judgements.1.attestation.salt"]


def test_when_nothing_can_be_taken_each_is_named_and_nothing_is_accepted(
    client: DocumentedClient, parts: FakeParts
) -> None:
    bodies = signed(parts, 1, OUTSIDER), signed(parts, 2, expirationTime=NOW)
    answer = post(client, *bodies)
    assert (answer.status_code, answer.json()["code"]) == (422, "input_invalid")
    found = [(error["field"], error["value"]) for error in answer.json()["errors"]]
    assert found == [("judgements.0", uid(bodies[0])), ("judgements.1", uid(bodies[1]))]
    assert "is not a reviewer" in answer.json()["errors"][0]["rule"]
    assert "expired" in answer.json()["errors"][1]["rule"]
    assert parts.journal.size() == 0


def test_one_that_is_refused_stops_no_other(client: DocumentedClient, parts: FakeParts, says: Any) -> None:
    says(TAKEN, TAKEN)
    bodies = signed(parts, 1), signed(parts, 2, OUTSIDER), signed(parts, 3)
    answer = post(client, *bodies)
    assert answer.status_code == 202, answer.text
    told = answer.json()["judgements"]
    assert [(one["index"], one["uid"], one["state"]) for one in told] == [
        (0, uid(bodies[0]), "accepted"),
        (1, uid(bodies[1]), "refused"),
        (2, uid(bodies[2]), "accepted"),
    ]
    assert (told[1]["code"], told[1]["field"]) == ("signature_refused", None)
    body = parts.journal.entry(1).to_record().body
    assert body["function"] == "relayMany"
    assert "Relay 2 judgements" in body["details"]["summary"]["en"]


def test_the_words_of_one_that_is_refused_do_not_reach_the_public_record(
    client: DocumentedClient, parts: FakeParts, says: Any
) -> None:
    says(TAKEN)
    attestation = contributions.review(
        parts.system,
        make_view(),
        1,
        verdict="reject",
        score_bps=0,
        reason="bad-work",
        document="ask me: hanako@example.com",
        now=NOW,
        salt=b"\x09" * 32,
    )
    rude = contributions.sign(parts.system, attestation, REVIEWER).to_dict()
    answer = post(client, rude, signed(parts, 1))
    assert answer.status_code == 202, answer.text
    told = answer.json()["judgements"]
    assert [one["state"] for one in told] == ["refused", "accepted"]
    assert (told[0]["field"], told[0]["rule"]) == ("reason", "must be the CID of what was written")
    assert b"hanako" not in parts.journal.entry(1).record


def test_one_that_the_contract_would_skip_is_not_sent(
    client: DocumentedClient, parts: FakeParts, says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(SKIPPED, TAKEN)
    contract, real = type(parts.system.contributions), type(parts.system.contributions).call

    def refusing(self: Any, chain: Any, fn: str, *args: Any, **given: Any) -> Any:
        if fn == "relay":
            raise TransactionFailed("no", error={"name": "BountyEscrow_WrongStage"})
        return real(self, chain, fn, *args, **given)

    monkeypatch.setattr(contract, "call", refusing)
    told = post(client, signed(parts, 1), signed(parts, 2)).json()["judgements"]
    assert [one["state"] for one in told] == ["refused", "accepted"]
    assert told[0]["rule"] == "the contract refuses it: BountyEscrow_WrongStage"


def test_the_same_judgement_twice_is_taken_once(
    client: DocumentedClient, parts: FakeParts, says: Any
) -> None:
    says(TAKEN, SKIPPED)
    told = post(client, signed(parts, 1), signed(parts, 1)).json()["judgements"]
    assert [one["state"] for one in told] == ["accepted", "refused"]
    assert "once those before it in the batch are taken" in told[1]["rule"]


def test_the_same_key_gives_the_same_answer_though_the_chain_moved_on(
    client: DocumentedClient, parts: FakeParts, says: Any
) -> None:
    says(TAKEN)
    bodies = signed(parts, 1), signed(parts, 2, OUTSIDER)
    first = post(client, *bodies)
    parts.system.contributions.views["statusOf"]["attestedAt"] = NOW
    again = post(client, *bodies)
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (202, "true")
    assert again.json() == first.json()
    assert parts.journal.size() == 1
    assert post(client, bodies[0]).status_code == 409, "the same key for another batch"


def test_a_chain_that_is_away_refuses_no_judgement(
    client: DocumentedClient, parts: FakeParts, chain: FakeChain
) -> None:
    body = signed(parts, 1)
    chain.failure = ChainUnreachable("the chain is away")
    answer = post(client, body)
    assert (answer.status_code, answer.json()["code"]) == (503, "chain_unreachable")


def test_a_batch_of_too_many_bytes_is_refused_by_its_size(
    client: DocumentedClient, parts: FakeParts, says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(TAKEN)
    monkeypatch.setattr(batching, "MOST_CALLDATA", 100)
    answer = post(client, signed(parts, 1))
    assert answer.status_code == 422
    (broken,) = answer.json()["errors"]
    assert (broken["field"], "bytes of calldata" in broken["value"]) == ("judgements", True)
    assert "at most 100 bytes" in broken["rule"]


def end(parts: FakeParts, kind: str, **facts: Any) -> None:
    """Write the outcome of request 1."""
    body = {
        "to": parts.system.contributions.address,
        "function": "relayMany",
        "status": "succeeded",
        "tx_hash": "0x" + "11" * 32,
        "block_number": 7,
        **facts,
    }
    if kind == "disclosure":
        failed = {**body, "status": "failed", "error": {"name": "Unknown", "message": "why"}}
        words = {"en": "w", "ja": "w"}
        body = {
            **{"reason_code": "TRANSACTION_REVERTED", "what": words, "why": "why", "next": words},
            "details": {"transaction": failed},
        }
    with parts.journal.database.write() as connection:
        parts.journal.lock(connection)
        parts.journal.append(connection, Draft(kind, "bounty/1", body, (1,), request=1), NOW)


def test_a_batch_can_be_followed_judgement_by_judgement(
    client: DocumentedClient, parts: FakeParts, says: Any
) -> None:
    says(TAKEN, TAKEN)
    post(client, signed(parts, 1, OUTSIDER), signed(parts, 2), signed(parts, 3))
    path = "/v1/attestations/1/judgements"
    assert [one["state"] for one in client.get(path).json()] == ["refused", "accepted", "accepted"]
    assert client.get("/v1/attestations/1").json()["state"] == "accepted"
    reason = "0x08c379a0" + encode(["string"], ["too late"]).hex()
    failed = {"name": "RelayFailed", "args": {"index": 1, "reason": reason}, "contract": "", "address": "0x"}
    end(parts, "transaction", events=[failed])
    told = client.get(path).json()
    assert [one["state"] for one in told] == ["refused", "relayed", "skipped"]
    assert (told[2]["code"], told[2]["rule"]) == ("Error", "the contract refused: too late")


def test_judgements_of_a_transaction_that_failed_failed_with_it(
    client: DocumentedClient, parts: FakeParts, says: Any
) -> None:
    says(TAKEN)
    post(client, signed(parts, 1))
    end(parts, "disclosure")
    (told,) = client.get("/v1/attestations/1/judgements").json()
    assert (told["state"], told["rule"]) == ("failed", "why")


def test_judgements_whose_events_were_withheld_are_unknown() -> None:
    assert batching._ends("transaction", {}, [0, 2], RevertDecoder()) == {
        0: {"state": "unknown"},
        2: {"state": "unknown"},
    }


def test_a_request_that_is_no_batch_cannot_be_followed_as_one(
    client: DocumentedClient, parts: FakeParts
) -> None:
    client.post("/v1/attestations", json=signed(parts, 1), headers=KEY)
    for number, status in ((1, 404), (2, 404), (0, 422)):
        assert client.get(f"/v1/attestations/{number}/judgements").status_code == status
