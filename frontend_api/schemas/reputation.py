"""Multipliers explained, and the ratings that they follow from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from frontend_api.schemas.wire import Address, Amount, Bps, Bytes32, Count, Id, Time, Wire
from resonance_dao.workflows.ratings import RatingView
from resonance_dao.workflows.reputation import Explained, Policy, Standing


class PolicyOut(Wire):
    """A project's rules of reputation, set once."""

    escrow: Address
    half_life: Count = Field(description="Days after which a judgement counts half.")
    appeal_window: Count = Field(description="How long a rating can be appealed, s.")
    arbiter_window: Count = Field(description="How long the arbiter has, s; then silence strikes.")
    arbiter: Address
    raters: list[Address]

    @classmethod
    def of(cls, policy: Policy) -> PolicyOut:
        """Return the shape of a policy."""
        return cls.model_validate({**vars(policy), "raters": list(policy.raters)})


class StandingOut(Wire):
    """One component: `value` has 18 decimals and follows from `sum`, `weight` and `day`."""

    component: Literal["skill", "passion", "track_record", "peer_rating"]
    value: Amount
    weight_bps: Count = Field(description="What it adds to the multiplier at its highest, basis points.")
    sum: Amount
    weight: Amount
    day: Count = Field(description="As of which day, counted from 1970-01-01 UTC.")
    recomputed: Amount = Field(description="The value as the gateway computes it from these numbers.")

    @classmethod
    def of(cls, standing: Standing) -> StandingOut:
        """Return the shape of a component."""
        return cls.model_validate(
            {
                "component": standing.component,
                "value": str(standing.value),
                "weight_bps": standing.weight_bps,
                "sum": str(standing.tally.sum),
                "weight": str(standing.tally.weight),
                "day": standing.tally.day,
                "recomputed": str(standing.recomputed),
            }
        )


class ReputationOut(Wire):
    """What multiplies an account's pay in a project now, with all that it follows from."""

    project_id: Id
    account: Address
    day: Count
    policy: PolicyOut | None = Field(description="None: everybody's multiplier is 10000.")
    multiplier_bps: Count = Field(description="As the ledger says; 10000 is 1.")
    recomputed_bps: Count = Field(description="As the gateway computes it from the components.")
    agrees: bool
    standings: list[StandingOut]

    @classmethod
    def of(cls, found: Explained) -> ReputationOut:
        """Return the shape of an explanation."""
        return cls(
            project_id=found.project_id,
            account=found.account,
            day=found.day,
            policy=None if found.policy is None else PolicyOut.of(found.policy),
            multiplier_bps=found.multiplier_bps,
            recomputed_bps=found.recomputed_bps,
            agrees=found.agrees,
            standings=[StandingOut.of(standing) for standing in found.standings],
        )


class RatingOut(Wire):
    """A rating as it stands."""

    project_id: Id
    ratee: Address
    rater: Address
    component: Literal["skill", "passion", "peer_rating"]
    uid: Bytes32
    value_bps: Bps
    stage: Literal["none", "live", "appealed", "upheld", "struck"]
    attested_at: Time
    counted_at: Time
    clock: Time = Field(description="When the stage began, unix s.")

    @classmethod
    def of(cls, view: RatingView) -> RatingOut:
        """Return the shape of a rating."""
        return cls.model_validate(vars(view))
