"""
Chains that step back: as far as what is not final, where everything comes right by itself, and further, where
the recorder stops, tells it once and sends nothing again. And keys that others use.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.chain.chain import nonce_of
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainMismatch, JournalConflict
from resonance_dao.journal import final_block
from resonance_dao.journal.operation import FAILED
from resonance_dao.journal.outbox import Outbox

REORGS = int(os.environ.get("RESONANCE_REORGS", "100"))
DEPTH = 6
LOOKS = 6
pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("impatient")]


@pytest.fixture
def player(
    mined_by_hand: Any, proxying: ModuleType, playing: ModuleType, outsider_mints: Callable[[int], str]
) -> Iterator[Any]:
    """A player on a chain where six blocks make something final."""
    mined_by_hand.settings = replace(mined_by_hand.settings, confirmations=DEPTH)
    with proxying.FaultProxy(mined_by_hand.rpc_url) as proxy:
        yield playing.Player(mined_by_hand, proxy, outsider_mints, timeout_s=10)


def step_back(player: Any, rng: random.Random) -> int:
    """Let the chain step back by less than what is final, in the middle of the work; return how far."""
    depth = rng.randrange(1, DEPTH)
    player.stage.chain().request("anvil_reorg", [depth, []])
    if rng.random() < 0.3:
        player.stage.chain().request("anvil_dropAllTransactions")
    return depth


def live_through(player: Any, reorgs: int, seed: int) -> Counter[int]:
    rng, depths = random.Random(seed), Counter[int]()  # noqa: S311
    player.open()
    while depths.total() < reorgs:
        for _ in range(rng.choice((0, 1, 2))):
            player.wish(rng.random() < 0.15)
        for _ in range(rng.randrange(1, 6)):
            player.tick()
            player.mine()
        depths[step_back(player, rng)] += 1
        player.tick()
        if rng.random() < 0.2:
            player.open()
    player.rest()
    player.check()
    assert not player.halts
    return depths


def test_some_reorganisations_of_what_is_not_final_come_right_by_themselves(player: Any) -> None:
    live_through(player, 8, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(max(600, REORGS * 3))
def test_many_reorganisations_of_what_is_not_final_come_right_by_themselves(player: Any) -> None:
    depths = live_through(player, REORGS, seed=2)
    assert set(depths) == set(range(1, DEPTH))


@pytest.mark.parametrize("deeper", [0, 1, 5])
@pytest.mark.parametrize("flying", [False, True], ids=["at rest", "under way"])
def test_a_reorganisation_of_what_was_final_stops_everything_and_sends_nothing_again(
    player: Any, deeper: int, flying: bool
) -> None:
    player.open()
    player.wish()
    player.rest()
    journal, chain = player.journal, player.stage.chain()
    if flying:
        player.wish()
        player.tick()
        player.mine()
    known = final_block.read(journal.database)
    assert known is not None
    chain.request("anvil_reorg", [chain.block().number - known.number + 1 + deeper, []])
    size, sent = journal.size(), player.proxy.asked["eth_sendRawTransaction"]
    player.wish()
    for again in range(4):
        with pytest.raises(ChainMismatch, match="which was final"):
            player.recorder.tick(player.stage.now(), flush=True)
        player.mine()
        if again % 2:
            player.open()
    told = [entry.to_record().body["reason_code"] for entry in journal.entries(first=size + 2)]
    assert told == ["REORG_BEYOND_FINALITY"]
    assert player.proxy.asked["eth_sendRawTransaction"] == sent


def test_a_block_of_the_same_height_just_above_what_was_final_stops_nothing(player: Any) -> None:
    player.open()
    player.wish()
    player.rest()
    chain, known = player.stage.chain(), final_block.read(player.journal.database)
    assert known is not None
    chain.request("anvil_reorg", [chain.block().number - known.number, []])
    player.wish()
    player.rest()
    player.check()
    assert not player.halts


def test_a_reorganisation_that_brings_another_use_of_the_same_nonce_is_met_within_few_looks(
    player: Any,
) -> None:
    player.open()
    player.wish()
    player.tick()
    player.mine()
    player.tick()
    chain, key = player.stage.chain(), DevSigner(9)
    nonce = nonce_of(chain, key.address, "latest") - 1
    other = key.sign_transaction(
        {
            "chainId": 31337,
            "nonce": nonce,
            "gas": 21_000,
            "to": key.address,
            "value": 1,
            "data": "0x",
            "type": 2,
            "maxFeePerGas": 10**11,
            "maxPriorityFeePerGas": 10**9,
        }
    )
    chain.request("anvil_reorg", [1, [["0x" + other.hex(), 0]]])
    sent = player.proxy.asked["eth_sendRawTransaction"]
    with pytest.raises(JournalConflict, match="somebody else"):
        for _ in range(LOOKS):
            player.recorder.tick(player.stage.now())
            player.mine()
    # It may be offered again while the looks are counted, never under another nonce.
    assert player.proxy.asked["eth_sendRawTransaction"] - sent <= LOOKS
    operation = player.journal.operation_of(player.wishes[0].receipt.receipt.number)
    assert (operation.nonce, operation.state, len(operation.attempts)) == (nonce, "sent", 1)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_each_stolen_key_of_the_pool_is_seen_within_few_looks_and_the_others_go_on(
    player: Any, pool: Any, which: int
) -> None:
    player.stage.pool = pool
    player.open()
    player.wish()
    player.tick()
    (flying,) = Outbox(player.journal).in_states(["sent"])
    player.stage.chain().request("anvil_dropAllTransactions")
    player.stage.use_key(next(key for key in pool if key.address == flying.sender))
    player.mine()
    for _ in range(which):
        player.stage.use_key(next(key for key in pool if key.address == flying.sender))
        player.mine()
    for _ in range(LOOKS + DEPTH):
        player.tick()
        player.mine()
    (lost,) = Outbox(player.journal).in_states([FAILED])
    assert (lost.id, lost.sender, lost.nonce) == (flying.id, flying.sender, flying.nonce)
    player.wishes.clear()
    for _ in range(4):
        player.wish()
    player.rest()
    assert not player.halts


@pytest.mark.parametrize("fault", ["forged_receipt", "misplaced_receipt"])
def test_receipts_of_blocks_that_are_not_there_or_hold_others_end_nothing(
    player: Any, proxying: ModuleType, fault: str
) -> None:
    player.open()
    player.wish()
    player.wish(reverts=True)
    player.tick()
    script = proxying.Script(fault, "eth_getTransactionReceipt", count=10**6, seed=3)
    player.proxy.script = script
    for _ in range(2 * DEPTH):
        player.tick()
        player.mine()
    assert script.hits > 0
    assert player.journal.size() == 2 + len(Outbox(player.journal).in_states(["refused"]))
    player.proxy.script = None
    player.rest()
    player.check()
    assert not player.halts


def test_a_second_recorder_on_a_chain_that_it_never_saw_stops(player: Any, elsewhere: str) -> None:
    player.open()
    player.wish()
    player.rest()
    other = player.stage.recorder(player.journal, RpcChain(elsewhere))
    player.recorder.close()
    with pytest.raises(ChainMismatch):
        other.tick(player.stage.now())
