"""Multipliers explained, and ratings relayed for those who signed them."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode
from fastapi import FastAPI

from resonance_dao.chain.attestation import Attestation
from resonance_dao.economy.reputation import Tally
from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence import evidence
from resonance_dao.workflows import contributions, ratings, reputation
from resonance_dao.workflows.ratings import RatingView
from resonance_dao.workflows.reputation import Explained, Policy, Standing
from tests.unit.frontend_api.conftest import (
    ARBITER,
    EVIDENCE,
    NOW,
    OUTSIDER,
    REVIEWER,
    WORKER,
    DocumentedClient,
    FakeParts,
    make_view,
)

KEY = {"Idempotency-Key": "rating-1"}
ONE = 10**18


def signed(parts: FakeParts, signer: Any = REVIEWER, **changes: Any) -> dict[str, Any]:
    attestation = ratings.rating(
        parts.system,
        1,
        WORKER.address,
        "passion",
        value_bps=8_000,
        reason=EVIDENCE,
        now=NOW,
        salt=b"\x01" * 32,
    )
    return contributions.sign(parts.system, replace(attestation, **changes), signer).to_dict()


def test_a_rating_by_another_key_is_refused(client: DocumentedClient, parts: FakeParts) -> None:
    body = {**signed(parts, OUTSIDER), "attester": REVIEWER.address}
    assert client.post("/v1/reputation/ratings", json=body, headers=KEY).status_code == 403
    assert parts.journal.size() == 0


def test_a_rating_that_was_relayed_expired_or_is_for_another_ledger_is_refused(
    client: DocumentedClient, parts: FakeParts
) -> None:
    assert (
        client.post("/v1/reputation/ratings", json=signed(parts, expirationTime=NOW), headers=KEY).status_code
        == 403
    )
    other = signed(parts, data="0x" + "11" * 160)
    assert client.post("/v1/reputation/ratings", json=other, headers=KEY).status_code == 403
    parts.system.contributions.views["statusOf"]["attestedAt"] = NOW
    answer = client.post("/v1/reputation/ratings", json=signed(parts), headers=KEY)
    assert (answer.status_code, "relayed before" in answer.json()["detail"]) == (403, True)


def test_a_review_is_no_rating_and_a_rating_no_review(client: DocumentedClient, parts: FakeParts) -> None:
    review = contributions.review(
        parts.system,
        make_view(),
        1,
        verdict="approve",
        score_bps=1,
        reason="x",
        document=EVIDENCE,
        now=NOW,
        salt=bytes(32),
    )
    body = contributions.sign(parts.system, review, REVIEWER).to_dict()
    for route, given in (("/v1/reputation/ratings", body), ("/v1/attestations", signed(parts))):
        answer = client.post(route, json=given, headers=KEY)
        assert answer.status_code == 422
        assert "attestation.schema" in answer.json()["detail"]


def test_a_signed_rating_is_relayed(client: DocumentedClient, parts: FakeParts) -> None:
    assert client.post("/v1/reputation/ratings", json=signed(parts), headers=KEY).status_code == 202
    entry = parts.journal.entry(1)
    assert (entry.subject, entry.to_record().body["function"]) == (f"account/{WORKER.address}", "relay")


def test_a_rating_whose_reason_is_no_cid_is_refused_by_the_rule(
    client: DocumentedClient, parts: FakeParts
) -> None:
    kinds = [part.split()[0] for part in ratings.SCHEMAS["rating"].split(",")]
    for reason in ("", "because", EVIDENCE[:-1]):
        data = encode(kinds, [parts.system.reputation.address, 1, 1, 8_000, reason])
        answer = client.post(
            "/v1/reputation/ratings", json=signed(parts, data="0x" + data.hex()), headers=KEY
        )
        assert answer.status_code == 422, reason
        (broken,) = answer.json()["errors"]
        assert broken["field"] == "reason"
        assert "must be the CID" in broken["rule"]
    assert parts.journal.size() == 0


def test_a_rating_with_data_of_another_form_is_refused(client: DocumentedClient, parts: FakeParts) -> None:
    data = signed(parts)["attestation"]["data"][:66]
    answer = client.post("/v1/reputation/ratings", json=signed(parts, data=data), headers=KEY)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "attestation.data")


def with_text(parts: FakeParts, text: str) -> dict[str, Any]:
    attestation = ratings.rating(
        parts.system,
        1,
        WORKER.address,
        "passion",
        value_bps=8_000,
        reason=str(evidence.cid_of_file(io.BytesIO(text.encode()))),
        now=NOW,
        salt=b"\x02" * 32,
    )
    return contributions.sign(parts.system, attestation, REVIEWER).to_dict()


def test_a_written_reason_that_is_not_the_one_signed_is_refused_and_not_kept(
    client: DocumentedClient, parts: FakeParts
) -> None:
    body = {**with_text(parts, "とても熱心です。"), "text": "とても熱心です"}
    answer = client.post("/v1/reputation/ratings", json=body, headers=KEY)
    (broken,) = answer.json()["errors"]
    assert (answer.status_code, broken["field"]) == (422, "text")
    assert "was signed as the reason" in broken["rule"]
    with pytest.raises(EvidenceUnavailable):
        parts.store.get_block(evidence.cid_of_file(io.BytesIO(body["text"].encode())))


def test_a_written_reason_is_not_kept_for_who_has_spent_its_budget(
    client: DocumentedClient, parts: FakeParts, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.keeper, "settings", replace(app.state.settings, budget_wei=1))
    body = {**with_text(parts, "とても熱心です。"), "text": "とても熱心です。"}
    answer = client.post("/v1/reputation/ratings", json=body, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (429, "budget_spent")
    assert list(parts.store.pins()) == []
    assert not parts.store.has_block(evidence.cid_of_file(io.BytesIO(body["text"].encode())))


def test_a_written_reason_is_pinned_with_its_rating(client: DocumentedClient, parts: FakeParts) -> None:
    body = with_text(parts, "とても熱心です。")
    answer = client.post("/v1/reputation/ratings", json={**body, "text": "とても熱心です。"}, headers=KEY)
    assert answer.status_code == 202, answer.text
    cid = ratings.reason_of(Attestation.from_dict(body["attestation"]))
    assert client.get(f"/ipfs/{cid}").content.decode() == "とても熱心です。"


@pytest.mark.parametrize("ruled", [True, False])
def test_a_multiplier_is_explained_with_every_number(
    ruled: bool, client: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = Policy(OUTSIDER.address, 180, 7, 14, ARBITER.address, (REVIEWER.address,))
    found = Explained(
        project_id=1,
        account=WORKER.address,
        day=20_000,
        policy=policy if ruled else None,
        multiplier_bps=10_600,
        recomputed_bps=10_600,
        standings=(Standing("passion", ONE // 5, 3_000, Tally(8 * ONE // 10, ONE, 20_000), ONE // 5),),
    )
    monkeypatch.setattr(reputation, "explain", lambda _system, _project, _account: found)
    shown = client.get(f"/v1/reputation/1/{WORKER.address}").json()
    assert (shown["multiplier_bps"], shown["recomputed_bps"], shown["agrees"]) == (10_600, 10_600, True)
    assert shown["standings"][0] == {
        "component": "passion",
        "value": str(ONE // 5),
        "weight_bps": 3_000,
        "sum": str(8 * ONE // 10),
        "weight": str(ONE),
        "day": 20_000,
        "recomputed": str(ONE // 5),
    }
    rules = {**vars(policy), "raters": [REVIEWER.address]}
    assert shown["policy"] == (rules if ruled else None)


def test_the_ratings_of_an_account_are_listed(
    client: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = RatingView(
        1, WORKER.address, REVIEWER.address, "skill", "0x" + "cd" * 32, 8_000, "appealed", NOW, NOW, NOW
    )
    monkeypatch.setattr(ratings, "ratings", lambda _system, _project, _account: [view])
    assert client.get(f"/v1/reputation/1/{WORKER.address}/ratings").json() == [vars(view)]


@pytest.mark.parametrize("path", ["0/" + WORKER.address, "1/0x12", "x/" + WORKER.address])
def test_a_path_of_the_wrong_form_is_refused(client: DocumentedClient, path: str) -> None:
    assert client.get(f"/v1/reputation/{path}").status_code == 422
