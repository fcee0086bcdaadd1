"""Openings: by whom the project lets, with terms that may be opened, and the money that they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from resonance_dao.chain.chain import Receipt
from resonance_dao.workflows.audit.ledger import Ledger, Payment
from resonance_dao.workflows.audit.opening_audit import OpeningAudit
from resonance_dao.workflows.audit.project_audit import Project, ProjectAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.audit.withholding_audit import WithholdingAudit
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import Terms, encode_terms

OWNER, STEWARD, POOL, STRANGER = (f"0x{n:040d}" for n in (1, 9, 30, 77))
TX = "0x" + "ab" * 32
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def ledger() -> Ledger:
    """Nothing was opened yet."""
    return Ledger()


@pytest.fixture
def project(system: System, findings: Findings) -> Project:
    return Project(1, OWNER, f"0x{60:040d}", 10, {STEWARD})


@pytest.fixture
def openings(system: System, findings: Findings, ledger: Ledger, project: Project) -> OpeningAudit:
    projects = ProjectAudit(system, findings)
    projects.projects[1] = project
    return OpeningAudit(system, findings, ledger, projects, WithholdingAudit(system, findings))


@pytest.fixture
def open_(openings: OpeningAudit, system: System, emit: Any, at: Any) -> Callable[..., Payment]:
    def opened(terms: Terms, /, **changes: Any) -> Payment:
        content = encode_terms(system, terms)
        escrowed = 2 * 1_200_001
        given = {"bountyId": 1, "projectId": 1, "funder": terms.funder, "escrowed": escrowed}
        given |= {"termsHash": bytes(keccak(content)), "terms": content, **changes}
        event = emit("escrow", "BountyOpened", **given)
        return openings.opened(at(1000, event), event)

    return opened


@pytest.fixture
def sent(chain: Any, system: System) -> Callable[[str, str], None]:
    def by(sender: str, to: str) -> None:
        chain.receipts[TX] = Receipt(TX, 1, 5, TX, sender, to, 1, 1, None, ())

    return by


def test_an_opening_by_the_owner_is_as_agreed(
    open_: Any, terms: Terms, ledger: Ledger, system: System, failed: Failed
) -> None:
    paid = open_(terms)
    assert failed() == []
    assert paid == Payment(terms.token, system.escrow.address, 2_400_002, "bounty/1", "escrowed")
    assert ledger.bounties[1].terms == terms


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"bountyId": 2}, "terms.number"),
        ({"termsHash": b"\1" * 32}, "terms.hash"),
        ({"projectId": 2}, "terms.indexed"),
        ({"funder": STRANGER}, "terms.indexed"),
        ({"escrowed": 2_400_001}, "terms.escrowed"),
    ],
)
def test_an_opening_told_otherwise_is_named(
    open_: Any, terms: Terms, failed: Failed, changes: Any, check: str
) -> None:
    open_(terms, **changes)
    assert [found for found, _ in failed()] == [check]


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"base_bps": 3001}, "terms.rules"),
        ({"submit_by": 1000}, "terms.rules"),
        ({"arbiter": OWNER}, "terms.rules"),
        ({"arbiter": STEWARD}, "terms.arbiter"),
        ({"withholding": "0x" + "01" * 32}, "terms.withholding"),
    ],
)
def test_terms_that_cannot_be_opened_are_named(
    open_: Any, terms: Terms, failed: Failed, changes: Any, check: str
) -> None:
    open_(replace(terms, **changes))
    assert (check, "bounty/1") in failed()


def test_an_opening_in_a_closed_project_is_named(
    open_: Any, terms: Terms, project: Project, failed: Failed
) -> None:
    project.closed = True
    open_(terms)
    assert failed() == [("terms.project_open", "bounty/1")]


@pytest.mark.parametrize(("reward", "bad"), [(0, False), (10, True)])
def test_a_steward_opens_only_what_promises_no_tokens(
    open_: Any, terms: Terms, sent: Any, system: System, failed: Failed, reward: int, bad: bool
) -> None:
    sent(STEWARD, system.opener.address)
    open_(replace(terms, funder=STEWARD, token_reward=reward))
    assert failed() == ([("terms.opener", "bounty/1")] if bad else [])


@pytest.mark.parametrize(("sender", "bad"), [(OWNER, False), (STRANGER, True)])
def test_somebody_of_the_project_opens_with_a_pools_money(
    open_: Any, terms: Terms, sent: Any, system: System, failed: Failed, sender: str, bad: bool
) -> None:
    sent(sender, system.opener.address)
    open_(replace(terms, funder=POOL))
    assert failed() == ([("terms.opener", "bounty/1")] if bad else [])


def test_an_opening_through_another_contract_is_noted(
    open_: Any, terms: Terms, sent: Any, findings: Findings, failed: Failed
) -> None:
    sent(STRANGER, POOL)
    open_(replace(terms, funder=POOL))
    assert failed() == []
    assert [row.check for row in findings.rows if row.verdict is Verdict.NOTE] == ["terms.opener"]


def test_bytes_that_say_the_same_in_another_way_are_named(
    open_: Any, terms: Terms, system: System, failed: Failed
) -> None:
    content = encode_terms(system, terms) + bytes(32)
    open_(terms, terms=content, termsHash=bytes(keccak(content)))
    assert failed() == [("terms.encoding", "bounty/1")]
