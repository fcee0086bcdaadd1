"""
Reputation: a project's policy, outcomes counted, and every input from which a multiplier can be recomputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resonance_dao.economy.reputation import Component, Tally, multiplier_down
from resonance_dao.errors import InputInvalid, TransactionFailed
from resonance_dao.workflows.bounties import BountyView, SubmissionView
from resonance_dao.workflows.contributions import case
from resonance_dao.workflows.projects import project
from resonance_dao.workflows.ratings import RatingView, striking_by_silence, striking_revoked
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.terms import TRANCHES

DAY = 86_400
HALF_LIVES = (30, 90, 180, 365)
"""In days, in the order of `IReputationLedger.HalfLife`."""
_NOBODY = "0x" + "00" * 20


@dataclass(frozen=True)
class Policy:
    """A project's rules, set once: half-life in days, windows in seconds, at most 16 raters."""

    escrow: str
    half_life: int
    appeal_window: int
    arbiter_window: int
    arbiter: str
    raters: tuple[str, ...]

    def to_abi(self) -> dict[str, Any]:
        """Return the struct by its Solidity names."""
        if self.half_life not in HALF_LIVES:
            raise InputInvalid("half_life", self.half_life, f"must be one of {HALF_LIVES} days")
        return {
            "escrow": self.escrow,
            "halfLife": HALF_LIVES.index(self.half_life),
            "appealWindow": self.appeal_window,
            "arbiterWindow": self.arbiter_window,
            "arbiter": self.arbiter,
            "raters": sorted(self.raters, key=str.lower),
        }

    @classmethod
    def from_abi(cls, told: Mapping[str, Any]) -> Policy:
        """Read the struct back."""
        return cls(
            escrow=told["escrow"],
            half_life=HALF_LIVES[told["halfLife"]],
            appeal_window=int(told["appealWindow"]),
            arbiter_window=int(told["arbiterWindow"]),
            arbiter=told["arbiter"],
            raters=tuple(told["raters"]),
        )


@dataclass(frozen=True)
class Standing:
    """One component: its value with 18 decimals, its weight in the multiplier, and what it follows from."""

    component: str
    value: int
    weight_bps: int
    tally: Tally
    recomputed: int


@dataclass(frozen=True)
class Explained:
    """
    A multiplier, in basis points, as the ledger gives it and as it is recomputed here from the stored
    tallies on day `day`; `agrees` says whether each component and the multiplier are the same.
    """

    project_id: int
    account: str
    day: int
    policy: Policy | None
    multiplier_bps: int
    recomputed_bps: int
    standings: tuple[Standing, ...]

    @property
    def agrees(self) -> bool:
        """Whether ledger and recomputation say the same."""
        return self.multiplier_bps == self.recomputed_bps and all(
            s.value == s.recomputed for s in self.standings
        )


def policy(system: System, project_id: int) -> Policy | None:
    """Return a project's policy, or None when it has none."""
    told = system.reputation.call(system.chain, "policyOf", project_id)
    return None if told["escrow"] == _NOBODY else Policy.from_abi(told)


def outcome_source(system: System) -> str:
    """Return the contract that vouches for the outcomes of our escrow, for a policy to name."""
    return system.outcomes.address


def setting_policy(system: System, project_id: int, chosen: Policy) -> Action:
    """Return what sets a project's policy, once and for good; the project's owner sends it."""
    if policy(system, project_id) is not None:
        raise InputInvalid("project", project_id, "has a policy already, and it is set once")
    found = project(system, project_id)
    if chosen.arbiter in {found.owner, *found.stewards, *chosen.raters}:
        raise InputInvalid("arbiter", chosen.arbiter, "must be neither owner, steward nor rater")
    words = {
        "en": f"Set the reputation policy of project {project_id}, once and for good",
        "ja": f"プロジェクト {project_id} の評価規則を定める(取り消せません)",
    }
    return Action(system.reputation, "setPolicy", (project_id, chosen.to_abi()), words)


def recording_outcome(
    system: System, view: BountyView, submission_id: int, tranche: str, source: str
) -> Action:
    """
    Return what counts a settled outcome in the worker's track record; anyone may send it. `source` is the
    contract that the project's policy names.
    """
    number, terms, work = case(system, view, submission_id)
    words = {
        "en": f"Count the {tranche} outcome of submission {submission_id} of bounty {view.id}",
        "ja": f"懸賞 {view.id} の提出 {submission_id} の成果を実績に数える",
    }
    arguments = (source, terms, work, number, TRANCHES.index(tranche))
    return Action(system.reputation, "recordOutcome", arguments, words)


def multiplier(system: System, project_id: int, account: str) -> int:
    """Return what multiplies an account's pay now, in basis points; 10,000 is 1."""
    return int(system.reputation.call(system.chain, "multiplierBps", project_id, account))


def explain(system: System, project_id: int, account: str) -> Explained:
    """Return a multiplier with all that it follows from, recomputed here from the stored tallies."""
    head = system.chain.block()
    told = system.reputation.call(system.chain, "explain", project_id, account, block=head.number)
    rules = None if told["policy"]["escrow"] == _NOBODY else Policy.from_abi(told["policy"])
    half_life, day = HALF_LIVES[told["policy"]["halfLife"]], head.timestamp // DAY
    standings = tuple(
        _standing(Component(number), stored, day, half_life)
        for number, stored in enumerate(told["standings"])
    )
    _, passion, track_record, peer_rating = (standing.recomputed for standing in standings)
    return Explained(
        project_id=project_id,
        account=account,
        day=day,
        policy=rules,
        multiplier_bps=int(told["multiplierBps"]),
        recomputed_bps=multiplier_down(passion, track_record, peer_rating),
        standings=standings,
    )


def due_outcomes(system: System, view: BountyView, tranches: Sequence[str] = TRANCHES) -> list[Action]:
    """Return the outcomes of a bounty that anyone may count now: settled, and not counted yet."""
    chosen = policy(system, view.project_id)
    if chosen is None:
        return []
    return [
        recording_outcome(system, view, found.id, tranche, chosen.escrow)
        for found in view.submissions
        for tranche in tranches
        if _is_countable(system, view, found, tranche, chosen.escrow)
    ]


def due_strikes(system: System, standing: Iterable[RatingView], now: int) -> list[Action]:
    """Return the strikes of ratings that anyone may send at `now`, unix s: silent arbiters, revoked ones."""
    actions: list[Action] = []
    for found in standing:
        rules = policy(system, found.project_id)
        if rules is None or found.stage not in {"live", "appealed", "upheld"}:
            continue
        status = system.contributions.call(system.chain, "statusOf", found.rater, found.uid)
        if found.stage == "appealed" and now >= found.clock + rules.arbiter_window:
            actions.append(striking_by_silence(system, found))
        elif status["revokedAt"]:
            actions.append(striking_revoked(system, found))
    return actions


def _is_countable(system: System, view: BountyView, found: SubmissionView, tranche: str, source: str) -> bool:
    settled = found.stage in {"accepted", "completed"} and found.tranches[tranche]["stage"] == "settled"
    if not settled or not view.terms.tranche(tranche).share_bps:
        return False
    number = TRANCHES.index(tranche)
    if system.reputation.call(system.chain, "isCounted", source, view.id, found.id, number):
        return False
    action = recording_outcome(system, view, found.id, tranche, source)
    try:
        system.chain.call(action.to, action.data)
    except TransactionFailed:
        return False  # The policy names a source that does not vouch for this work.
    return True


def _standing(component: Component, stored: Mapping[str, Any], day: int, half_life: int) -> Standing:
    kept = stored["tally"]
    # An account of which nothing is known has an empty tally of day zero.
    tally = Tally(int(kept["sum"]), int(kept["weight"]), int(kept["day"]) or day)
    return Standing(
        component=component.name.lower(),
        value=int(stored["value"]),
        weight_bps=int(stored["weightBps"]),
        tally=tally,
        recomputed=tally.value_down(day, half_life),
    )
