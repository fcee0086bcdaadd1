"""
A bounty as its owner writes it down: YAML in; terms for the contract and a document for people out.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from resonance_dao.chain.attestation import ZERO_ADDRESS, ZERO_HASH
from resonance_dao.economy.impact_share import HIGHEST_CAP_BPS
from resonance_dao.economy.money import parse_amount, parse_share
from resonance_dao.economy.presets import Preset as PresetNumbers
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.bounty_preset import Preset, fill, filled, numbers_of
from resonance_dao.workflows.duration import parse_duration, parse_moment
from resonance_dao.workflows.project_file import TOKEN_DECIMALS
from resonance_dao.workflows.terms import Terms, TrancheTerms
from resonance_dao.workflows.terms_rules import HIGHEST_MULTIPLIER_BPS, check_terms
from resonance_dao.workflows.yaml_file import Address, Bilingual, Strict, read

Duration = str | int
Share = str | int
Amount = str | int
Bytes32 = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]

_AMOUNTS = ("amount", "guaranteed", "fixed", "fee", "up_to")
DEFAULT_APPEAL = 7 * 86_400
"""How long a rejection can be appealed where there is an arbiter and nothing else is said, s."""


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
    """What is paid, in whole coins of the token; without an amount only where a preset gives it."""

    token: Address
    amount: Amount | None = None
    guaranteed: Amount = 0
    awards: Annotated[int, Field(ge=1, le=65_535)] = 1
    split: Split = Split()
    multiplier: Band = Band()
    withholding: Bytes32 | None = None


class Review(Strict):
    """
    Who reviews, how many must approve, until when silence does not yet accept, and how long a rejection can
    be appealed: seven days where there is an arbiter, unless said otherwise.
    """

    reviewers: Annotated[list[Address], Field(min_length=1, max_length=16)]
    quorum: Annotated[int, Field(ge=1, le=16)]
    window: Duration = "14d"
    appeal: Duration | None = None


class Outcome(Strict):
    """One outcome tranche: what is measured, by whom, when, what counts as 100 %, and what silence means."""

    metric: Bilingual
    target: Annotated[int, Field(ge=1, lt=2**128)] | None = None
    cap: Share = 100
    source: Address
    opens_after: Duration = 0
    closes_after: Duration
    challenge_window: Duration = "7d"
    when_silent: Share = 100


class Arbiter(Strict):
    """
    Who rules on appeals and challenged reports, for how long, what its silence means, and a challenge's
    bond.
    """

    account: Address
    window: Duration = "14d"
    when_silent: Literal["accept", "reject"] = "accept"
    bond: Amount = 0


class BountyFile(Strict):
    """
    The file's content. `category` is the kind of work, by which tax may have to be withheld; `preset` pricing
    by its name, which `resolved` turns into numbers.
    """

    project: Annotated[int, Field(ge=1)]
    title: Bilingual
    description: Bilingual
    category: Annotated[str, Field(pattern="^[a-z_]{1,32}$")] | None = None
    preset: Preset | None = None
    pay: Pay
    project_tokens: Amount = 0
    submit_by: Duration
    applications: bool = False
    review: Review
    success: Outcome | None = None
    long_term: Outcome | None = None
    arbiter: Arbiter | None = None

    def document(self) -> dict[str, object]:
        """Return what is pinned as the terms that a person reads; a preset should be `resolved` before."""
        document = self.model_dump(mode="json", exclude_none=True)
        document["project_tokens"] = str(self.project_tokens)
        if self.arbiter:
            document["arbiter"] |= {"bond": str(self.arbiter.bond)}
        for part in (document["pay"], document.get("preset", {})):
            part |= {key: str(part[key]) for key in _AMOUNTS if key in part}
        return {"schema": "resonance/terms/1", **document}

    def preset_numbers(self, decimals: int) -> PresetNumbers | None:
        """Return what the preset promises in base units, None without one; `InputInvalid` names its key."""
        return numbers_of(self.preset, decimals) if self.preset else None

    def resolved(self, decimals: int) -> BountyFile:
        """
        Return the file with the preset's numbers filled in, the preset kept beside them; `decimals` are the
        pay token's. `InputInvalid` names what contradicts the preset.
        """
        numbers = self.preset_numbers(decimals)
        if numbers is None:
            return self
        put = filled(numbers, decimals)
        split = fill(self.pay.split, "pay.split", put.split, decimals)
        pay = fill(self.pay, "pay", put.pay, decimals).model_copy(update={"split": split})
        parts: dict[str, Any] = {"pay": pay}
        for name, values in (("success", put.success), ("long_term", put.long_term)):
            outcome = getattr(self, name)
            parts[name] = fill(outcome, name, values, decimals) if outcome else None
        return self.model_copy(update=parts)

    def to_terms(self, decimals: int, now: int, document: str, *, funder: str, desk: str) -> Terms:
        """
        Return the terms for the contract; `decimals` are the pay token's, `now` is chain time,
        `document` the CID, `funder` who escrows, `desk` the contract that takes applications.
        """
        return self.resolved(decimals)._to_terms(decimals, now, document, funder=funder, desk=desk)

    def _to_terms(self, decimals: int, now: int, document: str, *, funder: str, desk: str) -> Terms:
        split, band, arbiter = self.pay.split, self.pay.multiplier, self.arbiter
        terms = Terms(
            project_id=self.project,
            funder=funder,
            token=self.pay.token,
            amount=parse_amount(self.pay.amount, decimals, field=_at("pay.amount")),
            guaranteed=parse_amount(self.pay.guaranteed, decimals, field=_at("pay.guaranteed")),
            token_reward=parse_amount(self.project_tokens, TOKEN_DECIMALS, field=_at("project_tokens")),
            max_awards=self.pay.awards,
            min_multiplier_bps=_multiplier("lowest", band.lowest),
            max_multiplier_bps=_multiplier("highest", band.highest),
            base_bps=parse_share(split.base, field=_at("pay.split.base")),
            quorum=self.review.quorum,
            reviewers=tuple(sorted(self.review.reviewers, key=str.lower)),
            submit_by=parse_moment(self.submit_by, now, field=_at("submit_by")),
            review_window=parse_duration(self.review.window, field=_at("review.window")),
            appeal_window=self._appeal_window(),
            silent_appeal_accepts=arbiter is None or arbiter.when_silent == "accept",
            arbiter=arbiter.account if arbiter else ZERO_ADDRESS,
            arbiter_window=parse_duration(arbiter.window, field=_at("arbiter.window")) if arbiter else 0,
            challenge_bond=parse_amount(arbiter.bond, decimals, field=_at("arbiter.bond")) if arbiter else 0,
            admission=desk if self.applications else ZERO_ADDRESS,
            withholding=self.pay.withholding or ZERO_HASH,
            success=_tranche("success", self.success, split.success),
            long_term=_tranche("long_term", self.long_term, split.long_term),
            document=document,
        )
        check_terms(terms, now)
        return terms

    def _appeal_window(self) -> int:
        if self.review.appeal is None:
            return DEFAULT_APPEAL if self.arbiter else 0
        return parse_duration(self.review.appeal, field=_at("review.appeal"))


def read_bounty(text: str) -> BountyFile:
    """Read a bounty file; `InputInvalid` names the key, the value and the rule."""
    bounty = read(text, BountyFile, "bounty")
    if bounty.preset is None:
        _require_numbers(bounty)
    return bounty


def _require_numbers(bounty: BountyFile) -> None:
    if bounty.pay.amount is None:
        raise InputInvalid(_at("pay.amount"), None, "is missing, and no preset gives it")
    for name, outcome in (("success", bounty.success), ("long_term", bounty.long_term)):
        if outcome and outcome.target is None:
            raise InputInvalid(_at(f"{name}.target"), None, "is missing, and no preset gives it")


def _at(key: str) -> str:
    return f"bounty: {key}"


def _multiplier(end: str, share: Share) -> int:
    return parse_share(share, field=_at(f"pay.multiplier.{end}"), highest=HIGHEST_MULTIPLIER_BPS)


def _tranche(name: str, outcome: Outcome | None, share: Share) -> TrancheTerms:
    share_bps = parse_share(share, field=_at(f"pay.split.{name}"))
    if (outcome is None) != (share_bps == 0):
        state = "is missing" if outcome is None else "is described"
        raise InputInvalid(_at(name), None, f"{state}, but pay.split.{name} is {share}")
    if outcome is None:
        return TrancheTerms(0, 0, 0, 0, 0, 0, 0, ZERO_ADDRESS)
    return TrancheTerms(
        share_bps=share_bps,
        silent_bps=parse_share(outcome.when_silent, field=_at(f"{name}.when_silent")),
        cap_bps=parse_share(outcome.cap, field=_at(f"{name}.cap"), highest=HIGHEST_CAP_BPS),
        opens_after=parse_duration(outcome.opens_after, field=_at(f"{name}.opens_after")),
        closes_after=parse_duration(outcome.closes_after, field=_at(f"{name}.closes_after")),
        challenge_window=parse_duration(outcome.challenge_window, field=_at(f"{name}.challenge_window")),
        target=outcome.target or 0,
        source=outcome.source,
    )
