"""
What an endpoint or a store may do to a history, one thing at a time: each turns the audit FAIL and is named.

The chain underneath is real and stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.chain import Block, Log
from resonance_dao.errors import ChainMismatch
from resonance_dao.evidence.cid import Cid
from resonance_dao.workflows.terms import decode_terms, encode_terms
from tests.integration.audit.tampering import Logs, Tampered, audited, failing, rewrite

pytestmark = pytest.mark.chain
PAID = "bounty/1/submission/1/success"


def test_an_altered_amount_is_named_with_its_tranche(told: Any) -> None:
    at = told.hashes["rule"]
    change = rewrite(told.system.escrow, "TrancheSettled", at, amount=lambda amount: amount + 1)
    report = audited(told, logs=change)
    row = failing(report)["pay.success"]
    assert (row.subject, row.transaction) == (PAID, at)
    assert int(row.found) == int(row.expected) + 1
    assert {line.verdict.value for line in report.payouts if line.submission == 1 and line.bounty == 1} == {
        "FAIL"
    }
    assert {line.verdict.value for line in report.payouts if line.bounty == 2} == {"PASS"}


def test_an_altered_credit_is_named_with_its_payee(told: Any) -> None:
    at = told.hashes["rule"]
    change = rewrite(told.system.vault, "Transfer", at, amount=lambda amount: amount + 1)
    rows = failing(audited(told, logs=change))
    assert rows["vault.payment"].subject.startswith("bounty/1/submission/1/payee/0x")
    assert rows["vault.credit"].subject.startswith("vault/0x")


def test_a_credit_paid_twice_is_named(told: Any) -> None:
    at = told.hashes["rule"]

    def twice(logs: Logs) -> list[Log]:
        vault = told.system.vault.address
        return [log for log in logs for _ in range(2 if (log.tx_hash, log.address) == (at, vault) else 1)]

    row = failing(audited(told, logs=twice))["vault.payment"]
    assert row.transaction == at
    assert int(row.found) == 2 * int(row.expected)


def test_a_transfer_out_of_the_escrow_without_a_decision_is_named(told: Any) -> None:
    at, vault = told.hashes["private"], told.system.vault
    escrow = "0x" + told.system.escrow.address[2:].lower().rjust(64, "0")

    def stolen(logs: Logs) -> list[Log]:
        hit = (at, vault.address)
        return [
            replace(log, topics=(log.topics[0], escrow, *log.topics[2:]))
            if (log.tx_hash, log.address) == hit
            else log
            for log in logs
        ]

    rows = failing(audited(told, logs=stolen))
    assert rows["vault.unexplained"].transaction == at
    assert "vault.liability" in rows


def test_a_missing_event_shows_in_the_contracts_state(told: Any) -> None:
    report = audited(told, logs=rewrite(told.system.escrow, "SubmissionRejected", None))
    rows = failing(report)
    assert rows["state.submission"].subject == "bounty/1/submission/2"
    assert rows["state.bounty"].subject == "bounty/1"


def test_a_missing_opening_is_named_and_counted(told: Any) -> None:
    at = told.hashes["open_second"]
    rows = failing(audited(told, logs=rewrite(told.system.escrow, "BountyOpened", at)))
    assert rows["history.bounties"].expected == "5"
    assert rows["history.missing"].transaction == told.hashes["submit: Quiet work."]


def test_a_page_of_logs_with_one_left_out_is_noticed_by_the_receipt(told: Any) -> None:
    at = told.hashes["approve 2"]
    rows = failing(audited(told, queried=rewrite(told.system.vault, "Transfer", at)))
    assert rows["history.logs"].transaction == at


def test_a_wrong_uid_is_named_with_its_transaction(told: Any) -> None:
    at = told.hashes["approve 1"]
    system, wrong = told.system, b"\1" * 32

    def forged(logs: Logs) -> list[Log]:
        attested = rewrite(system.contributions, "Attested", at, uid=wrong)(logs)
        return rewrite(system.escrow, "ReviewCounted", at, uid=wrong)(attested)

    rows = failing(audited(told, logs=forged))
    assert rows["attestation.uid"].transaction == at
    assert rows["attestation.stored"].subject == f"attestation/0x{wrong.hex()}"


def test_a_review_that_says_other_than_what_was_signed_is_named(told: Any) -> None:
    at = told.hashes["reject 1"]
    change = rewrite(told.system.escrow, "ReviewCounted", at, verdict=1)
    row = failing(audited(told, logs=change))["judgement.values"]
    assert row.subject.startswith("bounty/1/submission/2/review/0x")
    assert row.transaction == at


def test_terms_that_do_not_hash_to_what_is_stored_are_named(told: Any) -> None:
    def lower(terms: bytes) -> bytes:
        return encode_terms(told.system, replace(decode_terms(told.system, terms), quorum=1))

    cheaper = rewrite(told.system.escrow, "BountyOpened", told.hashes["open_bounty"], terms=lower)
    rows = failing(audited(told, logs=cheaper))
    assert rows["terms.hash"].subject == "bounty/1"


@pytest.mark.parametrize(
    ("name", "check"), [("rule", "settlement.final"), ("acceptBySilence", "acceptance.silence")]
)
def test_a_decision_before_its_time_is_named(told: Any, name: str, check: str) -> None:
    number = told.system.chain.receipt(told.hashes[name]).block_number
    early = 100 * 86_400

    def block(found: Block) -> Block:
        return replace(found, timestamp=found.timestamp - early) if found.number == number else found

    if name == "rule":
        # Its outcome was ruled; take the ruling away and only the challenge is left, which has a window.
        ruling = rewrite(told.system.escrow, "OutcomeReported", told.hashes["rule"])
        row = failing(audited(told, logs=ruling))[check]
    else:
        row = failing(audited(told, block=block))[check]
    assert row.transaction == told.hashes[name]


@pytest.mark.parametrize(
    ("change", "found"), [(lambda c: c.replace(b"observed", b"requests"), "altered bytes"), (None, "missing")]
)
def test_an_altered_or_missing_record_is_named_with_its_number_and_cid(
    told: Any, change: Any, found: str
) -> None:
    record = told.records[5]
    row = failing(audited(told, Tampered(told.source, record.cid, change)))["log.record"]
    assert (row.subject, row.cid, row.found) == ("log/record/6", record.cid, found)


@pytest.mark.parametrize(
    ("change", "check", "found"),
    [
        (lambda c: bytes([c[0] ^ 1]) + c[1:], "evidence.bytes", "altered"),
        (None, "evidence.present", "missing"),
    ],
)
def test_one_altered_byte_or_missing_evidence_is_named_with_all_who_refer_to_it(
    told: Any, change: Any, check: str, found: str
) -> None:
    cid, work = str(Cid.of(b"Sales figures.")), "bounty/1/submission/1"
    row = failing(audited(told, Tampered(told.source, cid, change)))[check]
    reports = [r for r in told.records if r.kind == "outcome" and cid in r.body.get("evidence", ())]
    named = ", ".join([work, *(f"log/record/{record.number}" for record in reports)])
    assert len(reports) > 1
    assert (row.cid, row.subject, row.found) == (cid, work, f"{found}: block {cid}; named by {named}")


def test_a_batch_left_out_is_a_gap_in_the_log(told: Any) -> None:
    first = told.system.events(told.system.log, "Appended")[0].tx_hash
    rows = failing(audited(told, logs=rewrite(told.system.log, "Appended", first)))
    assert rows["log.sequence"].expected == "0"
    assert {"log.size", "log.root", "log.missing_record"} <= set(rows)


def test_altered_leaves_disagree_with_the_record_and_the_root(told: Any) -> None:
    leaf = told.records[0].leaf.hex()

    def sent(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "input": found["input"].replace(leaf, "11" * 32)}

    rows = failing(audited(told, eth_getTransactionByHash=sent))
    assert rows["log.leaf"].subject == "log/record/1"
    assert "log.root" in rows


def test_other_code_is_named_with_its_contract(told: Any) -> None:
    def code(found: str) -> str:
        return found[:-2] + ("00" if found[-2:] != "00" else "01")

    row = failing(audited(told, eth_getCode=code))["deployment.code"]
    assert row.subject == "deployment/PayoutVault"


def test_an_opener_with_another_vault_is_named(told: Any) -> None:
    vault = told.system.vault.address[2:].lower()

    def code(found: str) -> str:
        return found.replace(vault, "77" * 20)

    rows = failing(audited(told, eth_getCode=code))
    assert set(rows) == {"deployment.immutables"}
    assert rows["deployment.immutables"].subject == "deployment/BountyOpener"


def test_a_vault_with_less_coin_than_credit_is_named(told: Any) -> None:
    row = failing(audited(told, eth_getBalance=lambda held: "0x0"))["vault.solvent"]
    assert row.subject == "vault/0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE"


def test_a_chain_that_was_rewritten_meanwhile_is_no_result(told: Any) -> None:
    head = told.system.chain.block().number
    asked: list[int] = []

    def block(found: Block) -> Block:
        asked.append(found.number)
        return replace(found, hash="0x" + "22" * 32) if asked.count(head) > 1 else found

    with pytest.raises(ChainMismatch, match="is now"):
        audited(told, block=block)
