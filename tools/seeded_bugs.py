"""
The seeded bugs: faults that somebody could make, kept as patches; the lane that each names must catch it.

A patch of `tests/seeded` begins with a sentence on the fault, then `Lane:` (`forge FOLDER`, `halmos CONTRACT`
or `slither`) and `Caught by:` (a test, a theorem or a finding, by name). It is applied in a copy of the
project. Being caught by something else does not count, for then nobody knows what the named one is good for.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import halmos_lane
import slither_lane
from scratch import ROOT, copy_project, failed_tests, forge_test

FOLDER = ROOT / "tests" / "seeded"
WORK = ROOT / "cache" / "seeded"
TIMEOUT_S = 900.0
FEWEST = 10
WORKERS = 2
LANES = ("forge", "halmos", "slither")
HEADER = re.compile(r"^(?P<story>[^\n]+)\nLane: (?P<lane>\w+) ?(?P<where>\S*)\nCaught by: (?P<by>[^\n]+)\n\n")


@dataclass(frozen=True)
class SeededBug:
    """A patch: its file, what the fault is, which lane must catch it, where in the lane, and by what name."""

    path: Path
    story: str
    lane: str
    where: str
    by: str


def read(path: Path) -> SeededBug:
    """Return the bug of a patch file; `ValueError` when its header is not as described above."""
    found = HEADER.match(path.read_text(encoding="utf-8"))
    if found is None or found["lane"] not in LANES:
        raise ValueError(f"{path.name}: begins with a story, `Lane:` ({', '.join(LANES)}) and `Caught by:`")
    return SeededBug(path, found["story"], found["lane"], found["where"], found["by"])


def bugs() -> list[SeededBug]:
    """Return the bugs of `tests/seeded` in the order of their numbers."""
    return [read(path) for path in sorted(FOLDER.glob("*.patch"))]


def patch(folder: Path, bug: SeededBug, *options: str) -> None:
    """Apply a bug to the copy `folder`; with `--reverse` take it out again, with `--check` only try."""
    # The copy lies inside a repository, in which git would skip a patch of ignored files.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    subprocess.run(
        ["git", "apply", *options, str(bug.path)],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )


def caught(folder: Path, bug: SeededBug, venv: Path) -> list[str]:
    """Return the names of all that the bug's lane finds wrong in `folder`."""
    if bug.lane == "forge":
        code, output = forge_test(folder, bug.where, TIMEOUT_S, fail_fast=False)
        names = failed_tests(output)
        if code != 0 and not names:
            raise RuntimeError(f"forge failed without a failing test:\n{output[-2000:]}")
        return names
    if bug.lane == "halmos":
        found = halmos_lane.run(venv, folder, "quick", bug.where)
        return [name.split(".")[1] for name, verdict in found.items() if verdict == "refuted"]
    return [f"{finding['check']} {slither_lane.place(finding)}" for finding in slither_lane.run(venv, folder)]


def complaints(folder: Path, found: Sequence[SeededBug], venv: Path) -> list[str]:
    """Try bugs one after another in a copy `folder`, print what caught each, and return what did not."""
    copy_project(folder)
    wrong = []
    for bug in found:
        patch(folder, bug)
        names = caught(folder, bug, venv)
        patch(folder, bug, "--reverse")
        if bug.by in names:
            print(f"  caught    {bug.path.stem}  by {bug.lane}: {bug.by}", flush=True)
        else:
            wrong.append(
                f"{bug.path.name} is not caught by {bug.by}; found instead: {', '.join(names) or 'nothing'}"
            )
    return wrong


def groups() -> list[tuple[str, list[SeededBug]]]:
    """Return the bugs by where they must be caught: what is compiled for one serves the next of its place."""
    ordered = sorted(bugs(), key=_place)
    return [(name.replace("/", "_"), list(group)) for name, group in groupby(ordered, key=_place)]


def _place(bug: SeededBug) -> str:
    return f"{bug.lane}-{bug.where}"


def main(venv: Path) -> int:
    """Try every bug, as many places at once as there are workers, and return the exit code."""
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(complaints, WORK / name, group, venv) for name, group in groups()]
        wrong = [line for task in running for line in task.result()]
    count = len(bugs())
    if count < FEWEST:
        wrong.append(f"{count} bugs are kept, {FEWEST} are promised")
    for line in wrong:
        print(f"RED {line}")
    print(f"seeded bugs: {count - len(wrong)} of {count} caught")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(ROOT / sys.argv[1]))
