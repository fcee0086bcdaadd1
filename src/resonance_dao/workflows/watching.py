"""
Which contracts' events belong into the record: ours, the token of every project, and every funding pool.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from resonance_dao.chain.chain import Log
from resonance_dao.chain.contract import Contract
from resonance_dao.workflows.system import System

Opening = tuple[Contract, str, str, Callable[[str], Contract]]
"""Who opens contracts of its own: by which event, in which argument, to be read as what."""

# Blocks that are read a second time, because a chain that steps back puts others in their place.
READ_AGAIN = 64


def watched_contracts(system: System) -> list[Contract]:
    """
    Return the contracts whose transactions are observed; the logs are left out, or they would observe
    themselves.
    """
    return Watching(system)()


class Watching:
    """
    As `watched_contracts`, for asking often: each time only the blocks since the last are read.

    A token or pool whose opening the chain took back stays watched; it has nothing to tell.
    """

    def __init__(self, system: System) -> None:
        self._system, self._read = system, system.first_block - 1
        self._opened: dict[str, Contract] = {}

    def __call__(self) -> list[Contract]:
        """Return the contracts that are there now."""
        system, head = self._system, self._system.chain.block().number
        if head != self._read:
            self._look(head)
        logs = (system.log, system.batched_log)
        ours = [contract for contract in system.contracts.values() if contract not in logs]
        return [*ours, *self._opened.values()]

    def learn(self, logs: Sequence[Log]) -> bool:
        """Note what these logs open; return whether any of it was not known."""
        before = len(self._opened)
        for contract, event, argument, read_as in self._openings():
            for found in contract.events(logs, event):
                address = found.args[argument]
                if address not in self._opened:
                    self._opened[address] = read_as(address)
        return len(self._opened) > before

    def _look(self, head: int) -> None:
        system = self._system
        first = max(system.first_block, min(self._read, head) - READ_AGAIN)
        for contract, event, _, _ in self._openings():
            self.learn(system.chain.logs([contract.address], first, head, [contract.topic(event)]))
        self._read = head

    def _openings(self) -> tuple[Opening, ...]:
        system = self._system
        return (
            (system.projects, "ProjectOpened", "token", system.token),
            (system.pools, "PoolOpened", "pool", system.pool),
        )
