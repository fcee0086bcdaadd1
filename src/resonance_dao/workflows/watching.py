"""
Which contracts' events belong into the record: ours, and the token of every project.
"""

from __future__ import annotations

from resonance_dao.chain.contract import Contract
from resonance_dao.workflows.system import System


def watched_contracts(system: System) -> list[Contract]:
    """
    Return the contracts whose transactions are observed; the log is left out, or it would observe
    itself.
    """
    opened = system.events(system.projects, "ProjectOpened")
    tokens = [system.token(event.args["token"]) for event in opened]
    return [system.vault, system.projects, system.contributions, system.escrow, *tokens]
