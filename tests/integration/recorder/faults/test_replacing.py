"""
Replacing what waits, at a node that keeps geth's rule: both fees a tenth higher, or it is refused.

    RESONANCE_PRICE_PATHS=1000 pytest tests/integration/recorder/faults/test_replacing.py
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.workflows import pricing
from resonance_dao.workflows.pricing import Price, replacement

PATHS = int(os.environ.get("RESONANCE_PRICE_PATHS", "250"))
GWEI = 10**9
BUMPS = 6
CAP = 500 * GWEI
pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("impatient")]


@pytest.fixture
def dear(
    mined_by_hand: Any,
    proxying: ModuleType,
    playing: ModuleType,
    geth: ModuleType,
    outsider_mints: Callable[[int], str],
) -> Iterator[Any]:
    """A player whose node keeps geth's rule, and appends to the log by size alone."""
    mined_by_hand.settings = replace(
        mined_by_hand.settings, fee_cap_wei=CAP, bump_after_s=30, batch_age_s=10**9
    )
    with proxying.FaultProxy(mined_by_hand.rpc_url, rule=geth.GethPool(mined_by_hand.chain())) as proxy:
        yield playing.Player(mined_by_hand, proxy, outsider_mints, timeout_s=10)


def walk(player: Any, rng: random.Random, clock: int) -> tuple[int, int]:
    """Let the market run away from one transaction, then rest; return its bumps, and the time."""
    chain, journal = player.stage.chain(), player.journal
    base = rng.randrange(1, 40 * GWEI)
    player.wish()
    number = player.wishes[-1].receipt.receipt.number
    for step in range(14):
        player.recorder.tick(clock)
        operation = journal.operation_of(number)
        if operation.state not in ("queued", "signed", "sent"):
            break
        factor = rng.uniform(0.4, 5) if step < BUMPS - 2 else rng.uniform(0.9, 1.12)
        base = min(max(7, int(base * factor)), CAP // 3)
        chain.request("anvil_setNextBlockBaseFeePerGas", [hex(base)])
        player.proxy.rule.mine()
        if rng.random() < 0.2:
            player.open()
        if rng.random() < 0.1:
            player.proxy.rule.forget()
        clock += rng.choice((1, 15, 30, 31, 60))
    else:
        raise AssertionError(f"nonce {operation.nonce} is stuck after {len(operation.attempts)} attempts")
    return len(operation.attempts) - 1, clock


def walk_all(player: Any, paths: int) -> list[int]:
    player.open()
    rng, clock, bumps = random.Random(11), player.stage.now(), []  # noqa: S311
    for _ in range(paths):
        bumped, clock = walk(player, rng, clock)
        bumps.append(bumped)
    player.stage.chain().request("anvil_setNextBlockBaseFeePerGas", [hex(GWEI)])
    player.rest()
    player.check()
    assert player.halts == {}
    return bumps


def test_some_transactions_that_wait_are_replaced_by_geths_rule(dear: Any) -> None:
    bumps = walk_all(dear, 15)
    assert max(bumps) <= BUMPS
    assert (dear.proxy.rule.refused, dear.proxy.rule.dearest <= CAP) == (0, True)
    assert dear.proxy.rule.replaced > 0


@pytest.mark.slow
@pytest.mark.timeout(max(600, PATHS * 2))
def test_many_transactions_that_wait_are_replaced_by_geths_rule(dear: Any) -> None:
    bumps = walk_all(dear, PATHS)
    assert max(bumps) <= BUMPS
    assert (dear.proxy.rule.refused, dear.proxy.rule.dearest <= CAP) == (0, True)
    assert dear.proxy.rule.replaced > PATHS // 4


def test_a_bump_that_geth_refuses_is_caught(dear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "_bumped_up", lambda price: price * 110 // 100)
    dear.open()
    dear.wish()
    clock = dear.stage.now()
    for _ in range(3):
        dear.recorder.tick(clock)
        clock += dear.stage.settings.bump_after_s
    assert dear.proxy.rule.refused > 0


def test_a_cap_that_leaves_no_room_is_kept_and_what_waits_is_mined_when_the_market_falls(dear: Any) -> None:
    chain, clock = dear.stage.chain(), dear.stage.now()
    dear.open()
    dear.wish()
    dear.recorder.tick(clock)
    for _ in range(BUMPS):
        chain.request("anvil_setNextBlockBaseFeePerGas", [hex(2 * CAP)])
        dear.proxy.rule.mine()
        clock += dear.stage.settings.bump_after_s
        dear.tick()
        dear.recorder.tick(clock)
    assert dear.proxy.rule.dearest <= CAP
    chain.request("anvil_setNextBlockBaseFeePerGas", [hex(GWEI // 2)])
    dear.rest()
    dear.check()
    assert dear.proxy.rule.refused == 0


@given(paid=st.integers(0, CAP), tip=st.integers(0, CAP), base=st.integers(0, CAP), today=st.integers(0, CAP))
def test_every_replacement_is_one_that_geth_takes(
    geth: ModuleType, paid: int, tip: int, base: int, today: int
) -> None:
    tip = min(tip, paid)
    new = replacement(Price(paid, tip), Price(2 * base + today, today), CAP)
    assert new is None or (geth.replaces((paid, tip), (new.maximum, new.tip)) and new.maximum <= CAP)
    assert new is None or new.tip <= new.maximum
