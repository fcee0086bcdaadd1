"""Bounties and pools funded by authorization (ERC-3009) on a real chain: the funder signs and has no gas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.chain import nonce_of
from resonance_dao.workflows import bounties, funding, pools, signing
from resonance_dao.workflows.signing import Order
from resonance_dao.workflows.system import perform
from resonance_dao.workflows.terms import Terms
from tests.bounty_values import DAY, DOCUMENT, YEN, terms_of
from tests.integration.gateway.conftest import (
    ARBITER,
    FUNDER,
    OUTSIDER,
    REVIEWER,
    SOURCE,
    WORKER,
    Gateway,
)

pytestmark = pytest.mark.chain


def terms(gateway: Gateway, bounty_id: int, **changes: Any) -> Terms:
    system = gateway.toolkit.system
    view = bounties.bounty(system, bounty_id)
    return terms_of(
        funder=FUNDER.address,
        token=view.terms.token,
        judges=(REVIEWER.address, SOURCE.address),
        arbiter=ARBITER.address,
        now=system.now(),
        project_id=view.project_id,
        document=DOCUMENT,
        **{"token_reward": 0, "amount": 1_000 * YEN, **changes},
    )


def signed(gateway: Gateway, order: Order, signer: Any) -> dict[str, Any]:
    system = gateway.toolkit.system
    return signing.sign(system, order, signer, system.now() + 3_600).to_dict()


def test_a_funder_who_signed_opens_a_bounty_without_a_transaction(gateway: Gateway, bounty_id: int) -> None:
    system = gateway.toolkit.system
    before = nonce_of(system.chain, FUNDER.address, "latest")
    wanted = terms(gateway, bounty_id)
    body = signed(gateway, funding.opening_order(system, wanted, b"\1" * 32), FUNDER)
    gateway.done("/v1/bounties", body, "opening-1")
    newest = gateway.client.get("/v1/bounties").json()["items"][-1]["id"]
    assert bounties.bounty(system, newest).terms == wanted
    assert nonce_of(system.chain, FUNDER.address, "latest") == before
    again = gateway.client.post("/v1/bounties", json=body, headers={"Idempotency-Key": "opening-again"})
    assert again.status_code == 422, "an authorization is good once"


def test_an_opening_for_other_terms_or_by_a_stranger_is_refused(gateway: Gateway, bounty_id: int) -> None:
    system = gateway.toolkit.system
    body = signed(gateway, funding.opening_order(system, terms(gateway, bounty_id), b"\2" * 32), FUNDER)
    dearer = funding.opening_order(system, terms(gateway, bounty_id, amount=2_000 * YEN), b"\2" * 32)
    stranger = replace(terms(gateway, bounty_id), funder=OUTSIDER.address)
    foreign = signed(gateway, funding.opening_order(system, stranger, b"\3" * 32), OUTSIDER)
    cases = (({**body, "order": dearer.to_dict()}, 403), (foreign, 422))
    for at, (wrong, status) in enumerate(cases):
        answer = gateway.client.post(
            "/v1/bounties", json=wrong, headers={"Idempotency-Key": f"wrong-opening-{at}"}
        )
        assert answer.status_code == status, answer.text


def test_contributions_by_signature_come_back_when_nothing_is_funded(
    gateway: Gateway, bounty_id: int
) -> None:
    system = gateway.toolkit.system
    deadline = system.now() + DAY
    pooled = pools.pooled(system, terms(gateway, bounty_id), FUNDER.address, deadline, b"\4" * 32)
    perform(system, pools.opening_pool(system, pooled, deadline, b"\4" * 32), FUNDER)
    pool = pooled.funder
    order = pools.Contribution(pool, FUNDER.address, 5 * YEN, "0x" + "05" * 32)
    body = signed(gateway, order, FUNDER)
    for name, changed in (("amount", str(6 * YEN)), ("contributor", WORKER.address)):
        wrong = {**body, "order": {**body["order"], name: changed}}
        answer = gateway.client.post(
            "/v1/pools/contribute", json=wrong, headers={"Idempotency-Key": f"wrong-{name}"}
        )
        assert answer.status_code == 403, answer.text
    gateway.done("/v1/pools/contribute", body, "contribution-1")
    shown = gateway.client.get(f"/v1/pools/{pool}").json()
    assert shown["shares"] == [{"contributor": FUNDER.address, "contributed": str(5 * YEN), "pending": "0"}]
    listed = gateway.client.get("/v1/pools?limit=100").json()["items"]
    assert [(line["raised"], line["bounty_id"]) for line in listed if line["address"] == pool] == [
        (str(5 * YEN), 0)
    ]

    def due() -> list[dict[str, Any]]:
        return [a for a in gateway.client.get("/v1/payouts/due?limit=100").json()["items"] if a["to"] == pool]

    assert due() == []
    system.chain.request("evm_increaseTime", [DAY])
    system.chain.request("evm_mine", [])
    gateway.until(lambda: bool(due()))  # The list may be two seconds old.
    (back,) = due()
    gateway.done("/v1/payouts/due", {"to": back["to"], "data": back["data"]}, "give-back-1")
    assert pools.pool(system, pool).contributions == {FUNDER.address: 0}


def test_the_next_nonces_are_shown_with_the_calls_that_cancel(gateway: Gateway) -> None:
    shown = gateway.client.get(f"/v1/signatures/{OUTSIDER.address}").json()
    assert {one["name"] for one in shown} == {"escrow", "applications", "vault", "reputation"}
    for one in shown:
        assert one["cancel"]["data"].startswith("0x")
        assert (one["nonce"], one["cancel"]["function"]) == ("0", "cancelSignature")
