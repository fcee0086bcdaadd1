"""Who commands an account's credit."""

from __future__ import annotations

from resonance_dao.transparency.address import checksum
from tests.unit.frontend_api.conftest import NOW, OUTSIDER, REVIEWER, WORKER, DocumentedClient, FakeParts

NOBODY = checksum("0x" + "00" * 20, "address")


def test_a_misspelled_account_is_refused(client: DocumentedClient) -> None:
    assert client.get("/v1/payees/0x12").status_code == 422


def test_an_account_shows_its_payee_what_waits_and_its_guardians(
    client: DocumentedClient, parts: FakeParts
) -> None:
    views = {
        "payeeOf": WORKER.address,
        "announcementOf": {"successor": OUTSIDER.address, "finishableAt": NOW + 9, "byGuardian": True},
        "guardiansOf": {"guardians": [REVIEWER.address], "threshold": 1},
        "guardianChangeOf": {"finishableAt": 0},
    }
    parts.system.vault.views = views
    assert client.get(f"/v1/payees/{WORKER.address}").json() == {
        "account": WORKER.address,
        "payee": WORKER.address,
        "announced": OUTSIDER.address,
        "finishable_at": NOW + 9,
        "by_guardian": True,
        "guardians": [REVIEWER.address],
        "threshold": 1,
        "guardians_finishable_at": 0,
    }
    parts.system.vault.views = {**views, "announcementOf": {**views["announcementOf"], "successor": NOBODY}}
    assert client.get(f"/v1/payees/{WORKER.address}").json()["announced"] is None
