"""
A project as its owner writes it down: YAML in, description out.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from resonance_dao.economy.money import parse_amount
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.yaml_file import Bilingual, Strict, read

TOKEN_DECIMALS = 18


class ProjectFile(Strict):
    """The file's content."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    symbol: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,16}$")]
    cap: int | str
    description: Bilingual
    website: Annotated[str, Field(pattern=r"^https://[^\s<>\"]{3,200}$")] | None = None
    transfers: Literal["locked"] = "locked"

    @property
    def cap_units(self) -> int:
        """The cap in base units of the token."""
        return parse_amount(self.cap, TOKEN_DECIMALS, field="project: cap")

    def document(self) -> dict[str, object]:
        """Return what is pinned as the project's description."""
        return {
            "schema": "resonance/project/1",
            **self.model_dump(mode="json", exclude_none=True),
            "cap": str(self.cap),
        }


def read_project(text: str) -> ProjectFile:
    """Read a project file; `InputInvalid` names the key, the value and the rule."""
    project = read(text, ProjectFile, "project")
    if not project.name.isprintable() or project.name != project.name.strip():
        rule = "must be one line without control characters or spaces around it"
        raise InputInvalid("project: name", project.name, rule)
    if len(project.name.encode()) > 64:
        raise InputInvalid("project: name", project.name, "must be at most 64 bytes in UTF-8")
    if project.cap_units == 0:
        raise InputInvalid("project: cap", project.cap, "must be more than zero")
    return project
