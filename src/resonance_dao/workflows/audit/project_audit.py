"""
Projects: who may act for each at any moment, and whether what the registry stores is what its events told.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System


@dataclass(slots=True)
class Project:
    """A project as its events tell it; `cap` in base units of its token."""

    id: int
    owner: str
    token: str
    cap: int
    stewards: set[str] = field(default_factory=set)
    closed: bool = False

    @property
    def subject(self) -> str:
        """What rows call it."""
        return f"project/{self.id}"


class ProjectAudit:
    """Follows `ProjectRegistry`."""

    def __init__(self, system: System, findings: Findings) -> None:
        self.projects: dict[int, Project] = {}
        self.tokens: set[str] = set()
        self._system, self._findings = system, findings

    def authorized(self, project_id: int) -> frozenset[str]:
        """Return who may act for a project now: its owner and its stewards."""
        project = self.projects.get(project_id)
        return frozenset() if project is None else frozenset({project.owner, *project.stewards})

    def follow(self, transaction: Transaction, event: Event) -> None:
        """Follow one event of the registry: who may act changes between two events of a transaction."""
        if event.name == "ProjectOpened":
            self._opened(transaction, event)
        elif event.args["projectId"] in self.projects:
            _apply(self.projects[event.args["projectId"]], event)
        else:
            missing = f"the opening of project {event.args['projectId']} before its {event.name}"
            at = transaction.hash
            self._findings.fail("history.missing", transaction.subject, missing, "none", transaction=at)

    def _opened(self, transaction: Transaction, event: Event) -> None:
        given = event.args
        project = Project(given["projectId"], given["owner"], given["token"], given["opening"]["cap"])
        number = len(self.projects) + 1
        self._findings.check(
            "project.number", project.subject, number, project.id, transaction=transaction.hash
        )
        self.projects[project.id] = project
        self.tokens.add(project.token)

    def finish(self, block: int) -> None:
        """Compare with the registry's storage at `block`."""
        chain, registry = self._system.chain, self._system.projects
        count = registry.call(chain, "projectCount", block=block)
        self._findings.check("history.projects", "project", count, len(self.projects))
        for project in self.projects.values():
            stored = [
                registry.call(chain, view, project.id, block=block)
                for view in ("ownerOf", "tokenOf", "isClosed")
            ]
            told = [project.owner, project.token, project.closed]
            self._findings.check("state.project", project.subject, stored, told)


def _apply(project: Project, event: Event) -> None:
    if event.name == "OwnershipAccepted":
        project.owner = event.args["owner"]
    elif event.name == "ProjectClosed":
        project.closed = True
    elif event.name == "StewardChanged":
        change = project.stewards.add if event.args["named"] else project.stewards.discard
        change(event.args["steward"])
