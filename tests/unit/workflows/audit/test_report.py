"""The report: what its rows add up to, and its one stable document."""

from __future__ import annotations

import json

import pytest

from resonance_dao.workflows.audit.ledger import Ledger, Payment
from resonance_dao.workflows.audit.payout_table import PayoutTable
from resonance_dao.workflows.audit.report import AuditReport, Findings, Row, Verdict, shown

COUNTS = {"events": 3, "transactions": 2, "contracts": 14}


def report(*rows: Row) -> AuditReport:
    return AuditReport(31337, 7, "0x" + "ab" * 32, 1000, "0x" + "00" * 20, rows, (), COUNTS)


def row(verdict: Verdict, check: str = "pay.base", subject: str = "bounty/1/submission/1") -> Row:
    return Row(check, subject, verdict)


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ([], "PASS"),
        ([Verdict.PASS, Verdict.NOTE, Verdict.PENDING], "PASS"),
        ([Verdict.PASS, Verdict.UNVERIFIABLE], "UNVERIFIABLE"),
        ([Verdict.UNVERIFIABLE, Verdict.FAIL, Verdict.PASS], "FAIL"),
    ],
)
def test_what_was_not_checked_does_not_pass(verdicts: list[Verdict], whole: str) -> None:
    found = report(*(row(verdict) for verdict in verdicts))
    assert found.verdict == whole
    assert found.passed is (whole == "PASS")


def test_the_document_is_plain_json_and_counts_every_group() -> None:
    found = report(row(Verdict.PASS), row(Verdict.FAIL), row(Verdict.NOTE, "disclosure.rejected"))
    document = json.loads(json.dumps(found.to_dict()))
    assert document["schema"] == "resonance/audit/1"
    assert document["summary"]["pay"] == {"PASS": 1, "FAIL": 1, "UNVERIFIABLE": 0, "PENDING": 0, "NOTE": 0}
    assert [entry["verdict"] for entry in document["rows"]] == ["PASS", "FAIL", "NOTE"]


def test_one_line_says_what_the_state_was_rebuilt_from() -> None:
    found = report(row(Verdict.PASS), row(Verdict.PASS, "state.bounty"), row(Verdict.FAIL, "state.bonds"))
    assert found.rebuilt == (
        "state rebuilt from events alone (3 events, 2 transactions, 14 contracts) and compared with the "
        "contracts' views at block 7: 1 of 2 comparisons equal"
    )
    assert found.to_dict()["rebuilt"] == found.rebuilt


def test_fields_are_compared_one_by_one_and_named_with_their_source() -> None:
    findings, stored = Findings(), {"left": 5, "postedAt": 7}
    assert findings.compare("state.bonds", "bounty/1", "bondOf", stored, {"left": 5, "postedAt": 7, "x": 1})
    assert not findings.compare("state.bonds", "bounty/1", "bondOf", stored, {"left": 6, "postedAt": 8})
    assert [(row.verdict, row.expected, row.found) for row in findings.rows] == [
        (Verdict.PASS, "left 5, postedAt 7", "left 5, postedAt 7"),
        (Verdict.FAIL, "bondOf.left 5", "bondOf.left 6"),
        (Verdict.FAIL, "bondOf.postedAt 7", "bondOf.postedAt 8"),
    ]


def test_a_comparison_writes_both_sides() -> None:
    findings = Findings()
    assert not findings.check("pay.base", "bounty/1", 2, 1, transaction="0x1")
    assert findings.check("pay.base", "bounty/1", (b"\1", True), (b"\1", True))
    assert findings.rows[0] == Row("pay.base", "bounty/1", Verdict.FAIL, "2", "1", "0x1", None)
    assert findings.rows[1].expected == "0x01, yes"


@pytest.mark.parametrize(("time", "inside"), [(9, False), (10, True), (19, True), (20, False)])
def test_windows_are_half_open(time: int, inside: bool) -> None:
    findings = Findings()
    assert findings.within("review.window", "bounty/1", 10, 20, time) is inside
    assert findings.rows[0].expected == "[10, 20)"


def test_values_are_shown_in_one_way() -> None:
    assert shown({"a": True, "b": [1, b"\xff"]}) == "a yes, b 1, 0xff"


def test_withdrawals_go_to_the_oldest_credit_first_and_doubt_to_the_whole_award(ledger: Ledger) -> None:
    work = ledger.bounties[1].works[1]
    work.stage = "completed"
    token, worker, partner = ledger.bounties[1].terms.token, *work.submission.payees
    table = PayoutTable()
    table.add(
        [Payment(token, worker, 30, work.subject, "base"), Payment(token, partner, 70, work.subject, "base")]
    )
    table.add(
        [Payment(token, worker, 3, work.subject, "top_up"), Payment(token, worker, 9, "bounty/1", "returned")]
    )
    doubt = row(Verdict.FAIL, "vault.payment", f"{work.subject}/payee/{worker}")
    first, second = table.rows(ledger, {(token, worker): 31, (token, partner): 500}, [doubt])
    assert (first.payee, first.base, first.top_up, first.total, first.withdrawn) == (worker, 30, 3, 33, 31)
    assert (second.payee, second.total, second.withdrawn) == (partner, 70, 70)
    assert {first.verdict, second.verdict} == {Verdict.FAIL}
    assert first.to_dict()["total"] == "33"
