"""Pools: what each funder brought, took back and gets, to the unit; whatever is told otherwise is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonance_dao.workflows.audit.custody_audit import CustodyAudit
from resonance_dao.workflows.audit.pool_audit import Pool, PoolAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import Terms, encode_terms

NOBODY = "0x" + "00" * 20
POOL, COIN, AYA, BEN, CHI, STRANGER = (f"0x{n:040d}" for n in (30, 50, 11, 12, 13, 77))
GOAL, DEADLINE = 2 * 1_200_001, 4000
Tell = Callable[..., None]
Checks = Callable[[], list[str]]


@pytest.fixture
def world(views: Any, findings: Findings, emit: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The auditor, what the pool's views answer, and the custody."""
    system, told = views("pools")
    told.address = POOL
    monkeypatch.setattr(System, "pool", lambda self, address: told)
    custody = CustodyAudit(system, findings)
    return PoolAudit(system, findings, custody), told, custody


@pytest.fixture
def opening(system: System, terms: Terms) -> dict[str, Any]:
    content = encode_terms(system, replace(terms, funder=POOL))
    hashed = bytes(keccak(content))
    named = {"pool": POOL, "projectId": 1, "opener": AYA, "termsHash": hashed, "token": COIN}
    return {**named, "goal": GOAL, "deadline": DEADLINE, "terms": content}


@pytest.fixture
def opened(world: Any, opening: dict[str, Any], emit: Any, at: Any) -> None:
    event = emit("pools", "PoolOpened", **opening)
    world[0].opened(at(1000, event), event)


@pytest.fixture
def tell(world: Any, opened: None, emit: Any, at: Any, system: System, opening: Any) -> Tell:
    """Return what tells one event of the pool, with what it moves at the vault."""
    auditor, _, custody = world

    def event(name: str, time: int = 2000, **args: Any) -> None:
        found = replace(emit("pools", name, **args), address=POOL)
        bounty = emit("escrow", "BountyOpened", bountyId=1, termsHash=opening["termsHash"])
        transaction = at(time, found, *([bounty] if name == "BountyFunded" else []))
        auditor.follow(transaction, found)
        moves = {"Contributed": (NOBODY, POOL), "BountyFunded": (POOL, system.escrow.address)}
        sender, receiver = moves.get(name, (POOL, args.get("contributor")))
        move(sender, receiver, args["amount"])
        custody.compare(transaction)

    def move(sender: str, receiver: Any, amount: int) -> None:
        moved = {"sender": sender, "receiver": receiver, "id": int(COIN, 16), "amount": amount}
        custody.follow(emit("vault", "Transfer", **moved))

    event.move = move  # type: ignore[attr-defined]
    return event


@pytest.fixture
def checks(findings: Findings) -> Checks:
    return lambda: [row.check for row in findings.rows if row.verdict is Verdict.FAIL]


@pytest.fixture
def full(tell: Tell) -> None:
    """Three fill the pool; the goal divides by no three."""
    tell("Contributed", contributor=AYA, amount=1_000_000, raised=1_000_000)
    tell("Contributed", contributor=BEN, amount=1_000_000, raised=2_000_000)
    tell("Contributed", contributor=CHI, amount=GOAL - 2_000_000, raised=GOAL)


@pytest.fixture
def shared(tell: Any, full: None, system: System) -> None:
    """The bounty was funded, and 1,000 came back."""
    tell("BountyFunded", bountyId=1, amount=GOAL)
    tell.move(system.escrow.address, POOL, 1000)


@pytest.mark.parametrize("field", ["pool", "projectId", "termsHash", "token", "goal"])
def test_an_opening_for_other_than_its_terms_say_is_named(
    world: Any, opening: dict[str, Any], emit: Any, at: Any, findings: Findings, checks: Checks, field: str
) -> None:
    wrong = {"pool": STRANGER, "termsHash": bytes(32), "token": STRANGER}
    changed = wrong.get(field) or opening[field] + 1
    event = emit("pools", "PoolOpened", **{**opening, field: changed})
    world[0].opened(at(1000, event), event)
    assert checks() == ["pools.opened"]
    row = next(row for row in findings.rows if row.verdict is Verdict.FAIL)
    assert row.expected.startswith(f"PoolOpened.{field} ")


@pytest.mark.parametrize(("time", "failing"), [(3999, []), (4000, ["pools.ahead"])])
def test_a_pool_opened_after_its_deadline_is_named(
    world: Any, opening: dict[str, Any], emit: Any, at: Any, checks: Checks, time: int, failing: list[str]
) -> None:
    event = emit("pools", "PoolOpened", **opening)
    world[0].opened(at(time, event), event)
    assert checks() == failing


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (3999, {}, []),
        (4000, {}, ["pools.in_time"]),
        (2000, {"raised": 6}, ["pools.contributed"]),
        (2000, {"raised": 4}, ["pools.contributed"]),
        (2000, {"amount": GOAL + 1, "raised": GOAL + 1}, ["pools.room"]),
        (2000, {"amount": 0, "raised": 0}, ["pools.room"]),
    ],
)
def test_a_contribution_told_otherwise_is_named(
    tell: Tell, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    tell("Contributed", time, **{"contributor": AYA, "amount": 5, "raised": 5, **changes})
    assert checks() == failing


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (2000, {}, []),
        (2000, {"raised": GOAL - 6}, ["pools.taken_back"]),
        (2000, {"caller": STRANGER}, ["pools.taken_back_by"]),
        (4000, {"caller": STRANGER}, ["pools.taken_back_by"]),
        (4000, {"caller": STRANGER, "amount": 1_000_000, "raised": GOAL - 1_000_000}, []),
        (2000, {"amount": 1_000_001, "raised": GOAL - 1_000_001}, ["pools.contribution"]),
    ],
)
def test_what_is_taken_back_otherwise_is_named(
    tell: Tell, full: None, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    told = {"contributor": AYA, "caller": AYA, "amount": 5, "raised": GOAL - 5, **changes}
    tell("ContributionReturned", time, **told)
    assert checks() == failing


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (3999, {}, []),
        (4000, {}, ["pools.in_time"]),
        (2000, {"amount": GOAL - 1}, ["pools.funded", "custody.paid_out"]),
        (2000, {"bountyId": 2}, ["pools.bounty"]),
    ],
)
def test_a_bounty_funded_otherwise_is_named(
    tell: Tell, full: None, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    tell("BountyFunded", time, **{"bountyId": 1, "amount": GOAL, **changes})
    assert checks() == failing


def test_a_pool_that_funds_without_its_goal_or_twice_is_named(tell: Tell, full: None, checks: Checks) -> None:
    back = {"contributor": AYA, "caller": AYA, "amount": 1, "raised": GOAL - 1}
    tell("ContributionReturned", **back)
    tell("BountyFunded", bountyId=1, amount=GOAL)
    tell("BountyFunded", bountyId=1, amount=GOAL)
    assert checks() == ["pools.goal_reached", "pools.unfunded", "pools.goal_reached"]


@pytest.mark.parametrize("changed", [-1, 0, 1])
@pytest.mark.parametrize(("who", "share"), [(AYA, 417), (BEN, 416), (CHI, 166)])
def test_a_share_off_by_one_unit_is_named_and_the_first_is_rounded_up(
    tell: Tell, shared: None, findings: Findings, checks: Checks, who: str, share: int, changed: int
) -> None:
    tell("ShareReleased", contributor=who, caller=STRANGER, amount=share + changed)
    assert checks() == (["pools.released", "custody.paid_out"] if changed else [])
    told = next((row for row in findings.rows if row.check == "pools.released"), None)
    assert told is not None
    if changed:
        expected = (f"ShareReleased.amount {share}", f"ShareReleased.amount {share + changed}")
        assert (told.expected, told.found) == expected


def test_a_share_before_anything_came_back_is_named(tell: Tell, full: None, checks: Checks) -> None:
    tell("ShareReleased", contributor=AYA, caller=AYA, amount=1)
    assert checks() == ["pools.share", "pools.released", "custody.paid_out"]


def test_who_comes_first_after_the_first_has_left_is_rounded_up(tell: Any, checks: Checks) -> None:
    tell("Contributed", contributor=AYA, amount=5, raised=5)
    tell("ContributionReturned", contributor=AYA, caller=AYA, amount=5, raised=0)
    tell("Contributed", contributor=BEN, amount=GOAL, raised=GOAL)
    assert checks() == []


STORED: dict[Any, Any] = {
    "raised": GOAL,
    "bountyId": 1,
    "firstContributor": AYA,
    "received": 1000,
    "plan": {"token": COIN, "goal": GOAL, "deadline": DEADLINE},
    ("contributionOf", AYA): {"amount": 1_000_000, "released": 417},
    ("contributionOf", BEN): {"amount": 1_000_000, "released": 0},
    ("contributionOf", CHI): {"amount": GOAL - 2_000_000, "released": 0},
    ("pendingOf", AYA): 0,
    ("pendingOf", BEN): 416,
    ("pendingOf", CHI): 166,
}


@pytest.fixture
def stored(world: Any, tell: Tell, shared: None, opening: dict[str, Any]) -> dict[Any, Any]:
    tell("ShareReleased", contributor=AYA, caller=AYA, amount=417)
    world[1].answers = {**STORED, "termsHash": opening["termsHash"]}
    found: dict[Any, Any] = world[1].answers
    return found


def test_views_that_hold_what_was_told_pass(
    world: Any, stored: dict[Any, Any], findings: Findings, checks: Checks
) -> None:
    world[0].finish(9)
    assert checks() == []
    assert findings.rows[-1].found == "a rest from 0 to 1"


@pytest.mark.parametrize(
    "view", ["raised", "bountyId", "received", *(("pendingOf", who) for who in (AYA, BEN, CHI))]
)
def test_each_stored_figure_off_by_one_is_named(
    world: Any, stored: dict[Any, Any], checks: Checks, view: Any
) -> None:
    stored[view] += 1
    world[0].finish(9)
    assert checks() == ["state.pools"]


@pytest.mark.parametrize(
    ("view", "field"),
    [
        ("plan", "goal"),
        ("plan", "deadline"),
        *((("contributionOf", who), field) for who in (AYA, CHI) for field in ("amount", "released")),
    ],
)
def test_each_field_of_a_stored_struct_off_by_one_is_named(
    world: Any, stored: dict[Any, Any], checks: Checks, view: Any, field: str
) -> None:
    stored[view] = {**stored[view], field: stored[view][field] + 1}
    world[0].finish(9)
    assert checks() == ["state.pools"]


@pytest.mark.parametrize(("off", "failing"), [(0, []), (-1, ["pools.covered"]), (1, ["pools.covered"])])
def test_credit_of_a_pool_that_waits_is_what_was_raised(
    world: Any, tell: Tell, opening: Any, checks: Checks, off: int, failing: list[str]
) -> None:
    auditor, told, custody = world
    tell("Contributed", contributor=AYA, amount=5, raised=5)
    custody.credits[POOL, COIN] += off
    told.answers = {
        "raised": 5,
        "bountyId": 0,
        "termsHash": opening["termsHash"],
        "firstContributor": AYA,
        "received": 0,
        "plan": STORED["plan"],
        "contributionOf": {"amount": 5, "released": 0},
        "pendingOf": 0,
    }
    auditor.finish(9)
    assert checks() == failing


AMOUNTS = st.lists(st.integers(1, 10**24), min_size=1, max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_=AMOUNTS, refunds=st.lists(st.integers(0, 10**24), min_size=1, max_size=4), data=st.data())
def test_shares_never_exceed_what_came_back_and_leave_only_what_a_division_leaves(
    given_: list[int], refunds: list[int], data: st.DataObject
) -> None:
    people = [f"0x{n:040d}" for n in range(100, 100 + len(given_))]
    pool = Pool(POOL, COIN, sum(given_), DEADLINE, b"", people[0], sum(given_), 1)
    pool.given = dict(zip(people, given_, strict=True))
    credit = 0
    for refund in refunds:
        credit += refund
        for who in data.draw(st.permutations(people)):
            share = pool.pending(who, credit)
            assert share >= 0
            pool.released[who] = pool.released.get(who, 0) + share
            credit -= share
        assert 0 <= credit <= max(0, len(people) - 2)
