"""Closing and reclaiming: who may, and only what nobody can win any more goes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.workflows.audit.bounty_audit import BountyAudit
from resonance_dao.workflows.audit.ledger import Bounty, Ledger
from resonance_dao.workflows.audit.project_audit import Project, ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System

OWNER, STRANGER = f"0x{1:040d}", f"0x{77:040d}"
EXPIRED, GOAL_MET = (word.ljust(32, b"\0") for word in (b"expired", b"goal-met"))
Failed = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def bounty(ledger: Ledger) -> Bounty:
    """Two awards can be won, one work is pending; work can be handed in until 5000."""
    return ledger.bounties[1]


@pytest.fixture
def audit(system: System, findings: Findings, bounty: Bounty) -> BountyAudit:
    projects = ProjectAudit(system, findings)
    projects.projects[1] = Project(1, OWNER, f"0x{60:040d}", 10)
    made = BountyAudit(system, findings, projects)
    made.ledger.bounties[bounty.id] = bounty
    return made


@pytest.fixture
def close(audit: BountyAudit, emit: Any, at: Any) -> Callable[..., None]:
    def closed(time: int = 1000, caller: str = OWNER, code: bytes = GOAL_MET, reason: str = "cid") -> None:
        event = emit("escrow", "BountyClosed", bountyId=1, caller=caller, reasonCode=code, reason=reason)
        assert audit.observe(at(time, event)) == []

    return closed


@pytest.fixture
def reclaim(audit: BountyAudit, emit: Any, at: Any) -> Callable[..., list[int]]:
    def reclaimed(awards: int, returned: int, time: int = 6000) -> list[int]:
        event = emit("escrow", "AwardsReclaimed", bountyId=1, awards=awards, returned=returned)
        return [payment.amount for payment in audit.observe(at(time, event))]

    return reclaimed


@pytest.mark.parametrize(
    ("time", "caller", "code", "reason", "checks"),
    [
        (1000, OWNER, GOAL_MET, "cid", []),
        (1000, OWNER, GOAL_MET, "", ["closing.reason"]),
        (1000, OWNER, bytes(32), "cid", ["closing.code"]),
        (4999, OWNER, EXPIRED, "cid", ["closing.code"]),
        (5000, OWNER, EXPIRED, "cid", []),
        (5000, STRANGER, EXPIRED, "", []),
        (4999, STRANGER, EXPIRED, "", ["closing.caller"]),
        (5000, STRANGER, GOAL_MET, "", ["closing.words"]),
        (5000, STRANGER, EXPIRED, "cid", ["closing.words"]),
    ],
)
def test_a_project_says_why_it_closes_and_strangers_close_only_what_has_expired(
    close: Any, failed: Failed, time: int, caller: str, code: bytes, reason: str, checks: list[str]
) -> None:
    close(time, caller, code, reason)
    assert failed() == [(check, "bounty/1") for check in checks]


def test_closing_a_second_time_is_named(close: Any, failed: Failed) -> None:
    close()
    close()
    assert failed() == [("closing.once", "bounty/1")]


def test_closing_leaves_the_money_where_it_is(close: Any, bounty: Bounty) -> None:
    before = bounty.liability
    close()
    assert bounty.liability == before == 2 * bounty.max_award


@pytest.mark.parametrize(
    ("stage", "awards", "appealable", "over"),
    [
        ("pending", 0, 0, False),
        ("changes_requested", 0, 0, False),
        ("appealed", 1, 0, False),
        ("pending", 2, 0, True),
        ("rejected", 0, 6001, False),
        ("rejected", 0, 6000, True),
        ("accepted", 1, 0, True),
    ],
)
def test_awards_that_somebody_can_still_win_stay(
    close: Any,
    reclaim: Any,
    bounty: Bounty,
    failed: Failed,
    stage: str,
    awards: int,
    appealable: int,
    over: bool,
) -> None:
    bounty.works[1].stage, bounty.awards, bounty.appealable_until = stage, awards, appealable
    close()
    returned = bounty.max_award * (2 - awards)
    assert reclaim(2 - awards, returned) == [returned]
    assert failed() == ([] if over else [("reclaim.over", "bounty/1")])
    assert (bounty.reclaimed, bounty.awards_left) == (True, 0)


def test_an_open_bounty_gives_nothing_back(reclaim: Any, bounty: Bounty, failed: Failed) -> None:
    bounty.works[1].stage = "rejected"
    reclaim(2, 2 * bounty.max_award)
    assert failed() == [("reclaim.over", "bounty/1")]


@pytest.mark.parametrize(
    ("awards", "more", "check"), [(1, 0, "reclaim.awards"), (2, 1, "pay.returned"), (2, -1, "pay.returned")]
)
def test_another_return_than_the_unused_awards_is_named(
    close: Any, reclaim: Any, bounty: Bounty, failed: Failed, awards: int, more: int, check: str
) -> None:
    bounty.works[1].stage = "rejected"
    close()
    reclaim(awards, 2 * bounty.max_award + more)
    assert failed() == [(check, "bounty/1")]
