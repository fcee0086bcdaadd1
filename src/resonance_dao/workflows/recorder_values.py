"""What the recorder is told and what it tells: settings, what a tick did, how things stand."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from resonance_dao.chain.signer import DEV_CHAIN_IDS
from resonance_dao.workflows.senders import RelayerLimits

GWEI = 10**9


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """
    How patient the recorder is, and how much it spends. `confirmations` None: the chain's own word, else 12,
    and 1 on development chains; a transaction's own block counts as the first. `fee_cap_wei` is per gas, ages
    and pauses are in seconds, `in_flight_max` counts for each key. `outlay_key_gwei` and `outlay_route_gwei`
    are what requests may cost in a day (UTC); below `balance_min_wei` a key's coin is an alarm;
    0: below what three days may take.
    `check_pins_s`: how often a round of checks of every copy begins, 0 for never. A standstill of
    `outage_after_s` is told when work begins again, 0 for never; None: a quarter of an hour, and never on
    development chains, whose clocks jump.
    """

    confirmations: int | None = None
    batch_max: int = 256
    batch_age_s: int = 5
    first_block: int = 0
    fee_cap_wei: int = 500 * GWEI
    bump_after_s: int = 30
    in_flight_max: int = 16
    outlay_key_gwei: int | None = None
    outlay_route_gwei: int | None = None
    balance_min_wei: int = 0
    copies_min: int = 1
    check_pins_s: int = 86_400
    outage_after_s: int | None = None

    def depth(self, chain_id: int) -> int:
        """Return the number of confirmations on a chain."""
        if self.confirmations is not None:
            return self.confirmations
        return 1 if chain_id in DEV_CHAIN_IDS else 12

    def outage_s(self, chain_id: int) -> int:
        """Return after how long a standstill is told; 0 for never."""
        if self.outage_after_s is not None:
            return self.outage_after_s
        return 0 if chain_id in DEV_CHAIN_IDS else 900

    def by_tag(self, chain_id: int) -> bool:
        """
        Return whether the chain's own word for what is final goes before depth: unless a depth is given, and
        on chains that are not for development.
        """
        return self.confirmations is None and chain_id not in DEV_CHAIN_IDS

    def limits(self) -> RelayerLimits:
        """Return what the relayer must keep to."""
        return RelayerLimits(
            self.fee_cap_wei,
            self.bump_after_s,
            self.in_flight_max,
            self.outlay_key_gwei,
            self.outlay_route_gwei,
            self.balance_min_wei,
        )


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick did. `troubles` passes by itself, or says what to look at."""

    leader: bool
    observed: int = 0
    pinned: int = 0
    signed: int = 0
    sent: int = 0
    confirmed: int = 0
    anchored: int = 0
    cancelled: int = 0
    alarms: int = 0
    troubles: tuple[str, ...] = ()

    @property
    def is_idle(self) -> bool:
        """Whether it did nothing."""
        done = (self.observed, self.pinned, self.signed, self.sent, self.confirmed, self.anchored)
        return not any((*done, self.cancelled, self.alarms))


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How things stand: counts of entries, operations and copies. `halted` says why nothing is sent."""

    leader: bool
    size: int
    pinned: int
    anchored: int
    queued: int
    in_flight: int
    unconfirmed: int
    failed_pins: int
    observed_block: int | None
    halted: str | None

    @property
    def is_settled(self) -> bool:
        """Whether every entry is anchored and no operation is under way."""
        return self.anchored == self.size and not (self.queued or self.in_flight or self.unconfirmed)

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return asdict(self)
