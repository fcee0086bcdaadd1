"""`resonance relayer` beside a recorder at work: what is shown, and calling back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.chain import nonce_of
from resonance_dao.cli.app import main
from resonance_dao.errors import ChainMismatch, JournalConflict
from resonance_dao.journal.alarms import Alarms
from resonance_dao.toolkit import Toolkit
from resonance_dao.workflows.recording import progress

pytestmark = pytest.mark.chain
Command = Callable[..., tuple[int, Any]]


@pytest.fixture
def slow(stage: Any, pool: Any) -> Any:
    """A stage with one key in the pool, on a chain that mines when told."""
    stage.pool = pool[:1]
    stage.settings = replace(stage.settings, batch_age_s=10**6)
    stage.chain().request("evm_setAutomine", [False])
    return stage


@pytest.fixture
def relayer(
    slow: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> Command:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESONANCE_DATABASE_URL", slow.database_url)
    monkeypatch.setenv("RESONANCE_RPC_URL", slow.rpc_url)
    monkeypatch.setenv("RESONANCE_RELAYER_KEYS", "dev:6")
    monkeypatch.setenv("RESONANCE_OUTLAY_KEY_WEI", "1000000000000000000")

    def run(*arguments: object) -> tuple[int, Any]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", "relayer", *map(str, arguments)])
        return int(str(ended.value.code)), json.loads(capsys.readouterr().out)

    return run


def test_status_tells_keys_what_is_under_way_and_what_the_day_cost(slow: Any, relayer: Command) -> None:
    journal = slow.journal()
    recorder, key = slow.recorder(journal), slow.pool[0].address
    number = slow.mint(journal, 1).number
    recorder.tick(slow.now())
    waiting = slow.mint(journal, 2).number
    code, found = relayer("status")
    assert (code, found["chain_answers"]) == (0, True)
    assert [(one["address"], one["role"]) for one in found["keys"]] == [
        (journal.identity.publisher, "publisher"),
        (key, "relaying"),
    ]
    mine = found["keys"][1]
    assert (mine["in_flight"], mine["mined"], mine["next_nonce"], mine["chain_nonce"]) == (1, 0, 1, 0)
    assert int(mine["balance"]) > 10**18
    assert 0 < int(mine["outlay_today"]) < int(mine["outlay_limit"]) == 10**18
    assert sum(map(int, found["routes"].values())) == int(mine["outlay_today"])
    told = [(one["record"], one["state"], one["nonce"], one["attempts"]) for one in found["operations"]]
    assert told == [(number, "sent", 0, 1), (waiting, "queued", None, 0)]
    slow.settle(recorder)
    _, after = relayer("status")
    assert (after["operations"], after["counts"]["mined"]) == ([], 0)
    assert 0 < int(after["keys"][1]["outlay_today"]) < 2 * int(mine["outlay_today"])


def test_what_waits_is_refused_when_it_is_called_back(slow: Any, relayer: Command) -> None:
    journal = slow.journal()
    recorder, number = slow.recorder(journal), slow.mint(journal, 1).number
    assert relayer("cancel", number, "--dry-run") == (
        0,
        {"record": number, "state": "queued", "sender": None, "nonce": None, "asked": False},
    )
    assert relayer("status")[1]["operations"][0]["cancelling"] is False
    assert relayer("cancel", number)[1]["asked"] is True
    assert relayer("status")[1]["operations"][0]["cancelling"] is True
    slow.settle(recorder)
    assert progress(journal, number).state == "refused"
    code, told = relayer("cancel", number)
    assert (code, told["error"]["code"]) == (10, "journal_conflict")


def test_what_was_sent_is_replaced_by_nothing_when_it_is_called_back(slow: Any, relayer: Command) -> None:
    journal = slow.journal()
    recorder, number = slow.recorder(journal), slow.mint(journal, 1).number
    recorder.tick(slow.now())
    code, told = relayer("cancel", number)
    assert (code, told["state"], told["nonce"]) == (0, "sent", 0)
    assert told["sender"] == slow.pool[0].address
    recorder.tick(slow.now())
    assert relayer("status")[1]["operations"][0]["attempts"] == 2
    slow.settle(recorder)
    assert progress(journal, number).state == "failed"
    chain = slow.chain()
    logs = chain.logs([slow.token.address], 0, chain.block().number)
    assert slow.token.events(logs, "Transfer") == []


def test_a_record_that_asked_for_nothing_cannot_be_called_back(slow: Any, relayer: Command) -> None:
    journal = slow.journal()
    slow.mint(journal, 1)
    code, told = relayer("cancel", 99)
    assert (code, told["error"]["code"]) == (3, "not_found")


def work(stage: Any, recorder: Any) -> None:
    """Let it send and confirm, and append nothing to the log."""
    for _ in range(6):
        recorder.tick(stage.now())
        stage.mine()


def test_a_halt_below_what_was_final_is_ended_by_a_decision_that_is_told(
    slow: Any, relayer: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, chain = slow.journal(), slow.chain()
    monkeypatch.setattr(Toolkit, "journal", property(lambda _kit: slow.journal()))
    monkeypatch.setattr(Toolkit, "chain", property(lambda _kit: chain))
    monkeypatch.setattr(Toolkit, "now", lambda _kit: slow.now())
    decide = ("resume", "--block", chain.block().number, "--reason", "We compared; nothing was paid.")
    assert relayer(*decide)[1]["error"]["code"] == "not_found"
    recorder = slow.recorder(journal)
    slow.mint(journal, 5)
    work(slow, recorder)
    chain.request("anvil_reorg", [6, []])
    with pytest.raises(ChainMismatch, match="which was final"):
        recorder.tick(slow.now())
    recorder.close()
    size, head = journal.size(), chain.block()
    assert relayer("resume", "--block", head.number + 1, "--reason", "a")[1]["error"]["code"] == "not_found"
    assert relayer("resume", "--block", head.number, "--reason", " ")[1]["error"]["code"] == "input_invalid"
    decide = ("resume", "--block", head.number, "--reason", "We compared; nothing was paid.")
    code, told = relayer(*decide, "--dry-run")
    assert (code, told["resumed"], told["corrects"], journal.size()) == (0, False, [size], size)
    with pytest.raises(ChainMismatch):
        slow.recorder(journal).tick(slow.now())
    assert relayer(*decide)[1] == {**told, "resumed": True}
    record = journal.entry(size + 1).to_record()
    assert (record.kind, record.body["corrects"]) == ("correction", size)
    assert record.body["details"]["decided_by"] == journal.identity.publisher
    assert record.body["details"]["reason"] == "We compared; nothing was paid."
    assert Alarms(journal).raised() == []
    again = slow.recorder_again(slow.recorder(journal))
    slow.mint(journal, 6)
    # Nothing is sent again, so the nonce of what the chain has lost is the person's to use up.
    work(slow, again)
    assert nonce_of(chain, slow.pool[0].address) == 0
    slow.use_key(slow.pool[0])
    work(slow, again)
    logs = chain.logs([slow.token.address], 0, chain.block().number)
    assert [event.args["value"] for event in slow.token.events(logs, "Transfer")] == [6]
    assert relayer(*decide)[1]["error"]["code"] == "not_found"


@pytest.mark.parametrize("flying", [False, True])
def test_what_the_publishers_key_sent_by_itself_is_vouched_for_by_a_decision_that_is_told(
    slow: Any, relayer: Command, monkeypatch: pytest.MonkeyPatch, flying: bool
) -> None:
    slow.pool = ()
    journal, chain = slow.journal(), slow.chain()
    monkeypatch.setattr(Toolkit, "journal", property(lambda _kit: slow.journal()))
    monkeypatch.setattr(Toolkit, "chain", property(lambda _kit: chain))
    monkeypatch.setattr(Toolkit, "now", lambda _kit: slow.now())
    decide = ("vouch", "--reason", "I moved the coin by hand.")
    assert relayer(*decide)[1]["error"]["code"] == "not_found"
    recorder, number = slow.recorder(journal), slow.mint(journal, 5).number
    recorder.tick(slow.now())
    if not flying:
        slow.settle(recorder)
    chain.request("anvil_dropAllTransactions")
    slow.use_operator_key()
    slow.mine()
    later = slow.mint(journal, 6).number
    with pytest.raises(JournalConflict, match="somebody else"):
        work(slow, recorder)
    with pytest.raises(JournalConflict, match="used by somebody else"):
        slow.recorder(journal).tick(slow.now())
    size = journal.size()
    assert relayer("vouch", "--reason", " ")[1]["error"]["code"] == "input_invalid"
    code, told = relayer(*decide, "--dry-run")
    assert (code, told["vouched"], told["corrects"], journal.size()) == (0, False, size, size)
    assert relayer(*decide)[1] == {**told, "vouched": True}
    record = journal.entry(size + 1).to_record()
    assert (record.kind, record.body["corrects"]) == ("correction", size)
    assert record.body["details"]["decided_by"] == journal.identity.publisher
    assert record.body["details"]["reason"] == "I moved the coin by hand."
    assert Alarms(journal).raised() == []
    slow.settle(slow.recorder(journal))
    states = [progress(journal, wanted).state for wanted in (number, later)]
    assert states == (["failed", "succeeded"] if flying else ["succeeded", "succeeded"])
    logs = chain.logs([slow.token.address], 0, chain.block().number)
    minted = [event.args["value"] for event in slow.token.events(logs, "Transfer")]
    assert minted == ([6] if flying else [5, 6])
    assert relayer(*decide)[1]["error"]["code"] == "not_found"
