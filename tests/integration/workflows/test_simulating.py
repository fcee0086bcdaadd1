"""What a simulation says is what the contracts pay: worst case, silence and best case, on a real chain."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resonance_dao.economy.withholding_rules import rules
from resonance_dao.workflows import bounties, withholding
from resonance_dao.workflows.bounty_file import read_bounty
from resonance_dao.workflows.contributions import accepting_by_silence
from resonance_dao.workflows.payouts import settling
from resonance_dao.workflows.simulating import Facts, Simulation, hash_of, schedule_of, simulate

pytestmark = pytest.mark.chain
DAY, YEN = 86_400, 10**18
WORDS = {"en": "words", "ja": "言葉"}
FEE = {"kind": "fixed_price_with_success_fee", "fixed": "100000", "fee": "50000.7", "target": 500}
SPLIT = {"base": 30, "success": 50, "long_term": 20}
PLAIN = {"amount": "300000.000000000000000007", "guaranteed": "120000.1", "split": SPLIT}


def file_of(world: Any, pay: dict[str, Any], **changes: Any) -> str:
    """A bounty file of the world's roles, with an outcome after 20 days and one after 60."""
    source = {"metric": WORDS, "source": world.address("source"), "challenge_window": "1d"}
    content = {
        "project": 1,
        "title": WORDS,
        "description": WORDS,
        "category": "design",
        "pay": {"token": world.coin, **pay},
        "submit_by": "30d",
        "review": {
            "reviewers": [world.address("aya"), world.address("ben")],
            "quorum": 2,
            "window": "4d",
        },
        "success": {**source, "target": 500, "closes_after": "20d", "when_silent": 70},
        "long_term": {**source, "target": 9, "closes_after": "60d", "when_silent": "33.33"},
        "arbiter": {"account": world.address("arbiter"), "window": "2d"},
        **changes,
    }
    return json.dumps({key: value for key, value in content.items() if value is not None})


def simulated(world: Any, text: str, **facts: Any) -> Simulation:
    return simulate(read_bounty(text), Facts(world.now(), 18, "JPYC", funder=world.address("owner"), **facts))


def opened(world: Any, found: Simulation) -> Any:
    """Open just the terms that were simulated."""
    for action in bounties.opening(world.system, found.terms, world.address("owner")):
        receipt = world.do(action, "owner")
    view = world.view(bounties.opened(world.system, receipt))
    assert view.escrowed == found.totals.escrowed
    return world.submit(view)


def report(world: Any, view: Any, values: dict[str, int]) -> None:
    """Let the source report each tranche and the day of challenge pass."""
    for name, value in values.items():
        world.attest(view, world.outcome(view, name, value), "source")
        world.later(DAY)
        world.do(settling(world.system, view, 1, name), "outsider")


def test_the_worst_case_of_a_plain_file(world: Any) -> None:
    found = simulated(world, file_of(world, PLAIN))
    row, before = found.outcomes[0], world.credit("owner")
    assert row.case == "nothing"
    view = world.accept(opened(world, found))
    report(world, view, {"success": 0, "long_term": 0})
    assert world.credit("worker") == row.net == row.paid
    assert world.credit("owner") - before == row.done.returned == found.totals.most_returned_if_won


def test_silence_of_a_file_whose_tax_is_withheld_at_the_times_that_were_told(world: Any) -> None:
    yen = rules("JP").schedule("ordinary", token=world.coin, unit=YEN, collector=world.address("partner"))
    world.do(withholding.registering(world.system, yen), "outsider")
    identity = withholding.schedule_id(world.system, yen)
    assert identity == hash_of(yen)
    schedule = schedule_of(identity, world.coin, 18, world.address("partner"))
    found = simulated(world, file_of(world, {**PLAIN, "withholding": identity}), schedule=schedule)
    row = next(outcome for outcome in found.outcomes if outcome.case == "silence")
    view, before = opened(world, found), world.credit("owner")
    world.later(4 * DAY)
    world.do(accepting_by_silence(world.system, view, 1), "outsider")
    for name, days in (("success", 20), ("long_term", 40)):
        world.later(days * DAY)
        world.do(settling(world.system, view, 1, name), "outsider")
    assert row.tax > 0
    assert (world.credit("worker"), world.credit("partner")) == (row.net, row.tax)
    assert world.credit("owner") - before == row.done.returned


def test_the_best_case_of_a_file_with_a_preset(world: Any) -> None:
    changes = {"preset": FEE, "long_term": None, "success": None}
    outcome = {"metric": WORDS, "source": world.address("source"), "closes_after": "20d"}
    changes["success"] = {**outcome, "challenge_window": "1d"}
    found = simulated(world, file_of(world, {}, **changes))
    row, before = found.outcomes[-1], world.credit("owner")
    view = world.accept(opened(world, found))
    report(world, view, {"success": 2**100})
    assert found.preset is not None
    promised = 100_000 * YEN + 500_007 * 10**17
    assert promised + found.preset.extra_base + found.preset.extra_success == row.paid
    assert world.credit("worker") == row.net == found.totals.most_paid
    assert world.credit("owner") - before == row.done.returned == 0
