"""
The mutation lane of the Python modules of log, nonces, signing and money: do their unit tests notice a fault?

    python tools/python_mutation_lane.py sample [COUNT [SEED]]   some, drawn by the seed, and the two canaries
    python tools/python_mutation_lane.py full [TARGET ...]       all; writes `python_results.json`

Red when a canary's fate is not the known one, when a mutant survives that `tests/mutation/
python_survivors.toml` does not explain, and, when full, when less than 95 % of a target's are killed. Those
that survive with a reason count as not killed; those that compile to the original's bytecode do not count.

What a full run found is kept in `cache/`, and stands as long as the module's text and what said so: the text
of the test file that killed, or of all tests. So a new test is tried on the survivors alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from mutation_draw import FOLDER, LEAST_KILLED, NOTICED, choose, complaints, digest, read
from python_mutation_run import (
    LEAST_TIMEOUT_S,
    PATIENCE,
    ROOT,
    Order,
    Reach,
    Run,
    attempt,
    baseline,
    import_libraries,
)
from python_mutation_tasks import Outcome, Task, is_equivalent, tasks

RESULTS = FOLDER / "python_results.json"
KEPT = ROOT / "cache" / "mutation" / "python.json"
SAMPLE = 60
YIELDING = 15
FAILED, INTERRUPTED, UNUSABLE = 1, 2, 4
"""Pytest's words for a test that fails, a file that cannot be imported, and a conftest that cannot."""


class Lane:
    """The runs of one target's mutants, some at a time."""

    def __init__(self, reach: Reach, workers: int, timeout_s: float) -> None:
        self._reach, self._workers, self._timeout_s = reach, workers, timeout_s

    def run(self, chosen: list[Task], done: Callable[[Task, Outcome], None]) -> None:
        """Try the mutants, hand each outcome to `done` as it comes."""
        waiting = list(reversed(chosen))
        flying: list[tuple[Task, Run, list[str]]] = []
        while waiting or flying:
            while waiting and len(flying) < self._workers:
                task = waiting.pop()
                if is_equivalent(task):
                    done(task, Outcome("equivalent", "same bytecode"))
                else:
                    flying.append(self._begin(task))
            still = []
            for task, run, rest in flying:
                said = run.poll()
                if said is None:
                    still.append((task, run, rest))
                elif said["code"] == 0 and rest:
                    still.append((task, self._attempt(task, rest), []))
                else:
                    done(task, _outcome(said))
            flying = still
            time.sleep(0.005)

    def _begin(self, task: Task) -> tuple[Task, Run, list[str]]:
        """Run the tests that reach the line, then the rest: a shared fixture is traced in one test alone."""
        beside = self._reach.beside(task.mutant.path)
        if not (reaching := self._reach.of(task.mutant.path, task.mutant.line)):
            return task, self._attempt(task, beside), []
        return task, self._attempt(task, reaching), [name for name in beside if name not in set(reaching)]

    def _attempt(self, task: Task, tests: list[str]) -> Run:
        files = sorted({name.split("::")[0] for name in tests})
        text = task.mutant.apply(task.source)
        return attempt(Order(task.mutant.path, text, files, tests, self._timeout_s))


def reach_of(name: str, settings: Mapping[str, Any], mine: list[Task]) -> tuple[Reach, float]:
    """Return which tests of a target reach what, traced when a text has changed, and the seconds it took."""
    file = KEPT.with_name(f"reach-{name}.json")
    texts = digest(
        [*sorted({task.source for task in mine}), *(one.encode() for one in mine[0].tests.values())]
    )
    if file.is_file() and (kept := json.loads(file.read_text(encoding="utf-8")))["texts"] == texts:
        return Reach(kept["places"], kept["tests"]), kept["seconds"]
    began = time.monotonic()
    reach = baseline(settings["tests"], settings["sources"])
    seconds = time.monotonic() - began
    print(f"mutation: {name}: {len(reach.tests)} tests, traced in {seconds:.0f} s", flush=True)
    kept = {"texts": texts, "places": reach.places, "tests": reach.tests, "seconds": seconds}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept), encoding="utf-8")
    return reach, seconds


def _outcome(said: Mapping[str, Any]) -> Outcome:
    if said["code"] is None:
        return Outcome("timed out")
    if said["code"] == 0:
        return Outcome("survived")
    if said["code"] not in (FAILED, INTERRUPTED, UNUSABLE):
        raise RuntimeError(f"pytest ended with {said['code']}, which says nothing of the mutant")
    return Outcome("killed", said["failed"] or "import")


def scores(everything: list[Task], outcomes: Mapping[str, Outcome], by: str) -> dict[str, dict[str, int]]:
    """Return {target or file: {"noticed", "valid"}}, as `by` ("target" or "file") says."""
    noticed, valid = Counter[str](), Counter[str]()
    for task in everything:
        outcome = outcomes.get(task.mutant.key)
        if outcome is not None and outcome.verdict != "equivalent":
            name = task.target if by == "target" else task.mutant.path
            valid[name] += 1
            noticed[name] += outcome.verdict in NOTICED
    return {name: {"noticed": noticed[name], "valid": count} for name, count in valid.items()}


def remembered(everything: list[Task]) -> dict[str, Outcome]:
    """Return the verdicts of earlier full runs that still stand, by key."""
    if not KEPT.is_file():
        return {}
    table = json.loads(KEPT.read_text(encoding="utf-8"))
    found = {}
    for task in everything:
        if row := table.get(task.mutant.key):
            outcome = Outcome(row["verdict"], row["by"])
            if row["evidence"] == task.evidence(outcome):
                found[task.mutant.key] = outcome
    return found


def keep(everything: list[Task], outcomes: Mapping[str, Outcome]) -> None:
    """Keep the verdicts for the next full run."""
    table = {
        task.mutant.key: {"verdict": found.verdict, "by": found.by, "evidence": task.evidence(found)}
        for task in everything
        if (found := outcomes.get(task.mutant.key)) is not None
    }
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    fresh = KEPT.with_suffix(".writing")
    fresh.write_text(json.dumps(table, indent=0), encoding="utf-8")
    fresh.replace(KEPT)


def write(everything: list[Task], outcomes: Mapping[str, Outcome]) -> None:
    """Write the table of the repository: the score of each target and of each module."""
    table = {by: scores(everything, outcomes, by) for by in ("target", "file")}
    RESULTS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the lane and return its exit code."""
    full, began = arguments[:1] == ["full"], time.monotonic()
    targets, explained = read("python_targets.toml"), read("python_survivors.toml")
    canary = targets.pop("canary")
    everything = tasks(targets)
    outcomes = remembered(everything) if full else {}
    seed = digest(sorted({task.source for task in everything}))
    chosen = choose(arguments, everything, canary.values(), seed, SAMPLE)
    chosen = [task for task in chosen if task.mutant.key not in outcomes]
    os.nice(max(YIELDING - os.nice(0), 0))
    import_libraries()
    left = len(chosen)

    def done(task: Task, outcome: Outcome) -> None:
        nonlocal left
        left -= 1
        outcomes[task.mutant.key] = outcome
        print(f"  {outcome.verdict:<10} {task.mutant.key}  [{outcome.by}]  {left} left", flush=True)
        if full and left % 20 == 0:
            keep(everything, outcomes)

    for target, settings in targets.items():
        if mine := [task for task in chosen if task.target == target]:
            whole = [task for task in everything if task.target == target]
            reach, seconds = reach_of(target, settings, whole)
            timeout_s = max(LEAST_TIMEOUT_S, PATIENCE * seconds)
            Lane(reach, os.cpu_count() or 1, timeout_s).run(mine, done)
    wrong = complaints(outcomes, canary, explained)
    found = scores(everything, outcomes, "target")
    if full:
        write(everything, outcomes)
        wrong += [
            f"{name}: {score['noticed']} of {score['valid']} killed, {LEAST_KILLED:.0%} are promised"
            for name, score in found.items()
            if score["noticed"] < LEAST_KILLED * score["valid"]
        ]
    for line in wrong:
        print(f"RED {line}")
    for name, score in found.items():
        print(f"mutation: {name}: {score['noticed']} of {score['valid']} killed")
    print(f"mutation: {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
