"""The audit over a real chain: it passes on what happened, and shows all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.devchain import increase_time
from resonance_dao.economy.impact_share import settlement
from resonance_dao.workflows import payouts
from resonance_dao.workflows.audit.audit import Options, Progress, audit
from resonance_dao.workflows.audit.report import AuditReport, Verdict
from resonance_dao.workflows.system import perform

pytestmark = pytest.mark.chain
YEN = 10**18


@pytest.fixture(scope="module")
def report(told: Any) -> AuditReport:
    return audit(told.system, told.source, told.publisher)


def test_an_untouched_history_passes(report: AuditReport) -> None:
    assert report.failures == ()
    assert report.verdict == "PASS"
    assert {row.verdict for row in report.rows} == {Verdict.PASS, Verdict.NOTE}


def test_it_says_how_much_it_read(report: AuditReport, told: Any) -> None:
    assert report.counts["projects"] == 1
    assert report.counts["bounties"] == 5
    assert report.counts["submissions"] == 5
    kept = {name: report.counts[name] for name in ("applications", "bonds", "pools", "ratings")}
    assert kept == {"applications": 4, "bonds": 1, "pools": 1, "ratings": 4}
    assert report.counts["records"] == len(told.records)
    assert report.counts["batches"] == 2


def test_it_says_in_one_line_what_the_state_was_rebuilt_from(report: AuditReport) -> None:
    compared = [row for row in report.rows if row.check.startswith("state.")]
    assert len(compared) > 50
    assert report.rebuilt.startswith(f"state rebuilt from events alone ({report.counts['events']} events, ")
    assert report.rebuilt.endswith(f": {len(compared)} of {len(compared)} comparisons equal")


def test_dead_proposals_that_nobody_selected_are_notes(report: AuditReport) -> None:
    (row,) = [row for row in report.notes if row.check == "evidence.unused"]
    assert row.subject.startswith("bounty/5/application/0x")
    assert row.found.count("bounty/5/application/0x") == 2


def test_what_keepers_hold_is_no_private_affair(report: AuditReport) -> None:
    notes = [row.found for row in report.notes if row.check == "vault.private"]
    assert len(notes) == 1
    assert notes[0].startswith(f"a private transfer of {YEN} ")


def test_the_table_holds_what_the_arithmetic_gives(report: AuditReport) -> None:
    first = [row for row in report.table_rows() if row.bounty == 1]
    whole = settlement(
        300_000 * YEN + 7,
        10_000,
        12_000,
        180_000 * YEN,
        (3000, 5000, 2000),
        success_bps=1000,
        long_term_bps=2500,
        caps_bps=(15_000, 10_000),
    )
    for part in ("base", "success", "long_term", "top_up"):
        assert sum(getattr(row, part) for row in first) == getattr(whole, part) > 0, part
    assert sum(row.total for row in first) == 180_000 * YEN
    assert all(row.verdict is Verdict.PASS for row in report.table_rows())


def test_withdrawals_are_attributed_to_the_oldest_award_first(report: AuditReport) -> None:
    by_payee = {(row.bounty, row.payee): row for row in report.table_rows()}
    pushed = next(row for (bounty, _), row in by_payee.items() if bounty == 2)
    assert pushed.withheld > 0
    assert pushed.withdrawn == pushed.total - pushed.withheld
    assert by_payee[1, pushed.payee].withdrawn == by_payee[1, pushed.payee].total


def test_failures_on_chain_and_in_the_log_are_listed(report: AuditReport) -> None:
    noted = {(row.check, row.subject) for row in report.notes}
    assert ("disclosure.rejected", "bounty/1/submission/2") in noted
    assert ("disclosure.appealed", "bounty/1/submission/2") in noted
    assert ("disclosure.bond_lost", "bounty/3/submission/1/success") in noted
    assert ("disclosure.missed_target", "bounty/1/submission/1/success") in noted
    assert ("disclosure.challenged", "bounty/1/submission/1/success") in noted
    assert ("disclosure.silence", "bounty/2/submission/1") in noted
    assert ("disclosure.closed", "bounty/2") in noted
    counted = {row.subject: row.found for row in report.notes if row.check == "disclosure.count"}
    assert counted["disclosure/PIN_FAILED"] == "1 disclosed, 1 of them corrected"
    assert counted["disclosure/TRANSACTION_REVERTED"] == "1 disclosed, 0 of them corrected"
    assert any(row.check == "vault.private" for row in report.notes)


def test_the_same_history_gives_the_same_document_whatever_the_span(report: AuditReport, told: Any) -> None:
    again = audit(told.system, told.source, told.publisher, options=Options(last_block=report.block, span=3))
    assert json.dumps(again.to_dict()) == json.dumps(report.to_dict())


def test_progress_counts_up_to_each_total(told: Any) -> None:
    seen: list[Progress] = []
    audit(told.system, told.source, told.publisher, progress=seen.append)
    for step in ("history", "log", "state", "evidence"):
        last = [one for one in seen if one.step == step][-1]
        assert last.number == last.total, step


def test_a_transaction_without_a_record_is_pending_and_later_a_failure(told: Any) -> None:
    system = told.system
    coin = system.events(system.vault, "Deposited")[0].args["token"]
    snapshot = system.chain.request("evm_snapshot")
    try:
        sent = perform(system, payouts.pushing(system, coin, told.records[1].body["from"]), told.outsider)
        young = audit(system, told.source, told.publisher)
        assert [row.transaction for row in young.rows if row.verdict is Verdict.PENDING] == [sent.tx_hash]
        assert young.passed
        increase_time(system.chain, 86_400)
        old = audit(system, told.source, told.publisher)
        assert [(row.check, row.transaction) for row in old.failures] == [
            ("log.missing_record", sent.tx_hash)
        ]
    finally:
        system.chain.request("evm_revert", [snapshot])


@pytest.mark.parametrize("part", ["vault", "projects", "contributions", "escrow", "log", "desk", "opener"])
def test_an_address_without_the_contract_is_named(told: Any, part: str) -> None:
    contract = getattr(told.system, part)
    wrong = replace(told.system, **{part: replace(contract, address=told.outsider.address)})
    report = audit(wrong, told.source, told.publisher)
    assert report.verdict == "FAIL"
    row = next(row for row in report.failures if row.check == "deployment.code")
    assert (row.subject, row.found) == (f"deployment/{contract.artifact.name}", "0 bytes of other code")
