"""A chain that is dear, forgetful, unsure, foreign or gone, and databases that are older than it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.chain import Chain, nonce_of
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainMismatch, ChainUnreachable, JournalConflict, TransactionFailed
from resonance_dao.journal import final_block
from resonance_dao.journal.alarms import Alarms
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FILL, SENT, SIGNED
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.outlay import Outlays, gwei, scopes
from resonance_dao.workflows.recording import progress

pytestmark = pytest.mark.chain
OPERATOR = DevSigner(9)


class Answering:
    """A chain whose answers are altered on their way; `alter` gets the method, and may raise."""

    def __init__(self, chain: Chain, alter: Callable[[str, bool], None]) -> None:
        self._chain, self._alter = chain, alter

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._chain, name)

        def asked(*args: Any, **kwargs: Any) -> Any:
            self._alter(name, False)
            answer = method(*args, **kwargs)
            self._alter(name, True)
            return answer

        return asked


@pytest.fixture
def slow(stage: Any) -> Any:
    """A chain that mines only when told."""
    stage.chain().request("evm_setAutomine", [False])
    return stage


def minted(stage: Any) -> list[int]:
    chain = stage.chain()
    logs = chain.logs([stage.token.address], 0, chain.block().number)
    return sorted(event.args["value"] for event in stage.token.events(logs, "Transfer"))


def attempts(journal: Journal, number: int) -> Sequence[Any]:
    operation = journal.operation_of(number)
    assert operation is not None
    return operation.attempts


def test_a_price_above_the_cap_is_not_paid(stage: Any) -> None:
    stage.settings = replace(stage.settings, fee_cap_wei=1)
    journal = stage.journal()
    recorder, number = stage.recorder(journal), stage.mint(journal, 5).number
    tick = recorder.tick(stage.now())
    assert (tick.signed, len(tick.troubles)) == (0, 1)
    assert "the cap is 1" in tick.troubles[0]
    assert progress(journal, number).state == "accepted"


def test_a_gap_is_not_filled_above_the_cap(slow: Any) -> None:
    journal, chain = slow.journal(), slow.chain()
    snapshot = chain.request("evm_snapshot")
    number = slow.mint(journal, 5).number
    slow.use_operator_key()
    slow.mine()
    recorder = slow.recorder(journal)
    recorder.tick(slow.now())
    assert [attempt.fills for attempt in attempts(journal, number)] == [False]
    chain.request("evm_revert", [snapshot])
    slow.settings = replace(slow.settings, fee_cap_wei=1)
    dear = slow.recorder_again(recorder)
    assert [told for told in dear.tick(slow.now()).troubles if "the cap is 1" in told]
    assert Outbox(journal).in_states([SIGNED, SENT], purpose=FILL) == []


def test_what_waits_too_long_is_sent_again_for_more_and_done_once(slow: Any) -> None:
    slow.settings = replace(slow.settings, batch_age_s=10**6)
    journal = slow.journal()
    recorder, number, now = slow.recorder(journal), slow.mint(journal, 5).number, slow.now()
    recorder.tick(now)
    assert recorder.tick(now + slow.settings.bump_after_s - 1).sent == 0
    assert recorder.tick(now + slow.settings.bump_after_s).sent == 1
    first, second = attempts(journal, number)
    assert second.max_fee * 1000 > first.max_fee * 1125
    assert second.priority_fee * 1000 > first.priority_fee * 1125
    assert nonce_of(slow.chain(), journal.identity.publisher, "pending") == 1
    slow.settle(recorder, since=now + slow.settings.bump_after_s)
    assert (minted(slow), progress(journal, number).tx_hash) == ([5], second.tx_hash)


def test_the_receipt_of_an_earlier_attempt_counts(slow: Any) -> None:
    journal, chain = slow.journal(), slow.chain()
    recorder, number, now = slow.recorder(journal), slow.mint(journal, 5).number, slow.now()
    recorder.tick(now)
    recorder.tick(now + slow.settings.bump_after_s)
    first, second = attempts(journal, number)
    chain.request("anvil_dropTransaction", [second.tx_hash])
    chain.send_raw(first.raw)
    slow.mine()
    slow.settle(recorder)
    assert (minted(slow), progress(journal, number).tx_hash) == ([5], first.tx_hash)


def test_what_the_pool_forgot_is_broadcast_again_unchanged(slow: Any) -> None:
    journal = slow.journal()
    recorder, number = slow.recorder(journal), slow.mint(journal, 5).number
    recorder.tick(slow.now())
    slow.chain().request("anvil_dropAllTransactions")
    assert recorder.tick(slow.now()).sent == 1
    assert len(attempts(journal, number)) == 1
    slow.settle(recorder)
    assert minted(slow) == [5]


def test_gas_suffices_when_what_the_estimate_stood_on_vanishes(
    slow: Any, outsider_mints: Callable[[int], str]
) -> None:
    journal, chain = slow.journal(), slow.chain()
    recorder = slow.recorder(journal)
    outsider = outsider_mints(7)
    number = slow.mint(journal, 5).number
    recorder.tick(slow.now())
    chain.request("anvil_dropTransaction", [outsider])
    slow.settle(recorder)
    assert (minted(slow), progress(journal, number).state) == ([5], "succeeded")


def test_a_reorg_takes_a_mined_transaction_back_and_it_is_done_once(slow: Any) -> None:
    journal = slow.journal()
    recorder, number = slow.recorder(journal), slow.mint(journal, 5).number
    recorder.tick(slow.now())
    slow.mine()
    recorder.tick(slow.now())
    assert progress(journal, number).state == "mined"
    slow.chain().request("anvil_reorg", [1, []])
    recorder.tick(slow.now())
    assert progress(journal, number).state == "sent"
    slow.settle(recorder)
    assert (minted(slow), progress(journal, number).state) == ([5], "succeeded")


def test_what_no_node_takes_is_told_and_its_nonce_is_used_up(stage: Any) -> None:
    refused: list[str] = []

    def refuse_first(method: str, answered: bool) -> None:
        if method == "send_raw" and not answered and not refused:
            refused.append(method)
            raise TransactionFailed("no", rpc_code=-32000, rpc_message="exceeds block gas limit: 1 > 0")

    journal = stage.journal()
    recorder = stage.recorder(journal, Answering(stage.chain(), refuse_first))
    first, second = stage.mint(journal, 5).number, stage.mint(journal, 6).number
    stage.settle(recorder)
    told = journal.outcome_of(first)
    assert told is not None
    assert told.to_record().body["details"]["transaction"]["error"]["name"] == "Unsendable"
    assert (progress(journal, first).state, progress(journal, second).state) == ("failed", "succeeded")
    assert minted(stage) == [6]
    assert [attempt.fills for attempt in attempts(journal, first)] == [False, True]


@pytest.mark.parametrize(
    "words", ["we do not serve you", "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)"]
)
def test_what_a_node_neither_takes_nor_refuses_is_told_and_does_not_hold_up_the_key_for_ever(
    slow: Any, words: str
) -> None:
    journal = slow.journal()
    held = [slow.mint(journal, amount).number for amount in (5, 6)]

    def refuse(method: str, answered: bool) -> None:
        if method == "send_raw" and not answered and len(attempts(journal, held[0])) < 2:
            raise TransactionFailed("no", rpc_code=-32000, rpc_message=words)

    recorder, now = slow.recorder(journal, Answering(slow.chain(), refuse)), slow.now()
    long = 20 * slow.settings.bump_after_s
    for later in (0, 1, long - 1):
        assert [told for told in recorder.tick(now + later).troubles if words in told]
        assert [len(attempts(journal, number)) for number in held] == [1, 1]
    recorder.tick(now + long)
    # Only what holds up the key is given up; what waits behind it is sent as it is.
    assert [attempt.fills for attempt in attempts(journal, held[0])] == [False, True]
    slow.settle(recorder)
    assert [progress(journal, number).state for number in held] == ["failed", "succeeded"]
    assert minted(slow) == [6]


def test_what_was_given_up_and_is_mined_after_all_counts(slow: Any) -> None:
    refused = [True]

    def refuse(method: str, answered: bool) -> None:
        if method == "send_raw" and not answered and refused[0]:
            raise TransactionFailed("no", rpc_code=-32000, rpc_message="we do not serve you")

    journal, chain = slow.journal(), slow.chain()
    recorder, now = slow.recorder(journal, Answering(chain, refuse)), slow.now()
    number = slow.mint(journal, 5).number
    recorder.tick(now)
    recorder.tick(now + 20 * slow.settings.bump_after_s)
    first, _ = attempts(journal, number)
    chain.send_raw(first.raw)
    slow.mine()
    refused[0] = False
    slow.settle(recorder)
    assert (minted(slow), progress(journal, number).tx_hash) == ([5], first.tx_hash)


@pytest.mark.slow
def test_an_endpoint_that_fails_before_and_after_doing_its_work_loses_and_doubles_nothing(stage: Any) -> None:
    rng = random.Random(7)  # noqa: S311

    def fail_often(method: str, answered: bool) -> None:
        if rng.random() < (0.15 if method == "send_raw" else 0.04):
            raise ChainUnreachable(f"{method} {'answered' if answered else 'asked'}")

    journal = stage.journal()
    recorder = stage.recorder(journal, Answering(stage.chain(), fail_often))
    wanted = [stage.mint(journal, amount).number for amount in range(10, 30)]
    recorder.settle(stage.now, limit=400, pause=stage.mine)
    assert minted(stage) == list(range(10, 30))
    assert {progress(journal, number).state for number in wanted} == {"succeeded"}


def test_an_account_without_money_is_told_and_goes_on_when_it_has_some(stage: Any) -> None:
    journal, chain = stage.journal(), stage.chain()
    recorder, number = stage.recorder(journal), stage.mint(journal, 5).number
    balance = chain.request("eth_getBalance", [journal.identity.publisher, "latest"])
    chain.request("anvil_setBalance", [journal.identity.publisher, "0x1"])
    for _ in range(3):
        tick = recorder.tick(stage.now())
        assert any("pay" in trouble or "funds" in trouble for trouble in tick.troubles), tick
    chain.request("anvil_setBalance", [journal.identity.publisher, balance])
    stage.settle(recorder)
    assert (minted(stage), progress(journal, number).state) == ([5], "succeeded")
    assert journal.size() == 2


def test_a_node_that_does_not_answer_is_trouble_that_passes(dev: DevChain, stage: Any) -> None:
    journal = stage.journal()
    recorder, number = stage.recorder(journal), stage.mint(journal, 5).number
    dev.stop()
    tick = recorder.tick(1_767_225_600)
    assert (tick.leader, tick.pinned) == (True, 0)
    assert "did not answer" in tick.troubles[0]
    assert progress(journal, number).state == "accepted"
    assert recorder.status().halted is None


def test_another_chain_stops_the_recorder(dev: DevChain, stage: Any) -> None:
    journal = stage.journal()
    journal.check()
    with DevChain.start(Path(__file__).parents[3]) as other:
        elsewhere = replace(stage, rpc_url=other.url, chains={})
        other_chain = elsewhere.chain()
        other_chain.request("anvil_setChainId", [1337])
        recorder = stage.recorder(journal, other_chain)
        for _ in range(2):
            with pytest.raises(ChainMismatch, match="genesis"):
                recorder.tick(stage.now())
        assert "genesis" in recorder.status().halted


def test_a_halt_stops_each_process_and_not_only_the_one_that_led(dev: DevChain, stage: Any) -> None:
    journal = stage.journal()
    journal.check()
    with DevChain.start(Path(__file__).parents[3]) as other:
        elsewhere = replace(stage, rpc_url=other.url, chains={})
        other_chain = elsewhere.chain()
        other_chain.request("anvil_setChainId", [1337])
        workers = [stage.recorder(stage.journal(), other_chain) for _ in range(3)]
        for worker in workers:
            with pytest.raises(ChainMismatch, match="genesis"):
                worker.tick(stage.now())
        told = [worker.status() for worker in workers]
        assert all("genesis" in str(status.halted) and not status.leader for status in told)


class OtherFork:
    """A node on another fork: it has another block of one number."""

    def __init__(self, chain: Any, number: int) -> None:
        self._chain, self._number = chain, number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def block(self, number: Any = "latest") -> Any:
        block = self._chain.block(number)
        return replace(block, hash="0x" + "99" * 32) if block.number == self._number else block


def halted_and_killed(stage: Any, chain: Any = None) -> None:
    """Let a process tick until it halts, and kill it."""
    child = os.fork()
    if child == 0:
        try:
            recorder = stage.recorder(stage.journal(), chain)
            for _ in range(6):
                recorder.tick(stage.now())
                stage.mine()
        except (ChainMismatch, JournalConflict):
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_a_halt_over_a_used_key_is_found_again_by_who_starts_after_a_kill(slow: Any, pool: Any) -> None:
    slow.pool = pool[:1]
    journal, chain = slow.journal(), slow.chain()
    slow.recorder(journal).tick(slow.now())
    slow.use_operator_key()
    slow.mine()
    halted_and_killed(slow)
    number = slow.mint(journal, 5).number
    for _ in range(2):
        recorder = slow.recorder(slow.journal())
        with pytest.raises(JournalConflict, match=r"used by somebody else \(record 1\)"):
            recorder.tick(slow.now())
        assert "record 1" in recorder.status().halted
    assert progress(journal, number).state == "accepted"
    assert nonce_of(chain, pool[0].address, "pending") == 0


def test_a_halt_below_what_was_final_is_found_again_though_the_chain_has_come_back(slow: Any) -> None:
    journal, chain = slow.journal(), slow.chain()
    slow.mint(journal, 5)
    slow.settle(slow.recorder(journal))
    final = final_block.read(journal.database)
    assert final is not None
    halted_and_killed(slow, OtherFork(chain, final.number))
    number = slow.mint(journal, 6).number
    sent = nonce_of(chain, OPERATOR.address, "pending")
    for _ in range(2):
        with pytest.raises(ChainMismatch, match=r"below what was final \(record"):
            slow.recorder(slow.journal()).tick(slow.now())
    assert progress(journal, number).state == "accepted"
    assert nonce_of(chain, OPERATOR.address, "pending") == sent


def test_a_key_that_somebody_else_uses_stops_the_recorder(slow: Any) -> None:
    journal, chain = slow.journal(), slow.chain()
    recorder = slow.recorder(journal)
    number = slow.mint(journal, 5).number
    recorder.tick(slow.now())
    chain.request("anvil_dropAllTransactions")
    slow.use_operator_key()
    slow.mine()
    with pytest.raises(JournalConflict, match="somebody else"):
        for _ in range(6):
            recorder.tick(slow.now())
            slow.mine()
    assert (minted(slow), progress(journal, number).state) == ([], "sent")


def test_a_key_that_was_used_while_nothing_flew_is_told(stage: Any) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    stage.mint(journal, 5)
    stage.settle(recorder)
    stage.use_operator_key()
    stage.mint(journal, 6)
    with pytest.raises(JournalConflict, match="nonce 3 of"):
        stage.settle(recorder)
    assert minted(stage) == [5]
    (alarm,) = Alarms(journal).raised()
    told = journal.entry(alarm.disclosure).to_record().body["details"]
    assert told == {"sender": journal.identity.publisher, "nonce": 3, "used": 4}


def test_a_key_that_is_used_while_nothing_waits_is_told_within_a_minute(stage: Any) -> None:
    journal = stage.journal()
    recorder, now = stage.recorder(journal), stage.now()
    recorder.tick(now)
    stage.use_operator_key()
    recorder.tick(now + 59)
    assert Alarms(journal).raised() == []
    recorder.tick(now + 60)
    recorder.tick(now + 61)
    with pytest.raises(JournalConflict, match="nonce 0 of"):
        recorder.tick(now + 62)
    assert [alarm.reason_code for alarm in Alarms(journal).raised()] == ["SENDER_NONCE_FOREIGN"]


def test_a_key_may_have_been_used_before_the_journal_first_saw_it(stage: Any) -> None:
    stage.use_operator_key()
    stage.use_operator_key()
    journal = stage.journal()
    stage.mint(journal, 5)
    stage.settle(stage.recorder(journal))
    stage.mint(journal, 6)
    stage.settle(stage.recorder_again(stage.recorder(journal)))
    assert (minted(stage), Alarms(journal).raised()) == ([5, 6], [])


def test_a_use_that_the_chain_takes_back_before_it_is_sure_is_not_told(slow: Any) -> None:
    journal, chain = slow.journal(), slow.chain()
    recorder = slow.recorder(journal)
    slow.mint(journal, 5)
    slow.settle(recorder)
    slow.use_operator_key()
    slow.mine()
    slow.mint(journal, 6)
    for _ in range(2):
        assert [told for told in recorder.tick(slow.now()).troubles if "does not know" in told]
    chain.request("anvil_reorg", [1, []])
    chain.request("anvil_dropAllTransactions")
    slow.settle(recorder)
    assert (minted(slow), Alarms(journal).raised()) == ([5, 6], [])


def test_a_gap_that_a_reorg_left_before_the_key_went_on_is_filled(slow: Any) -> None:
    journal, chain = slow.journal(), slow.chain()
    recorder = slow.recorder(journal)
    slow.use_operator_key()
    slow.mine()
    slow.mint(journal, 6)
    recorder.tick(slow.now())
    chain.request("anvil_reorg", [1, []])
    chain.request("anvil_dropAllTransactions")
    slow.settle(recorder)
    assert minted(slow) == [6]
    assert "fill" in {operation.purpose for operation in Outbox(journal).in_states(["final"])}


def test_a_gap_is_filled_though_a_stranger_filled_it_until_the_chain_took_that_back(slow: Any) -> None:
    journal, chain = slow.journal(), slow.chain()
    recorder = slow.recorder(journal)
    slow.use_operator_key()
    slow.mine()
    slow.mint(journal, 6)
    recorder.tick(slow.now())
    chain.request("anvil_reorg", [1, []])
    chain.request("anvil_dropAllTransactions")
    recorder.tick(slow.now())
    assert [filler.purpose for filler in Outbox(journal).in_states([SENT], purpose=FILL)] == [FILL]
    chain.request("anvil_dropAllTransactions")
    slow.use_operator_key()
    slow.mine()
    for _ in range(4):
        recorder.tick(slow.now())
        chain.request("anvil_dropAllTransactions")
    chain.request("anvil_reorg", [1, []])
    chain.request("anvil_dropAllTransactions")
    slow.settle(recorder)
    assert minted(slow) == [6]


class Publishing:
    """A chain on which a transfer takes more than 21,000 gas, as where data is published elsewhere."""

    def __init__(self, chain: Any) -> None:
        self._chain, self.is_refusing = chain, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        if method == "eth_estimateGas" and "data" not in params[0]:
            return hex(60_000)
        return self._chain.request(method, params)

    def send_raw(self, raw: bytes) -> Any:
        if self.is_refusing:
            raise TransactionFailed(
                "no", rpc_code=-32000, rpc_message="intrinsic gas too low: have 1, want 2"
            )
        return self._chain.send_raw(raw)


def test_what_uses_up_a_nonce_takes_the_gas_that_the_chain_wants_for_nothing(stage: Any) -> None:
    journal, chain = stage.journal(), Publishing(stage.chain())
    recorder, number, now = stage.recorder(journal, chain), stage.mint(journal, 5).number, stage.now()
    for step in range(3):
        recorder.tick(now + step * stage.settings.bump_after_s)
    told = [(attempt.fills, attempt.gas_limit) for attempt in attempts(journal, number)]
    assert told[0][0] is False
    assert set(told[1:]) == {(True, 90_000)}
    assert len(told) > 2
    chain.is_refusing = False
    stage.settle(recorder)
    assert (minted(stage), progress(journal, number).state) == ([], "failed")


class Forging:
    """A chain whose node estimates and charges absurdly much."""

    def __init__(self, chain: Any) -> None:
        self._chain, self.is_lying = chain, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def request(self, method: str, params: Sequence[object] = ()) -> Any:
        if method == "eth_estimateGas" and self.is_lying:
            return hex(2**90)
        return self._chain.request(method, params)

    def receipt(self, tx_hash: str) -> Any:
        found = self._chain.receipt(tx_hash)
        return None if found is None else replace(found, gas_price=2**90)


def test_absurd_figures_of_a_node_are_told_and_stop_nothing(stage: Any) -> None:
    journal, chain = stage.journal(), Forging(stage.chain())
    recorder, number = stage.recorder(journal, chain), stage.mint(journal, 5).number
    assert [told for told in recorder.tick(stage.now()).troubles if "estimates" in told]
    chain.is_lying = False
    stage.settle(recorder)
    assert (minted(stage), progress(journal, number).state) == ([5], "succeeded")
    (attempt,) = attempts(journal, number)
    paid = Outlays(journal.database).of(stage.now())[scopes(*_sent(journal, number))[1]]
    assert paid == gwei(attempt.gas_limit * attempt.max_fee)


def _sent(journal: Journal, number: int) -> tuple[str, str, bytes]:
    found = journal.operation_of(number)
    assert found is not None
    return found.sender, found.to, found.data


def test_a_node_that_calls_everything_too_cheap_does_not_drive_the_price_up_at_every_tick(slow: Any) -> None:
    def refuse(method: str, answered: bool) -> None:
        if method == "send_raw" and not answered:
            raise TransactionFailed("no", rpc_code=-32000, rpc_message="transaction underpriced: minimum 1")

    slow.settings = replace(slow.settings, batch_age_s=10**6)
    journal = slow.journal()
    recorder, now = slow.recorder(journal, Answering(slow.chain(), refuse)), slow.now()
    number = slow.mint(journal, 5).number
    for _ in range(10):
        recorder.tick(now)
    assert len(attempts(journal, number)) == 2
    for later in (slow.settings.bump_after_s - 1, slow.settings.bump_after_s, slow.settings.bump_after_s + 1):
        recorder.tick(now + later)
    assert len(attempts(journal, number)) == 3
    slow.settle(slow.recorder_again(recorder))
    assert minted(slow) == [5]


def test_a_chain_that_stands_still_does_not_drive_the_price_up_for_ever(slow: Any) -> None:
    slow.settings = replace(slow.settings, batch_age_s=10**6)
    journal = slow.journal()
    recorder, number, now = slow.recorder(journal), slow.mint(journal, 5).number, slow.now()
    troubles: tuple[str, ...] = ()
    for step in range(40):
        troubles = recorder.tick(now + step * slow.settings.bump_after_s).troubles
    first, last = attempts(journal, number)[0], attempts(journal, number)[-1]
    assert last.max_fee < 10 * first.max_fee
    assert last.priority_fee < 10 * first.priority_fee
    assert ["far more than is usual" in told for told in troubles] == [True]
    slow.settle(slow.recorder_again(recorder))
    assert minted(slow) == [5]


def test_an_observed_transaction_that_the_chain_takes_back_is_corrected(
    stage: Any, outsider_mints: Callable[[int], str]
) -> None:
    stage.settings = replace(stage.settings, confirmations=1)
    journal, chain = stage.journal(), stage.chain()
    recorder = stage.recorder(journal)
    recorder.tick(stage.now())
    outsider_mints(7)
    assert recorder.tick(stage.now()).observed == 1
    chain.request("anvil_reorg", [1, []])
    stage.mine()
    recorder.tick(stage.now())
    kinds = [entry.kind for entry in journal.entries()]
    assert kinds == ["transaction", "correction"]
    assert journal.entry(2).to_record().links == (1,)
    assert recorder.tick(stage.now()).observed == 0


def backed_up(stage: Any, name: str) -> Any:
    """Copy the database as a backup would, and return a stage on the copy."""
    path = stage.database_url.removeprefix("sqlite:///")
    copy = f"{path}.{name}"
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    return replace(stage, database_url=f"sqlite:///{copy}")


def told(stage: Any, journal: Journal, count: int, about: str = "gateway/outage") -> None:
    for _ in range(count):
        journal.accept("disclosure", about, stage.outage, now=stage.now())


def test_an_old_backup_is_refused_and_sends_nothing(stage: Any) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    told(stage, journal, 2)
    stage.settle(recorder)
    older = backed_up(stage, "old")
    stage.mint(journal, 5)
    stage.settle(recorder)
    restored = older.journal()
    stage.mint(restored, 5)
    nonce = nonce_of(stage.chain(), journal.identity.publisher)
    with pytest.raises(JournalConflict, match="records, the journal") as refused:
        stage.recorder(restored).tick(stage.now())
    assert "backup" in refused.value.hint
    assert nonce_of(stage.chain(), journal.identity.publisher) == nonce


def test_a_backup_whose_history_went_another_way_is_refused(stage: Any) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    told(stage, journal, 1)
    stage.settle(recorder)
    older = backed_up(stage, "old")
    told(stage, journal, 2)
    stage.settle(recorder)
    restored = older.journal()
    told(stage, restored, 3, "gateway/other")
    with pytest.raises(JournalConflict, match="are not those"):
        older.recorder(restored).tick(stage.now())


def test_an_append_that_the_journal_does_not_remember_is_taken_over(stage: Any) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    told(stage, journal, 3)
    recorder.tick(stage.now())
    older = backed_up(stage, "old")
    before = Batches(older.journal())
    assert before.end() == 0 or before.open() is not None
    stage.settle(recorder)
    restored = older.journal()
    again = older.recorder(restored)
    # As long as its block may be taken back, nothing is told as anchored.
    older.settings = replace(older.settings, confirmations=50)
    unsure = older.recorder(restored)
    for _ in range(3):
        assert unsure.tick(stage.now(), flush=True).troubles == ()
    assert (unsure.status().anchored, Batches(restored).anchored()) == (0, 0)
    unsure.close()
    stage.settle(again)
    told(stage, restored, 1)
    stage.settle(again)
    batches = Batches(restored).page()
    assert [(batch.first, batch.count) for batch in batches] == [(1, 3), (4, 1)]
    assert batches[0].tx_hash == Batches(journal).page()[0].tx_hash


def test_a_clock_that_was_set_back_does_not_keep_records_from_the_log(stage: Any) -> None:
    journal, now = stage.journal(), stage.now()
    recorder = stage.recorder(journal)
    told(stage, journal, 3)
    assert recorder.tick(now).anchored == 0
    assert recorder.tick(now - 7200).anchored == 3


def test_a_batch_that_was_queued_when_the_chain_already_had_it_is_recognised(stage: Any) -> None:
    class Stop(BaseException):
        pass

    def stop(step: str) -> None:
        if step == "anchor.committed":
            raise Stop

    journal = stage.journal(stop)
    recorder = stage.recorder(journal)
    told(stage, journal, 3)
    with pytest.raises(Stop):
        recorder.tick(stage.now(), flush=True)
    recorder.close()
    older = backed_up(stage, "old")
    stage.settle(stage.recorder(stage.journal()))
    restored = older.journal()
    stage.settle(older.recorder(restored))
    (batch,) = Batches(restored).page()
    operation = Batches(restored).operation(batch.id)
    assert operation is not None
    assert (batch.end, operation.state, operation.nonce) == (3, "refused", None)


def test_a_log_that_lost_what_was_final_stops_the_recorder(stage: Any) -> None:
    journal = stage.journal()
    recorder, snapshot = stage.recorder(journal), stage.chain().request("evm_snapshot")
    told(stage, journal, 3)
    stage.settle(recorder)
    stage.chain().request("evm_revert", [snapshot])
    with pytest.raises(ChainMismatch, match="were final"):
        stage.recorder_again(recorder).tick(stage.now())


def test_a_reorganisation_below_what_was_final_stops_everything_and_is_told_once(slow: Any) -> None:
    journal = slow.journal()
    recorder, number = slow.recorder(journal), slow.mint(journal, 5).number
    slow.settle(recorder)
    size, sent = journal.size(), nonce_of(slow.chain(), journal.identity.publisher)
    slow.chain().request("anvil_reorg", [8, []])
    slow.mint(journal, 6)
    for _ in range(2):
        with pytest.raises(ChainMismatch, match="which was final"):
            recorder.tick(slow.now())
    with pytest.raises(ChainMismatch, match="which was final"):
        slow.recorder_again(recorder).tick(slow.now())
    told = [entry.to_record().body for entry in journal.entries(first=size + 2)]
    assert [body["reason_code"] for body in told] == ["REORG_BEYOND_FINALITY"]
    slow.mine(3)
    assert (minted(slow), progress(journal, number).state) == ([], "succeeded")
    assert nonce_of(slow.chain(), journal.identity.publisher) < sent


def test_while_the_node_lacks_a_block_that_was_final_nothing_is_sent(slow: Any) -> None:
    journal, chain = slow.journal(), slow.chain()
    recorder, snapshot = slow.recorder(journal), chain.request("evm_snapshot")
    slow.mint(journal, 5)
    slow.settle(recorder)
    chain.request("evm_revert", [snapshot])
    slow.mint(journal, 6)
    tick = recorder.tick(slow.now())
    assert "which was final" in tick.troubles[0]
    assert (tick.is_idle, recorder.status().queued, recorder.status().halted) == (True, 1, None)
