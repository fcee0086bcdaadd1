"""
Every way in which an endpoint can fail, at every question that the recorder asks: nothing is lost, done twice
or stuck, each operation has one nonce, and no receipt turns out to be empty.

    RESONANCE_RPC_SEEDS=20 pytest tests/integration/recorder/faults/test_rpc.py     # 2,560 cases
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

SEEDS = int(os.environ.get("RESONANCE_RPC_SEEDS", "2"))
CASES = int(os.environ.get("RESONANCE_RPC_CASES", "2"))
FAULTS = (
    "timeout_before",
    "timeout_after",
    "too_many",
    "server_error",
    "cut_body",
    "bad_json",
    "wrong_id",
    "wrong_chain",
    "hang",
    "reset",
    "stale_head",
    "lost_answer",
    "forged_receipt",
    "misplaced_receipt",
)
# A node that answers for another chain says that this one's transactions never can be taken.
GIVES_UP = {"wrong_chain"}
# Only an answer that contradicts the journal may stop the recorder, until it is started again.
HALTS = {"wrong_chain"}
# Asked a few times in a life, so that a later one might never come.
SELDOM = {"eth_chainId", "eth_getBalance", "eth_maxPriorityFeePerGas", "eth_estimateGas"}
MOST_LAG = 3
pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("impatient")]


@pytest.fixture
def player(
    mined_by_hand: Any,
    elsewhere: str,
    proxying: ModuleType,
    playing: ModuleType,
    outsider_mints: Callable[[int], str],
) -> Iterator[Any]:
    # A node that lags is still believed: what is final is deeper than it lags.
    mined_by_hand.settings = replace(mined_by_hand.settings, confirmations=MOST_LAG + 1)
    with proxying.FaultProxy(mined_by_hand.rpc_url, elsewhere) as proxy:
        yield playing.Player(mined_by_hand, proxy, outsider_mints)


def drawn(proxying: ModuleType, fault: str, method: str, seed: int) -> tuple[Any, random.Random]:
    rng = random.Random(f"{fault} {method} {seed}")  # noqa: S311
    # Three in a row get past the client's own asking again.
    script = proxying.Script(
        fault,
        method,
        first=0 if seed == 0 or method in SELDOM else rng.choice((0, 0, 1, 2, 3, 5, 8)),
        count=rng.choice((1, 1, 3, 4, 9)),
        lag=rng.randint(1, MOST_LAG),
        seed=seed,
    )
    return script, rng


def played(player: Any, proxying: ModuleType, fault: str, cases: list[tuple[str, int]]) -> None:
    hits = 0
    for method, seed in cases:
        script, rng = drawn(proxying, fault, method, seed)
        try:
            player.play(script, rng)
        except AssertionError as exc:
            raise AssertionError(f"{fault} at {method}, seed {seed}: {exc}") from exc
        hits += script.hits
    player.check(may_give_up=fault in GIVES_UP)
    assert hits > 0
    assert fault in HALTS or not player.halts, player.halts


def test_every_fault_is_played(proxying: ModuleType) -> None:
    assert set(FAULTS) == set(proxying.FAULTS)
    assert 20 * sum(len(methods) for methods in proxying.FAULTS.values()) >= 2_160


@pytest.mark.parametrize("fault", FAULTS)
def test_some_questions_that_go_wrong(player: Any, proxying: ModuleType, fault: str) -> None:
    methods = proxying.FAULTS[fault]
    chosen = random.Random(fault).sample(methods, min(CASES, len(methods)))  # noqa: S311
    played(player, proxying, fault, [(method, 0) for method in chosen])


@pytest.mark.slow
@pytest.mark.timeout(max(600, SEEDS * 120))
@pytest.mark.parametrize("fault", FAULTS)
def test_every_question_that_goes_wrong(player: Any, proxying: ModuleType, fault: str) -> None:
    cases = [(method, seed) for seed in range(1, SEEDS + 1) for method in proxying.FAULTS[fault]]
    played(player, proxying, fault, cases)
    assert set(player.proxy.asked) >= set(proxying.ASKED) - {"eth_estimateGas"} or SEEDS < 2


def test_logs_of_a_node_that_lags_further_than_what_is_final_are_not_believed(
    player: Any, proxying: ModuleType
) -> None:
    player.play(None, random.Random(0), ticks=2)  # noqa: S311
    player.stranger(777)
    player.stage.mine(MOST_LAG + 1)
    player.proxy.script = proxying.Script("stale_head", "eth_getLogs", count=50, lag=2 * MOST_LAG)
    read = player.recorder.status().observed_block
    tick = player.tick()
    assert [told for told in tick.troubles if "unknown block" in told]
    assert player.recorder.status().observed_block == read
    player.proxy.script = None
    player.rest()
    player.check()
