"""
A bounty as its owner writes it down: YAML in; terms for the contract and a document for people out.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.economy.money import BPS, parse_amount, parse_share
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.duration import parse_duration, parse_moment
from resonance_dao.workflows.terms import Terms, TrancheTerms
from resonance_dao.workflows.yaml_file import Address, Bilingual, Strict, read

Duration = str | int
Share = str | int
Amount = str | int


class Split(Strict):
    """How an award is divided over time; percentages that sum to 100."""

    base: Share = 30
    success: Share = 50
    long_term: Share = 20


class Band(Strict):
    """The band in which reputation may move an award: percentages of the amount."""

    lowest: Share = 100
    highest: Share = 100


class Pay(Strict):
    """What is paid, in whole coins of the token."""

    token: Address
    amount: Amount
    guaranteed: Amount = 0
    awards: Annotated[int, Field(ge=1, le=65_535)] = 1
    split: Split = Split()
    multiplier: Band = Band()


class Review(Strict):
    """Who reviews, how many must approve, and until when silence does not yet accept."""

    reviewers: Annotated[list[Address], Field(min_length=1, max_length=16)]
    quorum: Annotated[int, Field(ge=1, le=16)]
    window: Duration = "14d"


class Outcome(Strict):
    """One outcome tranche: what is measured, by whom, when, and what silence means."""

    metric: Bilingual
    source: Address
    opens_after: Duration = 0
    closes_after: Duration
    challenge_window: Duration = "7d"
    when_silent: Share = 100


class Arbiter(Strict):
    """Who rules on challenged reports, and how long they have."""

    account: Address
    window: Duration = "14d"


class BountyFile(Strict):
    """The file's content."""

    project: Annotated[int, Field(ge=1)]
    title: Bilingual
    description: Bilingual
    pay: Pay
    project_tokens: Amount = 0
    submit_by: Duration
    review: Review
    success: Outcome | None = None
    long_term: Outcome | None = None
    arbiter: Arbiter | None = None

    def document(self) -> dict[str, object]:
        """Return what is pinned as the terms that a person reads."""
        return {"schema": "resonance/terms/1", **self.model_dump(mode="json", exclude_none=True)}

    def to_terms(self, decimals: int, now: int, document: str) -> Terms:
        """
        Return the terms for the contract; `decimals` are the pay token's, `now` is chain time,
        `document` the CID.
        """
        split, band = self.pay.split, self.pay.multiplier
        terms = Terms(
            project_id=self.project,
            token=self.pay.token,
            amount=parse_amount(self.pay.amount, decimals, field="pay.amount"),
            guaranteed=parse_amount(self.pay.guaranteed, decimals, field="pay.guaranteed"),
            token_reward=parse_amount(self.project_tokens, 18, field="project_tokens"),
            max_awards=self.pay.awards,
            min_multiplier_bps=parse_share(band.lowest, field="pay.multiplier.lowest", highest=5 * BPS),
            max_multiplier_bps=parse_share(band.highest, field="pay.multiplier.highest", highest=5 * BPS),
            base_bps=parse_share(split.base, field="pay.split.base"),
            quorum=self.review.quorum,
            reviewers=tuple(sorted(self.review.reviewers, key=str.lower)),
            submit_by=parse_moment(self.submit_by, now, field="submit_by"),
            review_window=parse_duration(self.review.window, field="review.window"),
            arbiter=self.arbiter.account if self.arbiter else ZERO_ADDRESS,
            arbiter_window=parse_duration(self.arbiter.window, field="arbiter.window") if self.arbiter else 0,
            success=_tranche("success", self.success, split.success),
            long_term=_tranche("long_term", self.long_term, split.long_term),
            document=document,
        )
        check_terms(terms, now)
        return terms


def read_bounty(text: str) -> BountyFile:
    """Read a bounty file; `InputInvalid` names the key, the value and the rule."""
    return read(text, BountyFile, "bounty")


def check_terms(terms: Terms, now: int) -> None:
    """Refuse what the contract would refuse, before anything is signed."""
    total = terms.base_bps + terms.success.share_bps + terms.long_term.share_bps
    _require(total == BPS, "pay.split", total, f"must sum to {BPS} basis points (100 %)")
    _require(terms.amount > 0, "pay.amount", terms.amount, "must be more than zero")
    band = (terms.min_multiplier_bps, terms.max_multiplier_bps)
    _require(
        0 < band[0] <= band[1], "pay.multiplier", band, "lowest must be more than zero and at most highest"
    )
    least = terms.amount * terms.min_multiplier_bps // BPS
    _require(
        terms.guaranteed <= least,
        "pay.guaranteed",
        terms.guaranteed,
        f"must be at most the smallest award, {least}",
    )
    _require(
        terms.submit_by > now, "submit_by", terms.submit_by, f"is in the past; the chain's time is {now}"
    )
    count = len(set(terms.reviewers))
    _require(count == len(terms.reviewers), "review.reviewers", terms.reviewers, "names a reviewer twice")
    _require(
        terms.quorum <= count,
        "review.quorum",
        terms.quorum,
        f"must be at most the number of reviewers, {count}",
    )
    _require(terms.review_window > 0, "review.window", terms.review_window, "must be longer than zero")
    for name in ("success", "long_term"):
        tranche = terms.tranche(name)
        if tranche.share_bps:
            window = (tranche.opens_after, tranche.closes_after)
            _require(
                window[0] < window[1], f"{name}.closes_after", window[1], "must be later than opens_after"
            )
        can_challenge = tranche.challenge_window > 0
        has_arbiter = terms.arbiter != ZERO_ADDRESS and terms.arbiter_window > 0
        _require(
            not can_challenge or has_arbiter,
            "arbiter",
            terms.arbiter,
            f"{name} can be challenged, so an arbiter is needed",
        )


def _require(holds: bool, field: str, value: object, rule: str) -> None:
    if not holds:
        raise InputInvalid(f"bounty: {field}", value, rule)


def _tranche(name: str, outcome: Outcome | None, share: Share) -> TrancheTerms:
    share_bps = parse_share(share, field=f"pay.split.{name}")
    if outcome is None:
        _require(share_bps == 0, f"{name}", None, f"is missing, but pay.split.{name} is {share}")
        return TrancheTerms(0, 0, 0, 0, 0, ZERO_ADDRESS)
    return TrancheTerms(
        share_bps=share_bps,
        silent_bps=parse_share(outcome.when_silent, field=f"{name}.when_silent"),
        opens_after=parse_duration(outcome.opens_after, field=f"{name}.opens_after"),
        closes_after=parse_duration(outcome.closes_after, field=f"{name}.closes_after"),
        challenge_window=parse_duration(outcome.challenge_window, field=f"{name}.challenge_window"),
        source=outcome.source,
    )
