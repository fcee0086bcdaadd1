"""Reputation on a real chain: policy, ratings by signature, appeals, strikes, and every input recomputed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.workflows import contributions, orders, payouts, ratings, reputation, signing
from resonance_dao.workflows.ratings import RatingAppeal
from tests.bounty_values import DOCUMENT

pytestmark = pytest.mark.chain
DAY = 86_400


def with_policy(world: Any) -> None:
    raters = (world.address("aya"), world.address("ben"))
    chosen = reputation.Policy(
        reputation.outcome_source(world.system), 180, 7 * DAY, 7 * DAY, world.address("arbiter"), raters
    )
    world.do(reputation.setting_policy(world.system, 1, chosen), "owner")


def rate(world: Any, role: str = "aya", value_bps: int = 8000) -> ratings.RatingView:
    """Let a role rate the worker's passion by a signature that another relays."""
    worker = world.address("worker")
    world.salt += 1
    attestation = ratings.rating(
        world.system, 1, worker, "passion", value_bps=value_bps, reason=DOCUMENT, now=world.now(),
        salt=world.salt.to_bytes(32, "big"),
    )  # fmt: skip
    signed = json.loads(json.dumps(world.signed(attestation, role).to_dict()))
    world.do(orders.relaying_file(world.system, signed), "relayer")
    return ratings.rating_of(world.system, 1, worker, world.address(role), "passion")


def test_a_policy_is_set_once_and_its_arbiter_is_impartial(world: Any) -> None:
    aya = world.address("aya")
    escrow = world.system.escrow.address
    assert reputation.policy(world.system, 1) is None
    with pytest.raises(InputInvalid, match="neither owner, steward nor rater"):
        chosen = reputation.Policy(escrow, 180, DAY, DAY, aya, (aya,))
        reputation.setting_policy(world.system, 1, chosen)
    with pytest.raises(InputInvalid, match="must be one of"):
        chosen = reputation.Policy(escrow, 7, DAY, DAY, world.address("arbiter"), ())
        reputation.setting_policy(world.system, 1, chosen)
    with_policy(world)
    found = reputation.policy(world.system, 1)
    assert found is not None
    assert (found.half_life, len(found.raters)) == (180, 2)
    with pytest.raises(InputInvalid, match="has a policy already"):
        with_policy(world)


def test_a_rating_raises_the_multiplier_and_is_explained_to_the_last_digit(world: Any) -> None:
    with_policy(world)
    worker = world.address("worker")
    empty = reputation.explain(world.system, 1, worker)
    assert (empty.multiplier_bps, empty.agrees) == (10_000, True)
    found = rate(world)
    assert (found.stage, found.value_bps) == ("live", 8000)
    for days in (0, 1, 45):
        world.later(days * DAY)
        told = reputation.explain(world.system, 1, worker)
        assert told.agrees
        assert told.multiplier_bps == reputation.multiplier(world.system, 1, worker)
        assert 10_000 < told.multiplier_bps <= 10_600
    assert [s.component for s in told.standings] == ["skill", "passion", "track_record", "peer_rating"]


def test_a_rating_for_another_ledger_or_out_of_range_is_refused(world: Any) -> None:
    with_policy(world)
    common = {"reason": DOCUMENT, "now": world.now(), "salt": b"\x01" * 32}
    worker = world.address("worker")
    with pytest.raises(InputInvalid, match="0 to 10000"):
        ratings.rating(world.system, 1, worker, "passion", value_bps=10_001, **common)
    with pytest.raises(InputInvalid, match="must be one of skill"):
        ratings.rating(world.system, 1, worker, "track_record", value_bps=1, **common)
    attestation = ratings.rating(world.system, 1, worker, "passion", value_bps=1, **common)
    ledger = world.system.reputation.address[2:].lower()
    other = type(attestation)(
        **{**attestation.to_dict(), "data": attestation.data.replace(ledger, "11" * 20)}
    )
    with pytest.raises(SignatureRefused, match="not for this deployment's ledger"):
        orders.relaying_attestation(world.system, world.signed(other, "aya"))


def test_an_unanswered_appeal_strikes_a_rating_at_anybodys_word(world: Any) -> None:
    with_policy(world)
    found, worker = rate(world), world.address("worker")
    order = RatingAppeal(1, worker, world.address("aya"), "passion", found.uid, DOCUMENT)
    signed = signing.sign(world.system, order, world.wallet("worker"), world.now() + DAY)
    world.do(orders.relaying_file(world.system, json.loads(json.dumps(signed.to_dict()))), "relayer")
    with pytest.raises(InputInvalid, match="cannot be appealed"):
        order.action(world.system)
    assert payouts.due(world.system) == []
    world.later(7 * DAY)
    (due,) = payouts.due(world.system)
    world.do(due, "outsider")
    assert ratings.ratings(world.system, 1, worker)[0].stage == "struck"
    assert reputation.multiplier(world.system, 1, worker) == 10_000


def test_the_arbiter_rules_by_attestation_or_with_its_own_wallet(world: Any) -> None:
    with_policy(world)
    worker = world.address("worker")
    for role, stands in (("aya", True), ("ben", False)):
        found = rate(world, role)
        with pytest.raises(InputInvalid, match="a ruling is for an appealed one"):
            ratings.ruling(
                world.system, found, stands=stands, reason=DOCUMENT, now=world.now(), salt=b"\2" * 32
            )
        world.do(
            RatingAppeal(1, worker, found.rater, "passion", found.uid, DOCUMENT).action(world.system),
            "worker",
        )
    uphold, strike = ratings.ratings(world.system, 1, worker)
    signed = world.signed(
        ratings.ruling(world.system, uphold, stands=True, reason=DOCUMENT, now=world.now(), salt=b"\3" * 32),
        "arbiter",
    )
    world.do(orders.relaying_attestation(world.system, signed), "relayer")
    world.do(ratings.ruling_directly(world.system, strike, stands=False, reason=DOCUMENT), "arbiter")
    assert [r.stage for r in ratings.ratings(world.system, 1, worker)] == ["upheld", "struck"]


def test_a_settled_outcome_is_counted_once_at_anybodys_word(world: Any) -> None:
    view = world.accept(world.submit(world.open_bounty()))
    assert payouts.due(world.system) == [], "without a policy nothing is counted"
    with_policy(world)
    assert payouts.due(world.system) == [], "nothing is settled yet"
    world.attest(view, world.outcome(view, "success", 400), "source")
    world.later(7 * DAY)
    (settle,) = payouts.due(world.system)
    world.do(settle, "outsider")
    (record,) = payouts.due(world.system)
    assert record.function == "recordOutcome"
    world.do(record, "outsider")
    assert payouts.due(world.system) == []
    told = reputation.explain(world.system, 1, world.address("worker"))
    assert told.agrees
    assert told.standings[2].value == 2 * 10**17, "0.8 of one outcome beside three of zero"
    assert told.multiplier_bps == 10_400


def test_a_revoked_rating_is_struck_at_anybodys_word(world: Any) -> None:
    with_policy(world)
    world.salt += 1
    attestation = ratings.rating(
        world.system, 1, world.address("worker"), "skill", value_bps=5000, reason=DOCUMENT, now=world.now(),
        salt=world.salt.to_bytes(32, "big"),
    )  # fmt: skip
    world.do(contributions.attesting(world.system, attestation, b""), "ben")
    world.do(contributions.revoking(world.system, attestation), "ben")
    (due,) = payouts.due(world.system)
    assert due.function == "strikeRevoked"
    world.do(due, "outsider")
    assert payouts.due(world.system) == []
