"""What the real recorder writes of a history, the audit accepts; what it promised, a receipt proves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.chain import identify
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import DevSigner
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.workflows import payouts, recording
from resonance_dao.workflows.audit.audit import audit
from resonance_dao.workflows.audit.report import Verdict
from resonance_dao.workflows.recorder import Recorder
from resonance_dao.workflows.recorder_values import RecorderSettings
from resonance_dao.workflows.system import Action
from resonance_dao.workflows.verifying import verify_receipt
from resonance_dao.workflows.watching import watched_contracts

pytestmark = pytest.mark.chain
PUBLISHER = DevSigner(5)


@pytest.fixture
def store(told: Any, tmp_path: Path) -> EmbeddedStore:
    kept = EmbeddedStore(tmp_path / "blocks")
    for text, block in told.source.blocks.items():
        kept.put_block(Cid.parse(text), block)
    return kept


@pytest.fixture(params=["log", "batched_log"])
def log(told: Any, request: pytest.FixtureRequest) -> Contract:
    """The log of either lane."""
    found: Contract = getattr(told.system, request.param)
    return found


@pytest.fixture
def journal(told: Any, log: Contract, tmp_path: Path) -> Iterator[Journal]:
    url = f"sqlite:///{tmp_path}/journal.db"
    upgrade(url)
    database, found = Database(url), identify(told.system.chain)
    whose = Identity(found.chain_id, found.genesis_hash, PUBLISHER.address, log.address)
    snapshot = told.system.chain.request("evm_snapshot")
    yield Journal(database, whose, PUBLISHER)
    told.system.chain.request("evm_revert", [snapshot])
    database.close()


@pytest.fixture
def recorder(told: Any, journal: Journal, log: Contract, store: EmbeddedStore) -> Iterator[Recorder]:
    system = told.system
    settings = RecorderSettings(confirmations=1, batch_max=8, batch_age_s=0, first_block=system.first_block)
    made = Recorder(journal, system.chain, PUBLISHER, log, lambda: watched_contracts(system), store, settings)
    yield made
    made.close()


def test_the_recorders_log_passes_the_audit_and_its_receipts_verify(
    told: Any, journal: Journal, recorder: Recorder, log: Contract, store: EmbeddedStore
) -> None:
    system = told.system
    coin = system.events(system.vault, "Deposited")[0].args["token"]
    pushed = recording.request(
        journal, payouts.pushing(system, coin, told.owner), "payout/1", now=system.now()
    )
    hopeless = Action(system.vault, "withdraw", (coin, 10**40), {"en": "x", "ja": "x"})
    refused = recording.request(journal, hopeless, "payout/2", now=system.now())
    recorder.settle(system.now)

    report = audit(system, store, PUBLISHER.address)

    assert report.failures == ()
    assert report.passed
    assert report.counts["records"] == journal.size() > 25
    assert not [row for row in report.rows if row.verdict is Verdict.PENDING]
    disclosed = {row.subject: row.found for row in report.notes if row.check == "disclosure.count"}
    assert disclosed == {"disclosure/TRANSACTION_REFUSED": "1 disclosed, 0 of them corrected"}
    for accepted in (pushed, refused):
        found = verify_receipt(accepted.receipt, system.chain, log, publisher=PUBLISHER.address, source=store)
        assert found.included
        assert found.transaction is not None


def test_a_receipt_whose_record_was_never_anchored_is_the_evidence_of_an_omission(
    told: Any, journal: Journal, log: Contract
) -> None:
    system = told.system
    accepted = journal.accept("disclosure", "gateway/outage", TOLD, now=system.now())
    due = accepted.receipt.receipt.anchor_by
    early = verify_receipt(accepted.receipt, system.chain, log)
    late = verify_receipt(accepted.receipt, system.chain, log, now=due)
    assert (early.status.state, early.status.until) == ("pending", due)
    assert late.omitted


TOLD = {
    "reason_code": "GATEWAY_OUTAGE",
    "what": "It was down.",
    "why": "No power.",
    "next": "It is up again.",
}
