"""
How the sending side stands: its keys, what they have under way, what the day has cost, what alarms there are.

Read from the journal's database, and from the chain if it answers; no key is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from resonance_dao.chain.chain import Chain, balance_of, nonce_of
from resonance_dao.journal.database import Database
from resonance_dao.journal.figures import read_figures
from resonance_dao.journal.operation import IN_FLIGHT, MINED, Operation
from resonance_dao.journal.outlay import GWEI, Outlays
from resonance_dao.journal.senders import RetiredSenders
from resonance_dao.journal.under_way import UnderWay

PUBLISHER, RELAYING, RETIRED, FORMER = "publisher", "relaying", "retired", "former"


@dataclass(frozen=True, slots=True)
class DayLimits:
    """What the settings allow in a day, in wei; None: no limit. `balance_min` is what a key should have."""

    key: int | None
    route: int | None
    balance_min: int


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """
    One key. `role` is publisher, relaying, retired (out of service) or former (not named any more).
    `next_nonce` is None before its first transaction; what the chain tells is None when it does not answer.
    Amounts are in wei.
    """

    address: str
    role: str
    reason_code: str | None
    in_flight: int
    mined: int
    next_nonce: int | None
    chain_nonce: int | None
    balance: int | None
    is_poor: bool
    outlay_today: int
    outlay_limit: int | None


@dataclass(frozen=True, slots=True)
class OperationStatus:
    """
    One transaction that has not ended. `record` is the request's number; None for an append to the log and
    for a nonce that is used up for nothing. `waits_s` counts from when it was asked for.
    """

    record: int | None
    purpose: str
    state: str
    sender: str
    nonce: int | None
    attempts: int
    max_fee: int
    waits_s: int
    cancelling: bool


@dataclass(frozen=True, slots=True)
class RelayerStatus:
    """Everything at one moment, `at` (unix s). `routes` and outlays are of that day (UTC)."""

    at: int
    counts: Mapping[str, int]
    keys: Sequence[KeyStatus]
    operations: Sequence[OperationStatus]
    routes: Mapping[str, int]
    route_limit: int | None
    alarms: Sequence[Mapping[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; amounts of wei are decimal text."""
        keys = [_texts(asdict(key), "balance", "outlay_today", "outlay_limit") for key in self.keys]
        operations = [_texts(asdict(found), "max_fee") for found in self.operations]
        return {
            "at": self.at,
            "counts": dict(self.counts),
            "keys": keys,
            "operations": operations,
            "routes": {route: str(wei) for route, wei in self.routes.items()},
            "route_limit": None if self.route_limit is None else str(self.route_limit),
            "alarms": [dict(alarm) for alarm in self.alarms],
        }


def relayer_status(
    database: Database, chain: Chain | None, named: Iterable[str], limits: DayLimits, now: int
) -> RelayerStatus:
    """Return how things stand; `named` are the addresses of the pool, `chain` None: it does not answer."""
    under_way = UnderWay(database)
    operations, outlays = under_way.operations(), Outlays(database).of(now)
    keys = _Keys(database, chain, set(named), limits, operations, outlays)
    return RelayerStatus(
        now,
        read_figures(database).operations,
        [keys.status(address) for address in keys.addresses()],
        [_operation(found, now) for found in operations],
        {scope: wei * GWEI for scope, wei in sorted(outlays.items()) if scope.startswith("route/")},
        limits.route,
        [asdict(alarm) for alarm in under_way.alarms()],
    )


class _Keys:
    def __init__(
        self,
        database: Database,
        chain: Chain | None,
        named: set[str],
        limits: DayLimits,
        operations: Sequence[Operation],
        outlays: Mapping[str, int],
    ) -> None:
        self._chain, self._named, self._limits = chain, named, limits
        self._operations, self._outlays = operations, outlays
        under_way = UnderWay(database)
        self._publisher, self._last = under_way.publisher(), under_way.last_nonces()
        self._retired = RetiredSenders(database).all()

    def addresses(self) -> list[str]:
        """Return every key that is named or ever sent, the publisher's first."""
        found = {*self._named, *self._last, *self._retired}
        own = [] if self._publisher is None else [self._publisher]
        return own + sorted(found - set(own))

    def status(self, address: str) -> KeyStatus:
        states = [found.state for found in self._operations if found.sender == address]
        balance = None if self._chain is None else balance_of(self._chain, address)
        role = self._role(address)
        is_used = role in (PUBLISHER, RELAYING)
        return KeyStatus(
            address,
            role,
            self._retired.get(address),
            sum(state in IN_FLIGHT for state in states),
            states.count(MINED),
            self._last[address] + 1 if address in self._last else None,
            None if self._chain is None else nonce_of(self._chain, address, "latest"),
            balance,
            is_used and balance is not None and balance < max(self._limits.balance_min, 1),
            self._outlays.get(f"key/{address}", 0) * GWEI,
            self._limits.key,
        )

    def _role(self, address: str) -> str:
        if address == self._publisher:
            return PUBLISHER
        if address in self._retired:
            return RETIRED
        return RELAYING if address in self._named else FORMER


def _operation(found: Operation, now: int) -> OperationStatus:
    return OperationStatus(
        found.entry,
        found.purpose,
        found.state,
        found.sender,
        found.nonce,
        len(found.attempts),
        found.highest[0],
        max(now - found.created_at, 0),
        found.cancel_at is not None,
    )


def _texts(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: str(value) if name in names and value is not None else value for name, value in values.items()
    }
