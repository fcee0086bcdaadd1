"""docs/log.md says what is true: its commands, exit codes, alarms, figures and names."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from resonance_dao.cli.app import app
from resonance_dao.cli.exits import CODES, OK, UNDECIDED, VERDICT_FAILED
from resonance_dao.errors import EvidenceUnavailable, ProofMismatch
from resonance_dao.workflows.monitoring.alarm import WHAT

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/log.md").read_text(encoding="utf-8")
SCRIPT = (ROOT / "frontend_api/static/transparency/log.mjs").read_text(encoding="utf-8")


def alarms() -> str:
    return "\n".join(f"| `{code}` | {english} |" for code, (english, _) in WHAT.items())


def test_the_table_of_alarms_is_what_the_monitor_raises() -> None:
    found = re.search(r"<!-- alarms -->\n(.*?)\n?<!-- /alarms -->", PAGE, re.S)
    assert found is not None
    assert found[1] == alarms()


def typed() -> list[str]:
    return [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in block.splitlines()]


@pytest.mark.parametrize("line", typed())
def test_every_command_line_can_be_typed_as_it_stands(line: str) -> None:
    name, *words = shlex.split(line)[1:]
    group: Any = typer.main.get_command(app)
    found = group.commands[name]
    found.make_context(name, list(words), resilient_parsing=False)


def test_the_exit_codes_are_the_command_s() -> None:
    told = [int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.M)]
    assert told == [OK, UNDECIDED, VERDICT_FAILED, CODES[ProofMismatch], CODES[EvidenceUnavailable]]


def test_the_gas_is_that_of_the_snapshot() -> None:
    gas = json.loads((ROOT / "tests/snapshots/gas.json").read_text(encoding="utf-8"))
    names = [f"TransparencyLog.append of {count:04}" for count in (1, 64, 1024)]
    figures = [f"{int(gas[name]):,}" for name in (*names, "BatchedLog.append of 0001")]
    assert f"| {'; '.join(figures[:3])} | {figures[3]} whatever the number |" in PAGE
    assert int(gas["BatchedLog.append of 4096"]) <= int(gas["BatchedLog.append of 0001"])


def test_every_name_of_the_script_exists() -> None:
    named = set(re.findall(r"\blog\.(\w+)\(", PAGE))
    assert named >= {"verifyInclusion", "verifyBatched"}
    returned = SCRIPT.split("  return {\n    EMPTY_ROOT,")[1].split("};")[0]
    assert named <= set(re.findall(r"\w+", returned))
