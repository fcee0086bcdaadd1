"""Applications: bids, places and admissions, recomputed from events; whatever is told otherwise is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from resonance_dao.workflows.audit.desk_audit import DeskAudit
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Work
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.terms import Submission

OWNER, WORKER, OTHER, STRANGER = (f"0x{n:040d}" for n in (1, 2, 3, 77))
Tell = Callable[..., None]
Checks = Callable[[], list[str]]


def hashed(worker: str, bid: int, proposal: str = "cid") -> bytes:
    return keccak(encode(["uint256", "address", "uint128", "string"], (1, worker, bid, proposal)))


@pytest.fixture
def world(views: Any, findings: Findings, ledger: Ledger, projects: ProjectAudit) -> Any:
    """The auditor and what the desk's views answer; two places, until 5000, and no work yet."""
    system, told = views("desk")
    bounty = ledger.bounties[1]
    bounty.terms = replace(bounty.terms, admission=system.desk.address)
    bounty.works.clear()
    return DeskAudit(system, findings, ledger, projects), told


@pytest.fixture
def bounty(world: Any, ledger: Ledger) -> Bounty:
    return ledger.bounties[1]


@pytest.fixture
def tell(world: Any, emit: Any, at: Any) -> Tell:
    def event(name: str, time: int, worker: str = WORKER, /, **args: Any) -> None:
        amount = args.pop("amount", args.get("bid"))
        found = emit("desk", name, bountyId=1, worker=worker, **args)
        work = emit("escrow", "SubmissionReceived", bountyId=1, worker=worker, amount=amount)
        world[0].follow(at(time, found, *([work] if name == "WorkerAdmitted" else [])), found)

    return event


@pytest.fixture
def checks(findings: Findings) -> Checks:
    return lambda: [row.check for row in findings.rows if row.verdict is Verdict.FAIL]


@pytest.fixture
def apply(tell: Tell) -> Callable[..., None]:
    def told(worker: str = WORKER, bid: int = 700, time: int = 1000) -> None:
        given = {"applicationHash": hashed(worker, bid), "bid": bid, "proposal": "cid"}
        tell("ApplicationReceived", time, worker, **given)

    return told


@pytest.fixture
def select(tell: Tell) -> Callable[..., None]:
    def told(worker: str = WORKER, time: int = 1100, /, **changes: Any) -> None:
        given = {"applicationHash": hashed(worker, 700), "caller": OWNER, "deliverBy": 3000}
        tell("WorkerSelected", time, worker, **{**given, "finalRejections": 0, **changes})

    return told


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (4999, {}, []),
        (5000, {}, ["desk.window"]),
        (1000, {"applicationHash": hashed(WORKER, 701)}, ["desk.received"]),
        (1000, {"bid": 701}, ["desk.received"]),
        (1000, {"proposal": "other"}, ["desk.received"]),
        (1000, {"bid": 0, "applicationHash": hashed(WORKER, 0)}, ["desk.bid"]),
        (1000, {"bid": 1_000_002, "applicationHash": hashed(WORKER, 1_000_002)}, ["desk.bid"]),
    ],
)
def test_an_application_told_otherwise_is_named(
    tell: Tell, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    given = {"applicationHash": hashed(WORKER, 700), "bid": 700, "proposal": "cid"}
    tell("ApplicationReceived", time, **{**given, **changes})
    assert checks() == failing


def test_an_application_where_another_desk_or_nobody_admits_is_named(
    apply: Any, bounty: Bounty, checks: Checks
) -> None:
    bounty.terms, bounty.closed = replace(bounty.terms, admission=STRANGER), True
    apply()
    assert checks() == ["desk.admission", "desk.open"]


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (1100, {}, []),
        (1100, {"applicationHash": hashed(WORKER, 701)}, ["desk.selected"]),
        (1100, {"finalRejections": 1}, ["desk.selected"]),
        (1100, {"caller": STRANGER}, ["desk.caller"]),
        (2999, {}, []),
        (3000, {}, ["desk.deliver_by"]),
        (1100, {"deliverBy": 5000}, []),
        (1100, {"deliverBy": 5001}, ["desk.deliver_by"]),
    ],
)
def test_a_selection_told_otherwise_is_named(
    apply: Any, select: Any, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    apply()
    select(WORKER, time, **changes)
    assert checks() == failing


def test_a_selection_of_nobody_or_twice_or_when_closed_is_named(
    apply: Any, select: Any, bounty: Bounty, checks: Checks
) -> None:
    select()
    assert checks() == ["desk.selected"]
    apply(OTHER)
    select(OTHER)
    bounty.closed = True
    select(OTHER)
    assert checks()[1:] == ["desk.unselected", "desk.open", "desk.place_free"]


@pytest.mark.parametrize(
    ("pending", "awards", "rejected", "now", "final", "failing"),
    [
        (0, 0, 1, 1099, 0, []),
        (0, 0, 2, 1099, 0, ["desk.place_free"]),
        (0, 0, 2, 1100, 2, []),
        (1, 0, 2, 1100, 2, []),
        (1, 1, 2, 1100, 2, ["desk.place_free"]),
        (0, 2, 0, 1100, 0, ["desk.place_free"]),
    ],
)
def test_a_selection_needs_a_place_that_no_work_award_or_appeal_can_take(
    apply: Any,
    select: Any,
    bounty: Bounty,
    checks: Checks,
    pending: int,
    awards: int,
    rejected: int,
    now: int,
    final: int,
    failing: list[str],
) -> None:
    stages = ["pending"] * pending + ["accepted"] * awards + ["rejected"] * rejected
    for number, stage in enumerate(stages, 1):
        bounty.works[number] = Work(bounty, number, None, "", "", 1000, 700, stage)  # type: ignore[arg-type]
    bounty.awards, bounty.appealable_until = awards, 1100
    apply()
    select(WORKER, now, finalRejections=final)
    assert checks() == failing


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({}, []),
        ({"bid": 701, "amount": 700}, ["desk.admitted"]),
        ({"bid": 699, "amount": 700}, ["desk.admitted"]),
        ({"amount": 701}, ["desk.agreed"]),
        ({"applicationHash": hashed(OTHER, 700)}, ["desk.admitted"]),
    ],
)
def test_work_admitted_for_another_amount_than_the_bid_is_named(
    apply: Any, select: Any, tell: Tell, checks: Checks, changes: dict[str, Any], failing: list[str]
) -> None:
    apply()
    select()
    tell("WorkerAdmitted", 1200, **{"applicationHash": hashed(WORKER, 700), "bid": 700, **changes})
    assert checks() == failing


def test_a_worker_who_was_not_selected_or_is_admitted_twice_is_named(
    apply: Any, select: Any, tell: Tell, checks: Checks
) -> None:
    admitted = {"applicationHash": hashed(WORKER, 700), "bid": 700}
    apply()
    tell("WorkerAdmitted", 1200, **admitted)
    assert checks() == ["desk.was_selected"]
    tell("WorkerAdmitted", 1200, **admitted)
    assert checks()[1:] == ["desk.admitted", "desk.admitted", "desk.was_selected", "desk.agreed"]


@pytest.mark.parametrize(("time", "failing"), [(2999, ["desk.overdue"]), (3000, [])])
def test_a_selection_released_before_its_time_is_named(
    apply: Any, select: Any, tell: Tell, checks: Checks, time: int, failing: list[str]
) -> None:
    apply()
    select()
    tell("SelectionReleased", time, applicationHash=hashed(WORKER, 700), caller=STRANGER)
    assert checks() == failing


@pytest.mark.parametrize(("chosen", "told", "failing"), [(True, False, 1), (False, True, 1), (True, True, 0)])
def test_a_withdrawal_says_whether_the_worker_was_selected(
    apply: Any, select: Any, tell: Tell, checks: Checks, chosen: bool, told: bool, failing: int
) -> None:
    apply()
    if chosen:
        select()
    tell("ApplicationWithdrawn", 1200, applicationHash=hashed(WORKER, 700), wasSelected=told)
    assert checks() == ["desk.withdrawn"] * failing


@pytest.mark.parametrize(
    ("chosen", "caller", "failing"),
    [(False, OWNER, []), (True, OWNER, ["desk.unselected"]), (False, STRANGER, ["desk.caller"])],
)
def test_an_application_declined_by_a_stranger_or_after_selection_is_named(
    apply: Any, select: Any, tell: Tell, checks: Checks, chosen: bool, caller: str, failing: list[str]
) -> None:
    apply()
    if chosen:
        select()
    tell("ApplicationDeclined", 1200, applicationHash=hashed(WORKER, 700), caller=caller)
    assert checks() == failing


@pytest.fixture
def stored(
    world: Any, apply: Any, select: Any, tell: Tell, bounty: Bounty, emit: Any, at: Any
) -> dict[Any, Any]:
    """One admitted, one released, one withdrawn, one selected still, one who waits; views that agree."""
    bounty.terms = replace(bounty.terms, max_awards=9)
    people = [f"0x{n:040d}" for n in range(100, 105)]
    for worker in people:
        apply(worker)
    for worker, end in zip(people, ("admitted", "released", "withdrawn", "", "waits"), strict=True):
        named = {"applicationHash": hashed(worker, 700)}
        if end != "waits":
            select(worker)
        if end == "admitted":
            tell("WorkerAdmitted", 1200, worker, **named, bid=700)
        elif end == "released":
            tell("SelectionReleased", 3000, worker, **named, caller=STRANGER)
        elif end == "withdrawn":
            tell("ApplicationWithdrawn", 1200, worker, **named, wasSelected=True)
    bounty.works[1] = Work(bounty, 1, _by(people[0]), "", "", 1200, 700, "rejected")
    world[0].follow(at(1200), emit("desk", "NonceUsed", account=WORKER, nonce=0))
    gone = {"applicationHash": bytes(32), "bid": 0, "deliverBy": 0}
    found: dict[Any, Any] = {
        "placesOf": {"selected": 1, "finalRejections": 0},
        "heldOf": 1,
        "nonces": 1,
        ("applicationOf", 1, people[0]): gone,
        ("applicationOf", 1, people[3]): _kept(people[3], 3000),
        ("applicationOf", 1, people[4]): _kept(people[4], 0),
    }
    world[1].answers = found
    return found


def _by(worker: str) -> Submission:
    return Submission(1, worker, (worker,), (10_000,), 0, "")


def _kept(worker: str, deliver_by: int) -> dict[str, Any]:
    return {"applicationHash": hashed(worker, 700), "bid": 700, "deliverBy": deliver_by}


def test_views_that_hold_what_was_told_pass(world: Any, stored: dict[Any, Any], checks: Checks) -> None:
    world[0].finish(9)
    assert checks() == []


@pytest.mark.parametrize(
    ("view", "field"),
    [
        ("placesOf", "selected"),
        ("placesOf", "finalRejections"),
        (("applicationOf", 1, f"0x{103:040d}"), "bid"),
        (("applicationOf", 1, f"0x{103:040d}"), "deliverBy"),
        (("applicationOf", 1, f"0x{104:040d}"), "deliverBy"),
        (("applicationOf", 1, f"0x{100:040d}"), "bid"),
        ("heldOf", None),
        ("nonces", None),
    ],
)
def test_each_stored_figure_off_by_one_is_named(
    world: Any, stored: dict[Any, Any], checks: Checks, view: Any, field: str | None
) -> None:
    stored[view] = stored[view] + 1 if field is None else {**stored[view], field: stored[view][field] + 1}
    world[0].finish(9)
    assert checks() == ["state.desk"]


def test_work_that_nobody_was_admitted_for_is_named(
    world: Any, stored: dict[Any, Any], bounty: Bounty, checks: Checks
) -> None:
    bounty.works[2] = bounty.works[1]
    world[0].finish(9)
    assert checks() == ["desk.works"]


def test_a_nonce_used_out_of_order_is_named(world: Any, emit: Any, at: Any, checks: Checks) -> None:
    world[0].follow(at(1), emit("desk", "NonceUsed", account=WORKER, nonce=1))
    assert checks() == ["desk.nonce"]
