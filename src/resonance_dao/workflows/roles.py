"""
What an account is, as the chain has it now: owner, steward, reviewer, contributor, operator, auditor.

A role opens a view or an operator's door; it never stands for a signature, which the contracts check
themselves. Auditing needs nobody's leave, so everybody is an auditor.
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import decode_terms

OWNER, STEWARD, REVIEWER = "owner", "steward", "reviewer"
CONTRIBUTOR, AUDITOR, OPERATOR = "contributor", "auditor", "operator"
ROLES = (OWNER, STEWARD, REVIEWER, CONTRIBUTOR, AUDITOR, OPERATOR)


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """A role and what it is held in: a project's or a bounty's number; neither for auditor and operator."""

    name: str
    project_id: int | None = None
    bounty_id: int | None = None


def roles_of(system: System, account: str, operators: frozenset[str]) -> tuple[Role, ...]:
    """
    Return every role of an account.

    Owners, stewards and contributors are found by indexed events; reviewers by reading the terms of every
    bounty, which grows with their number: callers keep the answer for a while.
    """
    found = [Role(OWNER, project_id=number) for number in _owned(system, account)]
    found += [Role(STEWARD, project_id=number) for number in _served(system, account)]
    found += [Role(REVIEWER, bounty_id=number) for number in _reviewed(system, account)]
    found += [Role(CONTRIBUTOR, bounty_id=number) for number in _contributed(system, account)]
    found.append(Role(AUDITOR))
    return tuple([*found, Role(OPERATOR)] if account in operators else found)


def _owned(system: System, account: str) -> list[int]:
    registry = system.projects
    events = [
        *system.events(registry, "ProjectOpened", None, account),
        *system.events(registry, "OwnershipAccepted", None, None, account),
    ]
    candidates = sorted({int(event.args["projectId"]) for event in events})
    return [one for one in candidates if registry.call(system.chain, "ownerOf", one) == account]


def _served(system: System, account: str) -> list[int]:
    named = {
        int(event.args["projectId"]): bool(event.args["named"])
        for event in system.events(system.projects, "StewardChanged", None, account)
    }
    return sorted(number for number, is_named in named.items() if is_named)


def _reviewed(system: System, account: str) -> list[int]:
    events = system.events(system.escrow, "BountyOpened")
    return sorted(
        int(event.args["bountyId"])
        for event in events
        if account in decode_terms(system, event.args["terms"]).reviewers
    )


def _contributed(system: System, account: str) -> list[int]:
    events = system.events(system.escrow, "SubmissionReceived", None, None, account)
    return sorted({int(event.args["bountyId"]) for event in events})
