"""Applications on a real chain: applied for by signature, selected by hash, declined, released, admitted."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows import applications, orders, payouts, signing
from resonance_dao.workflows.applications import Application, ApplicationWithdrawal

pytestmark = pytest.mark.chain
DAY, YEN = 86_400, 10**18


def opened(world: Any) -> Any:
    return world.open_bounty(admission=world.system.desk.address)


def apply(world: Any, view: Any, role: str = "worker", bid: int = 200_000 * YEN) -> str:
    """Let a role apply by a signature that another relays; return the hash."""
    order = Application(view.id, world.address(role), bid, "bafyproposal")
    signed = signing.sign(world.system, order, world.wallet(role), world.now() + DAY)
    world.do(orders.relaying_file(world.system, signed.to_dict()), "relayer")
    return applications.application(world.system, view.id, world.address(role)).application_hash


def test_applications_that_the_desk_would_refuse_are_refused(world: Any) -> None:
    view, worker = opened(world), world.address("worker")
    for bid in (0, 300_000 * YEN + 1):
        with pytest.raises(InputInvalid, match=r"must be more than zero and at most .* base units, 300,000 "):
            Application(view.id, worker, bid, "bafy").action(world.system)
    with pytest.raises(InputInvalid, match="judges this bounty"):
        Application(view.id, world.address("aya"), YEN, "bafy").action(world.system)
    with pytest.raises(InputInvalid, match="takes no applications"):
        Application(world.open_bounty().id, worker, YEN, "bafy").action(world.system)
    with pytest.raises(NotFound, match="has no application"):
        applications.application(world.system, view.id, worker)


def test_a_selection_names_the_hash_and_the_worker_is_admitted_for_its_bid(world: Any) -> None:
    system, view, worker = world.system, opened(world), world.address("worker")
    first = apply(world, view)
    made = apply(world, view, bid=150_000 * YEN)
    until = world.now() + 5 * DAY
    with pytest.raises(InputInvalid, match="was changed meanwhile"):
        applications.selecting(system, view, worker, first, until)
    with pytest.raises(InputInvalid, match="must be after now"):
        applications.selecting(system, view, worker, made, view.terms.submit_by + 1)
    world.do(applications.selecting(system, view, worker, made, until), "owner")
    apply(world, view, "partner")
    partner = applications.application(system, view.id, world.address("partner"))
    with pytest.raises(InputInvalid, match="has all 1 places taken"):
        applications.selecting(system, view, partner.worker, partner.application_hash, until)
    world.do(
        applications.declining(
            system, view, partner.worker, partner.application_hash, "over-budget", "bafywhy"
        ),
        "owner",
    )
    view = world.submit(view)
    assert view.submissions[0].amount == 150_000 * YEN
    stages = [found.stage for found in applications.applications(system, view.id)]
    assert stages == ["replaced", "admitted", "declined"]


def test_an_application_is_withdrawn_by_signature(world: Any) -> None:
    view, worker = opened(world), world.address("worker")
    made = apply(world, view)
    order = ApplicationWithdrawal(view.id, worker, made)
    signed = signing.sign(world.system, order, world.wallet("worker"), world.now() + DAY)
    world.do(signing.relaying(world.system, signed), "relayer")
    assert [found.stage for found in applications.applications(world.system, view.id)] == ["withdrawn"]
    with pytest.raises(NotFound, match="has no application"):
        order.action(world.system)


def test_a_selection_whose_time_is_over_is_released_at_anybodys_word(world: Any) -> None:
    system, view, worker = world.system, opened(world), world.address("worker")
    made, until = apply(world, view), world.now() + 5 * DAY
    world.do(applications.selecting(system, view, worker, made, until), "owner")
    assert payouts.due(system) == []
    world.later(5 * DAY)
    (due,) = payouts.due(system)
    world.do(due, "outsider")
    assert [found.stage for found in applications.applications(system, view.id)] == ["released"]
