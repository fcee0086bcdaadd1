"""
Which contracts' events belong into the record: ours, and the token of every project.
"""

from __future__ import annotations

from resonance_dao.chain.contract import Contract
from resonance_dao.workflows.system import System

# Blocks that are read a second time, because a chain that steps back puts others in their place.
READ_AGAIN = 64


def watched_contracts(system: System) -> list[Contract]:
    """
    Return the contracts whose transactions are observed; the log is left out, or it would observe
    itself.
    """
    return Watching(system)()


class Watching:
    """
    As `watched_contracts`, for asking often: each time only the blocks since the last are read.

    A token whose opening the chain took back stays watched; it has nothing to tell.
    """

    def __init__(self, system: System) -> None:
        self._system, self._read = system, system.first_block - 1
        self._tokens: dict[str, Contract] = {}

    def __call__(self) -> list[Contract]:
        """Return the contracts that are there now."""
        system, head = self._system, self._system.chain.block().number
        if head != self._read:
            self._look(head)
        return [system.vault, system.projects, system.contributions, system.escrow, *self._tokens.values()]

    def _look(self, head: int) -> None:
        system, projects = self._system, self._system.projects
        first = max(system.first_block, min(self._read, head) - READ_AGAIN)
        logs = system.chain.logs([projects.address], first, head, [projects.topic("ProjectOpened")])
        for event in projects.events(logs, "ProjectOpened"):
            token = event.args["token"]
            self._tokens.setdefault(token, system.token(token))
        self._read = head
