"""
Following a log on the chain: new batches are read from calldata and added to one's own mountain range, which
must give the head that the contract has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resonance_dao.chain.abi import topic_of
from resonance_dao.chain.chain import Block, Chain
from resonance_dao.chain.contract import Contract, Event
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.fields import to_hex
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.workflows.audit.calldata import appended_by
from resonance_dao.workflows.log_contract import BATCHED
from resonance_dao.workflows.monitoring.alarm import Alarm, Raise
from resonance_dao.workflows.monitoring.state import MonitorState, changed


@dataclass(frozen=True)
class Reached:
    """How far a log was read: the range of its leaves, and the number of records these stand for."""

    range: MountainRange = MountainRange()  # noqa: RUF009 (frozen)
    records: int = 0


@dataclass
class ChainWatch:
    """`first_block` is where the log began; `confirmations` how deep a block must lie to be read."""

    chain: Chain
    log: Contract
    first_block: int = 0
    confirmations: int = 0
    _old: MountainRange = field(default=MountainRange(), init=False)

    def head(self) -> Block:
        """Return the newest block that is deep enough."""
        newest = self.chain.block()
        return self.chain.block(max(0, newest.number - self.confirmations)) if self.confirmations else newest

    def follow(self, state: MonitorState, head: Block, alarm: Raise) -> MonitorState:
        """Read what was appended up to `head` and return the state there."""
        grown, first = Reached(state.range, state.records), state.block + 1
        self._old = MountainRange()
        if state.block >= 0 and not self._still_there(state):
            evidence = {"block": state.block, "block_hash": state.block_hash, "head": head.number}
            alarm(Alarm("CHAIN_REORGANISED", f"block/{state.block}/{state.block_hash}", evidence))
            # From the beginning, and what was seen before must be the beginning again.
            self._old, grown, first = state.range, Reached(), 0
        missing = dict(state.missing)
        for event in self._appended(state.publisher, max(first, self.first_block), head.number):
            grown = self._extended(grown, event, state.publisher, alarm)
            missing[event.args["size"]] = (to_hex(event.args["manifest"]), 0)
        if grown.range.size < self._old.size:
            self._rewritten(grown.range, alarm)
        grown = self._as_on_chain(grown, state.publisher, head, alarm)
        return changed(
            state,
            range=grown.range,
            records=grown.records,
            block=head.number,
            block_hash=head.hash,
            missing=missing,
        )

    def newest(self, publisher: str) -> int:
        """Return how many leaves the log has at the newest block."""
        return int(self.log.call(self.chain, self._count, publisher))

    @property
    def _count(self) -> str:
        """The view that counts the log's leaves."""
        return "batchesOf" if self.log.artifact.name == BATCHED else "sizeOf"

    def _still_there(self, state: MonitorState) -> bool:
        try:
            return self.chain.block(state.block).hash == state.block_hash
        except NotFound:
            return False

    def _appended(self, publisher: str, first: int, last: int) -> Sequence[Event]:
        topics = [self.log.topic("Appended"), topic_of(publisher)]
        logs = self.chain.logs([self.log.address], first, last, topics) if first <= last else []
        return self.log.events(logs, "Appended")

    def _extended(self, grown: Reached, event: Event, publisher: str, alarm: Raise) -> Reached:
        size, count, batch = event.args["size"], event.args["count"], f"batch/{event.args['size']}"
        try:
            leaves, held = _leaves(appended_by(self.chain, self.log, event.tx_hash, size))
        except InputInvalid as exc:
            alarm(Alarm("LEAVES_HIDDEN", batch, {"transaction": event.tx_hash, "reason": str(exc)}))
            return self._peaks(publisher, event.block_number)
        if size != grown.records or held != count:
            evidence = {"transaction": event.tx_hash, "size": grown.records, "named": size}
            alarm(Alarm("LOG_INCONSISTENT", batch, evidence))
            return grown
        before = grown.range.size
        if before < self._old.size <= before + len(leaves):
            until = grown.range.extend(leaves[: self._old.size - before])
            if until.root() != self._old.root():
                self._rewritten(until, alarm)
        return Reached(grown.range.extend(leaves), size + count)

    def _rewritten(self, found: MountainRange, alarm: Raise) -> None:
        old = self._old
        evidence = {
            "size": old.size,
            "root": to_hex(old.root()),
            "found_size": found.size,
            "found_root": to_hex(found.root()),
        }
        alarm(Alarm("LOG_REWRITTEN", f"log/{old.size}/{to_hex(old.root())}", evidence))

    def _as_on_chain(self, grown: Reached, publisher: str, head: Block, alarm: Raise) -> Reached:
        held = self._peaks(publisher, head.number)
        if held != grown:
            evidence = {
                "block": head.number,
                "size": held.range.size,
                "root": to_hex(held.range.root()),
                "rebuilt_size": grown.range.size,
                "rebuilt_root": to_hex(grown.range.root()),
            }
            alarm(Alarm("LOG_INCONSISTENT", f"log/{held.range.size}", evidence))
        return held

    def _peaks(self, publisher: str, block: int) -> Reached:
        size, records = (
            int(self.log.call(self.chain, view, publisher, block=block)) for view in (self._count, "sizeOf")
        )
        peaks = self.log.call(self.chain, "peaksOf", publisher, block=block)
        return Reached(MountainRange(size, tuple(map(bytes, peaks))), records)


def _leaves(given: Mapping[str, Any]) -> tuple[Sequence[bytes], int]:
    """Return an append's leaves, and the number of records they stand for."""
    if "leaves" in given:
        return given["leaves"], len(given["leaves"])
    batch = RecordBatch(**given["batch"])
    return [batch.leaf], batch.count
