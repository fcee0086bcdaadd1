"""
Projects: open one, read one, name who may act for it, close it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resonance_dao.chain.chain import Receipt
from resonance_dao.errors import NotFound
from resonance_dao.workflows.codes import reason_code
from resonance_dao.workflows.project_file import ProjectFile
from resonance_dao.workflows.system import Action, System, TokenFacts, printable


@dataclass(frozen=True)
class ProjectView:
    """A project as the chain has it now; supply and cap in base units of its token."""

    id: int
    name: str
    owner: str
    token: TokenFacts
    cap: int
    supply: int
    reserved: int
    transfers_open: bool
    metadata: str
    closed: bool
    stewards: tuple[str, ...]


def opening(system: System, project: ProjectFile, metadata: str, minters: Sequence[str] = ()) -> Action:
    """Return what opens a project; `metadata` is the CID of its description, `minters` may mint its token."""
    terms = {
        "name": project.name,
        "symbol": project.symbol,
        "cap": project.cap_units,
        "metadata": metadata,
        "minters": list(minters),
    }
    words = {
        "en": f"Open the project {project.name} and its token",
        "ja": f"プロジェクト「{project.name}」とトークンを作る",
    }
    return Action(system.projects, "open", (terms,), words)


def opened(system: System, receipt: Receipt) -> int:
    """Return the id that an opening's receipt announces."""
    return int(system.projects.events(receipt.logs, "ProjectOpened")[0].args["projectId"])


def projects(system: System) -> list[int]:
    """Return the ids of all projects."""
    return list(range(1, int(system.projects.call(system.chain, "projectCount")) + 1))


def project(system: System, project_id: int) -> ProjectView:
    """Return a project from the registry, its token and their events."""
    events = system.events(system.projects, "ProjectOpened", project_id)
    if not events:
        count = system.projects.call(system.chain, "projectCount")
        raise NotFound(
            f"there is no project {project_id}",
            hint=f"Projects run from 1 to {count}." if count else "None is open.",
        )
    chain, registry, opening_args = system.chain, system.projects, events[0].args["opening"]
    token = system.token(str(registry.call(chain, "tokenOf", project_id)))
    changes = system.events(registry, "MetadataChanged", project_id)
    return ProjectView(
        id=project_id,
        name=printable(opening_args["name"]),
        owner=registry.call(chain, "ownerOf", project_id),
        token=system.token_facts(token.address),
        cap=int(token.call(chain, "cap")),
        supply=int(token.call(chain, "totalSupply")),
        reserved=int(token.call(chain, "totalReserved")),
        transfers_open=bool(token.call(chain, "areTransfersOpen")),
        metadata=changes[-1].args["metadata"] if changes else opening_args["metadata"],
        closed=bool(registry.call(chain, "isClosed", project_id)),
        stewards=_stewards(system, project_id),
    )


def naming_steward(system: System, project_id: int, steward: str, named: bool = True) -> Action:
    """Return what names or dismisses a steward."""
    words = {
        "en": f"{'Name' if named else 'Dismiss'} steward {steward}",
        "ja": f"世話役 {steward} を{'任命' if named else '解任'}する",
    }
    return Action(system.projects, "setSteward", (project_id, steward, named), words)


def closing(system: System, project_id: int, reason: str, document: str) -> Action:
    """Return what closes the project for ever, with a reason code and the CID of the written reason."""
    words = {
        "en": f"Close project {project_id} for ever",
        "ja": f"プロジェクト {project_id} を閉じる(取り消せません)",
    }
    return Action(system.projects, "close", (project_id, reason_code(reason), document), words)


def _stewards(system: System, project_id: int) -> tuple[str, ...]:
    named: dict[str, bool] = {}
    for event in system.events(system.projects, "StewardChanged", project_id):
        named[event.args["steward"]] = event.args["named"]
    return tuple(account for account, is_named in named.items() if is_named)
