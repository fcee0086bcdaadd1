"""One recorder on a real chain: every request has one outcome, every failure is told, all is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.contract import Contract
from resonance_dao.chain.sender import wait
from resonance_dao.errors import InputInvalid, JournalConflict, NotFound
from resonance_dao.evidence.cid import Cid
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.entry import Call, Entry
from resonance_dao.journal.journal import Journal
from resonance_dao.transparency.inclusion import verify_inclusion
from resonance_dao.transparency.manifest import Manifest
from resonance_dao.workflows.finality import Finality
from resonance_dao.workflows.observing import Observer, Reach
from resonance_dao.workflows.proving import Prover
from resonance_dao.workflows.recording import progress
from resonance_dao.workflows.telling import Teller

pytestmark = pytest.mark.chain


@pytest.fixture
def journal(stage: Any) -> Journal:
    opened: Journal = stage.journal()
    return opened


@pytest.fixture
def recorder(stage: Any, journal: Journal) -> Any:
    return stage.recorder(journal)


def outcome(journal: Journal, number: int) -> Entry:
    found = journal.outcome_of(number)
    assert found is not None
    return found


def test_a_request_that_would_revert_is_refused_disclosed_and_costs_nothing(
    stage: Any, journal: Journal, recorder: Any
) -> None:
    number = stage.overdraw(journal, 5).number
    stage.settle(recorder)
    told = outcome(journal, number).to_record()
    error = told.body["details"]["transaction"]["error"]
    assert (told.kind, told.links, told.subject) == ("disclosure", (number,), "bounty/1")
    assert told.body["reason_code"] == "TRANSACTION_REFUSED"
    assert error["name"] == "ERC20InsufficientAllowance"
    operation = journal.operation_of(number)
    assert operation is not None
    assert (operation.state, operation.nonce, operation.attempts) == ("refused", None, ())
    assert progress(journal, number).to_dict() == {
        "number": number,
        "state": "refused",
        "tx_hash": None,
        "outcome": told.number,
        "error": operation.error,
        "pinned": True,
        "anchored": True,
    }


def test_a_transaction_that_reverts_when_mined_is_disclosed_with_its_reason(
    stage: Any, journal: Journal, recorder: Any
) -> None:
    chain, token = stage.chain(), stage.token
    chain.request("evm_setAutomine", [False])
    operator = journal.identity.publisher
    stage.mint(journal, 1)
    stage.settle(recorder)
    minting = stage.action("mint", operator, 100)
    stage.ask(journal, minting)
    stage.settle(recorder)
    first = stage.ask(journal, stage.action("transfer", token.address, 100)).number
    recorder.tick(stage.now())
    # A gas limit of its own skips the estimate, which looks at what waits; the call alone passes.
    data = token.encode("transfer", token.address, 100)
    body = {"to": token.address, "function": "transfer", "status": "requested", "tx_hash": None}
    call = Call(token.address, data, 200_000)
    second = journal.accept("transaction", "bounty/1", body, now=stage.now(), operation=call).number
    stage.settle(recorder)
    told = outcome(journal, second).to_record()
    facts = told.body["details"]["transaction"]
    assert progress(journal, first).state == "succeeded"
    assert (told.kind, told.body["reason_code"]) == ("disclosure", "TRANSACTION_REVERTED")
    assert (facts["error"]["name"], facts["status"]) == ("ERC20InsufficientBalance", "failed")
    assert chain.receipt(facts["tx_hash"]).status == 0
    assert progress(journal, second).tx_hash == facts["tx_hash"]


def test_success_is_told_with_its_events_and_links_to_the_request(
    stage: Any, journal: Journal, recorder: Any
) -> None:
    number = stage.mint(journal, 10**20).number
    assert progress(journal, number).state == "accepted"
    stage.settle(recorder)
    told = outcome(journal, number).to_record()
    (event,) = told.body["events"]
    assert (told.kind, told.links, told.body["status"]) == ("transaction", (number,), "succeeded")
    assert told.body["arguments"]["amount"] == str(10**20)
    assert (event["contract"], event["name"], event["args"]["value"]) == ("TestYen", "Transfer", str(10**20))
    state = progress(journal, number)
    assert (state.state, state.settled, state.outcome, state.tx_hash) == (
        "succeeded",
        True,
        told.number,
        told.body["tx_hash"],
    )


def test_a_call_that_waits_for_another_one_of_ours_is_not_refused(
    stage: Any, journal: Journal, recorder: Any
) -> None:
    operator = journal.identity.publisher
    stage.ask(journal, stage.action("mint", operator, 100))
    number = stage.ask(journal, stage.action("transfer", stage.token.address, 100)).number
    stage.settle(recorder)
    assert progress(journal, number).state == "succeeded"


def test_what_is_learnt_to_be_watched_while_it_is_read_is_not_missed(
    stage: Any, journal: Journal, outsider_mints: Callable[[int], str]
) -> None:
    tx_hash, chain, watched = outsider_mints(5), stage.chain(), list[Contract]()
    stage.mine(2)

    def learn(_logs: object) -> bool:
        watched.append(stage.token)
        return len(watched) == 1

    reach = Reach(0, Finality(chain, 2), learn=learn)
    teller = Teller(journal.identity.chain_id, stage.watched)
    assert Observer(journal, chain, lambda: watched, teller, reach).observe(stage.now()) == 1
    assert journal.entry(1).to_record().subject == f"transaction/{tx_hash}"


def test_a_strangers_transaction_is_observed_once_and_appends_are_not(
    stage: Any, journal: Journal, recorder: Any, outsider_mints: Callable[[int], str]
) -> None:
    tx_hash = outsider_mints(7)
    stage.mine()
    stage.settle(recorder)
    stage.settle(stage.recorder_again(recorder))
    (told,) = journal.entries()
    body = told.to_record().body
    assert (told.subject, body["status"], body["function"]) == (f"transaction/{tx_hash}", "observed", "mint")
    assert (body["tx_hash"], body["from"]) == (tx_hash, stage.chain().receipt(tx_hash).sender)


def test_a_failed_transaction_that_is_reported_is_disclosed_once(
    stage: Any, journal: Journal, recorder: Any, outsider_fails: Callable[[], str]
) -> None:
    tx_hash = outsider_fails()
    with pytest.raises(NotFound, match="not on the chain for good"):
        recorder.report_transaction(tx_hash, stage.now())
    stage.mine(2)
    reported = recorder.report_transaction(tx_hash, stage.now())
    again = recorder.report_transaction(tx_hash, stage.now())
    assert (reported.replayed, again.replayed, again.number) == (False, True, reported.number)
    told = journal.entry(reported.number).to_record()
    facts = told.body["details"]["transaction"]
    assert (told.kind, told.body["reason_code"]) == ("disclosure", "TRANSACTION_REVERTED")
    assert (facts["error"]["name"], facts["function"]) == ("ERC20InsufficientBalance", "transfer")
    stage.settle(recorder)
    assert journal.size() == 1


@pytest.mark.parametrize("tx_hash", ["", "0x12", "0x" + "AB" * 32, "0x" + "zz" * 32])
def test_a_report_of_what_is_no_hash_is_refused(stage: Any, recorder: Any, tx_hash: str) -> None:
    with pytest.raises(InputInvalid):
        recorder.report_transaction(tx_hash, stage.now())


def test_a_report_of_what_is_none_of_ours_is_refused(stage: Any, journal: Journal, recorder: Any) -> None:
    with pytest.raises(NotFound):
        recorder.report_transaction("0x" + "ab" * 32, stage.now())
    elsewhere = stage.send_elsewhere()
    stage.mine(2)
    with pytest.raises(InputInvalid, match="contracts"):
        recorder.report_transaction(elsewhere, stage.now())
    number = stage.mint(journal, 5).number
    stage.settle(recorder)
    sent = progress(journal, number)
    assert sent.tx_hash is not None
    assert recorder.report_transaction(sent.tx_hash, stage.now()).number == sent.outcome
    append = Batches(journal).page()[0].tx_hash
    assert append is not None
    with pytest.raises(InputInvalid, match="append"):
        recorder.report_transaction(append, stage.now())


def test_every_entry_is_proven_against_the_contract(stage: Any, journal: Journal, recorder: Any) -> None:
    for amount in range(1, 6):
        stage.mint(journal, amount)
    prover, chain = Prover(journal), stage.chain()
    with pytest.raises(NotFound, match="not anchored yet"):
        prover.proof_of(1)
    stage.settle(recorder)
    root = stage.log.call(chain, "rootOf", journal.identity.publisher)
    for entry in journal.entries():
        proof = prover.proof_of(entry.number)
        verify_inclusion(proof.proof, entry.leaf, root)
        entry.receipt.verify(journal.identity.publisher)
        arguments = (journal.identity.publisher, proof.leaf, proof.index, list(proof.proof.hashes))
        assert stage.log.call(chain, "verifyInclusion", *arguments)
        assert proof.tx is not None
        assert wait(chain, proof.tx).status == 1
    with pytest.raises(NotFound):
        prover.proof_of(journal.size() + 1)
    with pytest.raises(InputInvalid):
        prover.root(journal.size() + 1)


def test_a_batch_goes_by_size_or_age_and_its_manifest_names_its_records(stage: Any, journal: Journal) -> None:
    stage.settings = replace(stage.settings, batch_max=4, batch_age_s=1000)
    recorder = stage.recorder(journal)
    for _ in range(10):
        journal.accept("disclosure", "gateway/outage", stage.outage, now=stage.now())
    for _ in range(12):
        recorder.tick(stage.now())
        stage.mine()
    assert [(batch.first, batch.count) for batch in Batches(journal).page()] == [(1, 4), (5, 4)]
    for _ in range(6):
        recorder.tick(stage.now() + 1000)
        stage.mine()
    batches = Batches(journal).page()
    assert [(batch.first, batch.count) for batch in batches] == [(1, 4), (5, 4), (9, 2)]
    manifest = Manifest.from_bytes(stage.store.get_block(Cid.parse(batches[2].manifest_cid)))
    assert manifest.records == tuple(entry.cid for entry in journal.entries(9))
    assert all(stage.store.has_block(Cid.parse(entry.cid)) for entry in journal.entries())


def test_a_full_batch_ends_where_whole_subtrees_do(stage: Any, journal: Journal) -> None:
    stage.settings = replace(stage.settings, batch_max=4, batch_age_s=1000)
    recorder = stage.recorder(journal)
    journal.accept("disclosure", "gateway/outage", stage.outage, now=stage.now())
    stage.settle(recorder)
    for _ in range(9):
        journal.accept("disclosure", "gateway/outage", stage.outage, now=stage.now())
    for _ in range(12):
        recorder.tick(stage.now())
        stage.mine()
    assert [(batch.first, batch.count) for batch in Batches(journal).page()] == [(1, 1), (2, 3), (5, 4)]
    stage.settle(recorder)
    assert [(batch.first, batch.count) for batch in Batches(journal).page()][3:] == [(9, 2)]


def test_nothing_is_anchored_before_it_is_pinned(stage: Any, journal: Journal, recorder: Any) -> None:
    stage.store.broken.append("folder")
    number = stage.mint(journal, 5).number
    ticks = [recorder.tick(stage.now(), flush=True) for _ in range(3)]
    assert all("folder is down" in tick.troubles for tick in ticks)
    stage.mine(2)
    assert (progress(journal, number).pinned, recorder.status().anchored) == (False, 0)
    stage.store.broken.clear()
    stage.settle(recorder)
    assert progress(journal, number).anchored


def test_a_failed_copy_is_disclosed_tried_again_and_corrected(
    stage: Any, journal: Journal, recorder: Any
) -> None:
    stage.store.mirrors = ("mirror",)
    stage.store.broken.append("mirror")
    stage.mint(journal, 5)
    stage.settle(recorder)
    told = journal.entries(kind="disclosure")
    record = told[0].to_record()
    assert record.body["reason_code"] == "PIN_FAILED"
    assert record.body["details"] == {"cid": journal.entry(1).cid, "store": "mirror"}
    assert recorder.status().failed_pins > 0
    size = journal.size()
    stage.settle(recorder)
    assert journal.size() == size, "a disclosure of a failed pin must not disclose itself"
    stage.store.broken.clear()
    recorder.settle(lambda: stage.now() + 10_000, pause=stage.mine)
    corrections = journal.entries(kind="correction")
    assert [entry.to_record().links for entry in corrections] == [(entry.number,) for entry in told]
    assert recorder.status().failed_pins == 0


def test_a_clients_evidence_that_was_not_copied_is_disclosed(
    stage: Any, journal: Journal, recorder: Any
) -> None:
    cid = Cid.of(b"work")
    stage.store.put_block(cid, b"work")
    stage.store.mirrors, stage.store.broken = ("mirror",), ["mirror"]
    recorder.report_pins(str(cid), stage.store.pin(cid), stage.now())
    recorder.report_pins(str(cid), stage.store.pin(cid), stage.now())
    assert [entry.subject for entry in journal.entries()] == [f"pin/mirror/{cid}"]


def test_a_second_process_accepts_but_does_not_send(stage: Any, journal: Journal, recorder: Any) -> None:
    assert recorder.tick(stage.now()).leader
    other = stage.journal()
    follower = stage.recorder(other)
    number = stage.mint(other, 5).number
    assert not follower.tick(stage.now()).leader
    assert progress(other, number).state == "accepted"
    with pytest.raises(JournalConflict, match="another process leads"):
        follower.settle(stage.now, limit=2)
    recorder.close()
    stage.settle(follower)
    assert progress(journal, number).state == "succeeded"
