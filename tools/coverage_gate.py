"""
The coverage gate: forge's tests reach 98 % of the lines and 95 % of the branches of `contracts/`.

Measures a copy of the project, in which `coverage_conditions` shows both sides of each condition too: they
are held to the same floor as forge's branches. Invariants are left out, so that what is reached is reached by
a test that names it. Says what is not reached, line by line, and which files forge cannot measure: functions
outside a contract, of which only the conditions are seen.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import coverage_conditions
import scratch
from coverage_conditions import Condition

from resonance_dao.chain.sources import project_units
from resonance_dao.chain.toolchain import binary

ROOT = Path(__file__).resolve().parents[1]
COPY = ROOT / "cache" / "coverage"
REPORT = COPY / "lcov.info"
LEAST_LINES = 0.98
LEAST_BRANCHES = 0.95
NOT_MEASURED = ("contracts/mocks/", "contracts/script/", "contracts/interfaces/")


@dataclass
class FileCoverage:
    """What forge reached of one file: hits by line, and by (line, branch)."""

    path: str
    lines: dict[int, int] = field(default_factory=dict)
    branches: dict[tuple[int, str], int] = field(default_factory=dict)


def read_lcov(text: str) -> list[FileCoverage]:
    """Return the coverage of each measured file of `contracts/`, in the order of the report."""
    found: list[FileCoverage] = []
    for line in text.splitlines():
        kind, _, rest = line.partition(":")
        parts = rest.split(",")
        if kind == "SF":
            found.append(FileCoverage(rest))
        elif kind == "DA":
            found[-1].lines[int(parts[0])] = int(parts[1])
        elif kind == "BRDA":
            hits = 0 if parts[3] == "-" else int(parts[3])
            found[-1].branches[int(parts[0]), f"{parts[1]}.{parts[2]}"] = hits
    return [file for file in found if is_measured(file.path)]


def is_measured(path: str) -> bool:
    """Return whether the gate is about the source at `path`."""
    return path.startswith("contracts/") and not path.startswith(NOT_MEASURED)


def share(hits: Iterable[int]) -> tuple[int, int]:
    """Return how many were reached, of how many."""
    counted = list(hits)
    return sum(hit > 0 for hit in counted), len(counted)


def unmeasured(files: Iterable[FileCoverage]) -> list[str]:
    """Return the contracts' files that the report does not have though they hold code."""
    seen = {file.path for file in files}
    sources = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "contracts").rglob("*.sol"))
    code = re.compile(r"^\s*function .*\{|^function ", re.MULTILINE)
    return [
        path
        for path in sources
        if path not in seen
        and not path.startswith(NOT_MEASURED)
        and code.search((ROOT / path).read_text("utf-8"))
    ]


def complaints(files: list[FileCoverage]) -> list[str]:
    """Return what is below the floor; empty when the gate is passed."""
    said = []
    for what, least, (reached, total) in (
        ("lines", LEAST_LINES, share(hit for file in files for hit in file.lines.values())),
        ("branches", LEAST_BRANCHES, share(hit for file in files for hit in file.branches.values())),
    ):
        print(f"coverage: {reached} of {total} {what}")
        if total == 0 or reached < least * total:
            said.append(f"{reached} of {total} {what} are reached, {least:.0%} are promised")
    return said


def missed(file: FileCoverage) -> list[str]:
    """Return one line for each line and branch of a file that no test reached."""
    said = [f"{file.path}:{line} is not reached" for line, hits in file.lines.items() if hits == 0]
    return said + [
        f"{file.path}:{line} has a branch that is not taken"
        for (line, _), hits in file.branches.items()
        if hits == 0
    ]


def complaints_of_conditions(sides: Sequence[tuple[Condition, bool, int]]) -> list[str]:
    """Return what is below the floor of the sides, printing each that no test reached; empty when passed."""
    for condition, value, hits in sides:
        if hits == 0:
            never = "true" if value else "false"
            print(f"  {condition.unit}:{condition.line} is never {never}: {condition.text}")
    reached, total = share(hits for _, _, hits in sides)
    print(f"coverage: {reached} of {total} sides of conditions")
    if total == 0 or reached < LEAST_BRANCHES * total:
        return [f"{reached} of {total} sides of conditions are reached, {LEAST_BRANCHES:.0%} are promised"]
    return []


def measure(conditions: Sequence[Condition]) -> None:
    """Let forge write the report on a copy, without optimiser, or lines would not stay where they are."""
    scratch.copy_project(COPY)
    coverage_conditions.watch(COPY, conditions)
    command = [str(binary("forge", ROOT)), "coverage", "--report", "lcov", "--report-file", str(REPORT)]
    environment = {**os.environ, "FOUNDRY_PROFILE": "coverage"}
    done = subprocess.run(
        [*command, "--no-match-contract", "(Invariant|Gas)Test$"],
        cwd=COPY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print((done.stdout + done.stderr)[-4000:])
        sys.exit("RED forge coverage failed")


def main(arguments: list[str]) -> int:
    """Print the coverage and what is missing, and return the exit code; `arguments` may name a report."""
    conditions = coverage_conditions.find(ROOT, [path for path in project_units(ROOT) if is_measured(path)])
    if not arguments:
        measure(conditions)
    report = read_lcov(Path(arguments[0] if arguments else REPORT).read_text(encoding="utf-8"))
    files = [file for file in report if file.path != coverage_conditions.UNIT]
    watched = {number: hits for file in report if file not in files for number, hits in file.lines.items()}
    for line in (line for file in files for line in missed(file)):
        print(f"  {line}")
    for path in unmeasured(files):
        print(f"  {path} is not measured by forge")
    wrong = complaints(files) + complaints_of_conditions(coverage_conditions.sides(conditions, watched))
    for line in wrong:
        print(f"RED {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
