"""Ratings: attested by who may rate, appealed and ruled on in time, struck for a cause; the rest is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eth_abi.abi import encode

from resonance_dao.chain.chain import Receipt
from resonance_dao.economy.reputation import Component
from resonance_dao.workflows.audit.ledger import Ledger
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.audit.reputation_audit import ReputationAudit
from resonance_dao.workflows.ratings import rating_uids
from resonance_dao.workflows.system import System

DAY, HASH = 86_400, "0x" + "ab" * 32
OWNER, WORKER, RATER, ARBITER, STRANGER = (f"0x{n:040d}" for n in (1, 2, 8, 15, 77))
UID, RULING = b"\1" * 32, b"\x0f" * 32
NAMED = {"projectId": 1, "ratee": WORKER, "rater": RATER, "component": 1, "uid": UID}
Tell = Callable[..., None]
Checks = Callable[[], list[str]]


@pytest.fixture
def revoked() -> dict[tuple[str, bytes], int]:
    return {}


@pytest.fixture
def world(
    views: Any, findings: Findings, ledger: Ledger, projects: ProjectAudit, revoked: dict[Any, int]
) -> Any:
    """The auditor and what the ledger's views answer."""
    system, told = views("reputation")
    return ReputationAudit(system, findings, ledger, projects, revoked), told


@pytest.fixture
def tell(world: Any, emit: Any, at: Any) -> Tell:
    def event(name: str, time: int, *beside: Any, **args: Any) -> None:
        found = emit("reputation", name, **args)
        world[0].follow(at(time, *beside, found), found)

    return event


@pytest.fixture
def checks(findings: Findings) -> Checks:
    return lambda: [row.check for row in findings.rows if row.verdict is Verdict.FAIL]


@pytest.fixture
def policy(tell: Tell) -> None:
    """Half-life 90 days, appeals for ten days, rulings for five."""
    rules = {"escrow": STRANGER, "halfLife": 1, "appealWindow": 10 * DAY, "arbiterWindow": 5 * DAY}
    tell("PolicySet", 1, projectId=1, owner=OWNER, policy={**rules, "arbiter": ARBITER, "raters": [RATER]})


@pytest.fixture
def attested(emit: Any, system: System) -> Callable[..., Any]:
    def made(kind: str, attester: str, uid: bytes, values: list[Any], time: int, /, **changes: Any) -> Any:
        types = {
            "rating": ["address", "uint256", "uint8", "uint16", "string"],
            "ruling": ["address", "uint256", "address", "uint8", "bytes32", "bool", "string"],
        }
        schema = bytes.fromhex(rating_uids()[kind][2:])
        data = encode(types[kind], [system.reputation.address, 1, *values])
        said = {"uid": uid, "attester": attester, "recipient": WORKER, "schema": schema, "data": data}
        return emit("contributions", "Attested", **{**said, "time": time, **changes})

    return made


@pytest.fixture
def rate(tell: Tell, attested: Any, policy: None) -> Tell:
    def told(time: int = 10 * DAY, value: int = 8000, /, signed: Any = None, **changes: Any) -> None:
        named = {**NAMED, "valueBps": value, "attestedAt": time - 1, "replaced": bytes(32), "reason": "cid"}
        named |= changes
        values = [named["component"], value, "cid"]
        made = attested("rating", named["rater"], named["uid"], values, time - 1, **(signed or {}))
        tell("RatingCounted", time, made, **named)

    return told


@pytest.fixture
def appeal(tell: Tell) -> Tell:
    def told(time: int = 11 * DAY, **changes: Any) -> None:
        tell("RatingAppealed", time, **{**NAMED, "ruleBy": time + 5 * DAY, "reason": "cid", **changes})

    return told


@pytest.fixture
def rule(tell: Tell, attested: Any) -> Tell:
    def told(name: str, time: int, /, signed: Any = None, by: str = ARBITER, **changes: Any) -> None:
        stands = name == "RatingUpheld"
        made = attested("ruling", by, RULING, [RATER, 1, UID, stands, "cid"], time, **(signed or {}))
        cause = {} if stands else {"cause": 0}
        tell(name, time, made, **{**NAMED, **cause, "ruling": RULING, "reason": "cid", **changes})

    return told


@pytest.mark.parametrize(
    ("changes", "signed", "failing"),
    [
        ({}, None, []),
        ({"valueBps": 8001}, None, ["reputation.attested"]),
        ({"attestedAt": 1}, None, ["reputation.attested"]),
        ({"reason": "other"}, None, ["reputation.attested"]),
        ({}, {"recipient": RATER}, ["reputation.attested"]),
        ({}, {"attester": WORKER}, ["reputation.attested"]),
        ({}, {"data": b""}, ["reputation.attested"]),
        ({}, {"schema": bytes(32)}, ["reputation.attested"]),
        ({"rater": STRANGER}, None, ["reputation.rater"]),
        ({"rater": WORKER}, None, ["reputation.impartial", "reputation.rater"]),
        ({"ratee": ARBITER}, {"recipient": ARBITER}, ["reputation.impartial"]),
        ({"component": 3}, None, ["reputation.rater"]),
        ({"replaced": b"\2" * 32}, None, ["reputation.replaced"]),
    ],
)
def test_a_rating_that_could_not_be_counted_so_is_named(
    rate: Any, checks: Checks, changes: dict[str, Any], signed: Any, failing: list[str]
) -> None:
    rate(10 * DAY, 8000, signed=signed, **changes)
    assert checks() == failing


def test_a_peer_with_a_track_record_may_rate(rate: Any, world: Any, checks: Checks) -> None:
    world[0]._standings.add((1, STRANGER), Component.TRACK_RECORD, 1, 5, 5)
    rate(10 * DAY, 8000, rater=STRANGER, component=3)
    assert checks() == []


def test_a_rating_raises_the_multiplier_and_fades(rate: Any, world: Any, checks: Checks) -> None:
    rate()
    today = world[0].multiplier(1, WORKER, 10 * DAY)
    assert today > world[0].multiplier(1, WORKER, 200 * DAY) > 10_000
    assert world[0].multiplier(2, WORKER, 10 * DAY) == 10_000
    assert checks() == []


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (11 * DAY, {}, []),
        (11 * DAY - 1, {}, ["reputation.too_soon"]),
        (11 * DAY, {"replaced": bytes(32)}, ["reputation.replaced"]),
        (11 * DAY, {"attestedAt": 10 * DAY - 1}, ["reputation.attested", "reputation.superseded"]),
    ],
)
def test_a_rating_replaces_the_one_of_a_former_day_and_takes_it_away(
    rate: Any, world: Any, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    rate()
    rate(time, 0, **{"uid": b"\2" * 32, "replaced": UID, **changes})
    assert checks() == failing
    assert world[0].multiplier(1, WORKER, time) == 10_000


def test_a_rating_under_appeal_is_not_replaced(rate: Any, appeal: Any, checks: Checks) -> None:
    rate()
    appeal()
    rate(12 * DAY, 0, uid=b"\2" * 32, replaced=UID)
    assert checks() == ["reputation.under_appeal"]


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (10 * DAY, {}, []),
        (20 * DAY - 1, {}, []),
        (20 * DAY, {}, ["reputation.appealed_in_time"]),
        (11 * DAY, {"ruleBy": 16 * DAY + 1}, ["reputation.rule_by"]),
        (11 * DAY, {"uid": RULING}, ["reputation.rating"]),
    ],
)
def test_an_appeal_out_of_time_or_of_another_rating_is_named(
    rate: Any, appeal: Any, checks: Checks, time: int, changes: dict[str, Any], failing: list[str]
) -> None:
    rate()
    appeal(time, **changes)
    assert checks() == failing


@pytest.mark.parametrize("name", ["RatingUpheld", "RatingStruck"])
@pytest.mark.parametrize(
    ("time", "signed", "by", "changes", "failing"),
    [
        (16 * DAY - 1, None, ARBITER, {}, []),
        (16 * DAY, None, ARBITER, {}, ["_in_time"]),
        (12 * DAY, None, STRANGER, {}, ["ruling"]),
        (12 * DAY, {"recipient": STRANGER}, ARBITER, {}, ["ruling"]),
        (12 * DAY, {"data": b""}, ARBITER, {}, ["ruling"]),
        (12 * DAY, None, ARBITER, {"reason": "other"}, ["ruling"]),
    ],
)
def test_a_ruling_is_the_arbiters_in_time_as_attested(
    rate: Any,
    appeal: Any,
    rule: Any,
    checks: Checks,
    name: str,
    time: int,
    signed: Any,
    by: str,
    changes: dict[str, Any],
    failing: list[str],
) -> None:
    rate()
    appeal()
    rule(name, time, signed=signed, by=by, **changes)
    assert [check.endswith(end) for check, end in zip(checks(), failing, strict=True)] == [True] * len(
        failing
    )


def test_a_ruling_told_the_other_way_round_is_named(
    rate: Any, appeal: Any, tell: Tell, attested: Any, checks: Checks
) -> None:
    rate()
    appeal()
    made = attested("ruling", ARBITER, RULING, [RATER, 1, UID, False, "cid"], 12 * DAY)
    tell("RatingUpheld", 12 * DAY, made, **NAMED, ruling=RULING, reason="cid")
    assert checks() == ["reputation.ruling"]


def test_a_ruling_by_the_owner_who_was_arbiter_is_named(
    rate: Any, appeal: Any, rule: Any, projects: ProjectAudit, checks: Checks
) -> None:
    rate()
    appeal()
    projects.projects[1].owner = ARBITER
    rule("RatingUpheld", 12 * DAY)
    assert checks() == ["reputation.arbiter"]


@pytest.mark.parametrize(
    ("sender", "to", "failing", "notes"),
    [
        (ARBITER, "ledger", [], 0),
        (STRANGER, "ledger", ["reputation.arbiter"], 0),
        (STRANGER, STRANGER, [], 1),
    ],
)
def test_who_ruled_by_a_call_is_asked_of_the_receipt(
    rate: Any,
    appeal: Any,
    tell: Tell,
    chain: Any,
    system: System,
    findings: Findings,
    checks: Checks,
    sender: str,
    to: str,
    failing: list[str],
    notes: int,
) -> None:
    rate()
    appeal()
    at = system.reputation.address if to == "ledger" else to
    chain.receipts[HASH] = Receipt(HASH, 1, 5, HASH, sender, at, 1, 1, None, ())
    tell("RatingUpheld", 12 * DAY, **NAMED, ruling=bytes(32), reason="cid")
    assert checks() == failing
    assert sum(row.verdict is Verdict.NOTE for row in findings.rows) == notes


@pytest.mark.parametrize(
    ("time", "changes", "failing"),
    [
        (16 * DAY, {}, []),
        (16 * DAY - 1, {}, ["reputation.silence"]),
        (16 * DAY, {"reason": "cid"}, ["reputation.unruled"]),
        (16 * DAY, {"ruling": RULING}, ["reputation.unruled"]),
    ],
)
def test_silence_strikes_when_the_arbiters_time_is_over(
    rate: Any,
    appeal: Any,
    tell: Tell,
    world: Any,
    checks: Checks,
    time: int,
    changes: Any,
    failing: list[str],
) -> None:
    rate()
    appeal()
    tell("RatingStruck", time, **{**NAMED, "cause": 1, "ruling": bytes(32), "reason": "", **changes})
    assert checks() == failing
    assert world[0].multiplier(1, WORKER, time) == 10_000


@pytest.mark.parametrize(("was_revoked", "failing"), [(True, []), (False, ["reputation.revoked"])])
def test_a_rating_struck_as_revoked_was_revoked_by_its_rater(
    rate: Any, tell: Tell, revoked: dict[Any, int], checks: Checks, was_revoked: bool, failing: list[str]
) -> None:
    rate()
    if was_revoked:
        revoked[RATER, UID] = 12 * DAY
    tell("RatingStruck", 12 * DAY, **NAMED, cause=2, ruling=bytes(32), reason="")
    assert checks() == failing


def test_a_rating_is_struck_once_and_its_rater_waits_a_half_life(
    rate: Any, appeal: Any, tell: Tell, checks: Checks
) -> None:
    struck = {**NAMED, "cause": 1, "ruling": bytes(32), "reason": ""}
    rate()
    appeal()
    tell("RatingStruck", 16 * DAY, **struck)
    tell("RatingStruck", 16 * DAY, **struck)
    assert checks() == ["reputation.stage"]
    rate(105 * DAY, 1, uid=b"\2" * 32)
    assert checks()[1:] == ["reputation.too_soon"]
    rate(107 * DAY, 1, uid=b"\3" * 32, replaced=b"\2" * 32)
    assert len(checks()) == 2


def test_an_appeal_of_a_rating_that_nobody_counted_is_named(
    appeal: Any, policy: None, checks: Checks
) -> None:
    appeal()
    assert checks() == ["reputation.rating", "reputation.stage"]


@pytest.fixture
def stored(world: Any, rate: Any, appeal: Any) -> dict[Any, Any]:
    """A rating under appeal on day 11, and views that agree."""
    rate()
    appeal()
    tally, day = world[0]._standings.tallies[1, WORKER][Component.PASSION], 11
    one = {"sum": tally.sum, "weight": tally.weight, "day": tally.day}
    value = tally.value_down(day, 90)
    nothing = {"tally": {"sum": 0, "weight": 0, "day": 0}, "value": 0}
    standings = [nothing, {"tally": one, "value": value}, nothing, nothing]
    multiplier = world[0].multiplier(1, WORKER, day * DAY)
    rules = {"escrow": STRANGER, "halfLife": 1, "appealWindow": 10 * DAY, "arbiterWindow": 5 * DAY}
    world[1].answers = {
        "policyOf": {**rules, "arbiter": ARBITER, "raters": [RATER]},
        "explain": {"standings": standings, "multiplierBps": multiplier},
        "ratingOf": {
            "uid": UID,
            "valueBps": 8000,
            "stage": 2,
            "attestedAt": 10 * DAY - 1,
            "countedAt": 10 * DAY,
            "clock": 11 * DAY,
        },
    }
    found: dict[Any, Any] = world[1].answers
    return found


def test_views_that_hold_what_was_told_pass(world: Any, stored: dict[Any, Any], checks: Checks) -> None:
    world[0].finish(9, 11 * DAY)
    assert checks() == []


@pytest.mark.parametrize("field", ["valueBps", "stage", "attestedAt", "countedAt", "clock"])
def test_each_stored_figure_of_a_rating_off_by_one_is_named(
    world: Any, stored: dict[Any, Any], findings: Findings, checks: Checks, field: str
) -> None:
    stored["ratingOf"][field] += 1
    world[0].finish(9, 11 * DAY)
    assert checks() == ["state.ratings"]
    row = next(row for row in findings.rows if row.verdict is Verdict.FAIL)
    assert row.expected.startswith(f"ratingOf.{field} ")
    assert row.subject == f"reputation/1/{WORKER}/passion/by/{RATER}"


@pytest.mark.parametrize("field", ["sum", "weight", "day", "value"])
def test_each_stored_figure_of_a_standing_off_by_one_is_named(
    world: Any, stored: dict[Any, Any], checks: Checks, field: str
) -> None:
    standing = stored["explain"]["standings"][1]
    kept = standing if field == "value" else standing["tally"]
    kept[field] += 1
    world[0].finish(9, 11 * DAY)
    assert checks() == ["state.reputation"]


def test_another_multiplier_or_policy_is_named(world: Any, stored: dict[Any, Any], checks: Checks) -> None:
    stored["explain"]["multiplierBps"] += 1
    stored["policyOf"]["appealWindow"] += 1
    world[0].finish(9, 11 * DAY)
    assert checks() == ["state.policy", "state.reputation"]
