"""The bounty that tests begin from, so that each names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from resonance_dao.chain.attestation import ZERO_ADDRESS, ZERO_HASH
from resonance_dao.workflows.terms import Submission, Terms, TrancheTerms

DAY, YEN = 86_400, 10**18
DOCUMENT = "bafkreigjplhezd7pftxi7ihtzh2svkyy3pkpijbyv7rwf75y65oojqclqq"
"""A CID where it does not matter of what."""


def tranches_of(source: str) -> tuple[TrancheTerms, TrancheTerms]:
    """50 % for 500 units within 120 days, 20 % for 100 units after a year; silence counts as achieved."""
    success = TrancheTerms(5000, 10_000, 10_000, 0, 120 * DAY, 7 * DAY, 500, source)
    later = {"share_bps": 2000, "opens_after": 365 * DAY, "closes_after": 395 * DAY, "target": 100}
    return success, replace(success, **later)  # type: ignore[arg-type]


def terms_of(
    *, funder: str, token: str, judges: tuple[str, ...], arbiter: str, now: int, **changes: Any
) -> Terms:
    """
    Return terms of 300,000 in 30/50/20, whose reviewers are the `judges` but the last, who is the source.

    All reviewers must approve, nothing is guaranteed, and one award is paid at a multiplier of 1.
    """
    *reviewers, source = judges
    success, long_term = tranches_of(source)
    values: dict[str, Any] = {
        "project_id": 1,
        "funder": funder,
        "token": token,
        "amount": 300_000 * YEN,
        "guaranteed": 0,
        "token_reward": 1000 * YEN,
        "max_awards": 1,
        "min_multiplier_bps": 10_000,
        "max_multiplier_bps": 10_000,
        "base_bps": 3000,
        "quorum": len(reviewers),
        "reviewers": tuple(sorted(reviewers, key=str.lower)),
        "submit_by": now + 30 * DAY,
        "review_window": 14 * DAY,
        "appeal_window": 7 * DAY,
        "silent_appeal_accepts": True,
        "arbiter": arbiter,
        "arbiter_window": 14 * DAY,
        "challenge_bond": 0,
        "admission": ZERO_ADDRESS,
        "withholding": ZERO_HASH,
        "success": success,
        "long_term": long_term,
        "document": "bafydocument",
    }
    return Terms(**{**values, **changes})


def work_of(bounty_id: int, worker: str, /, **changes: Any) -> Submission:
    """Return work whose worker is paid all of it."""
    return replace(Submission(bounty_id, worker, (worker,), (10_000,), 0, "bafyevidence"), **changes)
