"""Which rows follow from which events, and under which fingerprint they are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial

from resonance_dao.journal.read_rows import Rows
from resonance_dao.journal.read_values import Fold, ReadEvent, canonical_text
from resonance_dao.workflows.reading.bounties import fold_bounty
from resonance_dao.workflows.reading.events import event_names
from resonance_dao.workflows.reading.money import fold_credit, fold_pool, fold_rating, fold_revocation
from resonance_dao.workflows.reading.projects import fold_contract, fold_project, fold_token
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import decode_terms

VERSION = 2
"""Count it up with every change of what follows from the events: the tables are then filled anew."""


def folding(system: System) -> Fold:
    """Return what brings the rows of any subject on."""
    by_noun: Mapping[str, Callable[[str, Rows, ReadEvent], None]] = {
        "project": fold_project,
        "token": fold_token,
        "contract": fold_contract,
        "bounty": partial(fold_bounty, read_terms=partial(decode_terms, system)),
        "credit": fold_credit,
        "pool": fold_pool,
        "rating": fold_rating,
        "revocation": fold_revocation,
    }

    def fold(subject: str, rows: Rows, event: ReadEvent) -> None:
        by_noun[subject.partition("/")[0]](subject, rows, event)

    return fold


def fingerprint(system: System) -> str:
    """Return what the tables depend on beside the chain: this program's version and the contracts."""
    artifacts = [contract.artifact for contract in system.contracts.values()]
    artifacts += [system.artifacts.get(name) for name in ("ProjectToken", "FundingPool")]
    value = {
        "version": VERSION,
        "chain": system.chain_id,
        "first": system.first_block,
        "contracts": {name: contract.address for name, contract in system.contracts.items()},
        "events": {artifact.name: sorted(event_names(artifact)) for artifact in artifacts},
    }
    return hashlib.sha256(canonical_text(value).encode()).hexdigest()
