"""Relaying signed judgements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.workflows import contributions
from tests.unit.frontend_api.conftest import (
    EVIDENCE,
    NOW,
    OUTSIDER,
    REVIEWER,
    DocumentedClient,
    FakeParts,
    make_view,
)

KEY = {"Idempotency-Key": "review-1"}


def signed(
    parts: FakeParts, signer: Any = REVIEWER, *, verdict: str = "approve", **changes: Any
) -> dict[str, Any]:
    attestation = contributions.review(
        parts.system,
        make_view(),
        1,
        verdict=verdict,
        score_bps=9_000,
        reason="good-work",
        document=EVIDENCE,
        now=NOW,
        salt=b"\x01" * 32,
    )
    return contributions.sign(parts.system, replace(attestation, **changes), signer).to_dict()


def test_the_judgement_of_a_stranger_is_refused_and_the_terms_are_named(
    client: DocumentedClient, parts: FakeParts
) -> None:
    answer = client.post("/v1/attestations", json=signed(parts, OUTSIDER), headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_refused")
    assert REVIEWER.address in answer.json()["hint"]
    assert parts.journal.size() == 0


def test_a_signature_by_another_key_is_refused(client: DocumentedClient, parts: FakeParts) -> None:
    body = {**signed(parts, OUTSIDER), "attester": REVIEWER.address}
    assert client.post("/v1/attestations", json=body, headers=KEY).status_code == 403


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"expirationTime": NOW}, 403, "expired"),
        ({"time": NOW + 1}, 403, "after the chain's time"),
        ({"schema": "0x" + "00" * 32}, 422, "must be one of"),
        ({"data": "0x1234"}, 422, "is not the data of this schema"),
    ],
)
def test_a_judgement_that_the_contracts_would_refuse_is_refused_with_the_rule(
    client: DocumentedClient, parts: FakeParts, changes: dict[str, Any], status: int, words: str
) -> None:
    answer = client.post("/v1/attestations", json=signed(parts, **changes), headers=KEY)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert parts.journal.size() == 0


def test_a_rejection_without_a_code_is_refused_and_one_with_a_code_is_not(
    client: DocumentedClient, parts: FakeParts
) -> None:
    rejection = signed(parts, verdict="reject")
    without = rejection["attestation"]["data"].replace(b"good-work".hex(), "00" * 9)
    answer = client.post("/v1/attestations", json=signed(parts, verdict="reject", data=without), headers=KEY)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reasonCode")
    assert parts.journal.size() == 0
    assert client.post("/v1/attestations", json=rejection, headers=KEY).status_code == 202


@pytest.mark.parametrize(("path", "mark"), [("revokedAt", "revoked"), ("attestedAt", "relayed before")])
def test_a_judgement_that_was_revoked_or_relayed_is_refused(
    client: DocumentedClient, parts: FakeParts, path: str, mark: str
) -> None:
    parts.system.contributions.views["statusOf"][path] = NOW
    answer = client.post("/v1/attestations", json=signed(parts), headers=KEY)
    assert answer.status_code == 403
    assert mark in answer.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time", 1.5),
        ("revocable", "true"),
        ("salt", "0x00"),
        ("data", "00"),
        ("refUID", None),
        ("unknown", 1),
    ],
)
def test_a_field_of_the_wrong_form_is_named(
    client: DocumentedClient, parts: FakeParts, field: str, value: Any
) -> None:
    body = signed(parts)
    body["attestation"][field] = value
    answer = client.post("/v1/attestations", json=body, headers=KEY)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"attestation.{field}"]


def test_what_a_reviewer_signed_is_relayed_and_can_be_followed(
    client: DocumentedClient, parts: FakeParts
) -> None:
    answer = client.post("/v1/attestations", json=signed(parts), headers=KEY)
    assert answer.status_code == 202
    assert parts.journal.entry(1).subject == "bounty/1/1"
    progress = client.get("/v1/attestations/1").json()
    assert (progress["number"], progress["state"], progress["anchored"]) == (1, "accepted", False)


def test_a_request_that_is_no_judgement_cannot_be_followed_as_one(
    client: DocumentedClient, parts: FakeParts
) -> None:
    client.post("/v1/payouts/claim-tokens", json={"bounty_id": 1, "submission_id": 1}, headers=KEY)
    assert client.get("/v1/attestations/1").status_code == 404
    assert client.get("/v1/attestations/2").status_code == 404
    assert client.get("/v1/attestations/0").status_code == 422
