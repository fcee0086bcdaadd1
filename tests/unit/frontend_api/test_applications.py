"""Applications as a project sees them, and the release of a place that was kept in vain."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.errors import NotFound
from resonance_dao.workflows import applications, bounties
from resonance_dao.workflows.applications import ApplicationView
from tests.unit.frontend_api.conftest import EVIDENCE, NOW, WORKER, DocumentedClient, FakeParts

KEY = {"Idempotency-Key": "release-1"}


def test_the_applications_of_no_bounty_are_not_found(
    client: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_system: object, number: int, **_only: object) -> None:
        raise NotFound(f"there is no bounty {number}")

    monkeypatch.setattr(bounties, "bounty", missing)
    assert client.get("/v1/bounties/9/applications").status_code == 404


def test_applications_are_listed_with_what_became_of_them(
    client: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    selected = ApplicationView(
        bounty_id=1,
        worker=WORKER.address,
        application_hash="0x" + "cd" * 32,
        bid=250_000 * 10**18,
        proposal=EVIDENCE,
        stage="selected",
        deliver_by=NOW + 60,
        transaction="0x" + "ef" * 32,
    )
    monkeypatch.setattr(applications, "applications", lambda _system, _number: (selected,))
    (found,) = client.get("/v1/bounties/1/applications").json()
    assert found == {**vars(selected), "bid": "250000000000000000000000"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"bounty_id": 1, "worker": "0x12"}, "worker"),
        ({"bounty_id": "1", "worker": WORKER.address}, "bounty_id"),
        ({"bounty_id": 1}, "worker"),
    ],
)
def test_a_field_of_the_wrong_form_is_named(
    client: DocumentedClient, body: dict[str, Any], field: str
) -> None:
    answer = client.post("/v1/applications/release", json=body, headers=KEY)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_anyone_may_have_a_place_released(client: DocumentedClient, parts: FakeParts) -> None:
    body = {"bounty_id": 1, "worker": WORKER.address}
    assert client.post("/v1/applications/release", json=body, headers=KEY).status_code == 202
    entry = parts.journal.entry(1)
    assert (entry.subject, entry.to_record().body["function"]) == ("bounty/1", "release")
