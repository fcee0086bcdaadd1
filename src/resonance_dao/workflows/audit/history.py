"""
The history: everything the contracts ever said, read once, in chain order, transaction by transaction.

Only the present range of blocks is held. Each transaction's events are compared with its receipt, so a page
of logs with one missing is noticed even before the contracts' counters are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from resonance_dao.chain.chain import Block, Log
from resonance_dao.chain.contract import Contract, Event
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System

ADDRESSES_AT_ONCE = 200
"""How many addresses one log query names; nodes refuse much longer lists."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is: "history" counts blocks, "log" records, "evidence" CIDs, "state" subjects."""

    step: str
    number: int
    total: int


Tell = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction's events of our contracts, in order; `time` is its block's, unix s."""

    hash: str
    block_number: int
    time: int
    events: tuple[Event, ...]

    @property
    def subject(self) -> str:
        """What rows call it."""
        return f"transaction/{self.hash}"

    def of(self, address: str, name: str) -> list[Event]:
        """Return the events of one contract and name."""
        return [event for event in self.events if event.address == address and event.name == name]


@dataclass
class History:
    """
    The events of the system's contracts and of every project token and funding pool, from `first` to `last`,
    both included.
    """

    system: System
    first: int
    last: int
    span: int
    findings: Findings
    tell: Tell = ignore
    tokens: dict[str, int] = field(default_factory=dict)
    pools: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"events": 0, "transactions": 0})
    _block: Block | None = None

    def transactions(self) -> Iterator[Transaction]:
        """Yield every transaction with events, in chain order."""
        for start in range(self.first, self.last + 1, self.span):
            stop = min(start + self.span - 1, self.last)
            self._discover(start, stop)
            contracts = self.contracts()
            for tx_hash, logs in groupby(self._logs(contracts, start, stop), key=lambda log: log.tx_hash):
                yield self._transaction(tx_hash, list(logs), contracts)
            self.tell(Progress("history", stop - self.first + 1, self.last - self.first + 1))

    def contracts(self) -> Mapping[str, Contract]:
        """Return the contracts read, by address; project tokens and pools join as they are opened."""
        system = self.system
        opened = [*map(system.token, self.tokens), *map(system.pool, self.pools)]
        return {c.address: c for c in (*system.contracts.values(), *opened)}

    def _discover(self, start: int, stop: int) -> None:
        for event in self._openings(self.system.projects, "ProjectOpened", start, stop):
            self.tokens[event.args["token"]] = event.args["projectId"]
        for event in self._openings(self.system.pools, "PoolOpened", start, stop):
            self.pools.append(event.args["pool"])

    def _openings(self, contract: Contract, name: str, start: int, stop: int) -> list[Event]:
        logs = self.system.chain.logs([contract.address], start, stop, [contract.topic(name)])
        return contract.events(logs, name)

    def _logs(self, contracts: Mapping[str, Contract], start: int, stop: int) -> list[Log]:
        addresses, found = list(contracts), list[Log]()
        for at in range(0, len(addresses), ADDRESSES_AT_ONCE):
            found += self.system.chain.logs(addresses[at : at + ADDRESSES_AT_ONCE], start, stop)
        return sorted(found, key=lambda log: (log.block_number, log.log_index))

    def _transaction(self, tx_hash: str, logs: list[Log], contracts: Mapping[str, Contract]) -> Transaction:
        self._compare_with_receipt(tx_hash, logs, contracts)
        events = tuple(
            event for log in logs if (event := self._decoded(contracts[log.address], log)) is not None
        )
        self.counts["transactions"] += 1
        self.counts["events"] += len(events)
        return Transaction(tx_hash, logs[0].block_number, self._time(logs[0].block_number), events)

    def _compare_with_receipt(self, tx_hash: str, logs: list[Log], contracts: Mapping[str, Contract]) -> None:
        subject, receipt = f"transaction/{tx_hash}", self.system.chain.receipt(tx_hash)
        if receipt is None:
            self.findings.fail("history.receipt", subject, "a receipt", "none", transaction=tx_hash)
            return
        own = [_facts(log) for log in receipt.logs if log.address in contracts]
        given = [_facts(log) for log in logs]
        if own == given:
            return
        at = next((a[0] for a, b in zip(own, given, strict=False) if a != b), "the end")
        text = f"{len(given)} logs, other than the receipt from log index {at} on"
        self.findings.fail(
            "history.logs", subject, f"the {len(own)} logs of the receipt", text, transaction=tx_hash
        )

    def _decoded(self, contract: Contract, log: Log) -> Event | None:
        try:
            return contract.decode_log(log)
        except InputInvalid as exc:
            what = f"an event of {contract.artifact.name} that its ABI does not know: {exc}"
            self.findings.say(
                Verdict.UNVERIFIABLE,
                "history.event",
                f"transaction/{log.tx_hash}",
                what,
                transaction=log.tx_hash,
            )
            return None

    def _time(self, number: int) -> int:
        if self._block is None or self._block.number != number:
            self._block = self.system.chain.block(number)
        return self._block.timestamp


def _facts(log: Log) -> tuple[int, str, tuple[str, ...], bytes]:
    return log.log_index, log.address, log.topics, log.data
