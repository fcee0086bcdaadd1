"""No promise is made in a time that is over on the chain, however slow the machine's clock is."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from resonance_dao.chain.chain import Block
from resonance_dao.chain.chain_clock import (
    APART_MAX_S,
    BEHIND_MAX_S,
    LOOK_EVERY_S,
    OLD_AFTER_S,
    ChainClock,
    standing,
)
from resonance_dao.errors import ChainUnreachable

NOW = 1_767_225_600
HOUR = 3600


class World:
    """A chain and a machine, each with its time."""

    def __init__(self, wall: int = NOW, head: int = NOW) -> None:
        self.wall, self.head, self.steady = wall, head, 5.0
        self.fails, self.looks = False, 0
        chain: Any = self
        self.clock = ChainClock(chain, lambda: self.wall, lambda: self.steady)

    def block(self) -> Block:
        self.looks += 1
        if self.fails:
            raise ChainUnreachable("gone")
        return Block(7, "0x", "0x", self.head, 1, 30_000_000)

    def passes(self, seconds: float) -> None:
        """Let time pass on the machine, and no block be seen."""
        self.steady += seconds
        self.wall += int(seconds)


def test_a_clock_that_is_right_counts() -> None:
    assert World(wall=NOW + 11, head=NOW).clock.now() == NOW + 11


def test_a_clock_that_is_ahead_is_left_as_it_is() -> None:
    assert World(wall=NOW + 2 * HOUR, head=NOW).clock.now() == NOW + 2 * HOUR


@pytest.mark.parametrize("behind", [1, HOUR, 2 * HOUR, APART_MAX_S])
def test_a_clock_that_is_behind_gives_way_to_the_chains(behind: int) -> None:
    assert World(wall=NOW - behind, head=NOW).clock.now() == NOW


def test_a_time_that_is_more_than_a_day_away_is_not_believed() -> None:
    world = World(wall=NOW - APART_MAX_S - 1, head=NOW)
    with pytest.raises(ChainUnreachable, match="more than a day"):
        world.clock.now()
    world.wall = NOW
    world.steady += LOOK_EVERY_S
    assert world.clock.now() == NOW


def test_the_chains_time_goes_on_between_two_looks() -> None:
    world = World(wall=NOW - HOUR)
    assert world.clock.now() == NOW
    world.passes(LOOK_EVERY_S - 0.5)
    assert (world.clock.now(), world.looks) == (NOW + 1, 1)
    world.passes(0.5)
    world.head = NOW + 12
    assert (world.clock.now(), world.looks) == (NOW + 12, 2)


def test_a_clock_that_is_set_back_between_two_looks_sets_nothing_back() -> None:
    world = World()
    assert world.clock.now() == NOW
    world.wall -= 2 * HOUR
    world.steady += 1
    assert (world.clock.now(), world.looks) == (NOW + 1, 1)


def test_while_the_chain_does_not_answer_its_time_goes_on_and_it_is_not_asked_each_time() -> None:
    world = World(wall=NOW - HOUR)
    world.clock.now()
    world.fails = True
    for _ in range(40):
        world.passes(0.25)
        world.clock.now()
    assert world.clock.now() == NOW + 10
    assert world.looks <= 7


def test_without_any_look_at_the_chain_there_is_no_time() -> None:
    world = World()
    world.fails = True
    for _ in range(2):
        with pytest.raises(ChainUnreachable, match="not known yet"):
            world.clock.now()
    assert world.looks == 1
    world.fails = False
    world.steady += LOOK_EVERY_S
    assert world.clock.now() == NOW


def test_who_finds_another_looking_does_not_wait_for_a_node_that_is_slow() -> None:
    world, asked, go_on = World(wall=NOW - HOUR), threading.Event(), threading.Event()
    world.clock.now()
    world.steady += LOOK_EVERY_S
    answer = world.block

    def slow() -> Block:
        asked.set()
        assert go_on.wait(10)
        return answer()

    world.block = slow  # type: ignore[method-assign]
    looking = threading.Thread(target=world.clock.now)
    looking.start()
    assert asked.wait(10)
    assert world.clock.now() == NOW + int(LOOK_EVERY_S)
    go_on.set()
    looking.join(10)


@pytest.mark.parametrize(
    ("ahead", "slow", "doubtful"),
    [
        (-BEHIND_MAX_S - 1, True, False),
        (-BEHIND_MAX_S, False, False),
        (0, False, False),
        (OLD_AFTER_S, False, False),
        (OLD_AFTER_S + 1, False, True),
    ],
)
def test_a_slow_clock_is_told_from_an_old_block(ahead: int, slow: bool, doubtful: bool) -> None:
    chain: Any = World()
    found = standing(chain, NOW + ahead)
    assert (found.is_slow, found.is_doubtful, bool(found.advice)) == (slow, doubtful, slow or doubtful)
    assert f"{abs(ahead)} s" in found.words
    assert ("behind" in found.words) == (ahead < 0)
