"""Several keys: who sends what, what a stuck or stolen one holds up, what a day costs, and calling back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from resonance_dao.chain.chain import nonce_of
from resonance_dao.chain.policy import GuardedSigner, SignerPolicy
from resonance_dao.chain.remote_signer import RemoteSigner
from resonance_dao.chain.signer import DevSigner
from resonance_dao.chain.signer_server import SignerServer
from resonance_dao.errors import JournalConflict, NotFound, ResonanceError, ToolMissing
from resonance_dao.journal import cancelling
from resonance_dao.journal.alarms import Alarms
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FINAL, IN_FLIGHT
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.outlay import DAY_S, Outlays, gwei
from resonance_dao.journal.schema import outlay
from resonance_dao.journal.senders import RetiredSenders
from resonance_dao.workflows import confirming
from resonance_dao.workflows.keyring import guarded_pool, guarded_publisher
from resonance_dao.workflows.pricing import market
from resonance_dao.workflows.recorder import Recorder
from resonance_dao.workflows.recording import progress
from resonance_dao.workflows.senders import Pool

pytestmark = pytest.mark.chain
OPERATOR = DevSigner(9)


class Swallowing:
    """A chain that says it took the transactions with one of these hashes, and did not."""

    def __init__(self, chain: Any, journal: Journal, sender: str) -> None:
        self._chain, self._journal, self._sender = chain, journal, sender

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def send_raw(self, raw: bytes) -> Any:
        flying = Outbox(self._journal).in_states(IN_FLIGHT)
        owner = next(op.sender for op in flying if any(attempt.raw == raw for attempt in op.attempts))
        return "0x" if owner == self._sender else self._chain.send_raw(raw)


@pytest.fixture
def pooled(stage: Any, pool: Any) -> Any:
    """A stage with a pool of three keys, on a chain that mines when told."""
    stage.pool = pool
    stage.settings = replace(stage.settings, batch_age_s=10**6)
    stage.chain().request("evm_setAutomine", [False])
    return stage


def minted(stage: Any) -> list[int]:
    chain = stage.chain()
    logs = chain.logs([stage.token.address], 0, chain.block().number)
    return sorted(event.args["value"] for event in stage.token.events(logs, "Transfer"))


def senders(journal: Journal, numbers: Sequence[int]) -> list[str]:
    found = [journal.operation_of(number) for number in numbers]
    return [operation.sender for operation in found if operation is not None]


def told(journal: Journal, number: int) -> str:
    outcome = journal.outcome_of(number)
    assert outcome is not None
    return str(outcome.to_record().body["reason_code"])


def work(stage: Any, recorder: Any, ticks: int = 8) -> None:
    for _ in range(ticks):
        recorder.tick(stage.now())
        stage.mine()


def test_requests_go_to_the_pool_and_appends_to_the_publisher(pooled: Any) -> None:
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    numbers = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in range(1, 7)]
    recorder.tick(pooled.now())
    pool = sorted(key.address for key in pooled.pool)
    assert sorted(senders(journal, numbers)) == sorted(pool * 2)
    pooled.settle(recorder)
    assert minted(pooled) == [1, 2, 3, 4, 5, 6]
    appends = Outbox(journal).in_states([FINAL], purpose="anchor")
    assert {operation.sender for operation in appends} == {journal.identity.publisher}


def test_requests_about_one_subject_keep_their_order_under_one_key(pooled: Any) -> None:
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    first = [pooled.mint(journal, amount).number for amount in (1, 2, 3)]
    recorder.tick(pooled.now())
    later = pooled.mint(journal, 4).number
    recorder.tick(pooled.now())
    assert len(set(senders(journal, [*first, later]))) == 1
    nonces = [journal.operation_of(number).nonce for number in (*first, later)]
    assert nonces == [0, 1, 2, 3]


def test_a_key_that_is_stuck_holds_up_no_other_key(pooled: Any) -> None:
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    first = pooled.mint(journal, 1, about="bounty/stuck").number
    recorder.tick(pooled.now())
    (stuck,) = senders(journal, [first])
    pooled.chain().request("anvil_dropAllTransactions")
    recorder.close()
    recorder = pooled.recorder(journal, Swallowing(pooled.chain(), journal, stuck))
    others = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in range(2, 8)]
    behind = pooled.mint(journal, 8, about="bounty/stuck").number
    work(pooled, recorder, 10)
    free = [number for number in others if senders(journal, [number]) != [stuck]]
    assert len(free) >= 4
    assert {progress(journal, number).state for number in free} == {"succeeded"}
    assert (progress(journal, first).state, senders(journal, [behind])) == ("sent", [stuck])
    pooled.settle(pooled.recorder_again(recorder))
    assert minted(pooled) == [1, 2, 3, 4, 5, 6, 7, 8]


class Mute:
    """A key whose signer does not answer while it is `down`."""

    def __init__(self, signer: DevSigner) -> None:
        self._signer, self.down, self.asked = signer, True, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._signer, name)

    def sign_transaction(self, transaction: Any) -> bytes:
        self.asked += 1
        if self.down:
            raise ToolMissing("the signer did not answer")
        return self._signer.sign_transaction(transaction)


def test_a_key_whose_signer_is_silent_is_passed_over_and_asked_once_a_round(pooled: Any) -> None:
    mute = Mute(pooled.pool[0])
    pooled.pool = (mute, *pooled.pool[1:])
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    numbers = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in range(1, 7)]
    tick = recorder.tick(pooled.now())
    assert mute.asked == 1
    assert [told for told in tick.troubles if "did not answer" in told]
    assert sorted(senders(journal, numbers)) == sorted([key.address for key in pooled.pool[1:]] * 3)
    mute.down = False
    later = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in range(7, 10)]
    recorder.tick(pooled.now())
    assert senders(journal, later) == [mute.address] * 3
    pooled.settle(recorder)
    assert minted(pooled) == list(range(1, 10))


@pytest.fixture
def vault(vaults: Any, pool: Any) -> Iterator[Any]:
    """A signing server with the publisher's key and one of the pool's."""
    started = vaults.Vault(OPERATOR, pool[0])
    yield started
    started.close()


def test_keys_at_a_server_append_relay_bump_and_state(pooled: Any, vault: Any) -> None:
    server = SignerServer(vault.url)
    publisher, key = (RemoteSigner.open(server, one.address) for one in (OPERATOR, pooled.pool[0]))
    journal = pooled.journal(signer=publisher)
    recorder = Recorder(
        journal,
        pooled.chain(),
        guarded_publisher(publisher, 31337, pooled.watched, pooled.log, 10**12),
        pooled.log,
        pooled.watched,
        pooled.store,
        pooled.settings,
        guarded_pool([key], 31337, pooled.watched, 10**12),
    )
    number, now = pooled.mint(journal, 5).number, pooled.now()
    recorder.tick(now)
    recorder.tick(now + pooled.settings.bump_after_s)
    assert [senders(journal, [number]), len(journal.operation_of(number).attempts)] == [[key.address], 2]
    pooled.settle(recorder)
    assert (minted(pooled), progress(journal, number).state) == ([5], "succeeded")
    assert {request["method"] for request in vault.asked} == {
        "eth_accounts",
        "eth_signTransaction",
        "eth_signTypedData",
    }


def test_a_server_that_signs_something_else_has_nothing_stored_nor_sent(pooled: Any, vault: Any) -> None:
    key = pooled.pool[0]
    pooled.pool = (RemoteSigner.open(SignerServer(vault.url), key.address),)
    journal, chain = pooled.journal(), pooled.chain()
    recorder, number = pooled.recorder(journal), pooled.mint(journal, 5).number

    def with_value(method: str, params: list[Any]) -> Any:
        asked = {name: value for name, value in params[0].items() if name != "from"}
        return {"result": vault.eth_signTransaction({**params[0], **asked, "value": "0x1"})}

    vault.answer = with_value
    tick = recorder.tick(pooled.now())
    assert [told for told in tick.troubles if "another value" in told]
    operation = journal.operation_of(number)
    assert operation is not None
    assert (operation.state, operation.attempts, operation.nonce) == ("queued", (), None)
    assert nonce_of(chain, key.address, "pending") == 0
    vault.answer = None
    pooled.settle(recorder)
    assert minted(pooled) == [5]


class Doubling:
    """A chain that is sent everything twice, the second time after everything else."""

    def __init__(self, chain: Any) -> None:
        self._chain, self._sent = chain, list[bytes]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def send_raw(self, raw: bytes) -> Any:
        self._sent.append(raw)
        told = self._chain.send_raw(raw)
        for again in self._sent:
            with suppress(ResonanceError):
                self._chain.send_raw(again)
        return told


def test_what_is_sent_again_by_others_is_done_once(pooled: Any) -> None:
    journal = pooled.journal()
    recorder = pooled.recorder(journal, Doubling(pooled.chain()))
    for amount in range(1, 7):
        pooled.mint(journal, amount, about=f"bounty/{amount}")
    now = pooled.now()
    recorder.tick(now)
    recorder.tick(now + pooled.settings.bump_after_s)
    pooled.mine()
    recorder.tick(pooled.now())
    pooled.chain().request("anvil_reorg", [1, []])
    pooled.settle(recorder)
    assert minted(pooled) == [1, 2, 3, 4, 5, 6]


def test_a_silent_signer_neither_bumps_nor_keeps_other_keys_from_bumping(pooled: Any) -> None:
    mutes = [Mute(key) for key in pooled.pool]
    pooled.pool, chain = tuple(mutes), pooled.chain()
    for mute in mutes:
        mute.down = False
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    numbers = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in (1, 2, 3)]
    now = pooled.now()
    recorder.tick(now)
    by_key = dict(zip(senders(journal, numbers), numbers, strict=True))
    mutes[0].down = True
    tick = recorder.tick(now + pooled.settings.bump_after_s)
    assert len(tick.troubles) == 1
    found = {key: len(journal.operation_of(number).attempts) for key, number in by_key.items()}
    assert found == {mutes[0].address: 1, mutes[1].address: 2, mutes[2].address: 2}
    assert chain.request("eth_getTransactionByHash", [_last(journal, by_key[mutes[0].address])]) is not None
    pooled.settle(recorder)
    assert minted(pooled) == [1, 2, 3]


def _last(journal: Journal, number: int) -> str:
    found = journal.operation_of(number)
    assert found is not None
    return str(found.attempts[-1].tx_hash)


def test_a_stolen_key_of_the_pool_is_put_out_of_service_and_its_request_is_told_as_lost(pooled: Any) -> None:
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    first = pooled.mint(journal, 1).number
    recorder.tick(pooled.now())
    (stolen,) = senders(journal, [first])
    pooled.chain().request("anvil_dropAllTransactions")
    pooled.use_key(next(key for key in pooled.pool if key.address == stolen))
    pooled.mine()
    work(pooled, recorder)
    assert told(journal, first) == "TRANSACTION_LOST"
    assert [alarm.reason_code for alarm in Alarms(journal).raised()] == ["SENDER_NONCE_FOREIGN"]
    again = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in (2, 3, 4)]
    pooled.settle(recorder)
    assert stolen not in senders(journal, again)
    assert (minted(pooled), recorder.status().halted) == ([2, 3, 4], None)


def test_a_key_of_the_pool_that_was_used_while_nothing_flew_is_put_out_of_service(pooled: Any) -> None:
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    recorder.tick(pooled.now())
    stolen = pooled.pool[0]
    pooled.use_key(stolen)
    pooled.mine()
    numbers = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in (1, 2, 3)]
    pooled.settle(recorder)
    assert stolen.address not in senders(journal, numbers)
    assert (minted(pooled), recorder.status().halted) == ([1, 2, 3], None)
    assert RetiredSenders(journal.database).all() == {stolen.address: "SENDER_NONCE_FOREIGN"}
    (alarm,) = Alarms(journal).raised()
    assert alarm.subject == f"sender/{stolen.address}/sender-nonce-foreign"
    again = pooled.recorder_again(recorder)
    pooled.settle(again)
    assert len(Alarms(journal).raised()) == 1


def test_what_waits_is_cancelled_without_being_sent(pooled: Any) -> None:
    journal = pooled.journal()
    number = pooled.mint(journal, 1).number
    with pytest.raises(NotFound):
        cancelling.ask(journal.database, 99, pooled.now())
    cancelling.ask(journal.database, number, pooled.now())
    pooled.settle(pooled.recorder(journal))
    assert (told(journal, number), progress(journal, number).state) == ("TRANSACTION_CANCELLED", "refused")
    assert (minted(pooled), nonce_of(pooled.chain(), pooled.pool[0].address)) == ([], 0)


def test_what_was_sent_is_cancelled_by_nothing_at_its_nonce(pooled: Any) -> None:
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    number, after = pooled.mint(journal, 1).number, pooled.mint(journal, 2).number
    recorder.tick(pooled.now())
    cancelling.ask(journal.database, number, pooled.now())
    assert recorder.tick(pooled.now()).cancelled == 1
    assert recorder.tick(pooled.now()).cancelled == 0
    pooled.settle(recorder)
    operation = journal.operation_of(number)
    assert operation is not None
    first, second = operation.attempts
    assert (first.fills, second.fills) == (False, True)
    assert second.max_fee * 1000 > first.max_fee * 1125
    assert second.priority_fee * 1000 > first.priority_fee * 1125
    assert (told(journal, number), progress(journal, after).state) == ("TRANSACTION_CANCELLED", "succeeded")
    assert minted(pooled) == [2]
    with pytest.raises(JournalConflict, match="cannot be cancelled"):
        cancelling.ask(journal.database, after, pooled.now())


def test_what_was_mined_before_it_was_cancelled_is_told_as_done(pooled: Any) -> None:
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    number = pooled.mint(journal, 1).number
    recorder.tick(pooled.now())
    cancelling.ask(journal.database, number, pooled.now())
    pooled.mine()
    pooled.settle(recorder)
    assert (progress(journal, number).state, minted(pooled)) == ("succeeded", [1])


def test_a_days_limit_holds_for_what_is_under_way_too_and_keeps_no_append_waiting(pooled: Any) -> None:
    # Enough for one request with its margin of gas, and not for two.
    limit, pooled.pool = gwei(450_000 * market(pooled.chain()).maximum), pooled.pool[:1]
    pooled.settings = replace(pooled.settings, outlay_key_gwei=limit)
    journal, scope = pooled.journal(), f"key/{pooled.pool[0].address}"
    recorder = pooled.recorder(journal)
    numbers = [pooled.mint(journal, amount).number for amount in range(1, 9)]
    tick = recorder.tick(pooled.now(), flush=True)
    assert (tick.sent, len(tick.troubles)) == (1, 1)
    assert "day's limit" in tick.troubles[0]
    for _ in range(12):
        assert 0 < Outlays(journal.database).of(pooled.now())[scope] <= limit
        pooled.mine()
        recorder.tick(pooled.now(), flush=True)
    assert progress(journal, numbers[0]).state == "succeeded"
    assert recorder.status().anchored >= len(numbers)


def test_what_waits_for_a_routes_limit_does_not_keep_other_routes_waiting(pooled: Any) -> None:
    # Enough for one request, or for one with the margin of what comes behind others; not for both.
    limit, pooled.pool = gwei(1_200_000 * market(pooled.chain()).maximum), pooled.pool[:1]
    pooled.settings = replace(pooled.settings, outlay_route_gwei=limit, in_flight_max=2)
    journal = pooled.journal()
    minting = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in range(1, 11)]
    approval = pooled.ask(journal, pooled.action("approve", OPERATOR.address, 1), about="bounty/99").number
    tick = pooled.recorder(journal).tick(pooled.now())
    states = [progress(journal, number).state for number in (*minting, approval)]
    assert states == ["sent"] + ["accepted"] * 9 + ["sent"]
    assert [told for told in tick.troubles if "day's limit" in told]


def test_little_coin_is_told_once_and_corrected_when_there_is_more(pooled: Any) -> None:
    pooled.settings = replace(pooled.settings, balance_min_wei=10**18)
    journal, chain = pooled.journal(), pooled.chain()
    recorder, key = pooled.recorder(journal), pooled.pool[0].address
    chain.request("anvil_setBalance", [key, hex(10**17)])
    recorder.tick(1_000)
    recorder.tick(1_030)
    pooled.recorder_again(recorder).tick(1_060)
    assert [entry.kind for entry in journal.entries()] == ["disclosure"]
    chain.request("anvil_setBalance", [key, hex(10**18)])
    pooled.recorder_again(recorder).tick(1_090)
    assert [entry.kind for entry in journal.entries()] == ["disclosure", "correction"]
    assert Alarms(journal).raised() == []


def test_where_the_operator_names_no_least_three_days_of_what_a_key_took_are_wanted(pooled: Any) -> None:
    journal, chain, key = pooled.journal(), pooled.chain(), pooled.pool[0].address
    day = 20_000
    with journal.database.write() as connection:
        rows = [(day - 8, 10**10), (day - 7, 10**6), (day - 1, 10**8), (day, 10**10)]
        connection.execute(
            insert(outlay), [{"day": on, "scope": f"key/{key}", "gwei": paid} for on, paid in rows]
        )
    chain.request("anvil_setBalance", [key, hex(3 * 10**17)])
    recorder = pooled.recorder(journal)
    recorder.tick(day * DAY_S)
    assert journal.size() == 0
    chain.request("anvil_setBalance", [key, hex(3 * 10**17 - 1)])
    recorder.tick(day * DAY_S + 60)
    (disclosed,) = [entry.to_record() for entry in journal.entries()]
    assert disclosed.body["reason_code"] == "SENDER_POOR"
    assert disclosed.body["details"] == {
        "sender": key,
        "balance": str(3 * 10**17 - 1),
        "least": str(3 * 10**17),
    }


def test_a_poor_key_is_passed_over(pooled: Any) -> None:
    journal, chain = pooled.journal(), pooled.chain()
    for key in pooled.pool[:2]:
        chain.request("anvil_setBalance", [key.address, "0x1"])
    numbers = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in (1, 2, 3)]
    recorder = pooled.recorder(journal)
    assert recorder.tick(pooled.now()).troubles == ()
    assert senders(journal, numbers) == [pooled.pool[2].address] * 3


def test_what_the_policy_does_not_allow_is_told_and_not_sent(pooled: Any) -> None:
    journal, chain = pooled.journal(), pooled.chain()
    policy = SignerPolicy(31337, lambda: (pooled.log,), 10**12)
    number = pooled.mint(journal, 1).number
    guarded = [GuardedSigner(key, policy) for key in (OPERATOR, *pooled.pool)]
    recorder = Recorder(
        journal,
        chain,
        guarded[0],
        pooled.log,
        pooled.watched,
        pooled.store,
        pooled.settings,
        Pool(guarded[1:], policy),
    )
    pooled.settle(recorder)
    outcome = journal.outcome_of(number)
    assert outcome is not None
    assert outcome.to_record().body["details"]["transaction"]["error"]["name"] == "NotRelayed"
    assert recorder.status().is_settled


def test_what_cannot_be_sent_does_not_hide_what_is_queued_behind_it(
    pooled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pages of two, and a key of a subject that has no room: what is about others is behind it.
    monkeypatch.setattr(confirming, "PAGE", 2)
    pooled.settings = replace(pooled.settings, in_flight_max=1)
    journal = pooled.journal()
    recorder = pooled.recorder(journal)
    same = [pooled.mint(journal, amount, about="bounty/same").number for amount in range(1, 8)]
    others = [pooled.mint(journal, amount, about=f"bounty/{amount}").number for amount in (8, 9, 10)]
    assert recorder.tick(pooled.now()).signed == 3
    asked = [journal.operation_of(number) for number in (*same, *others)]
    signed = [operation is not None and operation.nonce is not None for operation in asked]
    assert signed == [True] + [False] * 6 + [True] * 2 + [False]
    monkeypatch.undo()
    pooled.settle(recorder)
    assert minted(pooled) == list(range(1, 11))
