"""Reviewers' bonds: set, put down, lost, and given back, each figure recomputed and each wrong one named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.workflows.audit.custody_audit import CustodyAudit
from resonance_dao.workflows.audit.ledger import Ledger, Work
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.audit.reviewer_bond_audit import GRACE, ReviewerBondAudit
from resonance_dao.workflows.terms import Submission

OWNER, WORKER, STRANGER, COIN = (f"0x{n:040d}" for n in (1, 2, 77, 50))
AYA, BEN, CHI = (f"0x{n:040d}" for n in (11, 12, 13))
NOBODY = "0x" + "00" * 20
BOUNTY, WORK = "bounty/1", "bounty/1/submission/1"
Tell = Callable[..., None]
Checks = Callable[[], list[str]]


@pytest.fixture
def world(views: Any, findings: Findings, ledger: Ledger, projects: ProjectAudit) -> Any:
    """The auditor, what the contract's views answer, and the custody, before work comes in."""
    system, told = views("bonds")
    custody = CustodyAudit(system, findings)
    ledger.bounties[1].works.clear()
    return ReviewerBondAudit(system, findings, ledger, projects, custody), told, custody


@pytest.fixture
def tell(world: Any, emit: Any, at: Any) -> Tell:
    """Return what tells one event in a transaction of its own, with what it moves at the vault."""
    auditor, told, custody = world

    def event(name: str, time: int, **args: Any) -> None:
        found = emit("bonds", name, bountyId=1, **args)
        auditor.follow(at(time, found), found)
        auditor.finish_transaction(at(time))
        moves = {
            "BondPosted": (NOBODY, told.address),
            "BondLost": (told.address, args.get("worker")),
            "BondReturned": (told.address, args.get("reviewer")),
        }
        if name in moves:
            sender, receiver = moves[name]
            given = {"sender": sender, "receiver": receiver, "id": int(COIN, 16), "amount": args["amount"]}
            custody.follow(emit("vault", "Transfer", **given))
        custody.compare(at(time))

    return event


@pytest.fixture
def checks(findings: Findings) -> Checks:
    return lambda: [row.check for row in findings.rows if row.verdict is Verdict.FAIL]


@pytest.fixture
def bonded(tell: Tell) -> None:
    """A bond of 1,001, of which a third is lost; Aya and Ben put one down."""
    tell("BondSet", 100, caller=OWNER, bond=1001, lossBps=3333)
    for reviewer in (AYA, BEN):
        tell("BondPosted", 200, reviewer=reviewer, token=COIN, amount=1001)


@pytest.fixture
def quiet(ledger: Ledger, bonded: None) -> Work:
    """Work that came in at 1000 and was accepted by silence; Ben had spoken."""
    bounty = ledger.bounties[1]
    template = Work(bounty, 1, _submission(), "0x" + "cc" * 32, "0x", 1000, bounty.terms.amount)
    template.stage, template.by_silence, template.rejections = "accepted", True, 0b010
    bounty.works[1] = template
    return template


def _submission() -> Submission:
    return Submission(1, WORKER, (WORKER,), (10_000,), 0, "")


LOST = {"submissionId": 1, "reviewer": AYA, "worker": WORKER, "amount": 333}


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"caller": STRANGER}, "bonds.caller"),
        ({"lossBps": 9}, "bonds.loses_something"),
        ({"lossBps": 10_001}, "bonds.loses_something"),
    ],
)
def test_a_bond_that_could_not_be_set_so_is_named(
    tell: Tell, checks: Checks, changes: dict[str, Any], check: str
) -> None:
    tell("BondSet", 100, **{"caller": OWNER, "bond": 1001, "lossBps": 3333, **changes})
    assert checks() == [check]


def test_a_bond_set_twice_after_work_or_on_a_closed_bounty_is_named(
    tell: Tell, quiet: Work, checks: Checks
) -> None:
    quiet.bounty.closed = True
    tell("BondSet", 100, caller=OWNER, bond=1001, lossBps=3333)
    assert checks() == ["bonds.set_once", "bonds.before_work", "bonds.open"]


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (4999, {}, []),
        (5000, {}, ["bonds.window"]),
        (200, {"reviewer": STRANGER}, ["bonds.reviewer"]),
        (200, {"reviewer": AYA}, ["bonds.posted_once"]),
        (200, {"token": STRANGER}, ["bonds.posted"]),
        (200, {"amount": 1000}, ["bonds.posted", "custody.paid_in"]),
        (200, {"amount": 1002}, ["bonds.posted"]),
    ],
)
def test_a_bond_put_down_otherwise_than_agreed_is_named(
    tell: Tell, bonded: None, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    tell("BondPosted", time, **{"reviewer": CHI, "token": COIN, "amount": 1001, **changes})
    assert checks() == failing


def test_a_silent_reviewer_loses_what_was_set_and_one_who_spoke_nothing(
    tell: Tell, quiet: Work, checks: Checks
) -> None:
    tell("BondLost", 1200, **LOST)
    assert checks() == []


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"amount": 334}, ["bonds.lost", "custody.paid_out"]),
        ({"amount": 332}, ["bonds.lost", "custody.paid_out"]),
        ({"worker": STRANGER}, ["bonds.lost", "custody.paid_out", "custody.paid_out"]),
        ({"reviewer": BEN}, ["bonds.lost", "bonds.lost"]),
    ],
)
def test_a_loss_told_otherwise_is_named_with_event_and_field(
    tell: Tell, quiet: Work, checks: Checks, findings: Findings, changes: dict[str, Any], failing: list[str]
) -> None:
    tell("BondLost", 1200, **{**LOST, **changes})
    assert checks() == failing
    row = next(row for row in findings.rows if row.verdict is Verdict.FAIL)
    field = next(iter(changes)) if "reviewer" not in changes else "amount"
    assert row.expected.startswith(f"BondLost.{field} ") and row.found.startswith(f"BondLost.{field} ")


def test_a_second_silent_reviewer_who_lost_nothing_is_named(tell: Tell, quiet: Work, checks: Checks) -> None:
    quiet.rejections = 0
    tell("BondLost", 1200, **LOST)
    assert checks() == ["bonds.lost", "custody.paid_out"]


@pytest.mark.parametrize(
    "changes", [{"by_silence": False}, {"appealed": True}, {"stage": "pending"}, {"stage": "rejected"}]
)
def test_a_loss_for_work_that_nobody_let_lie_is_named(
    tell: Tell, quiet: Work, checks: Checks, changes: dict[str, Any]
) -> None:
    for name, value in changes.items():
        setattr(quiet, name, value)
    tell("BondLost", 1200, **LOST)
    assert checks() == ["bonds.silence"]


def test_silence_is_claimed_once_for_a_submission(tell: Tell, quiet: Work, checks: Checks) -> None:
    tell("BondLost", 1200, **LOST)
    tell("BondLost", 1300, **LOST)
    assert checks() == ["bonds.lost", "custody.paid_out"]


def test_a_bond_answers_for_no_work_that_lay_there_before(tell: Tell, quiet: Work, checks: Checks) -> None:
    tell("BondPosted", 1100, reviewer=CHI, token=COIN, amount=1001)
    tell("BondLost", 1200, **LOST)
    assert checks() == []


def test_the_last_loss_is_what_is_left(tell: Tell, quiet: Work, checks: Checks) -> None:
    for number, lost in enumerate((333, 333, 333, 2), 1):
        work = Work(quiet.bounty, number, quiet.submission, "0x", "0x", 1000, 1, "accepted", by_silence=True)
        work.rejections = 0b010
        quiet.bounty.works[number] = work
        tell("BondLost", 1200, **{**LOST, "submissionId": number, "amount": lost})
    assert checks() == []


@pytest.mark.parametrize(
    ("awards", "reclaimed", "ended_at", "failing"),
    [
        (2, False, 3000, []),
        (0, True, 3000, []),
        (1, False, 3000, ["bonds.over"]),
        (2, False, 3001, ["bonds.ended"]),
    ],
)
def test_an_end_while_awards_can_be_won_or_of_another_time_is_named(
    tell: Tell,
    quiet: Work,
    checks: Checks,
    awards: int,
    reclaimed: bool,
    ended_at: int,
    failing: list[str],
) -> None:
    quiet.bounty.awards, quiet.bounty.reclaimed = awards, reclaimed
    tell("BountyEnded", 3000, caller=STRANGER, endedAt=ended_at)
    assert checks() == failing


@pytest.fixture
def ended(tell: Tell, quiet: Work) -> None:
    quiet.bounty.reclaimed = True
    tell("BondLost", 1200, **LOST)
    tell("BountyEnded", 3000, caller=STRANGER, endedAt=3000)


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (3000 + GRACE - 1, {}, ["bonds.grace"]),
        (3000 + GRACE, {}, []),
        (3000 + GRACE, {"amount": 669}, ["bonds.returned", "custody.paid_out"]),
        (3000 + GRACE, {"amount": 667}, ["bonds.returned", "custody.paid_out"]),
        (3000 + GRACE, {"token": STRANGER}, ["bonds.returned"]),
    ],
)
def test_a_bond_given_back_too_early_or_otherwise_than_left_is_named(
    tell: Tell, ended: None, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    tell("BondReturned", time, **{"reviewer": AYA, "token": COIN, "amount": 668, **changes})
    assert checks() == failing


def test_a_bond_given_back_before_an_end_or_twice_is_named(tell: Tell, quiet: Work, checks: Checks) -> None:
    tell("BondReturned", 1300, reviewer=AYA, token=COIN, amount=1001)
    tell("BondReturned", 1300, reviewer=AYA, token=COIN, amount=1001)
    assert checks() == ["bonds.ended", "bonds.ended", "bonds.returned", "custody.paid_out"]


STORED: dict[Any, Any] = {
    "bondsOf": {"bond": 1001, "lossBps": 3333, "bonded": 0b011, "endedAt": 3000},
    ("bondOf", 1, AYA): {"left": 668, "postedAt": 200, "formerWork": 0},
    ("bondOf", 1, BEN): {"left": 1001, "postedAt": 200, "formerWork": 0},
    ("bondOf", 1, CHI): {"left": 0, "postedAt": 0, "formerWork": 0},
    "isClaimed": True,
}


def test_views_that_hold_what_was_told_pass(world: Any, ended: None, checks: Checks) -> None:
    auditor, told, _ = world
    told.answers = STORED
    auditor.finish(9)
    assert checks() == []


@pytest.mark.parametrize(
    ("view", "field"),
    [
        *(("bondsOf", field) for field in ("bond", "lossBps", "bonded", "endedAt")),
        *((("bondOf", 1, AYA), field) for field in ("left", "postedAt", "formerWork")),
        (("bondOf", 1, CHI), "left"),
    ],
)
def test_each_stored_figure_off_by_one_is_named(
    world: Any, ended: None, findings: Findings, checks: Checks, view: Any, field: str
) -> None:
    auditor, told, _ = world
    told.answers = {**STORED, view: {**STORED[view], field: STORED[view][field] + 1}}
    auditor.finish(9)
    assert checks() == ["state.bonds"]
    row = next(row for row in findings.rows if row.verdict is Verdict.FAIL)
    name = view if isinstance(view, str) else view[0]
    assert (row.expected, row.found) == (
        f"{name}.{field} {STORED[view][field] + 1}",
        f"{name}.{field} {STORED[view][field]}",
    )


def test_a_claim_that_nobody_told_of_and_credit_that_backs_nothing_are_named(
    world: Any, ended: None, checks: Checks
) -> None:
    auditor, told, custody = world
    told.answers = {**STORED, "isClaimed": False}
    custody.credits[told.address, COIN] -= 1
    auditor.finish(9)
    assert checks() == ["state.bonds", "bonds.covered"]


def test_a_bond_set_without_an_event_shows_in_the_view(world: Any, checks: Checks) -> None:
    auditor, told, _ = world
    told.answers = {**STORED, "bondsOf": {"bond": 5, "lossBps": 0, "bonded": 0, "endedAt": 0}}
    auditor.finish(9)
    assert checks()[0] == "state.bonds"
