"""Multipliers explained, and ratings relayed for those who signed them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.economy.reputation import Tally
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
