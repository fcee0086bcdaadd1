"""Several judgements in one transaction of a real chain: one that fails stops no other."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.workflows import batches, bounties, contributions
from tests.bounty_values import DOCUMENT, work_of
from tests.integration.gateway.conftest import OUTSIDER, REVIEWER, SOURCE, WORKER, Gateway
from tests.integration.gateway.test_gateway import review

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def works(gateway: Gateway, bounty_id: int) -> list[int]:
    """The numbers of two submissions of the worker's, handed in by signature."""
    system = gateway.toolkit.system
    terms = bounties.bounty(system, bounty_id).terms
    for number in range(2):
        work = work_of(bounty_id, WORKER.address, evidence=DOCUMENT, exempt=number)
        signed = contributions.sign_submission(system, terms, work, WORKER, system.now() + 3_600)
        gateway.done("/v1/submissions", signed.to_dict(), f"work-{number}")
    return [found.id for found in bounties.bounty(system, bounty_id).submissions]


def report(gateway: Gateway, bounty_id: int, submission_id: int) -> dict[str, Any]:
    system = gateway.toolkit.system
    attestation = contributions.outcome(
        system,
        bounties.bounty(system, bounty_id),
        submission_id,
        "success",
        value=500,
        evidence=DOCUMENT,
        now=system.now(),
        salt=bytes([7]) * 32,
    )
    return contributions.sign(system, attestation, SOURCE).to_dict()


def states(judgements: list[dict[str, Any]]) -> list[str]:
    return [one["state"] for one in judgements]


def test_a_report_counts_after_the_review_it_needs_and_a_stranger_s_review_does_not(
    gateway: Gateway, bounty_id: int, works: list[int]
) -> None:
    good = review(gateway, bounty_id, works[0], REVIEWER, 1)
    bodies = [
        good,
        review(gateway, bounty_id, works[0], OUTSIDER, 2),
        report(gateway, bounty_id, works[0]),
        good,
        review(gateway, bounty_id, works[0], REVIEWER, 3),
    ]
    accepted = gateway.post("/v1/attestations/batch", {"judgements": bodies}, "batch-1")
    told = accepted["judgements"]
    assert states(told) == ["accepted", "refused", "accepted", "refused", "refused"]
    assert told[1]["code"] == "signature_refused"
    assert gateway.ended(accepted["number"])["state"] == "succeeded"
    path = f"/v1/attestations/{accepted['number']}/judgements"
    ended = gateway.client.get(path).json()
    assert states(ended) == ["relayed", "refused", "relayed", "refused", "refused"]
    found = gateway.client.get(f"/v1/bounties/{bounty_id}/submissions/{works[0]}").json()
    assert found["stage"] == "accepted"
    assert found["tranches"]["success"]["stage"] == "reported"


def test_one_that_the_chain_refuses_only_when_it_is_mined_is_skipped_and_the_other_counts(
    gateway: Gateway, bounty_id: int, works: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the work had been accepted between the check and the transaction.
    monkeypatch.setattr(batches, "tried", lambda _system, batch: batch)
    late = review(gateway, bounty_id, works[0], REVIEWER, 11)
    good = review(gateway, bounty_id, works[1], REVIEWER, 12)
    accepted = gateway.post("/v1/attestations/batch", {"judgements": [late, good]}, "batch-2")
    assert states(accepted["judgements"]) == ["accepted", "accepted"]
    assert gateway.ended(accepted["number"])["state"] == "succeeded"
    ended = gateway.client.get(f"/v1/attestations/{accepted['number']}/judgements").json()
    assert states(ended) == ["skipped", "relayed"]
    assert ended[0]["code"].startswith("BountyEscrow_")
    assert "the contract refused" in ended[0]["rule"]
