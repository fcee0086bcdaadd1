"""
Reputation: how a component fades, grows and shrinks, and what multiplier of pay follows, in integers.

Twin of `contracts/libraries/Reputation.sol` and of what `ReputationLedger` does with it; the vectors in
`tests/vectors/reputation.json` pin both. It knows neither ratings nor accounts: the events of the ledger say
what to add and to remove, and on which day. Everything is rounded down.

    >>> tally = Tally.EMPTY.added(8000, since=20_000, today=20_000, half_life=180)
    >>> tally.value_down(today=20_000, half_life=180)
    200000000000000000
    >>> multiplier_down(passion=200000000000000000, track_record=0, peer_rating=0)
    10600
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from resonance_dao.economy.decay import ONE, daily_factor, left_down, power_down, require_integer
from resonance_dao.economy.money import BPS
from resonance_dao.errors import InputInvalid

PRIOR = 3 * ONE
"""The weight of zero that every component starts with: three judgements."""

PASSION_BPS = 3_000
TRACK_RECORD_BPS = 2_000
PEER_RATING_BPS = 2_000

_VALUE_OF_BPS = ONE // BPS
_MAX_UINT112 = 2**112 - 1
_MAX_UINT32 = 2**32 - 1


class Component(IntEnum):
    """What is known of a contributor, by its number in the ledger."""

    SKILL = 0
    PASSION = 1
    TRACK_RECORD = 2
    PEER_RATING = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """
    What the ledger stores of a component.

    `sum` and `weight` have 18 decimals and hold as of `day`, which counts from 1970-01-01 UTC. `InputInvalid`
    when they are negative, beyond 112 and 32 bits, or the sum exceeds the weight.
    """

    sum: int
    weight: int
    day: int

    EMPTY: ClassVar[Tally]

    def __post_init__(self) -> None:
        require_integer("day", self.day, _MAX_UINT32)
        require_integer("weight", self.weight, _MAX_UINT112)
        require_integer("sum", self.sum, self.weight)

    def faded(self, today: int, half_life: int) -> Tally:
        """Return what is left on day `today`. `InputInvalid` when that is before the tally's day."""
        power = _power(self.day, today, half_life)
        return Tally(left_down(self.sum, power), left_down(self.weight, power), today)

    def added(self, value_bps: int, *, since: int, today: int, half_life: int) -> Tally:
        """Return the tally of day `today` with what is left of a judgement of day `since`."""
        tally, (value, weight) = self.faded(today, half_life), _left(value_bps, since, today, half_life)
        return Tally(tally.sum + value, tally.weight + weight, today)

    def removed(self, value_bps: int, *, since: int, today: int, half_life: int) -> Tally:
        """Return the tally of day `today` without what is left of a judgement of day `since`."""
        tally, (value, taken) = self.faded(today, half_life), _left(value_bps, since, today, half_life)
        weight = max(0, tally.weight - taken)
        return Tally(min(max(0, tally.sum - value), weight), weight, today)

    def value_down(self, today: int, half_life: int) -> int:
        """Return the component on day `today`, in [0, 1) with 18 decimals."""
        tally = self.faded(today, half_life)
        return tally.sum * ONE // (tally.weight + PRIOR)


Tally.EMPTY = Tally(0, 0, 0)


def multiplier_down(passion: int, track_record: int, peer_rating: int) -> int:
    """
    Return the multiplier in basis points, from 10,000 to 17,000, rounded down.

    The components have 18 decimals; `InputInvalid` when one is not from 0 to 1.
    """
    require_integer("passion", passion, ONE)
    require_integer("track_record", track_record, ONE)
    require_integer("peer_rating", peer_rating, ONE)
    added = PASSION_BPS * passion + TRACK_RECORD_BPS * track_record + PEER_RATING_BPS * peer_rating
    return BPS + added // ONE


def _left(value_bps: int, since: int, today: int, half_life: int) -> tuple[int, int]:
    require_integer("value_bps", value_bps, BPS)
    power = _power(since, today, half_life)
    return left_down(value_bps * _VALUE_OF_BPS, power), power


def _power(since: int, today: int, half_life: int) -> int:
    require_integer("today", today, _MAX_UINT32)
    require_integer("since", since, _MAX_UINT32)
    if since > today:
        raise InputInvalid("today", today, f"must not be before day {since}")
    return power_down(daily_factor(half_life), today - since)
