"""The recorder tells of its own failures: a broken promise, and a time in which it stood still."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.errors import ChainUnreachable
from resonance_dao.journal.alarms import Alarms
from resonance_dao.journal.journal import Journal
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.confessing import LATE, OUTAGE

pytestmark = pytest.mark.chain
WITHIN_S = 60
OUTAGE_S = 900
TOLD = {"reason_code": "TEST", "what": "Nothing.", "why": "A test.", "next": "Nothing."}


@pytest.fixture(params=["stage", "batched"])
def staged(request: pytest.FixtureRequest) -> Any:
    """A stage of either lane, whose recorder tells of standstills as it does beside a real chain."""
    stage = request.getfixturevalue(request.param)
    stage.settings = replace(stage.settings, outage_after_s=OUTAGE_S)
    return stage


def told(journal: Journal, code: str) -> list[Record]:
    records = [entry.to_record() for entry in journal.entries(limit=1_000)]
    return [one for one in records if one.kind == "disclosure" and one.body["reason_code"] == code]


def later(stage: Any, seconds: int) -> None:
    stage.chain().request("evm_increaseTime", [seconds])
    stage.mine(3)


def test_a_promise_is_told_once_when_it_is_broken_and_corrected_when_the_log_has_caught_up(
    staged: Any,
) -> None:
    journal = staged.journal(anchor_within_s=WITHIN_S)
    recorder = staged.recorder(journal)
    recorder.tick(staged.now())
    late = staged.mint(journal, 1)
    due = journal.entry(late.number).receipt.receipt.anchor_by
    staged.store.broken.append("folder")
    later(staged, WITHIN_S - 10)
    recorder.tick(staged.now())
    assert told(journal, LATE) == []
    later(staged, 20)
    for _ in range(3):
        recorder.tick(staged.now())
        later(staged, 15)
    (disclosed,) = told(journal, LATE)
    details = disclosed.body["details"]
    assert (details["number"], details["anchor_by"], details["log_size"]) == (late.number, due, 0)
    # A process that takes over meets the same trouble, and does not tell it again.
    recorder = staged.recorder_again(recorder)
    recorder.tick(staged.now())
    assert len(told(journal, LATE)) == 1
    staged.store.broken.clear()
    staged.settle(recorder, since=staged.now() + 10**6)
    later(staged, 15)
    recorder.tick(staged.now())
    (correction,) = [one.to_record() for one in journal.entries(kind="correction")]
    assert correction.body["corrects"] == disclosed.number
    assert correction.links == (disclosed.number,)
    assert Alarms(journal).raised() == []
    assert told(journal, LATE) == [disclosed]


def test_a_record_that_is_in_the_log_in_time_is_not_late_while_its_block_is_not_final(staged: Any) -> None:
    staged.settings = replace(staged.settings, confirmations=50)
    journal = staged.journal(anchor_within_s=WITHIN_S)
    recorder = staged.recorder(journal)
    journal.accept("disclosure", "gateway/test", TOLD, now=staged.now())
    for _ in range(4):
        recorder.tick(staged.now(), flush=True)
    size = staged.log.call(staged.chain(), "sizeOf", journal.identity.publisher)
    assert size == 1
    later(staged, 10 * WITHIN_S)
    for _ in range(3):
        recorder.tick(staged.now())
        later(staged, 15)
    assert told(journal, LATE) == []


def test_a_clock_that_is_ahead_of_the_chain_breaks_no_promise(staged: Any) -> None:
    journal = staged.journal(anchor_within_s=WITHIN_S)
    recorder = staged.recorder(journal)
    staged.store.broken.append("folder")
    staged.mint(journal, 1)
    recorder.tick(staged.now() + 10 * WITHIN_S)
    assert told(journal, LATE) == []


@pytest.mark.parametrize("staged", ["stage"], indirect=True)
def test_a_standstill_is_told_once_with_its_times(staged: Any) -> None:
    journal = staged.journal()
    recorder = staged.recorder(journal)
    staged.mine(3)
    recorder.tick(staged.now())
    block = recorder.status().observed_block
    since = staged.chain().block(block).timestamp
    later(staged, 2 * OUTAGE_S)
    recorder = staged.recorder_again(recorder)
    recorder.tick(staged.now())
    (disclosed,) = told(journal, OUTAGE)
    details = disclosed.body["details"]
    assert (details["from"], details["read_to_block"]) == (since, block)
    assert 2 * OUTAGE_S <= details["to"] - since <= 2 * OUTAGE_S + 60
    # Read again at once, and stopped again: it did not stand still.
    recorder = staged.recorder_again(recorder)
    recorder.tick(staged.now())
    assert told(journal, OUTAGE) == [disclosed]


@pytest.mark.parametrize("staged", ["stage"], indirect=True)
def test_a_process_that_dies_before_it_reads_again_tells_each_stretch_once(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = staged.journal()
    recorder = staged.recorder(journal)
    staged.mine(3)
    recorder.tick(staged.now())
    for _ in range(2):
        later(staged, 2 * OUTAGE_S)
        recorder = staged.recorder_again(recorder)
        recorder.start(staged.now())
    recorder = staged.recorder_again(recorder)
    recorder.start(staged.now())
    first, second = (one.body["details"] for one in told(journal, OUTAGE))
    assert first["to"] == second["from"]


@pytest.mark.parametrize("staged", ["stage"], indirect=True)
@pytest.mark.parametrize("seconds", [0, OUTAGE_S - 60])
def test_a_short_pause_is_no_standstill(staged: Any, seconds: int) -> None:
    journal = staged.journal()
    recorder = staged.recorder(journal)
    staged.mine(3)
    recorder.tick(staged.now())
    later(staged, seconds)
    staged.recorder_again(recorder).tick(staged.now())
    assert told(journal, OUTAGE) == []


@pytest.mark.parametrize("staged", ["stage"], indirect=True)
def test_who_still_reads_what_is_older_says_nothing_of_when_it_stood_still(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = staged.journal()
    recorder = staged.recorder(journal)
    monkeypatch.setattr(recorder._observer, "_reach", replace(recorder._observer._reach, span=2))
    staged.mine(3)
    recorder.tick(staged.now())
    later(staged, 2 * OUTAGE_S)
    again = staged.recorder_again(recorder)
    monkeypatch.setattr(again._confessor, "_span", 2)
    again.start(staged.now())
    assert told(journal, OUTAGE) == []


@pytest.mark.parametrize("staged", ["stage"], indirect=True)
def test_a_standstill_is_told_though_the_node_does_not_answer_at_first(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = staged.journal()
    recorder = staged.recorder(journal)
    staged.mine(3)
    recorder.tick(staged.now())
    later(staged, 2 * OUTAGE_S)
    recorder = staged.recorder_again(recorder)
    with monkeypatch.context() as patch:
        patch.setattr(recorder._confessor._finality, "last", _unreachable)
        assert recorder.tick(staged.now()).troubles
    recorder.tick(staged.now())
    assert len(told(journal, OUTAGE)) == 1


def _unreachable() -> int:
    raise ChainUnreachable("the node does not answer")
