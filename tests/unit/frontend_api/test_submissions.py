"""Handing in signed work."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from resonance_dao.errors import ChainUnreachable, NotFound, TransactionFailed
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows import bounties
from tests.unit.frontend_api.conftest import (
    EVIDENCE,
    NOW,
    OPERATOR,
    WORKER,
    DocumentedClient,
    FakeChain,
    FakeParts,
)

BODY: dict[str, Any] = {
    "submission": {
        "bountyId": 1,
        "worker": WORKER.address,
        "payees": [WORKER.address],
        "sharesBps": [10_000],
        "exempt": "0",
        "evidence": EVIDENCE,
    },
    "deadline": NOW + 3_600,
    "signature": "0x" + "ab" * 65,
}
KEY = {"Idempotency-Key": "11111111-2222"}


def changed(path: str, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(BODY)
    *way, last = path.split(".")
    target = body
    for step in way:
        target = target[step]
    target[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value", "field", "rule"),
    [
        ("submission.bountyId", "1", "submission.bountyId", "valid integer"),
        ("submission.bountyId", 1.0, "submission.bountyId", "valid integer"),
        ("submission.bountyId", True, "submission.bountyId", "valid integer"),
        ("submission.bountyId", 0, "submission.bountyId", "greater than or equal to 1"),
        ("submission.bountyId", 2**53, "submission.bountyId", "less than or equal to"),
        ("submission.sharesBps", [0.5], "submission.sharesBps.0", "valid integer"),
        ("submission.sharesBps", [10_001], "submission.sharesBps.0", "less than or equal to 10000"),
        ("submission.payees", [], "submission.payees", "at least 1"),
        ("submission.payees", [WORKER.address] * 251, "submission.payees", "at most 250"),
        ("submission.worker", WORKER.address.swapcase().replace("0X", "0x"), "submission.worker", "EIP-55"),
        ("submission.worker", "0x12", "submission.worker", "40 hexadecimal digits"),
        ("submission.worker", None, "submission.worker", "valid string"),
        ("submission.evidence", "QmNot", "submission.evidence", ""),
        ("submission.evidence", "b" + "a" * 200, "submission.evidence", "must be a CID"),
        ("submission.exempt", 0, "submission.exempt", "valid string"),
        ("submission.exempt", "0x1", "submission.exempt", "match pattern"),
        ("submission.extra", 1, "submission.extra", "not permitted"),
        ("submission.bounty_id", 1, "submission.bounty_id", "not permitted"),
        ("deadline", "soon", "deadline", "valid integer"),
        ("deadline", -1, "deadline", "greater than or equal to 0"),
        ("signature", "ab" * 65, "signature", "match pattern"),
        ("signature", "0xabc", "signature", "match pattern"),
        ("terms", {}, "terms", "not permitted"),
    ],
)
def test_a_field_of_the_wrong_form_is_named_with_its_rule(
    client: DocumentedClient, path: str, value: Any, field: str, rule: str
) -> None:
    answer = client.post("/v1/submissions", json=changed(path, value), headers=KEY)
    assert answer.status_code == 422
    broken = {error["field"]: error["rule"] for error in answer.json()["errors"]}
    assert rule in broken[field]


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "7"])
def test_a_body_that_is_no_object_is_refused(client: DocumentedClient, body: str) -> None:
    headers = {**KEY, "Content-Type": "application/json"}
    assert client.post("/v1/submissions", content=body, headers=headers).status_code == 422


def test_a_body_of_another_type_is_refused(client: DocumentedClient) -> None:
    headers = {**KEY, "Content-Type": "text/plain"}
    assert client.post("/v1/submissions", content="{}", headers=headers).status_code == 422


def test_what_the_contract_would_refuse_is_refused_with_its_reason_and_gets_no_number(
    client: DocumentedClient, chain: FakeChain, parts: FakeParts
) -> None:
    error = {"name": "BountyEscrow_SignatureInvalid", "args": {"worker": WORKER.address}, "data": "0x"}
    chain.revert = TransactionFailed("the signature is not the worker's", error=error)
    answer = client.post("/v1/submissions", json=BODY, headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["details"]["error"]["name"] == "BountyEscrow_SignatureInvalid"
    assert parts.journal.size() == 0


def test_an_unknown_bounty_is_not_found(client: DocumentedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_system: object, number: int, **_only: object) -> None:
        raise NotFound(f"there is no bounty {number}", hint="Bounties run from 1 to 3.")

    monkeypatch.setattr(bounties, "bounty", missing)
    answer = client.post("/v1/submissions", json=BODY, headers=KEY)
    assert answer.status_code == 404
    assert answer.json()["hint"] == "Bounties run from 1 to 3."


def test_without_a_chain_nothing_is_accepted_and_the_answer_says_what_to_do(
    client: DocumentedClient, chain: FakeChain, parts: FakeParts
) -> None:
    chain.failure = ChainUnreachable("http://127.0.0.1:8545 did not answer")
    answer = client.post("/v1/submissions", json=BODY, headers=KEY)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "doctor" in answer.json()["hint"]
    assert parts.journal.size() == 0


def test_accepted_work_gets_a_number_a_receipt_and_a_place_to_follow_it(
    client: DocumentedClient, chain: FakeChain, parts: FakeParts
) -> None:
    answer = client.post("/v1/submissions", json=BODY, headers=KEY)
    assert answer.status_code == 202
    body = answer.json()
    assert body["number"] == 1
    assert body["status_url"] == answer.headers["location"] == "/v1/requests/1"
    SignedReceipt.from_dict(body["receipt"]).verify(OPERATOR.address)
    entry = parts.journal.entry(1)
    assert (entry.subject, entry.cid) == ("bounty/1", body["record_cid"])
    assert chain.called[-1][2] == OPERATOR.address


def test_the_same_key_and_body_get_the_same_answer_even_when_the_chain_is_gone(
    client: DocumentedClient, chain: FakeChain, parts: FakeParts
) -> None:
    first = client.post("/v1/submissions", json=BODY, headers=KEY)
    chain.failure = ChainUnreachable("gone")
    reordered = dict(reversed(BODY.items()))
    again = client.post("/v1/submissions", json=reordered, headers=KEY)
    assert again.status_code == 202
    assert again.json() == first.json()
    assert again.headers["idempotent-replay"] == "true"
    assert "idempotent-replay" not in first.headers
    assert parts.journal.size() == 1


def test_the_same_key_with_another_body_or_route_is_a_conflict(
    client: DocumentedClient, parts: FakeParts
) -> None:
    assert client.post("/v1/submissions", json=BODY, headers=KEY).status_code == 202
    other = client.post("/v1/submissions", json=changed("deadline", NOW + 1), headers=KEY)
    assert (other.status_code, other.json()["code"]) == (409, "journal_conflict")
    award = {"bounty_id": 1, "submission_id": 1}
    assert client.post("/v1/payouts/claim-tokens", json=award, headers=KEY).status_code == 409
    assert parts.journal.size() == 1


def test_an_address_without_a_checksum_is_spelled_and_means_the_same_request(
    client: DocumentedClient, parts: FakeParts
) -> None:
    client.post("/v1/submissions", json=BODY, headers=KEY)
    again = client.post(
        "/v1/submissions", json=changed("submission.worker", WORKER.address.lower()), headers=KEY
    )
    assert again.headers["idempotent-replay"] == "true"


def test_parallel_requests_with_one_key_are_one_request(client: DocumentedClient, parts: FakeParts) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/submissions", json=BODY, headers=KEY), range(24)))
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["number"] for answer in answers} == {1}
    assert parts.journal.size() == 1
