"""Clocks that jump hours ahead and back, and a chain whose time runs away: nothing is lost or done twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

HOUR = 3600
# A leap second, an hour of summer time, a clock that was hours wrong, one that begins in 1970.
JUMPS = (1, -1, HOUR, -HOUR, 2 * HOUR, -2 * HOUR, 400 * 24 * HOUR)
pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("impatient")]


@pytest.fixture
def player(
    mined_by_hand: Any, proxying: ModuleType, playing: ModuleType, outsider_mints: Callable[[int], str]
) -> Iterator[Any]:
    with proxying.FaultProxy(mined_by_hand.rpc_url) as proxy:
        yield playing.Player(mined_by_hand, proxy, outsider_mints, timeout_s=10)


def live(player: Any, jumps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, offset = random.Random(4), 0  # noqa: S311
    real = type(player.stage).now
    monkeypatch.setattr(type(player.stage), "now", lambda stage: max(1, real(stage) + offset))
    player.open()
    for _ in range(jumps):
        offset = rng.choice((0, offset, *JUMPS, -real(player.stage)))
        if rng.random() < 0.2:
            player.stage.chain().request("evm_increaseTime", [rng.randrange(1, 2 * HOUR)])
        player.wish(rng.random() < 0.15)
        for _ in range(rng.randrange(1, 4)):
            player.tick()
            player.disturb(rng)
    player.rest()
    player.check()
    assert not player.halts
    assert not player.troubles


def test_a_clock_that_jumps_a_few_times_does_no_harm(player: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    live(player, 12, monkeypatch)


@pytest.mark.slow
def test_a_clock_that_jumps_many_times_does_no_harm(player: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    live(player, 60, monkeypatch)


def test_a_promise_is_no_earlier_than_its_acceptance_whatever_the_clock_says(player: Any) -> None:
    player.open()
    journal, now = player.journal, player.stage.now()
    for at in (now, now - 2 * HOUR, now + 2 * HOUR, 1):
        told = journal.accept("disclosure", "gateway/outage", player.stage.outage, now=at).receipt.receipt
        assert (told.accepted_at, told.anchor_by > told.accepted_at) == (at, True)
    assert [entry.number for entry in journal.entries()] == [1, 2, 3, 4]


def test_what_waits_when_a_clock_goes_back_is_sent_dearer_at_once_and_then_by_the_new_clock(
    player: Any,
) -> None:
    player.open()
    player.wish()
    now, patience = player.stage.now(), player.stage.settings.bump_after_s
    number = player.wishes[0].receipt.receipt.number
    player.recorder.tick(now)
    for at, attempts in ((-2 * HOUR, 2), (-2 * HOUR + patience - 1, 2), (-2 * HOUR + patience, 3)):
        player.recorder.tick(now + at)
        assert len(player.journal.operation_of(number).attempts) == attempts
    player.rest()
    player.check()
