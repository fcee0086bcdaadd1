"""Presets in bounty files: refusals and contradictions by name, then the numbers that they fill in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resonance_dao.economy import presets
from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.canonical import encode
from resonance_dao.workflows.bounty_file import BountyFile, read_bounty
from resonance_dao.workflows.terms import Terms

NOW, YEN = 1_800_000_000, 10**18
A, B, C, D, FUNDER, DESK = (f"0x{digit * 40}" for digit in "123456")
WORDS = {"en": "words", "ja": "言葉"}
OUTCOME = {"metric": WORDS, "source": C, "closes_after": "90d"}
FEE = {"kind": "fixed_price_with_success_fee", "fixed": "100000", "fee": "50000", "target": 500}
GUARANTEE = {"kind": "outcome_guarantee", "amount": "300000", "guaranteed": "90000.5", "target": 7}
REVENUE = {"kind": "revenue_share", "share": "12.5", "up_to": "250000", "forecast_revenue": 1_000_000}
IMPACT = {"kind": "impact_share", "amount": "300000", "target": 500, "long_term_target": 100}


def bounty_of(preset: dict[str, Any] | None, **changes: Any) -> BountyFile:
    """A file with a preset; keys of the change are put beside those that are there."""
    content: dict[str, Any] = {
        "project": 1,
        "title": WORDS,
        "description": WORDS,
        "pay": {"token": D},
        "submit_by": "30d",
        "review": {"reviewers": [A, B], "quorum": 2},
        "success": OUTCOME,
        "arbiter": {"account": D},
    }
    if preset is not None:
        content["preset"] = preset
    if preset == IMPACT:
        content["long_term"] = OUTCOME
    for name, value in changes.items():
        content[name] = {**content.get(name, {}), **value} if isinstance(value, dict) else value
    return read_bounty(json.dumps(content))


def terms_of(bounty: BountyFile, decimals: int = 18) -> Terms:
    return bounty.to_terms(decimals, NOW, "bafydocument", funder=FUNDER, desk=DESK)


def test_without_a_preset_amount_and_target_must_be_written() -> None:
    with pytest.raises(InputInvalid, match=r"pay\.amount.*is missing"):
        bounty_of(None, success={"target": 5})
    with pytest.raises(InputInvalid, match=r"success\.target.*is missing"):
        bounty_of(None, pay={"amount": "5"})


@pytest.mark.parametrize(
    ("preset", "field", "rule"),
    [
        ({"kind": "barter"}, "preset", "does not match any"),
        ({**FEE, "colour": "red"}, "preset.fixed_price_with_success_fee.colour", "no known key"),
        ({**FEE, "fee": 0.5}, "preset.fee", "decimal point"),
    ],
)
def test_a_preset_that_is_none_is_refused_at_reading(preset: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        bounty_of(preset)
    assert caught.value.field == f"bounty: {field}"
    assert rule in caught.value.rule


@pytest.mark.parametrize(
    ("preset", "field", "rule"),
    [
        ({**FEE, "fee": "0"}, "fee", "between 1"),
        ({**FEE, "fixed": "1,5"}, "fixed", "decimal number"),
        ({**FEE, "when_silent": 101}, "when_silent", "at most 100%"),
        ({**GUARANTEE, "guaranteed": "300001"}, "guaranteed", "between"),
        ({**GUARANTEE, "base": 100}, "base", "between 0 and 9999"),
        ({**GUARANTEE, "cap": 50}, "cap", "between 10000"),
        ({**REVENUE, "share": 0}, "share", "between 1"),
        ({**REVENUE, "up_to": "0"}, "up_to", "between 1"),
        ({**IMPACT, "guaranteed": "300000.5"}, "guaranteed", "between 0"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused_by_the_key_of_the_preset(
    preset: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(InputInvalid) as caught:
        terms_of(bounty_of(preset))
    assert caught.value.field == f"bounty: preset.{field}"
    assert rule in caught.value.rule


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pay": {"amount": "299999"}}, "pay.amount"),
        ({"pay": {"guaranteed": "1"}}, "pay.guaranteed"),
        ({"pay": {"split": {"base": 40}}}, "pay.split.base"),
        ({"success": {"target": 501}}, "success.target"),
        ({"success": {"cap": 150}}, "success.cap"),
        ({"long_term": {"when_silent": 0}}, "long_term.when_silent"),
    ],
)
def test_a_key_that_contradicts_the_preset_is_refused_by_name(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputInvalid, match="contradicts the preset") as caught:
        terms_of(bounty_of(IMPACT, **changes))
    assert caught.value.field == f"bounty: {field}"


def test_a_tranche_that_the_preset_needs_or_does_not_know_is_refused() -> None:
    with pytest.raises(InputInvalid, match=r"success.*is missing"):
        terms_of(bounty_of(FEE, success=None))
    with pytest.raises(InputInvalid, match=r"long_term.*is described"):
        terms_of(bounty_of(FEE, long_term={**OUTCOME, "target": 5}))


def test_what_repeats_the_preset_in_other_words_stays() -> None:
    same = {"pay": {"amount": "300,000", "split": {"base": "30%"}}, "success": {"target": 500, "cap": 100}}
    assert terms_of(bounty_of(IMPACT, **same)) == terms_of(bounty_of(IMPACT))


@pytest.mark.parametrize(
    ("preset", "numbers"),
    [
        (FEE, presets.fixed_price_with_success_fee(100_000 * YEN, 50_000 * YEN, target=500)),
        (GUARANTEE, presets.outcome_guarantee(300_000 * YEN, 900_005 * 10**17, target=7)),
        (REVENUE, presets.revenue_share(1250, 250_000 * YEN, 1_000_000, metric_unit=YEN)),
        (IMPACT, presets.impact_share(300_000 * YEN, target=500, long_term_target=100)),
    ],
    ids=lambda part: part["kind"] if isinstance(part, dict) else "",
)
def test_the_terms_have_the_numbers_of_the_preset(preset: dict[str, Any], numbers: presets.Preset) -> None:
    terms = terms_of(bounty_of(preset))
    assert (terms.amount, terms.guaranteed, terms.base_bps) == (
        numbers.amount,
        numbers.guaranteed,
        numbers.base_bps,
    )
    for part, given in ((terms.success, numbers.success), (terms.long_term, numbers.long_term)):
        found = (part.share_bps, part.target, part.cap_bps, part.silent_bps)
        assert found == (given.share_bps, given.target, given.cap_bps, given.silent_bps)


def test_resolving_twice_changes_nothing_and_the_document_has_preset_and_numbers() -> None:
    once = bounty_of(FEE).resolved(18)
    assert once.resolved(18) == once
    document = json.loads(encode(once.document()))
    assert document["preset"]["fixed"] == "100000"
    assert document["pay"]["split"]["base"] == "66.67"
    assert document["pay"]["amount"] == str(once.pay.amount)


def test_the_numbers_follow_the_decimals_of_the_token() -> None:
    assert terms_of(bounty_of(FEE), decimals=0).amount == 150_013
    assert terms_of(bounty_of(FEE), decimals=18).amount == 150_015_001500150015001498
