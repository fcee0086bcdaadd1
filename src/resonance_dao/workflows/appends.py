"""
What the chain tells of the appends to a log: which one extended it where.
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.chain.abi import topic_of
from resonance_dao.chain.chain import Chain
from resonance_dao.chain.contract import Contract, Event
from resonance_dao.errors import ChainMismatch


@dataclass(frozen=True, slots=True)
class Appends:
    """The appends of one publisher to one log, from `first_block` on."""

    chain: Chain
    log: Contract
    publisher: str
    first_block: int = 0

    def at(self, size: int) -> Event:
        """
        Return the event of the append that extended the log at `size`.

        Raises `ChainMismatch` when the log is said to be longer and no event tells of it.
        """
        topics = [self.log.topic("Appended"), topic_of(self.publisher)]
        head = self.chain.block().number
        logs = self.chain.logs([self.log.address], self.first_block, head, topics)
        for event in self.log.events(logs, "Appended"):
            if int(event.args["size"]) == size:
                return event
        raise ChainMismatch(f"the chain's log is longer than {size}, but no event tells of the append")

    def count_at(self, size: int) -> int:
        """Return how many records the append at `size` brought."""
        return int(self.at(size).args["count"])
