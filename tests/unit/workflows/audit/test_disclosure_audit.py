"""Disclosure: failures are listed with their reasons, and requests without an end are named."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.transparency.record import Record
from resonance_dao.workflows.audit.disclosure_audit import DisclosureAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System

TX = "0x" + "01" * 32
WORK = {"bountyId": 1, "submissionId": 2}
CODE = b"off-brief".ljust(32, b"\0")


@pytest.fixture
def disclosures(system: System, findings: Findings) -> DisclosureAudit:
    return DisclosureAudit(system, findings)


def told(kind: str, number: int, body: dict[str, Any], links: tuple[int, ...] = ()) -> Record:
    return Record(kind, number, 1500, 31337, "payout/1", body, links)


def call(number: int, status: str, links: tuple[int, ...] = ()) -> Record:
    facts = {"tx_hash": None} if status == "requested" else {"tx_hash": TX, "block_number": 1}
    return told("transaction", number, {"to": None, "function": "push", "status": status, **facts}, links)


@pytest.mark.parametrize(
    ("now", "verdict"), [(1500 + 86_399, Verdict.PENDING), (1500 + 86_400, Verdict.FAIL)]
)
def test_a_request_that_nobody_answered_is_named_after_a_day(
    disclosures: DisclosureAudit, findings: Findings, now: int, verdict: Verdict
) -> None:
    disclosures.record(call(1, "requested"), TX)
    disclosures.finish(now, 86_400)
    assert [(row.check, row.subject, row.verdict) for row in findings.rows] == [
        ("log.unanswered", "log/record/1", verdict)
    ]


def test_an_answered_request_and_a_corrected_failure_are_counted(
    disclosures: DisclosureAudit, findings: Findings
) -> None:
    words = {"reason_code": "PIN_FAILED", "what": {"en": "A pin failed."}, "why": "Full.", "next": "Retry."}
    mended = {"corrects": 3, "what": "Pinned.", "why": "Space."}
    disclosures.record(call(1, "requested"), TX)
    disclosures.record(call(2, "succeeded", (1,)), TX)
    disclosures.record(told("disclosure", 3, words), TX)
    disclosures.record(told("disclosure", 4, words), TX)
    disclosures.record(told("correction", 5, mended, (3,)), TX)
    disclosures.finish(10**6, 86_400)
    assert {row.verdict for row in findings.rows} == {Verdict.NOTE}
    assert findings.rows[0].found == "PIN_FAILED on payout/1: A pin failed."
    assert findings.rows[-1].found == "2 disclosed, 1 of them corrected"


@pytest.mark.parametrize(
    ("name", "args", "row"),
    [
        (
            "SubmissionRejected",
            {"reasonCode": CODE, "reason": "cid"},
            ("rejected", "", "rejected: off-brief; cid"),
        ),
        (
            "SubmissionAccepted",
            {"bySilence": True},
            ("silence", "", "accepted because the reviewers, or the arbiter of an appeal, were silent"),
        ),
        ("RejectionAppealed", {"reason": "cid"}, ("appealed", "", "appealed: cid")),
        (
            "BondCredited",
            {"tranche": 0, "account": "0xA", "amount": 7, "lost": True},
            ("bond_lost", "/success", "the bond of the challenge, 7, went to 0xA"),
        ),
        (
            "TrancheSettled",
            {"tranche": 0, "achievedBps": 9999, "bySilence": False},
            ("missed_target", "/success", "9999 of 10000 bps counted"),
        ),
        (
            "TrancheSettled",
            {"tranche": 1, "achievedBps": 10_000, "bySilence": True},
            (
                "silence",
                "/long_term",
                "10000 of 10000 bps counted, because source or arbiter was silent",
            ),
        ),
        (
            "OutcomeChallenged",
            {"tranche": 1, "challenger": "0xC", "reason": "cid"},
            ("challenged", "/long_term", "challenged by 0xC; cid"),
        ),
    ],
)
def test_failure_silence_and_dispute_on_chain_are_noted(
    disclosures: DisclosureAudit, findings: Findings, emit: Any, at: Any, name: str, args: Any, row: Any
) -> None:
    disclosures.observe(at(1, emit("escrow", name, **WORK, **args)))
    (found,) = findings.rows
    assert found.verdict is Verdict.NOTE
    expected = (f"disclosure.{row[0]}", f"bounty/1/submission/2{row[1]}", row[2])
    assert (found.check, found.subject, found.found) == expected


RATING = {"projectId": 3, "ratee": "0xA", "rater": "0xB", "component": 0}


@pytest.mark.parametrize(
    ("contract", "name", "args", "row"),
    [
        (
            "desk",
            "SelectionReleased",
            {"bountyId": 1, "worker": "0xA"},
            ("released", "bounty/1", "the selection of 0xA ended: nothing was handed in"),
        ),
        (
            "bonds",
            "BondLost",
            {**WORK, "reviewer": "0xB", "amount": 7},
            (
                "reviewer_bond_lost",
                "bounty/1/submission/2",
                "reviewer 0xB was silent: 7 of its bond went to the worker",
            ),
        ),
        (
            "reputation",
            "RatingAppealed",
            {**RATING, "reason": "cid"},
            ("rating_appealed", "project/3/rating/0xA", "the rating of skill by 0xB was appealed: cid"),
        ),
        *(
            (
                "reputation",
                "RatingStruck",
                {**RATING, "cause": cause},
                ("rating_struck", "project/3/rating/0xA", f"the rating of skill by 0xB was struck {why}"),
            )
            for cause, why in enumerate(
                ("by a ruling", "because the arbiter was silent", "because it was revoked")
            )
        ),
    ],
)
def test_what_desk_bonds_and_ratings_tell_of_failure_is_noted(
    disclosures: DisclosureAudit,
    findings: Findings,
    emit: Any,
    at: Any,
    contract: str,
    name: str,
    args: Any,
    row: Any,
) -> None:
    disclosures.observe(at(1, emit(contract, name, **args)))
    (found,) = findings.rows
    assert found.verdict is Verdict.NOTE
    assert (found.check, found.subject, found.found) == (f"disclosure.{row[0]}", *row[1:])


def test_the_same_event_of_a_stranger_is_no_disclosure(
    disclosures: DisclosureAudit, findings: Findings, emit: Any, at: Any
) -> None:
    disclosures.observe(at(1, emit("vault", "BondLost", **WORK, reviewer="0xB", amount=7)))
    assert findings.rows == []


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("SubmissionAccepted", {"bySilence": False}),
        ("TrancheSettled", {"tranche": 0, "achievedBps": 10_000, "bySilence": False}),
        ("BondCredited", {"tranche": 0, "account": "0xA", "amount": 7, "lost": False}),
        ("SubmissionReceived", {}),
    ],
)
def test_what_went_well_is_no_disclosure(
    disclosures: DisclosureAudit, findings: Findings, emit: Any, at: Any, name: str, args: Any
) -> None:
    disclosures.observe(at(1, emit("escrow", name, **WORK, **args)))
    assert findings.rows == []


def test_an_event_that_is_about_no_bounty_is_no_disclosure(
    disclosures: DisclosureAudit, findings: Findings, emit: Any, at: Any
) -> None:
    disclosures.observe(at(1, emit("escrow", "NonceUsed", account="0xA", nonce=0)))
    assert findings.rows == []
