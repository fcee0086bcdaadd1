"""Signed orders: what an account wants done, relayed for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.workflows import appeals, applications, bounties, challenges, revisions, signing
from resonance_dao.workflows.appeals import Appeal
from resonance_dao.workflows.applications import Application, ApplicationWithdrawal
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.challenges import Challenge
from resonance_dao.workflows.guardians import GuardianAnnouncement, GuardianVeto
from resonance_dao.workflows.ratings import RatingAppeal
from resonance_dao.workflows.revisions import Revision
from resonance_dao.workflows.rotation import RotationAnnouncement, RotationApproval, RotationVeto
from resonance_dao.workflows.signing import Order
from resonance_dao.workflows.system import NATIVE
from resonance_dao.workflows.withdrawals import Withdrawal
from tests.bounty_values import work_of
from tests.unit.frontend_api.conftest import (
    ARBITER,
    EVIDENCE,
    NOW,
    OUTSIDER,
    REVIEWER,
    TOKEN,
    WORKER,
    DocumentedClient,
    FakeChain,
    FakeParts,
    make_view,
)

KEY = {"Idempotency-Key": "order-1"}
ME, HASH = WORKER.address, "0x" + "cd" * 32
NEXT = OUTSIDER.address
GUARDIANS = tuple(sorted((REVIEWER.address, ARBITER.address), key=str.lower))
NOTHING = {"successor": ZERO_ADDRESS, "finishableAt": 0, "byGuardian": False}


@dataclass(frozen=True)
class Case:
    """An order that can be relayed, what the chain says meanwhile, and what comes of it."""

    route: str
    order: Order
    function: str
    subject: str
    stage: str = "accepted"
    views: Mapping[str, Mapping[str, Any]] | None = None
    terms: Mapping[str, Any] | None = None


def vault(**changes: Any) -> Mapping[str, Mapping[str, Any]]:
    views = {
        "nonces": 0,
        "creditOf": 10**20,
        "payeeOf": ME,
        "announcementOf": NOTHING,
        "guardiansOf": {"guardians": [ME], "threshold": 1},
        "guardianChangeOf": {"finishableAt": 0},
    }
    return {"vault": {**views, **changes}}


WAITS = {"successor": NEXT, "finishableAt": NOW + 9, "byGuardian": False}
RATED = {
    "uid": bytes.fromhex(HASH[2:]),
    "valueBps": 1,
    "stage": 1,
    "attestedAt": 1,
    "countedAt": 1,
    "clock": 0,
}
CASES = [
    Case(
        "/v1/revisions",
        Revision(1, work_of(1, ME, evidence=EVIDENCE, exempt=1)),
        "revise",
        "bounty/1/1",
        "changes_requested",
    ),
    Case("/v1/appeals", Appeal(1, 1, ME, EVIDENCE), "appeal", "bounty/1/1", "rejected"),
    Case("/v1/challenges", Challenge(1, 1, "success", ME, EVIDENCE), "challenge", "bounty/1/1"),
    Case("/v1/applications", Application(1, ME, 7, EVIDENCE), "applyFor", "bounty/1"),
    Case(
        "/v1/applications/withdraw",
        ApplicationWithdrawal(1, ME, HASH),
        "withdraw",
        "bounty/1",
        views={"desk": {"nonces": 0, "applicationOf": {"applicationHash": bytes.fromhex(HASH[2:])}}},
    ),
    Case(
        "/v1/payouts/withdraw",
        Withdrawal(ME, ME, TOKEN, NEXT, 10**20),
        "withdrawToBySignature",
        f"account/{ME}",
        views=vault(),
    ),
    Case(
        "/v1/payees/announce-rotation",
        RotationAnnouncement(ME, ME, NEXT),
        "announceRotationBySignature",
        f"account/{ME}",
        views=vault(),
    ),
    Case(
        "/v1/payees/veto-rotation",
        RotationVeto(ME, ME, NEXT),
        "vetoRotationBySignature",
        f"account/{ME}",
        views=vault(announcementOf=WAITS),
    ),
    Case(
        "/v1/payees/approve-rotation",
        RotationApproval(ME, NEXT, REVIEWER.address),
        "approveRotationBySignature",
        f"account/{NEXT}",
        views=vault(),
    ),
    Case(
        "/v1/payees/announce-guardians",
        GuardianAnnouncement(ME, GUARDIANS, 2),
        "announceGuardiansBySignature",
        f"account/{ME}",
        views=vault(),
    ),
    Case(
        "/v1/payees/veto-guardians",
        GuardianVeto(ME, NEXT),
        "vetoGuardiansBySignature",
        f"account/{NEXT}",
        views=vault(guardianChangeOf={"finishableAt": 5}),
    ),
    Case(
        "/v1/reputation/appeals",
        RatingAppeal(1, ME, NEXT, "passion", HASH, EVIDENCE),
        "appealBySignature",
        f"account/{ME}",
        views={"reputation": {"nonces": 0, "ratingOf": RATED}},
    ),
]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.order.kind)
Post = Callable[..., Any]


def view_for(case: Case, parts: FakeParts) -> BountyView:
    """The bounty in the state that the order needs."""
    view = make_view()
    (found,) = view.submissions
    success = {"stage": "reported", "achieved_bps": 1, "clock": NOW}
    found = replace(found, stage=case.stage, approvals=0, tranches={**found.tranches, "success": success})
    terms = replace(view.terms, admission=parts.system.desk.address, **(case.terms or {}))
    return replace(view, terms=terms, submissions=(found,))


@pytest.fixture
def post(client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Sign a case's order with an account, change the body, and post it."""

    def signed(case: Case, signer: Any = WORKER, deadline: int = NOW + 60, **changes: Any) -> Any:
        view = view_for(case, parts)
        for module in (bounties, revisions, appeals, challenges, applications):
            monkeypatch.setattr(module, "bounty", lambda _system, _number, only=None: view)
        for name, views in (case.views or {}).items():
            monkeypatch.setattr(parts.system.contracts[name], "views", views)
        signature = signer.sign_typed_data(*case.order.typed_data(parts.system, deadline))
        body = signing.SignedOrder(case.order, deadline, "0x" + signature.hex()).to_dict()
        return client.post(case.route, json={**body, **changes}, headers=KEY)

    return signed


@EVERY_CASE
def test_an_order_signed_by_another_account_is_refused(case: Case, post: Post, parts: FakeParts) -> None:
    answer = post(case, OUTSIDER)
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_refused")
    assert case.order.account in answer.json()["detail"]
    assert parts.journal.size() == 0


@EVERY_CASE
def test_an_order_that_expired_is_refused(case: Case, post: Post) -> None:
    answer = post(case, deadline=NOW)
    assert answer.status_code == 403
    assert "expired" in answer.json()["detail"]


@EVERY_CASE
def test_an_order_of_another_kind_or_with_a_field_too_many_is_refused(case: Case, post: Post) -> None:
    for name, field in (("kind", "kind"), ("extra", "extra")):
        answer = post(case, **{name: "other"})
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]


@EVERY_CASE
def test_an_order_with_a_field_missing_is_refused_by_its_name(case: Case, post: Post) -> None:
    whole = case.order.to_dict()
    for name in whole:
        answer = post(case, order={key: value for key, value in whole.items() if key != name})
        assert [error["field"] for error in answer.json()["errors"]] == [f"order.{name}"]


@EVERY_CASE
def test_a_signed_order_is_relayed_as_it_was_written(case: Case, post: Post, parts: FakeParts) -> None:
    answer = post(case)
    assert answer.status_code == 202, answer.text
    entry = parts.journal.entry(1)
    assert (entry.subject, entry.to_record().body["function"]) == (case.subject, case.function)


@pytest.mark.parametrize(
    ("number", "change", "field"),
    [
        (1, {"reason": "because"}, "order.reason"),
        (2, {"tranche": "third"}, "order.tranche"),
        (3, {"bid": 7}, "order.bid"),
        (3, {"bid": "-7"}, "order.bid"),
        (4, {"application_hash": "0x12"}, "order.application_hash"),
        (9, {"guardians": [ME] * 9}, "order.guardians"),
        (11, {"component": "track_record"}, "order.component"),
    ],
)
def test_a_field_of_the_wrong_form_is_named(
    number: int, change: dict[str, Any], field: str, post: Post
) -> None:
    case = CASES[number]
    answer = post(case, order={**case.order.to_dict(), **change})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_challenge_whose_bond_is_coin_must_come_from_a_wallet(post: Post, parts: FakeParts) -> None:
    answer = post(replace(CASES[2], terms={"token": NATIVE, "challenge_bond": 5}))
    assert answer.status_code == 422
    assert "own wallet" in answer.json()["hint"]
    assert parts.journal.size() == 0


def test_work_that_cannot_be_changed_any_more_is_refused_with_the_reason(post: Post) -> None:
    answer = post(replace(CASES[0], stage="accepted"))
    assert answer.status_code == 422
    assert "cannot be changed any more" in answer.json()["detail"]


def test_a_contract_wallet_answers_for_itself(post: Post, chain: FakeChain) -> None:
    chain.code = "0x01"
    assert post(CASES[1], OUTSIDER).status_code == 202, "the contract is asked, and it did not refuse"
