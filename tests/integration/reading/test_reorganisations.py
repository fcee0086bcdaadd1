"""The read model is a function of the chain: whatever way it was read, the bytes are the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from resonance_dao.chain.devchain import mine
from resonance_dao.errors import ResonanceError
from resonance_dao.workflows import pools, projects
from resonance_dao.workflows.project_file import read_project
from resonance_dao.workflows.reading import reader as reader_module
from resonance_dao.workflows.reading import stretch
from resonance_dao.workflows.reading.reader import Reader
from resonance_dao.workflows.system import Action
from tests.integration.reading.conftest import MakeReader
from tests.integration.workflows.conftest import PROJECT, World

pytestmark = pytest.mark.chain

DEEPEST = 13


def caught_up(reader: Reader) -> tuple[int, str]:
    assert reader.read()
    at, digest = reader.model.digest()
    assert at is not None
    return at.number, digest


def reorganise(world: World, depth: int) -> None:
    """Let the chain have other, empty blocks in the place of its last ones."""
    world.system.chain.request("anvil_reorg", [depth, []])


@pytest.fixture
def by_stretches(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let what is three blocks old be read in stretches of seven, and written in pages of four events."""

    def switch() -> None:
        monkeypatch.setattr(reader_module, "RECENT", 3)
        monkeypatch.setattr(reader_module, "SPAN", 7)
        monkeypatch.setattr(stretch, "EVENTS_AT_ONCE", 4)

    return switch


@pytest.mark.parametrize("seed", range(4))
def test_reading_anew_gives_the_same_bytes_after_any_reorganisation(
    world: World, make_reader: MakeReader, by_stretches: Callable[[], None], seed: int
) -> None:
    chance, reader = random.Random(seed), make_reader(world.system)  # noqa: S311 - replayed, not secret
    if seed % 2:
        by_stretches()
    deeds = deeds_of(world, chance)
    mine(world.system.chain, DEEPEST)
    for turn in range(30):
        chance.choice(deeds)()
        if chance.random() < 0.6:
            reader.read()
        if chance.random() < 0.25:
            reorganise(world, chance.choice([1, 2, 3, 5, 8, DEEPEST]))
        if turn % 10 == 9:
            assert caught_up(reader) == caught_up(make_reader(world.system)), turn
    by_stretches()
    assert caught_up(reader) == caught_up(make_reader(world.system))
    assert reader.model.counts()["event"] > 0


def deeds_of(world: World, chance: random.Random) -> list[Callable[[], object]]:
    """What people may do at any time; what a reorganisation has made impossible is let be."""
    system, chain = world.system, world.system.chain

    def attempt(deed: Callable[[], object]) -> Callable[[], object]:
        def attempted() -> None:
            with suppress(ResonanceError, ValueError):
                deed()

        return attempted

    def some_bounty() -> int:
        return chance.randint(1, int(system.escrow.call(chain, "bountyCount")))

    def open_project() -> None:
        minters = [system.escrow.address]
        world.do(projects.opening(system, read_project(PROJECT), "bafyproject", minters), "outsider")

    def name_steward() -> None:
        named = chance.random() < 0.6
        world.do(projects.naming_steward(system, 1, world.address("ben"), named), "owner")

    def open_pool() -> None:
        salt, deadline = chance.randbytes(32), world.now() + 500
        terms = pools.pooled(system, world.terms(), world.address("outsider"), deadline, salt)
        world.do(pools.opening_pool(system, terms, deadline, salt), "outsider")

    def move_nothing_of_no_token() -> None:
        world.do(Action(system.vault, "transfer", (world.address("aya"), 2**200, 0), {}), "outsider")

    deeds = [
        world.open_bounty,
        lambda: world.submit(world.view(some_bounty())),
        lambda: world.accept(world.view(some_bounty())),
        open_project,
        open_pool,
        name_steward,
        move_nothing_of_no_token,
        lambda: mine(chain, chance.randint(1, 5)),
    ]
    return [attempt(deed) for deed in deeds]
