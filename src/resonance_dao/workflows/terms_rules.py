"""
The rules that terms must keep to be opened, said in the words of a bounty file.

On-chain twin: `BountyTerms.validate`, which checks all of this again. What is refused here is refused before
anything is pinned, signed or paid.
"""

from __future__ import annotations

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.economy.impact_share import HIGHEST_CAP_BPS, max_award
from resonance_dao.economy.money import BPS
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.terms import TRANCHES, Terms

TEN_YEARS = 3_650 * 86_400
HIGHEST_MULTIPLIER_BPS = 50_000
MOST_REVIEWERS = 16
LONGEST_TEXT = 128


def check_terms(terms: Terms, now: int) -> None:
    """Refuse what the contract would refuse at chain time `now` (unix s): `InputInvalid`."""
    _check_amounts(terms)
    _check_reviewers(terms)
    _check_times(terms, now)
    for name in TRANCHES:
        _check_tranche(terms, name)
    length = len(terms.document.encode())
    _require(0 < length <= LONGEST_TEXT, "document", terms.document, "must be a CID of 1 to 128 bytes")


def _check_amounts(terms: Terms) -> None:
    total = terms.base_bps + terms.success.share_bps + terms.long_term.share_bps
    _require(total == BPS, "pay.split", total, f"must sum to {BPS} basis points (100 %)")
    low, high = terms.min_multiplier_bps, terms.max_multiplier_bps
    rule = "lowest must be more than zero, at most highest, and highest at most 500 %"
    _require(0 < low <= high <= HIGHEST_MULTIPLIER_BPS, "pay.multiplier", (low, high), rule)
    _require(terms.token != ZERO_ADDRESS, "pay.token", terms.token, "must be a token")
    _require(terms.funder != ZERO_ADDRESS, "funder", terms.funder, "must be an account")
    escrowed = max_award(terms.amount, high, terms.shares_bps, terms.caps_bps) * terms.max_awards
    _require(escrowed > 0, "pay.amount", terms.amount, "must be more than zero")
    least = terms.amount * low // BPS
    rule = f"must be at most the smallest award, {least} base units"
    _require(terms.guaranteed <= least, "pay.guaranteed", terms.guaranteed, rule)


def _check_reviewers(terms: Terms) -> None:
    count = len(set(terms.reviewers))
    _require(count == len(terms.reviewers), "review.reviewers", terms.reviewers, "names a reviewer twice")
    _require(0 < count <= MOST_REVIEWERS, "review.reviewers", terms.reviewers, "must be 1 to 16 accounts")
    rule = f"must be 1 to the number of reviewers, {count}"
    _require(0 < terms.quorum <= count, "review.quorum", terms.quorum, rule)


def _check_times(terms: Terms, now: int) -> None:
    rule = f"is in the past; the chain's time is {now}"
    _require(terms.submit_by > now, "submit_by", terms.submit_by, rule)
    _require(terms.submit_by <= now + TEN_YEARS, "submit_by", terms.submit_by, "is over ten years away")
    rule = "must be longer than zero and at most ten years"
    _require(0 < terms.review_window <= TEN_YEARS, "review.window", terms.review_window, rule)
    _require(
        terms.appeal_window <= TEN_YEARS, "review.appeal", terms.appeal_window, "must be at most ten years"
    )
    if terms.needs_arbiter:
        _check_arbiter(terms)
        _require(0 < terms.arbiter_window <= TEN_YEARS, "arbiter.window", terms.arbiter_window, rule)


def _check_arbiter(terms: Terms) -> None:
    missing = "is missing: a rejection that can be appealed, or a report that can be challenged, needs one"
    _require(terms.arbiter != ZERO_ADDRESS, "arbiter", None, missing)
    judges = {
        "the funder": (terms.funder,),
        "a reviewer": terms.reviewers,
        "a source": (terms.success.source, terms.long_term.source),
    }
    for role, accounts in judges.items():
        _require(terms.arbiter not in accounts, "arbiter.account", terms.arbiter, f"must not be {role}")


def _check_tranche(terms: Terms, name: str) -> None:
    part = terms.tranche(name)
    if part.share_bps == 0:
        return
    _require(part.source != ZERO_ADDRESS, f"{name}.source", part.source, "must be an account")
    _require(part.silent_bps <= BPS, f"{name}.when_silent", part.silent_bps, "must be at most 100 %")
    rule = f"must be 100 % to {HIGHEST_CAP_BPS // 100} %"
    _require(BPS <= part.cap_bps <= HIGHEST_CAP_BPS, f"{name}.cap", part.cap_bps, rule)
    _require(
        0 < part.target < 2**128, f"{name}.target", part.target, "must be more than zero and below 2^128"
    )
    later = part.opens_after < part.closes_after
    _require(later, f"{name}.closes_after", part.closes_after, "must be later than opens_after")
    for key, length in (("closes_after", part.closes_after), ("challenge_window", part.challenge_window)):
        _require(length <= TEN_YEARS, f"{name}.{key}", length, "must be at most ten years")


def _require(holds: bool, field: str, value: object, rule: str) -> None:
    if not holds:
        raise InputInvalid(f"bounty: {field}", value, rule)
