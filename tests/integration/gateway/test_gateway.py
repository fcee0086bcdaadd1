"""A contributor and a reviewer without gas, from evidence to money, and a stranger who checks the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.transparency.inclusion import InclusionProof, verify_inclusion
from resonance_dao.transparency.merkle import leaf_hash
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows import bounties, contributions, signing
from resonance_dao.workflows.appeals import Appeal
from resonance_dao.workflows.revisions import Revision
from resonance_dao.workflows.rotation import RotationAnnouncement, RotationVeto
from resonance_dao.workflows.signing import Order
from resonance_dao.workflows.withdrawals import Withdrawal
from tests.bounty_values import DOCUMENT, YEN, work_of
from tests.integration.gateway.conftest import ARBITER, FUNDER, OUTSIDER, REVIEWER, WORKER, Gateway

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def evidence_cid(gateway: Gateway) -> str:
    answer = gateway.client.post(
        "/v1/evidence",
        files={"file": ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(300_000), "image/png")},
        headers={"Idempotency-Key": "evidence-1"},
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["cid"])


@pytest.fixture(scope="module")
def submission_id(gateway: Gateway, bounty_id: int, evidence_cid: str) -> int:
    system = gateway.toolkit.system
    terms = bounties.bounty(system, bounty_id).terms
    work = work_of(bounty_id, WORKER.address, evidence=evidence_cid)
    signed = contributions.sign_submission(system, terms, work, WORKER, system.now() + 3_600)
    accepted = gateway.post("/v1/submissions", signed.to_dict(), "submission-1")
    assert gateway.ended(accepted["number"])["state"] == "succeeded"
    return int(gateway.client.get(f"/v1/bounties/{bounty_id}").json()["submissions"])


def review(
    gateway: Gateway,
    bounty_id: int,
    submission_id: int,
    signer: Any,
    salt: int = 1,
    verdict: str = "approve",
) -> dict[str, Any]:
    system = gateway.toolkit.system
    attestation = contributions.review(
        system,
        bounties.bounty(system, bounty_id),
        submission_id,
        verdict=verdict,
        score_bps=9_000,
        reason="good-work",
        document=DOCUMENT,
        now=system.now(),
        salt=salt.to_bytes(32, "big"),
    )
    return contributions.sign(system, attestation, signer).to_dict()


def order(gateway: Gateway, wanted: Order, signer: Any) -> dict[str, Any]:
    system = gateway.toolkit.system
    return signing.sign(system, wanted, signer, system.now() + 3_600).to_dict()


def test_evidence_is_served_block_by_block_and_whole(gateway: Gateway, evidence_cid: str) -> None:
    assert len(gateway.client.get(f"/ipfs/{evidence_cid}").content) == 300_008
    assert gateway.client.get(f"/ipfs/{evidence_cid}?format=car").status_code == 200


def test_work_with_a_broken_signature_is_refused_with_the_contract_s_reason(
    gateway: Gateway, bounty_id: int, evidence_cid: str
) -> None:
    system = gateway.toolkit.system
    terms = bounties.bounty(system, bounty_id).terms
    work = work_of(bounty_id, WORKER.address, evidence=evidence_cid)
    signed = contributions.sign_submission(system, terms, work, WORKER, system.now() + 3_600).to_dict()
    answer = gateway.client.post(
        "/v1/submissions",
        json={**signed, "deadline": signed["deadline"] + 1},
        headers={"Idempotency-Key": "broken-signature"},
    )
    assert answer.status_code == 422
    assert answer.json()["details"]["error"]["name"] == "BountyEscrow_SignatureInvalid"


def test_a_stranger_s_judgement_is_refused(gateway: Gateway, bounty_id: int, submission_id: int) -> None:
    body = review(gateway, bounty_id, submission_id, OUTSIDER)
    answer = gateway.client.post("/v1/attestations", json=body, headers={"Idempotency-Key": "stranger"})
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_refused")


def test_a_relayed_review_pays_the_base_and_a_push_delivers_it(
    gateway: Gateway, bounty_id: int, submission_id: int
) -> None:
    body = review(gateway, bounty_id, submission_id, REVIEWER)
    relayed = gateway.post("/v1/attestations", body, "review-1")
    assert gateway.ended(relayed["number"])["state"] == "succeeded"
    again = gateway.client.post("/v1/attestations", json=body, headers={"Idempotency-Key": "review-again"})
    assert again.status_code == 403

    credit = gateway.client.get(f"/v1/payouts/credits/{WORKER.address}").json()[0]
    assert credit["amount"] == str(90_000 * YEN)
    wanted = {"token": credit["token"]["address"], "account": WORKER.address}
    pushed = gateway.post("/v1/payouts/push", wanted, "push-1")
    assert gateway.ended(pushed["number"])["state"] == "succeeded"
    assert gateway.client.get(f"/v1/payouts/credits/{WORKER.address}").json() == []

    claimed = gateway.post(
        "/v1/payouts/claim-tokens", {"bounty_id": bounty_id, "submission_id": submission_id}, "claim-1"
    )
    assert gateway.ended(claimed["number"])["state"] == "succeeded"


def test_work_is_rejected_appealed_and_accepted_by_the_arbiter_without_gas(
    gateway: Gateway, bounty_id: int, submission_id: int, evidence_cid: str
) -> None:
    system = gateway.toolkit.system
    view = bounties.bounty(system, bounty_id)
    work = work_of(bounty_id, OUTSIDER.address, evidence=evidence_cid)
    signed = contributions.sign_submission(system, view.terms, work, OUTSIDER, system.now() + 3_600)
    gateway.done("/v1/submissions", signed.to_dict(), "appealed-work")
    number = submission_id + 1
    revised = Revision(number, replace(work, payees=(FUNDER.address,)))
    gateway.done("/v1/revisions", order(gateway, revised, OUTSIDER), "revised-work")
    gateway.done("/v1/attestations", review(gateway, bounty_id, number, REVIEWER, 2, "reject"), "rejection")
    appeal = Appeal(bounty_id, number, OUTSIDER.address, evidence_cid)
    gateway.done("/v1/appeals", order(gateway, appeal, OUTSIDER), "appeal")
    gateway.done("/v1/attestations", review(gateway, bounty_id, number, ARBITER, 3), "ruling")
    found = gateway.client.get(f"/v1/bounties/{bounty_id}/submissions/{number}").json()
    assert (found["stage"], found["version"], found["appealed"]) == ("accepted", 2, True)
    owed = gateway.client.get(f"/v1/payouts/credits/{FUNDER.address}").json()[0]
    assert owed["amount"] == str(90_000 * YEN)
    out = Withdrawal(FUNDER.address, FUNDER.address, owed["token"]["address"], OUTSIDER.address, 90_000 * YEN)
    gateway.done("/v1/payouts/withdraw", order(gateway, out, FUNDER), "withdraw-by-signature")
    assert gateway.client.get(f"/v1/payouts/credits/{FUNDER.address}").json() == []


def test_an_account_announces_a_new_wallet_and_thinks_better_of_it(gateway: Gateway) -> None:
    me, path = WORKER.address, f"/v1/payees/{WORKER.address}"
    announced = order(gateway, RotationAnnouncement(me, me, OUTSIDER.address), WORKER)
    gateway.done("/v1/payees/announce-rotation", announced, "announce")
    assert gateway.client.get(path).json()["announced"] == OUTSIDER.address
    again = gateway.client.post(
        "/v1/payees/announce-rotation", json=announced, headers={"Idempotency-Key": "announce-again"}
    )
    assert (again.status_code, again.json()["code"]) == (403, "signature_refused")
    veto = order(gateway, RotationVeto(me, me, OUTSIDER.address), WORKER)
    gateway.done("/v1/payees/veto-rotation", veto, "veto")
    assert gateway.client.get(path).json()["announced"] is None


def test_the_multiplier_of_a_project_without_a_policy_is_one_for_everybody(gateway: Gateway) -> None:
    found = gateway.client.get(f"/v1/reputation/1/{WORKER.address}").json()
    assert (found["multiplier_bps"], found["policy"], found["agrees"]) == (10_000, None, True)
    assert gateway.client.get(f"/v1/reputation/1/{WORKER.address}/ratings").json() == []


def test_every_record_can_be_proven_against_the_chain(gateway: Gateway, submission_id: int) -> None:
    system, operator = gateway.toolkit.system, gateway.toolkit.operator.address
    proof = gateway.client.get("/v1/log/entries/1/proof").json()
    found = InclusionProof.from_dict(proof["proof"])
    root = system.log.call(system.chain, "rootOf", operator)
    size = gateway.client.get("/v1/log").json()["anchored"]
    current = gateway.client.get("/v1/log/entries/1/proof", params={"size": size}).json()
    verify_inclusion(
        found, leaf_hash(bytes.fromhex(proof["record_bytes"][2:])), bytes.fromhex(proof["root"][2:])
    )
    assert current["root"] == "0x" + root.hex()
    SignedReceipt.from_dict(proof["receipt"]).verify(operator)
    text = gateway.client.get("/v1/log/checkpoint").text.splitlines()
    assert text[1] == str(size)


def test_the_last_record_is_anchored_though_nothing_else_happens_on_the_chain(gateway: Gateway) -> None:
    files = {"file": ("last.txt", b"the last word", "text/plain")}
    answer = gateway.client.post("/v1/evidence", files=files, headers={"Idempotency-Key": "last"})
    assert gateway.ended(answer.json()["number"])["pinned"] is True


def test_the_gateway_is_ready(gateway: Gateway) -> None:
    # Where others use the machine too, the index may lag for a moment.
    gateway.until(lambda: gateway.client.get("/ready").status_code == 200)


def test_without_a_chain_it_says_so_and_recovers_nothing_it_did_not_promise(
    gateway: Gateway, bounty_id: int, submission_id: int
) -> None:
    size = gateway.toolkit.journal.size()
    gateway.dev.stop()
    answer = gateway.client.get("/v1/projects")
    assert (answer.status_code, answer.json()["code"]) == (503, "chain_unreachable")
    body = {"bounty_id": bounty_id, "submission_id": submission_id, "tranche": "success"}
    refused = gateway.client.post("/v1/payouts/settle", json=body, headers={"Idempotency-Key": "down"})
    assert refused.status_code == 503
    assert gateway.client.get("/ready").status_code == 503
    assert gateway.client.get("/health").status_code == 200
    assert gateway.toolkit.journal.size() == size
