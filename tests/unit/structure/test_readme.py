"""The README says what is true: its settings, its commands, its files."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from resonance_dao.cli.app import app
from resonance_dao.cli.placing import to_the_front
from resonance_dao.gateway_settings import GatewaySettings
from resonance_dao.settings import Settings

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    lines += [
        f"| `{key.variable}` | {f'`{default}`' if default else ''} | {key.en} |"
        for _, default, key in Settings.document()
    ]
    return "\n".join(lines)


def gateway_table() -> str:
    lines = ["| variable | in `[gateway]` | default | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{key.variable}` | `{name}` | `{default}` | {key.en} |"
        for name, default, key in GatewaySettings.document()
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("marker", "table"), [("settings", settings_table()), ("gateway settings", gateway_table())]
)
def test_the_settings_tables_are_the_settings(marker: str, table: str) -> None:
    found = re.search(rf"<!-- {marker} -->\n(.*?)\n?<!-- /{marker} -->", README, re.S)
    assert found is not None
    assert found[1] == table


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"make ([a-z-]+)", README))
    assert named >= {"demo", "test"}
    assert named <= set(re.findall(r"^([a-z-]+):", makefile, re.M))


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_every_link_leads_somewhere(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("http")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_path_in_the_tree_exists() -> None:
    tree = README.split("## Where each thing lives")[1].split("```")[1]
    folder = [ROOT]
    for line in tree.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        folder = [*folder[: depth + 1], folder[depth] / name]
        assert folder[-1].exists(), name


def test_every_command_named_is_known() -> None:
    names = {command.name for command in app.registered_commands} | {
        group.name for group in app.registered_groups
    }
    named = set(re.findall(r"^resonance ([a-z]+)", README, re.M)) | set(
        re.findall(r"`resonance ([a-z]+)", README)
    )
    assert named
    assert named <= names


def typed_in_the_readme() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.S)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("resonance ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.mark.parametrize("words", typed_in_the_readme(), ids=" ".join)
def test_every_command_line_can_be_typed_as_it_stands(words: list[str]) -> None:
    found: Any = typer.main.get_command(app)
    rest, above = to_the_front(words), None
    while hasattr(found, "commands"):
        above = found.make_context("resonance", rest, parent=above)
        _, found, rest = found.resolve_command(above, [*above._protected_args, *above.args])
    found.make_context(found.name, rest, parent=above)  # It refuses unknown options and missing arguments.
