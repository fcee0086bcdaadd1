"""
The coverage gate: forge's tests reach 98 % of the lines and 95 % of the branches of `contracts/`.

Reads the lcov report that `forge coverage` writes, or makes one. Says what is not reached, line by line, and
which files forge cannot measure: functions outside a contract, whose theorems and tests stand elsewhere.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from resonance_dao.chain.toolchain import binary

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "cache" / "proofs" / "lcov.info"
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
    return [
        file
        for file in found
        if file.path.startswith("contracts/") and not file.path.startswith(NOT_MEASURED)
    ]


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


def measure() -> None:
    """Let forge write the report; without optimiser, as it must for lines to stay where they are."""
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    command = [str(binary("forge", ROOT)), "coverage", "--report", "lcov", "--report-file", str(REPORT)]
    environment = {**os.environ, "FOUNDRY_PROFILE": "coverage"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print((done.stdout + done.stderr)[-4000:])
        sys.exit(
            "RED forge coverage failed; when a stack is too deep, add --ir-minimum in tools/coverage_gate.py"
        )


def main(arguments: list[str]) -> int:
    """Print the coverage and what is missing, and return the exit code; `arguments` may name a report."""
    if not arguments:
        measure()
    files = read_lcov(Path(arguments[0] if arguments else REPORT).read_text(encoding="utf-8"))
    for line in (line for file in files for line in missed(file)):
        print(f"  {line}")
    for path in unmeasured(files):
        print(f"  {path} is not measured by forge")
    wrong = complaints(files)
    for line in wrong:
        print(f"RED {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
