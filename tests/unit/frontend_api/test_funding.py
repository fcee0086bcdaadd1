"""Money by authorization (ERC-3009), what is due, and how signatures are cancelled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from frontend_api import intake
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows import pools, signing
from resonance_dao.workflows.pools import PoolView
from resonance_dao.workflows.reading.lists import Lists
from resonance_dao.workflows.signing import SignedOrder
from resonance_dao.workflows.system import Action, System
from tests.unit.frontend_api.conftest import (
    EVIDENCE,
    FUNDER,
    NOW,
    TOKEN,
    WORKER,
    DocumentedClient,
    FakeParts,
    make_terms,
)

KEY = {"Idempotency-Key": "funding-1"}
POOL = "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0"
SIGNATURE = "0x" + "12" * 65
OPENING = {"terms": "0x" + "00" * 64, "funder": FUNDER.address, "salt": "0x" + "ab" * 32}
CONTRIBUTION = {
    "pool": POOL,
    "contributor": FUNDER.address,
    "amount": "1000",
    "nonce": "0x" + "ab" * 32,
}
ROUTES = {"opening": ("/v1/bounties", OPENING), "contribution": ("/v1/pools/contribute", CONTRIBUTION)}
EVERY_KIND = pytest.mark.parametrize("kind", list(ROUTES))


def post(client: DocumentedClient, kind: str, order: Any = None, **changes: Any) -> Any:
    route, whole = ROUTES[kind]
    body = {"kind": kind, "order": order or whole, "deadline": NOW + 60, "signature": SIGNATURE, **changes}
    return client.post(route, json=body, headers=KEY)


@pytest.fixture(autouse=True)
def relayed(monkeypatch: pytest.MonkeyPatch) -> list[SignedOrder]:
    """What was relayed: the authorization itself is checked by the workflows and on a chain."""
    orders: list[SignedOrder] = []

    def relaying(system: System, signed: SignedOrder) -> Action:
        orders.append(signed)
        return Action(system.opener, "carried", (), {"en": "w", "ja": "w"})

    monkeypatch.setattr(signing, "relaying", relaying)
    terms = replace(make_terms(), project_id=7)
    monkeypatch.setattr(intake, "decode_terms", lambda _system, _encoded: terms)
    return orders


@EVERY_KIND
def test_a_field_that_is_missing_is_named(client: DocumentedClient, kind: str) -> None:
    whole = ROUTES[kind][1]
    for name in whole:
        answer = post(client, kind, {key: value for key, value in whole.items() if key != name})
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [f"order.{name}"]


@EVERY_KIND
@pytest.mark.parametrize("signature", ["0x", "0x" + "12" * 64, "0x" + "12" * 66, "0x" + "zz" * 65, None])
def test_an_authorization_has_65_bytes(client: DocumentedClient, kind: str, signature: Any) -> None:
    answer = post(client, kind, signature=signature)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["signature"]


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("opening", {"terms": "0x00"}, "order.terms"),
        ("opening", {"terms": "0x" + "00" * 8_193}, "order.terms"),
        ("opening", {"salt": "0x00"}, "order.salt"),
        ("opening", {"funder": "0x12"}, "order.funder"),
        ("contribution", {"amount": 1000}, "order.amount"),
        ("contribution", {"amount": "-1"}, "order.amount"),
        ("contribution", {"pool": "pool"}, "order.pool"),
    ],
)
def test_a_field_of_the_wrong_form_is_named(
    client: DocumentedClient, kind: str, change: dict[str, Any], field: str
) -> None:
    answer = post(client, kind, {**ROUTES[kind][1], **change})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"document": "no cid"}, "cid"),
        ({"submit_by": NOW}, "is in the past"),
        ({"quorum": 2}, "1 to the number of reviewers"),
    ],
)
def test_terms_that_could_not_be_opened_are_refused_by_the_rule(
    client: DocumentedClient,
    parts: FakeParts,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    words: str,
) -> None:
    terms = replace(make_terms(), **change)
    monkeypatch.setattr(intake, "decode_terms", lambda _system, _encoded: terms)
    answer = post(client, "opening")
    assert answer.status_code == 422
    assert words in answer.json()["detail"].lower()
    assert parts.journal.size() == 0


@pytest.mark.parametrize(("kind", "subject"), [("opening", "project/7"), ("contribution", f"pool/{POOL}")])
def test_an_authorization_is_relayed_as_it_was_written(
    client: DocumentedClient, parts: FakeParts, relayed: list[SignedOrder], kind: str, subject: str
) -> None:
    answer = post(client, kind)
    assert answer.status_code == 202, answer.text
    assert parts.journal.entry(1).subject == subject
    (signed,) = relayed
    assert (signed.order.to_dict(), signed.deadline, signed.signature) == (
        ROUTES[kind][1],
        NOW + 60,
        SIGNATURE,
    )


def test_a_pool_is_shown_with_what_each_could_be_given(
    client: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = PoolView(
        POOL, FUNDER.address, make_terms(), TOKEN, 10**20, NOW, 5, 0, {WORKER.address: 5}, {WORKER.address: 2}
    )

    def found(_system: System, address: str) -> PoolView:
        if address != POOL:
            raise NotFound(f"there is no pool at {address}")
        return view

    monkeypatch.setattr(pools, "pool", found)
    shown = client.get(f"/v1/pools/{POOL}").json()
    assert (shown["goal"], shown["raised"], shown["bounty_id"]) == (str(10**20), "5", 0)
    assert shown["shares"] == [{"contributor": WORKER.address, "contributed": "5", "pending": "2"}]
    assert shown["terms"]["document"] == EVIDENCE
    assert client.get(f"/v1/pools/{TOKEN}").status_code == 404


def test_only_what_is_due_is_done(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = Action(parts.system.escrow, "settle", (1,), {"en": "w", "ja": "w"})
    monkeypatch.setattr(
        Lists, "find_due", lambda _lists, to, data: waits if (to, data) == (waits.to, waits.data) else None
    )
    wanted = {"to": waits.to, "data": "0x" + waits.data.hex().upper()}
    for change in ({"to": TOKEN}, {"data": "0x1234"}):
        refused = client.post("/v1/payouts/due", json={**wanted, **change}, headers=KEY)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["rule"] == "is none of the calls that are due now"
    assert parts.journal.size() == 0
    assert client.post("/v1/payouts/due", json=wanted, headers=KEY).status_code == 202
    assert parts.journal.entry(1).subject == f"contract/{waits.to}"


def test_what_was_signed_is_cancelled_by_a_call_of_one_s_own(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, nonce in (("escrow", 3), ("desk", 0), ("vault", 1), ("reputation", 2**200)):
        monkeypatch.setattr(getattr(parts.system, name), "views", {"nonces": nonce})
    shown = client.get(f"/v1/signatures/{WORKER.address}").json()
    assert [(one["name"], one["nonce"]) for one in shown] == [
        ("escrow", "3"),
        ("applications", "0"),
        ("vault", "1"),
        ("reputation", str(2**200)),
    ]
    assert {one["cancel"]["function"] for one in shown} == {"cancelSignature"}
    assert client.get("/v1/signatures/0x12").status_code == 422


def test_every_kind_of_order_is_named_by_one_contract_that_takes_it() -> None:
    from frontend_api.routers.signatures import TAKES
    from resonance_dao.workflows.orders import KINDS

    named = [kind for kinds in TAKES.values() for kind in kinds]
    # Work is signed without a kind; openings and contributions are the token's messages.
    assert sorted(named) == sorted({*KINDS, "submission"} - {"opening", "contribution"})


def test_a_signature_that_is_not_65_bytes_cannot_be_split() -> None:
    from resonance_dao.chain.typed_data import split_signature

    for length in (0, 64, 66):
        with pytest.raises(InputInvalid, match="65 bytes"):
            split_signature(bytes(length))
