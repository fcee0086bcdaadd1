"""
What the read model says is due is what a scan of the whole chain says, whatever page by page.

The life of bounties, pools, bonds, selections, ratings and outcomes is told by the workflows' tests. They run
here once more, and each time that one of them asks what is due, both ways are asked and compared.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.devchain import mine
from resonance_dao.chain.sender import send
from resonance_dao.workflows import bounties, payouts, pools
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.contributions import UNSIGNED
from resonance_dao.workflows.funding import opening_from_pool
from resonance_dao.workflows.reading import due as due_module
from resonance_dao.workflows.reading import known
from resonance_dao.workflows.reading.bounties import BOND_GRACE_S
from resonance_dao.workflows.reading.lists import Lists
from resonance_dao.workflows.reading.reader import Reader
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.terms import encode_terms
from tests.integration.reading.conftest import MakeReader
from tests.integration.workflows import (
    test_life,
    test_new_applications,
    test_new_money,
    test_new_orders,
    test_new_reputation,
)
from tests.integration.workflows.conftest import World

pytestmark = pytest.mark.chain

SCAN = payouts.due
LIVES = [
    test_life.test_the_whole_life_by_signatures_that_others_relay,
    test_life.test_silence_of_reviewers_source_and_arbiter_never_holds_up_the_pay,
    test_life.test_two_silent_works_for_one_award_are_not_both_due,
    test_new_applications.test_a_selection_whose_time_is_over_is_released_at_anybodys_word,
    test_new_money.test_a_pool_collects_funds_a_bounty_and_shares_what_comes_back,
    test_new_money.test_a_pool_that_never_funds_gives_back_at_anybodys_word,
    test_new_money.test_a_silent_reviewers_bond_goes_to_the_worker_and_the_rest_comes_back,
    test_new_orders.test_changes_requested_and_not_made_reject_when_their_time_is_over,
    test_new_orders.test_an_appeal_is_relayed_and_the_arbiters_silence_decides_as_the_terms_say,
    test_new_orders.test_a_bounty_that_is_over_closes_and_returns_its_money_at_anybodys_word,
    test_new_reputation.test_an_unanswered_appeal_strikes_a_rating_at_anybodys_word,
    test_new_reputation.test_a_settled_outcome_is_counted_once_at_anybodys_word,
    test_new_reputation.test_a_revoked_rating_is_struck_at_anybodys_word,
]


class Compared:
    """Asks what is due in both ways; `was` is everything that ever was."""

    def __init__(self, reader: Reader, system: System) -> None:
        self.reader, self.system, self.was = reader, system, dict[tuple[str, bytes], Action]()
        self.lists = Lists(reader.model, system)

    def __call__(self, system: System) -> list[Action]:
        while not self.reader.read():
            pass
        scanned = SCAN(system)
        for limit in (1, 3, 100):
            assert told(pages(self.lists, limit)) == told(scanned)
        now = {(action.to, action.data): action for action in scanned}
        self.was |= now
        for name, action in self.was.items():
            assert self.lists.find_due(*name) == (action if name in now else None)
        return scanned


@pytest.fixture
def compared(world: World, make_reader: MakeReader, monkeypatch: pytest.MonkeyPatch) -> Compared:
    made = Compared(make_reader(world.system), world.system)
    monkeypatch.setattr(payouts, "due", made)
    return made


def pages(lists: Lists, limit: int) -> list[Action]:
    found, place = lists.due(None, limit)
    while place is not None:
        more, place = lists.due(place, limit)
        found = [*found, *more]
    return found


def told(actions: Sequence[Action]) -> list[tuple[str, str, bytes]]:
    return sorted((action.to, action.function, action.data) for action in actions)


@pytest.mark.parametrize("life", LIVES)
def test_the_index_says_what_a_scan_says_all_life_long(world: World, compared: Compared, life: Any) -> None:
    life(world)
    assert compared.was, "something was due"


def test_the_grace_of_bonds_is_the_contract_s(world: World) -> None:
    assert world.system.bonds.call(world.system.chain, "GRACE") == BOND_GRACE_S


def test_acceptances_beyond_the_awards_are_not_due_on_any_page(world: World, compared: Compared) -> None:
    view = world.open_bounty(max_awards=2)
    for worker in ("worker", "outsider", "relayer", "worker"):
        view = world.submit(view, worker)
    world.later(view.terms.review_window)
    assert [action.function for action in payouts.due(world.system)].count("acceptBySilence") == 2
    for action in payouts.due(world.system):
        if action.function == "acceptBySilence":
            world.do(action, "outsider")
    payouts.due(world.system)


def test_what_a_reorganisation_took_back_is_not_due(world: World, compared: Compared) -> None:
    view = world.submit(world.open_bounty())
    mine(world.system.chain, 3)
    first = world.accept(view)
    world.later(first.terms.success.closes_after)
    before = told(payouts.due(world.system))
    for depth in (1, 2, 5, 8):
        world.system.chain.request("anvil_reorg", [depth, []])
        payouts.due(world.system)
    assert told(payouts.due(world.system)) != before


def test_dust_that_nobody_can_have_is_asked_about_no_more(
    world: World, compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, coin = world.system, world.system.token(world.coin)
    salt, deadline = b"\7" * 32, world.now() + 500
    terms = pools.pooled(system, world.terms(token_reward=0), world.address("owner"), deadline, salt)
    world.do(pools.opening_pool(system, terms, deadline, salt), "owner")
    goal = bounties.liability(terms)
    for who, units in (("owner", goal // 3), ("ben", goal // 3), ("partner", goal - 2 * (goal // 3))):
        world.do(Action(coin, "transfer", (world.address(who), units), {}), "owner")
        for action in pools.contributing(system, terms.funder, world.address(who), units):
            world.do(action, who)
    number = bounties.opened(system, world.do(opening_from_pool(system, terms), "owner"))
    world.do(bounties.closing(system, world.view(number), "dropped", "bafywhy"), "owner")
    settle_all(world)
    # Two units more are less than one for each, and the one that is rounded up leaves another.
    world.do(Action(coin, "approve", (system.vault.address, 2), {}), "owner")
    world.do(Action(system.vault, "deposit", (world.coin, terms.funder, 2), {}), "owner")
    settle_all(world)
    assert system.vault.call(system.chain, "creditOf", world.coin, terms.funder) == 1
    asked = calls(world, monkeypatch)
    assert pages(compared.lists, 100) == []
    assert "eth_call" not in asked


def test_work_whose_evidence_is_no_text_is_decided_as_any_other(world: World, compared: Compared) -> None:
    view = hand_in_unreadable(world, world.submit(world.open_bounty(max_awards=2)))
    found = view.submission(2)
    assert (found.submission.evidence, known.hashes_agree(world.system, view)) == ("0xfffefdfc", True)
    world.attest(view, world.review(view, 2, verdict="reject"), "aya", 2)
    assert world.view(view.id).submission(2).stage == "rejected"
    hand_in_unreadable(world, view)
    world.later(view.terms.review_window)
    accepting = [a for a in payouts.due(world.system) if a.function == "acceptBySilence"]
    assert len(accepting) == 2
    for action in accepting:
        world.do(action, "outsider")
    assert {one.stage for one in world.view(view.id).submissions} == {"accepted", "rejected"}
    payouts.due(world.system)


def test_terms_that_are_no_text_hold_up_no_contributor_and_no_other_bounty(
    world: World, compared: Compared
) -> None:
    system, salt, owner = world.system, b"\x09" * 32, world.wallet("owner")
    world.open_bounty()
    deadline = world.now() + 500
    terms = replace(world.terms(token_reward=0), document="zzzzzzzz")
    pooled = pools.pooled(system, terms, owner.address, deadline, salt).to_abi()
    opening = system.pools.encode("open", pooled, deadline, salt).replace(b"zzzzzzzz", b"\xff" * 8)
    receipt = send(system.chain, owner, system.pools.address, opening)
    address = pools.opened_pool(system, receipt)
    amount = 5 * 10**18
    world.do(Action(system.token(world.coin), "approve", (address, amount), {}), "owner")
    world.do(Action(system.pool(address), "contribute", (amount,), {}), "owner")
    allowing = Action(system.token(world.coin), "approve", (system.opener.address, 10**30), {})
    world.do(allowing, "owner")
    data = system.opener.encode("open", terms.to_abi()).replace(b"zzzzzzzz", b"\xff" * 8)
    send(system.chain, owner, system.opener.address, data)
    world.later(terms.submit_by - world.now())
    assert sorted(action.function for action in payouts.due(system)) == ["close", "giveBack"]


def test_a_page_asks_about_no_more_things_than_its_limit(
    world: World, compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(8):
        world.open_bounty()
    world.later(world.view(8).terms.submit_by - world.now())
    while not compared.reader.read():
        pass
    asked = calls(world, monkeypatch)
    (closing,), place = compared.lists.due(None, 1)
    assert (closing.function, asked.count("eth_call"), asked.count("eth_getLogs")) == ("close", 1, 0)
    asked.clear()
    assert compared.lists.find_due(closing.to, closing.data) == closing
    assert (asked.count("eth_call"), asked.count("eth_getLogs")) == (1, 0)
    monkeypatch.setattr(due_module, "ROWS_A_PAGE", 3)
    actions, place = compared.lists.due(place, 100)
    assert (len(actions), place is None) == (3, False)


def test_calldata_that_was_tampered_with_is_never_due(world: World, compared: Compared) -> None:
    chance = random.Random(5)  # noqa: S311 - replayed, not secret
    world.submit(world.open_bounty())
    world.later(world.view(1).terms.submit_by - world.now())
    actions = payouts.due(world.system)
    assert {action.function for action in actions} == {"acceptBySilence", "close"}
    for _ in range(60):
        action, data = chance.choice(actions), bytearray(chance.choice(actions).data)
        place = chance.choice([chance.randrange(4), chance.randrange(len(data)), len(data) - 1])
        data[place] ^= chance.randrange(1, 256)
        changed = chance.choice([bytes(data), bytes(data[:place]), bytes(data) + b"\0", chance.randbytes(40)])
        assert compared.lists.find_due(action.to, changed) is None
    assert compared.lists.find_due(world.coin, actions[0].data) is None


def settle_all(world: World) -> None:
    while actions := payouts.due(world.system):
        for action in actions:
            world.do(action, "outsider")


def hand_in_unreadable(world: World, view: BountyView) -> BountyView:
    system, worker = world.system, world.address("outsider")
    good = view.submissions[0].submission
    work = replace(good, worker=worker, payees=(worker,), shares_bps=(10_000,), exempt=0, evidence="zzzz")
    data = system.escrow.encode("submit", encode_terms(system, view.terms), work.to_abi(), UNSIGNED)
    assert data.count(b"zzzz") == 1
    wallet = world.wallet("outsider")
    send(system.chain, wallet, system.escrow.address, data.replace(b"zzzz", b"\xff\xfe\xfd\xfc"))
    return world.view(view.id)


def calls(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the methods that the node is asked for from now on."""
    found, chain = list[str](), world.system.chain
    request = type(chain).request

    def counted(self: Any, method: str, params: Sequence[object] = ()) -> Any:
        found.append(method)
        return request(self, method, params)

    monkeypatch.setattr(type(chain), "request", counted)
    return found
