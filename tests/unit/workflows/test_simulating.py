"""Simulations: what is refused, which alarms are raised, and clocks to the second."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.attestation import ZERO_HASH
from resonance_dao.economy.impact_share import settlement
from resonance_dao.economy.withholding import Bracket, Schedule
from resonance_dao.economy.withholding_rules import rules
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows.bounty_file import read_bounty
from resonance_dao.workflows.simulating import (
    Facts,
    Simulation,
    bid_of,
    hash_of,
    multiplier_text,
    offer_of,
    schedule_of,
    simulate,
)

NOW, DAY, YEN = 1_800_000_000, 86_400, 10**18
A, B, C, D, FUNDER, OFFICE = (f"0x{digit * 40}" for digit in "123456")
COIN = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
WORDS = {"en": "words", "ja": "言葉"}
OUTCOME = {"metric": WORDS, "target": 500, "source": C, "closes_after": "20d", "challenge_window": "7d"}
GOOD: dict[str, Any] = {
    "project": 1,
    "title": WORDS,
    "description": WORDS,
    "category": "programming",
    "pay": {
        "token": COIN,
        "amount": "300000",
        "guaranteed": "120000",
        "split": {"base": 60, "success": 40, "long_term": 0},
    },
    "applications": True,
    "project_tokens": "10",
    "submit_by": "30d",
    "review": {"reviewers": [A, B], "quorum": 2, "window": "4d"},
    "success": OUTCOME,
    "arbiter": {"account": D, "window": "2d"},
}
VECTORS = Path(__file__).parents[2] / "vectors" / "withholding.json"


def simulated(changes: dict[str, Any] | None = None, **facts: Any) -> Simulation:
    content = copy.deepcopy(GOOD)
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        place = content
        for name in parents:
            place = place.setdefault(name, {})
        if value is ...:
            del place[last]
        else:
            place[last] = value
    given = {"funder": FUNDER, "decimals": 18, "symbol": "JPYC", "now": NOW, **facts}
    return simulate(read_bounty(json.dumps(content)), Facts(**given))


def codes(changes: dict[str, Any] | None = None, **facts: Any) -> set[str]:
    return {alarm.code for alarm in simulated(changes, **facts).alarms}


def test_what_opening_would_refuse_is_refused() -> None:
    with pytest.raises(InputInvalid, match=r"arbiter\.account.*must not be a reviewer"):
        simulated({"arbiter.account": A})
    with pytest.raises(InputInvalid, match=r"arbiter\.account.*must not be the funder"):
        simulated(funder=D)
    with pytest.raises(InputInvalid, match="in the past"):
        simulated({"submit_by": NOW})


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(NotFound, match="juggling"):
        simulated({"category": "juggling"})


def test_a_bid_needs_applications_and_stays_within_the_amount() -> None:
    with pytest.raises(InputInvalid, match="applications"):
        simulated({"applications": False}, bid=1)
    for wrong in (0, 300_000 * YEN + 1):
        with pytest.raises(InputInvalid, match="at most 300,000 JPYC"):
            simulated(bid=wrong)
    assert simulated(bid=300_000 * YEN).outcomes == simulated().outcomes
    with pytest.raises(InputInvalid, match="more than zero"):
        bid_of("0", 18)
    assert bid_of("0.5", 18) == YEN // 2


def test_a_collector_whose_schedule_is_another_is_refused() -> None:
    with pytest.raises(InputInvalid, match="collector"):
        schedule_of("0x" + "00" * 32, COIN, 18, OFFICE)


def test_a_schedule_is_found_again_from_its_collector() -> None:
    for kind in rules("JP").kinds:
        schedule = rules("JP").schedule(kind, token=COIN, unit=YEN, collector=OFFICE)
        assert schedule_of(hash_of(schedule), COIN, 18, OFFICE) == schedule


def test_the_id_of_a_schedule_is_that_of_the_contract() -> None:
    for row in json.loads(VECTORS.read_text("utf-8"))["schedules"]:
        columns = zip(*(map(int, row[key]) for key in ("start", "from", "fixedTax", "rateBps")), strict=True)
        brackets = tuple(Bracket(*column) for column in columns)
        schedule = Schedule(row["token"], int(row["unit"]), row["collector"], row["label"], brackets)
        assert hash_of(schedule) == row["id"]


def test_terms_that_nothing_is_said_against_raise_no_alarm() -> None:
    assert codes() == set()


ALARMS: list[tuple[str, dict[str, Any]]] = [
    ("reviewer_is_funder", {"review.reviewers": [A, FUNDER]}),
    ("source_is_funder", {"success.source": FUNDER}),
    ("source_is_reviewer", {"success.source": A}),
    ("single_reviewer", {"review": {"reviewers": [A], "quorum": 1, "window": "4d"}}),
    ("no_appeal", {"review.appeal": 0}),
    ("silent_appeal_rejects", {"arbiter.when_silent": "reject"}),
    ("success_silence_pays_nothing", {"success.when_silent": 0}),
    ("success_report_is_final", {"success.challenge_window": 0}),
    ("success_bond_exceeds_tranche", {"arbiter.bond": "120000.1"}),
    ("no_guarantee", {"pay.guaranteed": 0}),
    ("pending_work_can_lapse", {"applications": False}),
    ("open_door_pays_by_silence", {"applications": False}),
    ("review_is_long", {"review.window": 60 * DAY + 1}),
    ("base_paid_late", {"review.window": "60d"}),
    ("success_paid_late", {"success.closes_after": "60d"}),
    ("revisions_delay_pay", {"review.window": "10d"}),
    ("tax_unknown", {"pay.withholding": "0x" + "5c" * 32}),
    ("category_unnamed", {"category": ...}),
    ("withholding_missing", {"category": "design"}),
]
"""What raises each alarm."""


@pytest.mark.parametrize(("code", "changes"), ALARMS, ids=[code for code, _ in ALARMS])
def test_each_alarm_is_raised_by_what_it_is_about(code: str, changes: dict[str, Any]) -> None:
    assert code in codes(changes)
    assert code not in codes()


def test_an_unnamed_funder_and_a_missing_arbiter_are_told() -> None:
    assert codes(funder=None) == {"funder_unnamed"}
    only_base = {"base": 100, "success": 0, "long_term": 0}
    without = {"pay.split": only_base, "success": ..., "arbiter": ...}
    assert "no_arbiter" in codes(without)


def test_an_open_door_is_warned_of_in_both_languages() -> None:
    alarms = {alarm.code: alarm.words for alarm in simulated({"applications": False}).alarms}
    words = alarms["open_door_pays_by_silence"]
    assert "A flood of junk can win every award by silence" in words["en"]
    assert "大量の無価値な提出が沈黙によって" in words["ja"]
    assert "応募制" in words["ja"]


def test_a_bond_of_just_the_tranche_raises_no_alarm() -> None:
    assert "success_bond_exceeds_tranche" not in codes({"arbiter.bond": "120000"})
    assert "review_is_long" not in codes({"review.window": "60d"})


def test_every_alarm_window_and_role_has_words_in_both_languages() -> None:
    changes = {path: value for code, part in ALARMS[4:10] for path, value in part.items()}
    changes["review.appeal"] = "7d"
    changes["success.challenge_window"] = "7d"
    found = simulated(changes)
    rows = [alarm.words for alarm in found.alarms]
    rows += [words for window in found.timeline for words in (window.title, window.who, window.silence)]
    rows += [words for role in found.roles for words in (role.title, *role.can)]
    assert all(words["en"] and words["ja"] and words["en"] != words["ja"] for words in rows)


def test_every_window_is_where_the_contract_has_it() -> None:
    submit = NOW + 30 * DAY - 1
    accepted = submit + 4 * DAY
    windows = {window.name: (window.start, window.end) for window in simulated().timeline}
    assert windows == {
        "submit": (NOW, NOW + 30 * DAY),
        "review": (submit, accepted),
        "changes": (accepted - 1, accepted - 1 + 4 * DAY),
        "appeal": (accepted - 1, accepted - 1 + 7 * DAY),
        "appeal_ruling": (accepted - 2 + 7 * DAY, accepted - 2 + 9 * DAY),
        "success_report": (accepted, accepted + 20 * DAY),
        "success_challenge": (accepted + 20 * DAY - 1, accepted + 27 * DAY - 1),
        "success_ruling": (accepted + 27 * DAY - 2, accepted + 29 * DAY - 2),
        "tokens": (accepted, None),
    }


def test_pay_comes_in_silence_without_dispute_and_at_the_very_latest() -> None:
    found = simulated()
    accepted = NOW + 34 * DAY - 1
    assert (found.in_silence.base, found.in_silence.success) == (accepted, accepted + 20 * DAY)
    assert (found.undisputed.base, found.undisputed.success) == (accepted, accepted + 27 * DAY - 1)
    last = NOW + 30 * DAY - 1 + 7 * (4 * DAY - 1) + 7 * DAY - 1 + 2 * DAY
    assert (found.at_latest.base, found.at_latest.success) == (last, last + 29 * DAY - 2)
    assert found.at_latest.top_up == last + 29 * DAY - 2


def test_without_appeal_and_challenge_there_are_no_windows_for_them() -> None:
    found = simulated({"review.appeal": 0, "success.challenge_window": 0, "project_tokens": 0})
    assert [window.name for window in found.timeline] == ["submit", "review", "changes", "success_report"]
    assert found.in_silence == found.undisputed
    last = NOW + 30 * DAY - 1 + 6 * (4 * DAY - 1) + 4 * DAY
    assert (found.at_latest.base, found.at_latest.success) == (last, last + 20 * DAY)


def test_outcomes_are_the_settlement_of_the_terms_to_the_unit() -> None:
    found = simulated({"pay.multiplier": {"lowest": 80, "highest": 150}, "success.cap": 150})
    terms = found.terms
    assert len(found.outcomes) == 4 * 3
    for row in found.outcomes:
        assert row.done == settlement(
            terms.amount,
            row.multiplier_bps,
            terms.max_multiplier_bps,
            terms.guaranteed,
            terms.shares_bps,
            success_bps=row.success_bps,
            long_term_bps=row.long_term_bps,
            caps_bps=terms.caps_bps,
        )
    best = found.outcomes[-1]
    assert (best.case, best.success_bps, best.done.returned) == ("cap", 15_000, 0)


def test_tax_is_taken_by_the_schedule_that_the_file_names_and_by_no_other() -> None:
    schedule = rules("JP").schedule("ordinary", token=COIN, unit=YEN, collector=OFFICE)
    found = simulated({"pay.withholding": hash_of(schedule), "category": "design"}, schedule=schedule)
    assert not {alarm.code for alarm in found.alarms}
    worst = found.outcomes[0]
    assert worst.tax == sum(payment.tax for payment in worst.payments) == 18_378 * YEN
    assert [role.accounts for role in found.roles if role.name == "collector"] == [(OFFICE,)]
    assert simulated(schedule=schedule).outcomes[0].tax == 0
    assert simulated().terms.withholding == ZERO_HASH


def test_the_document_is_the_one_that_opening_pins() -> None:
    from resonance_dao.evidence.cid import Cid
    from resonance_dao.transparency.canonical import encode

    found = simulated()
    assert found.terms.document == str(Cid.of(encode(read_bounty(json.dumps(GOOD)).document())))
    assert offer_of(found.terms) == found.offer


def test_the_json_has_amounts_as_text_and_every_part() -> None:
    told = json.loads(json.dumps(simulated(bid=YEN).to_dict()))
    assert told["funder"]["escrowed"] == str(300_000 * YEN)
    assert told["assumptions"]["bid"] == str(YEN)
    assert {row["case"] for row in told["outcomes"]} == {"nothing", "silence", "target"}
    for row in told["outcomes"]:
        parts = [int(row[name]) for name in ("base", "success", "long_term", "top_up")]
        assert sum(parts) == int(row["gross"]) == int(row["tax"]) + int(row["net"])
    assert told["warnings"] == []
    assert {role["name"] for role in told["roles"]} >= {"worker", "funder", "project", "reviewers", "arbiter"}


@pytest.mark.parametrize(("bps", "text"), [(10_000, "1"), (8000, "0.8"), (15_050, "1.505"), (50_000, "5")])
def test_a_multiplier_is_shown_as_a_factor(bps: int, text: str) -> None:
    assert multiplier_text(bps) == text


def test_the_extra_of_a_preset_is_told() -> None:
    preset = {"kind": "fixed_price_with_success_fee", "fixed": "100000", "fee": "50000", "target": 500}
    changes = {"preset": preset, "pay": {"token": COIN}, "applications": False}
    told = simulated(changes, decimals=0).to_dict()["preset"]
    assert told == {"amount": "150013", "extra_base": "13", "extra_success": "0"}
    assert simulated().to_dict()["preset"] is None
