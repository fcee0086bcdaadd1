"""Lists from the read model say what the chain says."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from resonance_dao.chain.devchain import mine
from resonance_dao.errors import JournalUnavailable, ResonanceError
from resonance_dao.workflows import payouts, pools, projects
from resonance_dao.workflows.payouts import credits_of, due
from resonance_dao.workflows.reading.lists import LAG_MAX, Lists, PoolLine
from resonance_dao.workflows.reading.reader import Reader
from resonance_dao.workflows.roles import roles_of
from resonance_dao.workflows.system import Action
from tests.integration.reading.conftest import MakeReader
from tests.integration.workflows.conftest import ROLES, World

pytestmark = pytest.mark.chain

OPERATORS = frozenset[str]()


@pytest.fixture
def reader(world: World, make_reader: MakeReader) -> Reader:
    return make_reader(world.system)


@pytest.fixture
def lists(world: World, reader: Reader) -> Lists:
    return Lists(reader.model, world.system)


def told(actions: list[Action]) -> list[tuple[str, str, bytes]]:
    return sorted((action.to, action.function, action.data) for action in actions)


def pages_of_due(lists: Lists, limit: int) -> list[Action]:
    found, place = lists.due(None, limit)
    while place is not None:
        more, place = lists.due(place, limit)
        found = [*found, *more]
    for action in found:
        assert lists.find_due(action.to, action.data) == action
    return found


def agree(world: World, lists: Lists) -> None:
    """Compare every list with what is read from the chain itself."""
    system = world.system
    assert lists.projects(0, 100) == [projects.project(system, n) for n in projects.projects(system)]
    count = int(system.escrow.call(system.chain, "bountyCount"))
    lines = lists.bounties(None, 0, 100)
    assert [line.id for line in lines] == list(range(1, count + 1))
    for line in lines:
        view = world.view(line.id)
        assert (line.awards, line.closed, line.submissions) == (
            view.awards,
            view.closed,
            len(view.submissions),
        )
        assert (line.amount, line.submit_by, line.token) == (
            view.terms.amount,
            view.terms.submit_by,
            view.terms.token,
        )
    for account in map(world.address, ROLES):
        assert lists.roles_of(account, OPERATORS) == roles_of(system, account, OPERATORS)
        assert lists.credits_of(account) == credits_of(system, account)
    for limit in (1, 4, 100):
        assert told(pages_of_due(lists, limit)) == told(due(system))
    shown = lists.pools(0, 100)
    assert [line.address for line in shown] == pools.pools(system)
    for line in shown:
        view = pools.pool(system, line.address)
        assert line == PoolLine(
            line.number, view.address, view.token, view.raised, view.deadline, view.bounty_id
        )


def test_lists_that_were_not_begun_say_so(lists: Lists) -> None:
    with pytest.raises(JournalUnavailable, match="not begun"):
        lists.bounties(None, 0, 10)


def test_lists_that_lag_behind_say_so_until_reading_goes_on(
    world: World, reader: Reader, lists: Lists
) -> None:
    reader.read()
    mine(world.system.chain, LAG_MAX)
    assert lists.projects(0, 10)
    mine(world.system.chain)
    with pytest.raises(JournalUnavailable, match="lags behind"):
        lists.projects(0, 10)
    reader.read()
    assert lists.standing().lag == 0
    assert lists.projects(0, 10)


def test_who_has_seen_a_transaction_mined_finds_it_in_the_lists(world: World, reader: Reader) -> None:
    lists = Lists(reader.model, world.system, lambda: reader.read(steps=1))
    reader.read()
    opened = world.open_bounty()
    assert [line.id for line in lists.bounties(None, 0, 10)] == [opened.id]


def test_a_page_goes_on_after_the_one_before(world: World, reader: Reader, lists: Lists) -> None:
    for _ in range(5):
        world.open_bounty()
    reader.read()
    assert [line.id for line in lists.bounties(1, 0, 2)] == [1, 2]
    assert [line.id for line in lists.bounties(1, 2, 2)] == [3, 4]
    assert lists.bounties(2, 0, 2) == []


def test_a_transfer_of_nothing_of_no_token_hides_no_credit(
    world: World, reader: Reader, lists: Lists
) -> None:
    world.do(Action(world.system.vault, "transfer", (world.address("aya"), 2**200, 0), {}), "outsider")
    reader.read()
    assert lists.credits_of(world.address("aya")) == credits_of(world.system, world.address("aya")) == []


@pytest.mark.parametrize("seed", range(3))
def test_lists_say_what_the_chain_says_whatever_people_do(
    world: World, reader: Reader, lists: Lists, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - replayed, not secret
    deeds, found = deeds_of(world, chance), 0
    for turn in range(1, 61):
        with suppress(ResonanceError):
            chance.choice(deeds)()
        if turn % 10 == 0:
            world.later(chance.choice([3_600, 14 * 86_400, 60 * 86_400]))
            reader.read()
            agree(world, lists)
            found += len(lists.due(None, 100)[0])
    assert found


def deeds_of(world: World, chance: random.Random) -> list[Callable[[], object]]:
    system = world.system

    def some_bounty() -> int:
        return chance.randint(1, max(1, int(system.escrow.call(system.chain, "bountyCount"))))

    def open_bounty() -> None:
        world.open_bounty(**({"admission": system.desk.address} if chance.random() < 0.3 else {}))

    def review() -> None:
        view = world.view(some_bounty())
        verdict = chance.choice(["approve", "reject", "request_changes"])
        attestation = world.review(view, chance.randint(1, 2), verdict=verdict)
        world.attest(view, attestation, chance.choice(["aya", "ben"]), 1)

    def do_due() -> None:
        for action in payouts.due(system)[:3]:
            world.do(action, "outsider")

    def open_pool() -> None:
        salt, deadline = chance.randbytes(32), world.now() + 500_000
        terms = pools.pooled(system, world.terms(), world.address("outsider"), deadline, salt)
        world.do(pools.opening_pool(system, terms, deadline, salt), "outsider")

    def push() -> None:
        world.do(payouts.pushing(system, world.coin, world.address("worker")), "outsider")

    def steward() -> None:
        role, named = chance.choice(["ben", "partner"]), chance.random() < 0.6
        world.do(projects.naming_steward(system, 1, world.address(role), named), "owner")

    return [
        open_bounty,
        open_bounty,
        *[lambda: world.submit(world.view(some_bounty()), chance.choice(["worker", "partner"]))] * 4,
        lambda: world.accept(world.view(some_bounty()), chance.randint(1, 2)),
        review,
        do_due,
        open_pool,
        push,
        steward,
    ]
