"""Money in new ways on a real chain: permits, native coin, pools, bonds, tax, withdrawals, rotation."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.chain import integer
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows import (
    bonds,
    bounties,
    funding,
    guardians,
    orders,
    payouts,
    pools,
    rotation,
    signing,
    withdrawals,
    withholding,
)
from resonance_dao.workflows.rotation import RotationAnnouncement, RotationApproval, RotationVeto
from resonance_dao.workflows.system import NATIVE, Action
from resonance_dao.workflows.withdrawals import Withdrawal

pytestmark = pytest.mark.chain
DAY, YEN = 86_400, 10**18
SALT = b"\x07" * 32


def carried(world: Any, order: signing.Order, role: str) -> Any:
    signed = signing.sign(world.system, order, world.wallet(role), world.now() + DAY)
    content = json.loads(json.dumps(signed.to_dict()))
    return world.do(orders.relaying_file(world.system, content), "relayer")


def test_a_permit_opens_without_an_allowance(world: Any) -> None:
    system, terms = world.system, world.terms()
    amount = bounties.liability(terms)
    action = funding.opening_with_permit(system, terms, amount, world.wallet("owner"), world.now() + DAY)
    number = bounties.opened(system, world.do(action, "owner"))
    assert world.view(number).escrowed == amount


def test_an_authorization_names_the_terms_and_anybody_opens_with_it(world: Any) -> None:
    system, terms = world.system, world.terms()
    order = funding.opening_order(system, terms, SALT)
    domain, types, message = order.typed_data(system, world.now() + DAY)
    assert (domain["verifyingContract"], list(types)) == (world.coin, ["ReceiveWithAuthorization"])
    assert message["to"] == system.opener.address
    with pytest.raises(InputInvalid, match="must be that of the terms"):
        replace(order, funder=world.address("worker")).typed_data(system, world.now() + DAY)
    before = world.nonce("owner")
    receipt = carried(world, order, "owner")
    view = world.view(bounties.opened(system, receipt))
    assert (view.terms, view.funder, world.nonce("owner")) == (terms, world.address("owner"), before)
    with pytest.raises(InputInvalid, match="takes no signatures"):
        funding.token_domain(system, system.vault.address)


def test_the_chains_own_coin_goes_along_with_the_opening(world: Any) -> None:
    terms = world.terms(token=NATIVE, amount=YEN, guaranteed=0)
    (action,) = bounties.opening(world.system, terms, world.address("owner"))
    assert (action.value, action.to_dict()["value"]) == (YEN, str(YEN))
    number = bounties.opened(world.system, world.do(action, "owner"))
    assert world.view(number).escrowed == YEN
    view = world.accept(world.submit(world.view(number)))
    (credit,) = payouts.credits_of(world.system, world.address("worker"))
    assert (credit.token.symbol, credit.amount) == ("native", 3 * YEN // 10)
    world.do(payouts.pushing(world.system, NATIVE, world.address("worker")), "outsider")
    assert view.terms.token == NATIVE
    with pytest.raises(InputInvalid, match="is to be escrowed"):
        bounties.opening(world.system, replace(terms, amount=10**30), world.address("owner"))


def test_a_pool_collects_funds_a_bounty_and_shares_what_comes_back(world: Any) -> None:
    system, owner = world.system, world.address("owner")
    deadline = world.now() + 10 * DAY
    with pytest.raises(InputInvalid, match="must be after the chain's time"):
        pools.opening_pool(system, world.terms(), world.now(), SALT)
    terms = pools.pooled(system, world.terms(token_reward=0), owner, deadline, SALT)
    goal = bounties.liability(terms)
    world.do(pools.opening_pool(system, terms, deadline, SALT), "owner")
    address = terms.funder
    assert pools.pools(system) == [address]
    coin = system.token(world.coin)
    partner = world.address("partner")
    world.do(Action(coin, "transfer", (partner, 100_000 * YEN), {"en": "", "ja": ""}), "owner")
    with pytest.raises(InputInvalid, match="at most what is missing"):
        pools.contributing(system, address, owner, goal + 1)
    with pytest.raises(InputInvalid, match="is to be escrowed, but"):
        pools.contributing(system, address, partner, 100_001 * YEN)
    permitted = pools.contributing_with_permit(
        system, address, world.wallet("partner"), 100_000 * YEN, world.now() + DAY
    )
    world.do(permitted, "partner")
    world.do(pools.taking_back(system, address, partner, 1), "partner")
    for action in pools.contributing(system, address, owner, 200_000 * YEN + 1):
        world.do(action, "owner")
    assert pools.pool(system, address).raised == goal
    number = bounties.opened(system, world.do(funding.opening_from_pool(system, terms), "owner"))
    assert pools.pool(system, address).bounty_id == number
    with pytest.raises(InputInvalid, match="has funded bounty"):
        pools.taking_back(system, address, owner)
    world.do(bounties.closing(system, world.view(number), "dropped", "bafywhy"), "owner")
    shares = [action for action in payouts.due(system) if action.function == "release"]
    assert len(shares) == 2
    for action in shares:
        world.do(action, "outsider")
    assert world.credit("owner") + world.credit("partner") in {goal + 1, goal}
    with pytest.raises(NotFound, match="there is no pool"):
        pools.pool(system, owner)


def test_an_authorization_is_carried_to_a_pool(world: Any) -> None:
    system, owner = world.system, world.address("owner")
    deadline = world.now() + DAY
    terms = pools.pooled(system, world.terms(), owner, deadline, SALT)
    world.do(pools.opening_pool(system, terms, deadline, SALT), "owner")
    order = pools.Contribution(terms.funder, owner, 5 * YEN, "0x" + SALT.hex())
    before = world.nonce("owner")
    carried(world, order, "owner")
    assert pools.pool(system, terms.funder).contributions == {owner: 5 * YEN}
    assert world.nonce("owner") == before
    with pytest.raises(InputInvalid, match="at most what is missing"):
        replace(order, amount=10**30).action(system, 1, "0x" + "11" * 65)


def test_a_pool_that_never_funds_gives_back_at_anybodys_word(world: Any) -> None:
    system, owner = world.system, world.address("owner")
    deadline = world.now() + DAY
    terms = pools.pooled(system, world.terms(), owner, deadline, SALT)
    world.do(pools.opening_pool(system, terms, deadline, SALT), "owner")
    for action in pools.contributing(system, terms.funder, owner, 5 * YEN):
        world.do(action, "owner")
    assert payouts.due(system) == []
    world.later(DAY)
    (due,) = payouts.due(system)
    world.do(due, "outsider")
    assert (due.function, world.credit("owner")) == ("giveBack", 5 * YEN)


def test_a_silent_reviewers_bond_goes_to_the_worker_and_the_rest_comes_back(world: Any) -> None:
    system, view = world.system, world.open_bounty()
    aya, bond = world.address("aya"), 1000 * YEN
    with pytest.raises(InputInvalid, match="its project has set none"):
        bonds.posting_bond(system, view, aya)
    world.do(bonds.setting_bond(system, view, bond, 4000), "owner")
    with pytest.raises(InputInvalid, match="was set for bounty"):
        bonds.setting_bond(system, view, bond, 4000)
    with pytest.raises(InputInvalid, match="is no reviewer"):
        bonds.posting_bond(system, view, world.address("worker"))
    with pytest.raises(InputInvalid, match="is to be escrowed, but"):
        bonds.posting_bond(system, view, aya)
    coin = system.token(world.coin)
    world.do(Action(coin, "transfer", (aya, bond), {"en": "", "ja": ""}), "owner")
    for action in bonds.posting_bond(system, view, aya):
        world.do(action, "aya")
    world.submit(view)
    world.later(14 * DAY)
    for _ in range(2):  # What is accepted first makes the bond claimable, and the bounty's end known.
        for action in payouts.due(system):
            world.do(action, "outsider")
    state = bonds.bonds(system, world.view(view.id))
    assert (state.left[aya], state.ended_at > 0) == (600 * YEN, True)
    assert world.credit("worker") == 90_000 * YEN + 400 * YEN
    world.later(30 * DAY)
    for action in payouts.due(system):
        if action.contract == system.bonds:
            world.do(action, "outsider")
    assert world.credit("aya") == 600 * YEN


def test_a_registered_schedule_says_what_is_withheld(world: Any) -> None:
    system, office = world.system, world.address("partner")
    schedule = withholding.country_schedule(system, "JP", "ordinary", world.coin, office)
    identity = withholding.schedule_id(system, schedule)
    with pytest.raises(NotFound, match="no withholding schedule"):
        withholding.schedule(system, identity)
    with pytest.raises(InputInvalid, match="must be an id"):
        withholding.schedule(system, "0x12")
    world.do(withholding.registering(system, schedule), "outsider")
    assert withholding.schedules(system) == [identity]
    assert withholding.schedule(system, identity) == schedule
    seen = withholding.tax_preview(system, identity, 1_500_000 * YEN)
    assert (seen.withheld.tax, seen.collector) == (204_200 * YEN, office)
    view = world.open_bounty(withholding=identity)
    world.accept(world.submit(view))
    assert world.credit("partner") == 9_189 * YEN


def test_credit_leaves_by_signature_for_several_tokens_and_to_many(world: Any) -> None:
    system, worker = world.system, world.address("worker")
    world.accept(world.submit(world.open_bounty()))
    base = 90_000 * YEN
    with pytest.raises(InputInvalid, match="at most the credit"):
        Withdrawal(worker, worker, world.coin, worker, base + 1).action(system)
    with pytest.raises(InputInvalid, match="the payee of"):
        Withdrawal(world.address("partner"), worker, world.coin, worker, 1).action(system)
    before = world.nonce("worker")
    carried(world, Withdrawal(worker, worker, world.coin, world.address("partner"), YEN), "worker")
    assert (world.balance("partner"), world.nonce("worker")) == (YEN, before)
    leaving = Withdrawal(worker, worker, world.coin, worker, YEN).action(system)
    assert leaving.summary["en"].startswith("Withdraw 1 ")
    world.do(leaving, "worker")
    receipt = world.do(
        withdrawals.pushing_many(system, world.coin, [world.address("aya"), worker]), "relayer"
    )
    assert list(withdrawals.push_failures(system, receipt)) == [world.address("aya")]
    assert world.balance("worker") == base - YEN
    world.do(withdrawals.withdrawing_many(system, [world.coin]), "worker")
    for empty in (withdrawals.withdrawing_many, lambda s, t: withdrawals.pushing_many(s, world.coin, t)):
        with pytest.raises(InputInvalid, match="at least one"):
            empty(system, [])


def test_a_rotation_is_announced_by_signature_vetoed_announced_again_and_finished(world: Any) -> None:
    system, worker, partner = world.system, world.address("worker"), world.address("partner")
    world.accept(world.submit(world.open_bounty()))
    with pytest.raises(InputInvalid, match="nor one of its guardians"):
        RotationAnnouncement(partner, worker, partner).action(system)
    with pytest.raises(InputInvalid, match="must be another wallet"):
        RotationAnnouncement(worker, worker, worker).action(system)
    carried(world, RotationAnnouncement(worker, worker, partner), "worker")
    assert rotation.rotation(system, worker).announced == partner
    with pytest.raises(InputInvalid, match="does not wait"):
        RotationVeto(worker, worker, world.address("aya")).action(system)
    carried(world, RotationVeto(worker, worker, partner), "worker")
    with pytest.raises(InputInvalid, match="no rotation that waits"):
        rotation.finishing_rotation(system, worker)
    world.do(RotationAnnouncement(worker, worker, partner).action(system), "worker")
    with pytest.raises(InputInvalid, match="can be rotated from"):
        rotation.finishing_rotation(system, worker)
    world.later(7 * DAY)
    world.do(rotation.finishing_rotation(system, worker), "outsider")
    assert withdrawals.payee_of(system, worker) == partner
    carried(world, Withdrawal(partner, worker, world.coin, partner, YEN), "partner")
    assert world.balance("partner") == YEN


def test_guardians_take_office_and_rotate_together(world: Any) -> None:
    system, worker, partner = world.system, world.address("worker"), world.address("partner")
    chosen = [world.address("aya"), world.address("ben")]
    with pytest.raises(InputInvalid, match="each once"):
        guardians.announcing_guardians(worker, [worker], 1)
    with pytest.raises(InputInvalid, match="must be 1 to 2"):
        guardians.announcing_guardians(worker, chosen, 3)
    carried(world, guardians.announcing_guardians(worker, chosen, 2), "worker")
    carried(world, guardians.GuardianVeto(worker, worker), "worker")
    with pytest.raises(InputInvalid, match="no new guardians"):
        guardians.finishing_guardians(system, worker)
    world.do(guardians.announcing_guardians(worker, chosen, 2).action(system), "worker")
    world.later(7 * DAY)
    world.do(guardians.finishing_guardians(system, worker), "outsider")
    assert rotation.rotation(system, worker).threshold == 2
    with pytest.raises(InputInvalid, match="is no guardian"):
        RotationApproval(partner, worker, partner).action(system)
    carried(world, RotationApproval(chosen[0], worker, partner), "aya")
    world.do(rotation.disapproving(system, worker), "aya")
    carried(world, RotationApproval(chosen[0], worker, partner), "aya")
    world.do(RotationApproval(chosen[1], worker, partner).action(system), "ben")
    assert withdrawals.payee_of(system, worker) == partner
    assert integer(system.chain.request("eth_chainId")) == 31337
