"""Open a project: `brownie run open_project main <project.yaml> --network <network>`."""

from __future__ import annotations

from pathlib import Path

from resonance_dao.evidence.evidence import add_bytes
from resonance_dao.toolkit import Toolkit
from resonance_dao.transparency.canonical import encode
from resonance_dao.workflows import projects
from resonance_dao.workflows.project_file import read_project
from resonance_dao.workflows.system import perform
from scripts._brownie_chain import OWNER, connected_toolkit, say, wallet


def main(file: str = "examples/wagashi/project.yaml") -> int:
    """Open the project that a YAML file describes."""
    return open_project(connected_toolkit(), file)


def open_project(toolkit: Toolkit, file: str) -> int:
    """Open it and return its number."""
    system = toolkit.system
    project = read_project(Path(file).read_text(encoding="utf-8"))
    metadata = add_bytes(toolkit.store, encode(project.document())).text
    action = projects.opening(system, project, metadata, [system.escrow.address])
    number = projects.opened(system, perform(system, action, wallet(toolkit, OWNER)))
    say(f"project {number}: {project.name}, token {projects.project(system, number).token.address}")
    return number
