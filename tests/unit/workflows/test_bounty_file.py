"""Bounty files: every refusal names field, value and rule; what passes becomes terms."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

import pytest

from resonance_dao.chain.attestation import ZERO_ADDRESS, ZERO_HASH
from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.canonical import encode
from resonance_dao.workflows.bounty_file import read_bounty
from resonance_dao.workflows.terms import Terms
from resonance_dao.workflows.terms_rules import TEN_YEARS

NOW = 1_800_000_000
DAY = 86_400
A, B, C, D, FUNDER, DESK = (f"0x{digit * 40}" for digit in "123456")
COIN = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
WORDS = {"en": "words", "ja": "言葉"}
OUTCOME = {"metric": WORDS, "target": 500, "source": C, "closes_after": "90d"}
GOOD: dict[str, Any] = {
    "project": 1,
    "title": WORDS,
    "description": WORDS,
    "pay": {"token": COIN, "amount": "300000", "guaranteed": "120000.5"},
    "submit_by": "30d",
    "review": {"reviewers": [B, A], "quorum": 2},
    "success": {**OUTCOME, "challenge_window": "7d"},
    "long_term": {**OUTCOME, "opens_after": "365d", "closes_after": "395d", "challenge_window": 0},
    "arbiter": {"account": D},
}


def changed(path: str, value: Any = None) -> dict[str, Any]:
    """The good file with one value put in, or taken out when it is `...`."""
    content = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    place = content
    for name in parents:
        place = place.setdefault(name, {})
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return content


def terms_of(content: dict[str, Any], decimals: int = 18) -> Terms:
    return read_bounty(json.dumps(content)).to_terms(decimals, NOW, "bafydocument", funder=FUNDER, desk=DESK)


REFUSED: list[tuple[str, Any, str, str]] = [
    # what is changed, the value, the field that the error names, what the rule says
    ("colour", "red", "colour", "no known key"),
    ("pay.amont", "1", "pay.amont", "no known key"),
    ("review.quorum", ..., "review.quorum", "is missing"),
    ("pay", ..., "pay", "is missing"),
    ("project", 0, "project", "greater than or equal to 1"),
    ("project", "1", "project", "valid integer"),
    ("title", "words", "title", ""),
    ("title", {"en": "words"}, "title.ja", "is missing"),
    ("title.en", "", "title.en", "at least 1"),
    ("pay.amount", 0.5, "pay.amount", "decimal point"),
    ("pay.amount", True, "pay.amount", "whole number, or text"),
    ("pay.amount", "0", "pay.amount", "more than zero"),
    ("pay.amount", "-1", "pay.amount", "decimal number"),
    ("pay.amount", "1,5", "pay.amount", "decimal number"),
    ("pay.amount", "0.0000000000000000001", "pay.amount", "the token has 18"),
    ("pay.guaranteed", "300000.1", "pay.guaranteed", "at most the smallest award, 300000"),
    ("pay.token", "0x1234", "pay.token", "must be an address"),
    ("pay.token", COIN.replace("5F", "5f"), "pay.token", "checksum"),
    ("pay.token", ZERO_ADDRESS, "pay.token", "zero address"),
    ("pay.awards", 0, "pay.awards", "greater than or equal to 1"),
    ("pay.awards", 65_536, "pay.awards", "less than or equal to 65535"),
    ("pay.split", {"base": 30, "success": 50, "long_term": 19}, "pay.split", "must sum to 10000"),
    ("pay.split", {"base": 101, "success": 50, "long_term": 20}, "pay.split.base", "at most 100%"),
    ("pay.split", {"base": "33.333", "success": 50, "long_term": 20}, "pay.split.base", "two decimals"),
    ("pay.multiplier", {"lowest": 0, "highest": 100}, "pay.multiplier", "more than zero"),
    ("pay.multiplier", {"lowest": 120, "highest": 110}, "pay.multiplier", "at most highest"),
    ("pay.multiplier", {"lowest": 100, "highest": 501}, "pay.multiplier.highest", "at most 500%"),
    ("pay.multiplier", {"lowest": 10, "highest": 100}, "pay.guaranteed", "at most the smallest award, 30000"),
    ("project_tokens", "1.0000000000000000001", "project_tokens", "the token has 18"),
    ("submit_by", "0d", "submit_by", "in the past"),
    ("submit_by", "2020-01-01T00:00:00Z", "submit_by", "in the past"),
    ("submit_by", NOW, "submit_by", "in the past"),
    ("submit_by", "2030-01-01", "submit_by", "offset"),
    ("submit_by", "soon", "submit_by", "30d"),
    ("submit_by", "3651d", "submit_by", "ten years"),
    ("submit_by", 10**30, "submit_by", "ten years"),
    ("review.reviewers", [], "review.reviewers", "at least 1"),
    ("review.reviewers", [f"0x{n:040x}" for n in range(1, 18)], "review.reviewers", "at most 16"),
    ("review.reviewers", [A, "0x12"], "review.reviewers.1", "must be an address"),
    ("review.reviewers", [A, ZERO_ADDRESS], "review.reviewers.1", "zero address"),
    ("review.reviewers", [A, A], "review.reviewers", "twice"),
    ("review.quorum", 3, "review.quorum", "number of reviewers, 2"),
    ("review.quorum", 0, "review.quorum", "greater than or equal to 1"),
    ("review.window", "0d", "review.window", "longer than zero"),
    ("review.window", "3651d", "review.window", "ten years"),
    ("review.window", "two weeks", "review.window", "length of time"),
    ("success", ..., "success", "is missing, but pay.split.success is 50"),
    ("long_term", ..., "long_term", "is missing, but pay.split.long_term is 20"),
    ("success.source", ZERO_ADDRESS, "success.source", "zero address"),
    ("success.closes_after", ..., "success.closes_after", "is missing"),
    ("success.opens_after", "90d", "success.closes_after", "later than opens_after"),
    ("success.closes_after", "3651d", "success.closes_after", "ten years"),
    ("success.closes_after", "8000w", "success.closes_after", "136 years"),
    ("success.challenge_window", "3651d", "success.challenge_window", "ten years"),
    ("success.when_silent", 101, "success.when_silent", "at most 100%"),
    ("success.when_silent", "-1", "success.when_silent", "percentage"),
    ("success.target", ..., "success.target", "is missing"),
    ("success.target", 0, "success.target", "greater than or equal to 1"),
    ("success.target", 2**128, "success.target", "less than"),
    ("success.target", "500", "success.target", "valid integer"),
    ("success.cap", 99, "success.cap", "must be 100 % to 200 %"),
    ("success.cap", 201, "success.cap", "at most 200%"),
    ("pay.withholding", "0x12", "pay.withholding", "match pattern"),
    ("applications", "yes", "applications", "valid boolean"),
    ("review.appeal", "3651d", "review.appeal", "at most ten years"),
    ("arbiter", ..., "arbiter", "can be challenged, needs one"),
    ("arbiter.window", 0, "arbiter.window", "longer than zero"),
    ("arbiter.account", C, "arbiter.account", "must not be a source"),
    ("arbiter.account", A, "arbiter.account", "must not be a reviewer"),
    ("arbiter.account", FUNDER, "arbiter.account", "must not be the funder"),
    ("arbiter.when_silent", "perhaps", "arbiter.when_silent", "'accept' or 'reject'"),
    ("arbiter.bond", "-1", "arbiter.bond", "decimal number"),
]


@pytest.mark.parametrize(("path", "value", "field", "rule"), REFUSED, ids=lambda part: str(part)[:40])
def test_each_refusal_names_field_value_and_rule(path: str, value: Any, field: str, rule: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        terms_of(changed(path, value))
    assert caught.value.field == f"bounty: {field}"
    assert rule in caught.value.rule
    assert caught.value.hint
    assert str(caught.value) == f"bounty: {field} = {caught.value.details['value']}: {caught.value.rule}"


def test_a_tranche_that_is_described_but_has_no_share_is_refused() -> None:
    content = changed("pay.split", {"base": 50, "success": 50, "long_term": 0})
    with pytest.raises(InputInvalid, match="is described, but"):
        terms_of(content)


def test_an_amount_with_too_many_decimals_for_the_token_is_refused() -> None:
    with pytest.raises(InputInvalid, match="has 1 decimals, but the token has 0"):
        terms_of(GOOD, decimals=0)


@pytest.mark.parametrize(
    "pair", ['"awards": 1, "awards": 2', '"awards": 1.0', '"awards": 010', '"awards": *all']
)
def test_yaml_that_could_be_read_in_two_ways_is_refused(pair: str) -> None:
    text = json.dumps(GOOD).replace('"token": ', f'{pair}, "token": ')
    with pytest.raises(InputInvalid):
        read_bounty(text)


def test_the_template_is_refused_until_its_addresses_are_filled_in() -> None:
    template = files("resonance_dao.workflows").joinpath("bounty_template.yaml").read_text("utf-8")
    with pytest.raises(InputInvalid, match="zero address"):
        read_bounty(template)


def test_the_template_with_addresses_becomes_terms() -> None:
    template = files("resonance_dao.workflows").joinpath("bounty_template.yaml").read_text("utf-8")
    parts = template.split(ZERO_ADDRESS)
    filled = parts[0] + "".join(
        f"0x{number:040x}{part}" for number, part in zip((9, 1, 2, 3, 3, 4), parts[1:], strict=True)
    )
    terms = read_bounty(filled).to_terms(18, NOW, "bafydocument", funder=FUNDER, desk=DESK)
    assert (terms.base_bps, terms.success.share_bps, terms.long_term.share_bps) == (3000, 5000, 2000)


def test_a_bounty_becomes_terms_in_base_units_and_seconds() -> None:
    terms = terms_of(GOOD)
    assert terms.amount == 300_000 * 10**18
    assert terms.guaranteed == 1_200_005 * 10**17
    assert terms.reviewers == (A, B), "ascending, as the contract wants them"
    assert terms.submit_by == NOW + 30 * DAY
    assert terms.review_window == 14 * DAY
    assert (terms.min_multiplier_bps, terms.max_multiplier_bps) == (10_000, 10_000)
    assert (terms.success.opens_after, terms.success.closes_after) == (0, 90 * DAY)
    assert (terms.success.silent_bps, terms.success.challenge_window) == (10_000, 7 * DAY)
    assert (terms.arbiter, terms.arbiter_window) == (D, 14 * DAY)
    assert (terms.appeal_window, terms.silent_appeal_accepts, terms.challenge_bond) == (7 * DAY, True, 0)
    assert (terms.success.target, terms.success.cap_bps) == (500, 10_000)
    assert (terms.funder, terms.admission, terms.withholding) == (FUNDER, ZERO_ADDRESS, ZERO_HASH)
    assert terms.document == "bafydocument"


def test_applications_go_to_the_desk() -> None:
    assert terms_of(changed("applications", True)).admission == DESK


def test_an_arbiter_may_let_rejections_stand_and_a_challenge_may_cost_a_bond() -> None:
    content = changed("arbiter", {"account": D, "when_silent": "reject", "bond": "1.5"})
    terms = terms_of(content)
    assert (terms.silent_appeal_accepts, terms.challenge_bond) == (False, 15 * 10**17)


def test_without_an_arbiter_there_is_no_appeal_unless_one_is_asked_for() -> None:
    content = changed("pay.split", {"base": 100, "success": 0, "long_term": 0})
    for name in ("success", "long_term", "arbiter"):
        del content[name]
    assert terms_of(content).appeal_window == 0
    content["review"]["appeal"] = "7d"
    with pytest.raises(InputInvalid, match=r"arbiter.*a rejection that can be appealed"):
        terms_of(content)


def test_a_cap_beyond_the_target_is_taken_over_and_a_schedule_of_withholding_named() -> None:
    assert terms_of(changed("success.cap", "150.5")).success.cap_bps == 15_050
    schedule = "0x" + "5c" * 32
    assert terms_of(changed("pay.withholding", schedule)).withholding == schedule


def test_a_bounty_that_pays_everything_at_acceptance_needs_no_tranche_and_no_arbiter() -> None:
    content = changed("pay.split", {"base": 100, "success": 0, "long_term": 0})
    for name in ("success", "long_term", "arbiter"):
        del content[name]
    terms = terms_of(content)
    assert terms.base_bps == 10_000
    assert terms.arbiter == terms.success.source == ZERO_ADDRESS


def test_ten_years_are_the_furthest_deadline() -> None:
    assert terms_of(changed("submit_by", "3650d")).submit_by == NOW + TEN_YEARS


def test_the_document_for_people_has_a_canonical_form_with_amounts_as_text() -> None:
    content = changed("pay.amount", 10**20)
    document = read_bounty(json.dumps(content)).document()
    pay = json.loads(encode(document))["pay"]
    assert pay["amount"] == str(10**20)
    assert pay["guaranteed"] == "120000.5"
    assert json.loads(encode(document))["arbiter"]["bond"] == "0"
    assert document["schema"] == "resonance/terms/1"
