"""
Kill the recorder at every step, hundreds of times, while the chain steps back and forgets: nothing is lost,
nothing is done twice, no number is missing. And the harness is no ornament: bugs that are put in on purpose
are caught.

    RESONANCE_KILLS=10000 pytest tests/integration/recorder/test_kills.py
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.journal import drafting, journal
from resonance_dao.journal.deliveries import Deliveries, Delivery, Result
from resonance_dao.journal.operation import FINAL, QUEUED, SENT
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows import relaying
from resonance_dao.workflows.finality import Finality
from resonance_dao.workflows.foreign_nonces import ForeignNonces
from resonance_dao.workflows.observing import Observer, Reach

KILLS = int(os.environ.get("RESONANCE_KILLS", "220"))
SEED = int(os.environ.get("RESONANCE_SEED", "1"))
CHAOS = ("reorg", "drop", "drop", "stranger", "nothing", "mine", "dear")
RECOVERY_S = float(os.environ.get("RESONANCE_RECOVERY_S", "60"))
"""What a restart may take; `make test-deep`, on a quiet machine, asks for the five seconds promised."""
Chaos = Callable[..., None]
pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(max(600, KILLS * 6))]


def undisturbed(_harness: Any) -> None:
    """Let the chain be."""


@pytest.fixture
def chaos(stage: Any, outsider_mints: Callable[[int], str]) -> Chaos:
    """A chain that mines when told, steps back, forgets what waits, and has others on it."""
    chain = stage.chain()
    chain.request("evm_setAutomine", [False])
    stage.mine(2)

    def disturb(harness: Any, kinds: Sequence[str] = CHAOS) -> None:
        what = harness.rng.choice(kinds)
        harness.chaos[what] += 1
        if what == "reorg":
            chain.request("anvil_reorg", [1, []])
        elif what == "drop":
            chain.request("anvil_dropAllTransactions")
        elif what == "stranger":
            outsider_mints(1 + harness.chaos[what])
        elif what == "mine":
            stage.mine()
        elif what == "dear":
            price = min(4 * (chain.block().base_fee or 1), 20 * 10**9)
            chain.request("anvil_setNextBlockBaseFeePerGas", [hex(price)])
            chain.request("evm_increaseTime", [stage.settings.bump_after_s])
            stage.mine()

    return disturb


def test_kills_at_every_step_lose_nothing_and_do_nothing_twice(stage: Any, killing: ModuleType) -> None:
    harness = killing.Harness(stage, SEED)
    harness.run(KILLS // 2, undisturbed)
    harness.check()
    assert harness.kills.total() >= KILLS // 2
    assert harness.furthest > 3 or KILLS < 200


def test_kills_while_the_chain_steps_back_and_forgets(stage: Any, killing: ModuleType, chaos: Chaos) -> None:
    harness = killing.Harness(stage, SEED + 1)
    harness.run(KILLS - KILLS // 2, chaos)
    harness.check()
    assert harness.kills.total() >= KILLS - KILLS // 2
    assert set(killing.STEPS) - set(harness.kills) <= killing.BY_CHANCE or KILLS < 200
    assert min(harness.chaos[what] for what in ("reorg", "drop", "stranger", "dear")) > 0
    assert harness.recovery_p99() <= RECOVERY_S


def test_kills_lose_nothing_of_a_log_of_batches_either(
    batched: Any, killing: ModuleType, chaos: Chaos
) -> None:
    harness = killing.Harness(batched, SEED + 5)
    harness.run(KILLS // 8, chaos)
    harness.check()
    assert harness.kills.total() >= KILLS // 8


def test_kills_on_postgresql_lose_nothing_either(on_postgres: Any, killing: ModuleType, chaos: Chaos) -> None:
    harness = killing.Harness(on_postgres, SEED + 2)
    harness.run(KILLS // 8, chaos)
    harness.check()
    assert harness.kills.total() >= KILLS // 8


def test_kills_with_a_pool_of_keys_lose_nothing_either(
    stage: Any, pool: Any, killing: ModuleType, chaos: Chaos
) -> None:
    stage.pool = pool
    harness = killing.Harness(stage, SEED + 3, subjects=5)
    harness.run(KILLS // 4, chaos)
    harness.check()
    senders = {operation.sender for operation in Outbox(stage.journal()).in_states([FINAL])}
    assert senders == {*(key.address for key in pool), stage.journal().identity.publisher}


@pytest.fixture
def hasty(stage: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A stage whose recorder observes blocks at once, though only the second is final."""

    def recorder(self: Any, journal: Any, chain: Any = None) -> Any:
        made = build(self, journal, chain)
        made._observer._reach = Reach(0, Finality(self.chain(), 1))
        return made

    build = type(stage).recorder
    monkeypatch.setattr(type(stage), "recorder", recorder)
    return stage


@pytest.fixture
def unsettled(hasty: Any, chaos: Chaos, outsider_mints: Callable[[int], str]) -> Chaos:
    """A chain that takes back what was observed, and sometimes brings it again in another block."""
    chain = hasty.chain()

    def disturb(harness: Any) -> None:
        what = harness.rng.choice(("stranger", "gone", "moved", "nothing"))
        harness.chaos[what] += 1
        if what == "stranger":
            outsider_mints(1 + harness.chaos[what])
            hasty.mine()
        elif what != "nothing":
            held = chain.request("eth_getBlockByNumber", ["latest", False])["transactions"]
            raw = [chain.request("eth_getRawTransactionByHash", [tx_hash]) for tx_hash in held]
            chain.request("anvil_reorg", [1, [[tx, 0] for tx in raw] if what == "moved" else []])
            hasty.mine()

    return disturb


def test_kills_while_what_was_observed_is_taken_back_lose_no_correction(
    hasty: Any, killing: ModuleType, unsettled: Chaos
) -> None:
    harness = killing.Harness(hasty, SEED + 6)
    harness.run(KILLS // 4, unsettled)
    harness.check()
    assert killing.OF_STEPPING_BACK & set(harness.kills)
    kinds = Counter(entry.kind for entry in killing.all_entries(hasty.journal()))
    assert kinds["correction"] > 0
    assert min(harness.chaos[what] for what in ("stranger", "gone", "moved")) > 0


@pytest.mark.parametrize("where", ["SQLite", "PostgreSQL"])
def test_kills_of_two_workers_that_compete_lose_nothing_either(
    request: pytest.FixtureRequest, stage: Any, pool: Any, killing: ModuleType, chaos: Chaos, where: str
) -> None:
    if where == "PostgreSQL":
        stage = request.getfixturevalue("on_postgres")
    stage.pool = pool
    harness = killing.Harness(stage, SEED + 4, subjects=3, workers=2, clients=4)
    harness.run(KILLS // 4, chaos)
    harness.check()
    assert harness.kills.total() >= KILLS // 4
    assert harness.recovery_p99() <= RECOVERY_S


def caught(harness: Any, disturb: Chaos, rounds: int = 24) -> None:
    harness.patience = 1
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        harness.run(rounds, disturb, rounds)
        harness.check()


def test_a_recorder_that_ignores_reorgs_is_caught(
    stage: Any, killing: ModuleType, chaos: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "mark_dropped", lambda self, operation: None)
    caught(killing.Harness(stage, SEED), lambda harness: chaos(harness, ["reorg"]))


def test_a_recorder_that_corrects_nothing_is_caught(
    hasty: Any, killing: ModuleType, unsettled: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Observer, "_take_back", lambda self, first, last, now: 0)
    caught(killing.Harness(hasty, SEED), unsettled)


def test_a_recorder_that_never_sends_again_is_caught(
    stage: Any, killing: ModuleType, chaos: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "is_known", lambda chain, tx_hash: True)
    caught(killing.Harness(stage, SEED), lambda harness: chaos(harness, ["drop"]))


def test_a_recorder_that_takes_a_new_nonce_for_what_it_may_have_sent_is_caught(
    stage: Any, killing: ModuleType, chaos: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anew(self: Any, operation: Any, used: int, final: int, now: int) -> int:
        with self._outbox._database.write() as connection:
            self._outbox._move(connection, operation.id, (SENT,), state=QUEUED, nonce=None)
        return 0

    monkeypatch.setattr(ForeignNonces, "look", anew)
    caught(killing.Harness(stage, SEED), chaos)


def test_a_recorder_that_sends_before_it_keeps_is_caught(
    stage: Any, killing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = Outbox.sign

    def hasty(self: Outbox, operation: int, chain_nonce: int, signer: Any, now: int, **how: Any) -> bool:
        stage.chain().send_raw(signer(chain_nonce).raw)
        self._journal.hook("sign.before_commit")
        return sign(self, operation, chain_nonce, signer, now, **how)

    monkeypatch.setattr(Outbox, "sign", hasty)
    caught(killing.Harness(stage, SEED), undisturbed)


def test_a_journal_that_forgets_who_asked_is_caught(
    stage: Any, killing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "answered", lambda connection, asked: {})
    monkeypatch.setattr(journal, "remember", lambda connection, answers: None)
    caught(killing.Harness(stage, SEED), undisturbed)


def test_a_webhook_that_is_struck_off_before_it_is_told_is_caught(
    stage: Any, killing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Deliveries.take

    def hasty(self: Deliveries, webhook_id: str, now: int, **how: int) -> list[Delivery]:
        taken = take(self, webhook_id, now, **how)
        self.conclude(webhook_id, [Result(one, told=True) for one in taken], now)
        return taken

    monkeypatch.setattr(Deliveries, "take", hasty)
    monkeypatch.setattr(killing, "STEPS", ("deliver.posted", "deliver.concluded"))
    caught(killing.Harness(stage, SEED), undisturbed)


def test_a_webhook_that_is_told_under_another_id_each_time_is_caught(
    stage: Any, killing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anew(self: Delivery) -> str:
        return f"{self.webhook}.{self.number}.{os.getpid()}"

    monkeypatch.setattr(Delivery, "event_id", property(anew))
    monkeypatch.setattr(killing, "STEPS", ("deliver.posted", "deliver.conclude.before_commit"))
    caught(killing.Harness(stage, SEED), undisturbed)
