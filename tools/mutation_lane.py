"""
The mutation lane: do the tests of the money contracts notice a fault?

    python tools/mutation_lane.py sample [COUNT [SEED]]   some, drawn by the seed, and the two canaries
    python tools/mutation_lane.py full                    all of them; writes tests/mutation/results.json

Red when a canary's fate is not the known one, when a mutant survives that `tests/mutation/survivors.toml`
does not explain, and, when full, when less than 95 % are killed. A full run that was stopped goes on where it
was: a verdict stands as long as the text of its file and of its tests.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli
from mutation_mutants import Mutant, mutants, syntax_tree
from mutation_run import Outcome, prepare, try_mutant, try_texts
from scratch import ROOT

FOLDER = ROOT / "tests" / "mutation"
RESULTS = FOLDER / "results.json"
WORK = ROOT / "cache" / "mutation"
SAMPLE = 40
LEAST_KILLED = 0.95
NOTICED = ("killed", "timed out")


@dataclass(frozen=True)
class Task:
    """A mutant, its target, the test folders that must notice, and what its verdict depends on."""

    target: str
    mutant: Mutant
    stages: tuple[str, ...]
    evidence: str


def read(name: str) -> dict[str, Any]:
    """Return a TOML file of `tests/mutation`."""
    return tomli.loads((FOLDER / name).read_text(encoding="utf-8"))


def tasks(targets: dict[str, Any]) -> list[Task]:
    """Return every mutant of every target, in the order of files and lines."""
    solc = next((ROOT / ".solc").glob("solc-v*"))
    found: list[Task] = []
    for name, target in targets.items():
        tests = _digest(path for stage in target["tests"] for path in sorted((ROOT / stage).rglob("*.sol")))
        for path in sorted({path for pattern in target["sources"] for path in ROOT.glob(pattern)}):
            source = path.read_bytes()
            evidence = f"{hashlib.sha256(source).hexdigest()[:16]}-{tests}"
            for mutant in mutants(path.relative_to(ROOT).as_posix(), source, syntax_tree(solc, source)):
                found.append(Task(name, mutant, tuple(target["tests"]), evidence))
    return found


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def run(chosen: list[Task], workers: int, done: Callable[[Task, Outcome], None]) -> None:
    """Try the mutants in `workers` copies of the project and hand each outcome to `done`, as it comes."""
    for target in sorted({task.target for task in chosen}):
        mine = [task for task in chosen if task.target == target]
        copies: queue.Queue[Path] = queue.Queue()
        print(f"mutation: compiling a copy for {target} ...", flush=True)
        first = prepare(WORK / f"{target}-0", list(mine[0].stages))
        copies.put(first)
        for number in range(1, min(workers, len(mine))):
            folder = WORK / f"{target}-{number}"
            shutil.rmtree(folder, ignore_errors=True)
            copies.put(shutil.copytree(first, folder, symlinks=True))
        _require_green(copies, mine)

        def attempt(task: Task, copies: queue.Queue[Path] = copies) -> Outcome:
            folder = copies.get()
            try:
                return try_mutant(folder, task.mutant, list(task.stages))
            finally:
                copies.put(folder)

        with ThreadPoolExecutor(max_workers=workers) as pool:
            waiting = {pool.submit(attempt, task): task for task in mine}
            for future in as_completed(waiting):
                done(waiting[future], future.result())


def _require_green(copies: queue.Queue[Path], mine: list[Task]) -> None:
    """Without a fault the tests must pass, or every mutant would seem killed."""
    folder = copies.get()
    texts = {task.mutant.path: (ROOT / task.mutant.path).read_text(encoding="utf-8") for task in mine}
    outcome = try_texts(folder, texts, list(mine[0].stages))
    if outcome.verdict != "survived":
        sys.exit(f"RED the tests fail on the contracts as they stand: {outcome.verdict}, {outcome.by}")
    copies.put(folder)


def complaints(outcomes: dict[str, Outcome], targets: dict[str, Any], explained: dict[str, str]) -> list[str]:
    """Return what makes the lane red, whatever part of the mutants was tried."""
    canary, said = targets["canary"], []
    if outcomes.get(canary["killed"], Outcome("absent", "")).verdict not in NOTICED:
        said.append(f"the canary was not killed: {canary['killed']}")
    if outcomes.get(canary["survives"], Outcome("absent", "")).verdict != "survived":
        said.append(f"the equivalent canary did not survive: {canary['survives']}")
    said += [
        f"survived, unexplained: {key}"
        for key, outcome in sorted(outcomes.items())
        if outcome.verdict == "survived" and key not in explained
    ]
    return said


def score(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """Return how many mutants were noticed, of how many that compile."""
    valid = [outcome for outcome in outcomes if outcome.verdict != "invalid"]
    return sum(outcome.verdict in NOTICED for outcome in valid), len(valid)


def sample(everything: list[Task], targets: dict[str, Any], count: int, seed: str) -> list[Task]:
    """Return `count` mutants drawn by `seed`, and the canaries."""
    canaries = set(targets["canary"].values())
    chosen = random.Random(seed).sample(everything, min(count, len(everything)))  # noqa: S311 - a draw, no secret
    return chosen + [task for task in everything if task.mutant.key in canaries and task not in chosen]


def remembered() -> dict[str, dict[str, Any]]:
    """Return the table of the last full run by key, empty when there is none."""
    if not RESULTS.is_file():
        return {}
    return {row["key"]: row for row in json.loads(RESULTS.read_text(encoding="utf-8"))["mutants"]}


def write(everything: list[Task], rows: dict[str, dict[str, Any]]) -> None:
    """Write the table: a row for each mutant that has a verdict, in the order of the sources."""
    mutants_ = [rows[task.mutant.key] for task in everything if task.mutant.key in rows]
    noticed, valid = score(Outcome(row["verdict"], row["by"]) for row in mutants_)
    table = {"noticed": noticed, "valid": valid, "tried": len(mutants_), "mutants": mutants_}
    fresh = RESULTS.with_suffix(".writing")
    fresh.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(RESULTS)


def main(arguments: list[str]) -> int:
    """Run the lane and return its exit code."""
    full = arguments[:1] == ["full"]
    targets, explained = read("targets.toml"), read("survivors.toml")
    everything = tasks({name: target for name, target in targets.items() if name != "canary"})
    rows = {
        key: row
        for task in everything
        if (row := remembered().get(key := task.mutant.key)) and row["evidence"] == task.evidence
    } if full else {}  # fmt: skip
    if full:
        chosen = [task for task in everything if task.mutant.key not in rows]
    else:
        count = int(arguments[1]) if len(arguments) > 1 else SAMPLE
        seed = arguments[2] if len(arguments) > 2 else _digest(ROOT / task.mutant.path for task in everything)
        chosen = sample(everything, targets, count, seed)
        print(f"mutation: {len(chosen)} of {len(everything)} mutants, drawn by seed {seed}")
    began = time.monotonic()
    left = len(chosen)

    def done(task: Task, outcome: Outcome) -> None:
        nonlocal left
        left -= 1
        mutant = task.mutant
        rows[mutant.key] = {
            "key": mutant.key, "file": mutant.path, "line": mutant.line, "operator": mutant.operator,
            "verdict": outcome.verdict, "by": outcome.by, "evidence": task.evidence,
        }  # fmt: skip
        print(f"  {outcome.verdict:<9} {mutant.key}  [{outcome.by}]  {left} left", flush=True)
        if full:
            write(everything, rows)

    run(chosen, os.cpu_count() or 1, done)
    outcomes = {key: Outcome(row["verdict"], row["by"]) for key, row in rows.items()}
    noticed, valid = score(outcomes.values())
    wrong = complaints(outcomes, targets, explained)
    if full and noticed < LEAST_KILLED * valid:
        wrong.append(f"{noticed} of {valid} killed, {LEAST_KILLED:.0%} are promised")
    for line in wrong:
        print(f"RED {line}")
    print(f"mutation: {noticed} of {valid} killed, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
