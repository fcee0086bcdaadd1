"""
The mutation lane: do the tests of the money contracts notice a fault?

    python tools/mutation_lane.py sample [COUNT [SEED]]   some, drawn by the seed, and the two canaries
    python tools/mutation_lane.py full [TARGET ...]       all of them; writes tests/mutation/results.json

Red when a canary's fate is not the known one, when a mutant survives that `tests/mutation/survivors.toml`
does not explain, and, when full, when less than 95 % are killed. The percentage is of the mutants that
compile and whose bytecode is neither the original's nor another mutant's.

A full run that was stopped goes on where it was. A verdict stands as long as the text of its file and, when
tests ran, of what said so: of the test file that killed and what it inherits, else of all tests. So a new
test file is tried on the survivors alone.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from mutation_compile import Compiler
from mutation_draw import FOLDER, LEAST_KILLED, NOTICED, choose, complaints, digest, read
from mutation_faults import Mutant
from mutation_mutants import mutants, syntax_tree
from mutation_run import Bench, Outcome, prepare, try_mutant, warm
from scratch import ROOT

RESULTS = FOLDER / "results.json"
WORK = ROOT / "cache" / "mutation"
SAMPLE = 40
YIELDING = 15
UNTESTED = ("invalid", "equivalent", "duplicate")


@dataclass(frozen=True)
class Task:
    """A mutant, its target, the test folders that must notice, the digests of its source and of the tests."""

    target: str
    mutant: Mutant
    stages: tuple[str, ...]
    source: str
    tests: Mapping[str, str]

    def evidence(self, outcome: Outcome) -> str:
        """Return a digest of the texts on which a verdict depends."""
        if outcome.verdict in UNTESTED:
            return self.source
        killer = outcome.by.split(" ")[0] if outcome.verdict == "killed" else ""
        needed = [
            text
            for path, text in self.tests.items()
            if killer not in self.tests or path == killer or not path.endswith(".t.sol")
        ]
        return f"{self.source}-{digest(text.encode() for text in needed)}"


def tasks(targets: dict[str, Any]) -> list[Task]:
    """Return every mutant of every target, in the order of files and lines."""
    solc = next((ROOT / ".solc").glob("solc-v*"))
    found: list[Task] = []
    for name, target in targets.items():
        tests = {
            path.relative_to(ROOT).as_posix(): digest([path.read_bytes()])
            for stage in target["tests"]
            for path in sorted((ROOT / stage).rglob("*.sol"))
        }
        for path in sorted({path for pattern in target["sources"] for path in ROOT.glob(pattern)}):
            source = path.read_bytes()
            for mutant in mutants(path.relative_to(ROOT).as_posix(), source, syntax_tree(solc, source)):
                found.append(Task(name, mutant, tuple(target["tests"]), digest([source]), tests))
    return found


def run(
    chosen: list[Task], workers: int, known: dict[str, str], done: Callable[[Task, Outcome], None]
) -> None:
    """
    Try the mutants in `workers` copies of the project and hand each outcome to `done`, as it comes.

    `known` names the mutant of each bytecode that was tried before, by the digest.
    """
    for target in sorted({task.target for task in chosen}):
        mine = [task for task in chosen if task.target == target]
        benches: queue.Queue[Bench] = queue.Queue()
        for bench in _benches(target, mine, workers):
            benches.put(bench)

        def attempt(task: Task, benches: queue.Queue[Bench] = benches) -> Outcome:
            bench = benches.get()
            try:
                return try_mutant(bench, task.mutant, lambda code: _claimed(known, code, task.mutant.key))
            finally:
                benches.put(bench)

        # Compilers and tests are started by these threads and inherit that others come first.
        os.nice(YIELDING)
        with ThreadPoolExecutor(max_workers=workers) as pool:
            waiting = {pool.submit(attempt, task): task for task in mine}
            for future in as_completed(waiting):
                done(waiting[future], future.result())
        while not benches.empty():
            benches.get().compiler.close()


def _claimed(known: dict[str, str], code: str, key: str) -> str | None:
    """Return the other mutant that has the bytecode `code`, or None, and then it is this one's."""
    first = known.setdefault(code, key)
    return None if first == key else first


def _benches(target: str, mine: list[Task], workers: int) -> list[Bench]:
    """Return compiled copies; without a fault the tests must pass, or every mutant would seem killed."""
    stages = list(mine[0].stages)
    print(f"mutation: compiling a copy for {target} ...", flush=True)
    first = prepare(WORK / f"{target}-0", stages)
    folders = [first]
    for number in range(1, min(workers, len(mine))):
        folder = WORK / f"{target}-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        folders.append(shutil.copytree(first, folder, symlinks=True))
    benches = [Bench(folder, stages, Compiler(folder)) for folder in folders]
    outcome = warm(benches[0], {task.mutant.path for task in mine})
    if outcome.verdict != "survived":
        sys.exit(f"RED the tests do not tell the contracts as they stand: {outcome.verdict}, {outcome.by}")
    benches[0].compiler.close()
    for bench in benches:
        bench.timeout_s = benches[0].timeout_s
    return benches


def score(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """Return how many mutants were noticed, of how many that were tested."""
    valid = [outcome for outcome in outcomes if outcome.verdict not in UNTESTED]
    return sum(outcome.verdict in NOTICED for outcome in valid), len(valid)


def remembered(everything: list[Task]) -> dict[str, dict[str, Any]]:
    """Return the rows of the last full run whose verdicts stand, by key; none when there was no run."""
    if not RESULTS.is_file():
        return {}
    table = {row["key"]: row for row in json.loads(RESULTS.read_text(encoding="utf-8"))["mutants"]}
    rows = {
        task.mutant.key: row
        for task in everything
        if (row := table.get(task.mutant.key))
        and row["evidence"] == task.evidence(Outcome(row["verdict"], row["by"]))
    }
    return {key: row for key, row in rows.items() if row["verdict"] != "duplicate" or row["by"] in rows}


def row_of(task: Task, outcome: Outcome) -> dict[str, Any]:
    """Return the row of the table that tells a mutant's outcome."""
    mutant = task.mutant
    return {
        "key": mutant.key, "target": task.target, "file": mutant.path, "line": mutant.line,
        "operator": mutant.operator, "verdict": outcome.verdict, "by": outcome.by, "code": outcome.code,
        "evidence": task.evidence(outcome),
    }  # fmt: skip


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
    canary = targets.pop("canary")
    everything = tasks(targets)
    rows = remembered(everything) if full else {}
    seed = digest(source.encode() for source in sorted({task.source for task in everything}))
    chosen = choose(arguments, everything, canary.values(), seed, SAMPLE)
    chosen = [task for task in chosen if task.mutant.key not in rows]
    began = time.monotonic()
    left = len(chosen)

    def done(task: Task, outcome: Outcome) -> None:
        nonlocal left
        left -= 1
        rows[task.mutant.key] = row_of(task, outcome)
        print(f"  {outcome.verdict:<10} {task.mutant.key}  [{outcome.by}]  {left} left", flush=True)
        if full:
            write(everything, rows)

    # A bytecode is another's only if that one still has a verdict of its own.
    known = {row["code"]: key for key, row in rows.items() if row["verdict"] not in UNTESTED}
    run(chosen, os.cpu_count() or 1, known, done)
    outcomes = {key: Outcome(row["verdict"], row["by"]) for key, row in rows.items()}
    noticed, valid = score(outcomes.values())
    wrong = complaints(outcomes, canary, explained)
    if full and noticed < LEAST_KILLED * valid:
        wrong.append(f"{noticed} of {valid} killed, {LEAST_KILLED:.0%} are promised")
    for line in wrong:
        print(f"RED {line}")
    print(f"mutation: {noticed} of {valid} killed, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
