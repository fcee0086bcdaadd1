"""Closing: a bounty must wait for its pending work only while an award is left for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.workflows.audit.bounty_audit import BountyAudit
from resonance_dao.workflows.audit.ledger import Bounty, Ledger
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System

AFTER_THE_DEADLINE = 6000
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def bounty(ledger: Ledger) -> Bounty:
    """Two awards can be won, one work is pending."""
    return ledger.bounties[1]


@pytest.fixture
def close(
    system: System, findings: Findings, bounty: Bounty, emit: Any, at: Any
) -> Callable[[int], list[int]]:
    audit = BountyAudit(system, findings, ProjectAudit(system, findings))
    audit.ledger.bounties[bounty.id] = bounty

    def closed(returned: int) -> list[int]:
        event = emit("escrow", "BountyClosed", bountyId=1, caller=bounty.funder, returned=returned)
        return [payment.amount for payment in audit.observe(at(AFTER_THE_DEADLINE, event))]

    return closed


def test_closing_with_work_pending_and_an_award_left_is_named(
    close: Callable[[int], list[int]], bounty: Bounty, failed: Failed
) -> None:
    bounty.awards = 1
    close(bounty.max_award)
    assert failed() == [("closing.pending", "bounty/1")]


def test_closing_with_work_pending_and_no_award_left_is_as_agreed_and_returns_nothing(
    close: Callable[[int], list[int]], bounty: Bounty, failed: Failed
) -> None:
    bounty.awards = 2
    assert close(0) == [0]
    assert failed() == []
    assert (bounty.closed, bounty.pending) == (True, 1)


def test_closing_a_second_time_is_named(
    close: Callable[[int], list[int]], bounty: Bounty, failed: Failed
) -> None:
    bounty.awards = 2
    close(0)
    close(0)
    assert failed() == [("closing.once", "bounty/1")]
