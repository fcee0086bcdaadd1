"""
Two journals on one chain with one key, each with a history of its own: the log takes one, and the receipts of
the other are evidence against whoever signed both.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.migration import upgrade
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows.monitoring.alarm import Alarm
from resonance_dao.workflows.monitoring.gateway_watch import keep
from resonance_dao.workflows.monitoring.state import MonitorState
from resonance_dao.workflows.verifying import verify_receipt

pytestmark = pytest.mark.chain
OTHER = {"reason_code": "GATEWAY_OUTAGE", "what": "Nothing was down.", "why": "So.", "next": "None."}


@pytest.fixture
def receipts(stage: Any, tmp_path: Path) -> tuple[SignedReceipt, SignedReceipt]:
    """The receipts of two records with one number; the first one's journal brought its own into the log."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    upgrade(url)
    other = replace(stage, database_url=url)
    journal, second = stage.journal(), other.journal()
    told = journal.accept("disclosure", "gateway/1", stage.outage, now=stage.now())
    hidden = second.accept("disclosure", "gateway/1", OTHER, now=stage.now())
    late = other.recorder(second)
    recorder = stage.recorder(journal)
    stage.settle(recorder)
    recorder.close()
    size = stage.log.call(stage.chain(), "sizeOf", journal.identity.publisher)
    for _ in range(2):
        with pytest.raises(JournalConflict, match="are not those"):
            late.tick(stage.now(), flush=True)
    assert stage.log.call(stage.chain(), "sizeOf", journal.identity.publisher) == size
    late.close()
    return told.receipt, hidden.receipt


def test_the_receipt_of_the_history_that_the_log_did_not_take_is_evidence_at_once(
    stage: Any, receipts: tuple[SignedReceipt, SignedReceipt]
) -> None:
    told, hidden = receipts
    assert told.receipt.number == hidden.receipt.number == 1
    assert verify_receipt(told, stage.chain(), stage.log).included
    found = verify_receipt(hidden, stage.chain(), stage.log)
    assert found.omitted
    assert found.found_leaf == told.receipt.leaf
    assert found.time < hidden.receipt.anchor_by


def test_a_monitor_that_is_given_both_receipts_says_that_they_contradict_each_other(
    stage: Any, receipts: tuple[SignedReceipt, SignedReceipt]
) -> None:
    raised: list[Alarm] = []
    told = receipts[0].receipt
    state = MonitorState(told.chain_id, stage.log.address, told.publisher)
    for receipt in receipts:
        state = keep(state, receipt, 1, raised.append, where="http://gateway.example")
    assert [alarm.code for alarm in raised] == ["RECEIPT_CONFLICT"]
    assert raised[0].to_dict()["evidence"]["receipts"] == [receipt.to_dict() for receipt in receipts]
