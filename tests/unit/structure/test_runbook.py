"""The runbook has a row for every code and every figure to alert on, and names only commands that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RUNBOOK = (ROOT / "docs" / "operations.md").read_text("utf-8")
SOURCES = [
    *(ROOT / "src/resonance_dao/workflows").rglob("*.py"),
    *(ROOT / "src/resonance_dao/journal").rglob("*.py"),
]
CODE = re.compile(r"[A-Z]+(_[A-Z]+)+")
# Names of contracts' functions, of settings and of our own constants are written alike.
NO_CODES = {"DOMAIN_SEPARATOR", "POOL_IMPLEMENTATION", "TOKEN_IMPLEMENTATION"}


def codes() -> set[str]:
    """Every reason code and alarm that the recorder and the monitor can tell."""
    statements = [node for file in SOURCES for node in ast.parse(file.read_text("utf-8")).body]
    found = {
        node.value
        for statement in statements
        if not ast.unparse(statement).startswith("__all__")
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }
    return {code for code in found - NO_CODES if not code.startswith("RESONANCE_")}


def rows() -> list[list[str]]:
    lines = [line for line in RUNBOOK.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_code_has_a_row_and_every_row_a_code() -> None:
    told = [cells[0].strip("`") for cells in rows() if CODE.fullmatch(cells[0].strip("`"))]
    assert sorted(told) == sorted(codes())


def test_the_codes_are_found() -> None:
    assert {"SENDER_POOR", "PIN_LOST", "TRANSACTION_LOST", "SPLIT_VIEW", "PROMISE_LATE"} <= codes()


@pytest.mark.parametrize("cells", rows(), ids=lambda cells: cells[0].strip("`"))
def test_a_row_says_what_happened(cells: list[str]) -> None:
    assert len(cells) >= 3
    assert cells[1]


def test_every_command_that_it_names_exists() -> None:
    headings = re.findall(r"^## `(.+)`$", (ROOT / "docs/cli.md").read_text("utf-8"), re.M)
    leaves = {re.split(r" [^a-z]", heading)[0] for heading in headings if not heading.endswith("COMMAND")}
    named = set(re.findall(r"`(resonance(?: [a-z][a-z-]*)+)", RUNBOOK))
    assert len(named) > 10
    unknown = {name for name in named if not any(f"{name} ".startswith(f"{leaf} ") for leaf in leaves)}
    assert unknown == set()


def test_every_figure_to_alert_on_is_told_and_has_a_remedy() -> None:
    sources = "".join(file.read_text("utf-8") for file in (ROOT / "frontend_api/metrics").glob("*.py"))
    table = RUNBOOK.partition("| alert on |")[2].partition("\n\n")[0]
    figures = re.findall(r"^\| `(?:sum\()?(resonance_[a-z_]+)", table, re.M)
    assert len(figures) >= 8
    assert [name for name in figures if f'"{name}"' not in sources] == []
    remedies = [
        line.strip("| ").split("|")[2].strip() for line in table.splitlines() if line.startswith("| `")
    ]
    assert all(remedies)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(#([a-z0-9-]+)\)", RUNBOOK))))
def test_every_link_within_it_leads_somewhere(target: str) -> None:
    headings = re.findall(r"^#+ (.+)$", RUNBOOK, re.M)
    assert target in {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
