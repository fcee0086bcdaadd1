"""The mutator of Python makes the faults it promises, and its lane believes no verdict that nothing said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import mutation_draw
import pytest
import python_mutants
import python_mutation_lane as lane
import python_mutation_run as run
from python_mutation_tasks import Outcome

SOURCE = b'''
"""A till."""
from __future__ import annotations

PREFIX: bytes = b"\\x00"

@decorated(True)
class Till:
    """Text."""

    def pay(self, amount: int, names: "list[str]") -> bool:
        if not 0 <= amount < 7:
            raise Refused("amount", amount, f"must be below {7}")
        for name in names:
            if name == "-":
                continue
            self.paid[name] = max(0, -(-amount // 2))
        self.sum += amount
        told(f"paid {amount}")
        return self.ready and amount is not None

    def refusal(self) -> Refused:
        return Refused("text", hint="more")
'''
TARGETS = lane.read("python_targets.toml")
CANARY = TARGETS.pop("canary")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    found = python_mutants.mutants("src/resonance_dao/a/till.py", SOURCE, frozenset({"Refused"}))
    assert len({mutant.key for mutant in found}) == len(found)
    texts = {mutant.key: mutant.apply(SOURCE).decode() for mutant in found}
    for text in texts.values():
        compile(text, "till.py", "exec")
    return texts


@pytest.fixture(scope="module")
def everything() -> list[lane.Task]:
    return lane.tasks(TARGETS)


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("negation", "not 0 <= amount < 7", "(0 <= amount < 7)"),
        ("boundary", "0 <= amount < 7", "0 < amount < 7"),
        ("boundary", "0 <= amount < 7", "0 <= amount <= 7"),
        ("relational", "0 <= amount < 7", "0 <= amount >= 7"),
        ("constant", "7", "(7 + 1)"),
        ("constant", "7", "(7 - 1)"),
        ("condition", "not 0 <= amount < 7", "False"),
        ("statement", 'raise Refused("amount", amount, f"must be below {7}")', "pass"),
        ("condition", 'name == "-"', "True"),
        ("text", '"-"', '("X" + ("-"))'),
        ("statement", "continue", "break"),
        ("statement", "self.paid[name] = max(0, -(-amount // 2))", "pass"),
        ("call", "max", "min"),
        ("arithmetic", "-amount // 2", "-amount * 2"),
        ("arithmetic", "-amount", "(amount)"),
        ("arithmetic", "self.sum += amount", "self.sum -= amount"),
        ("statement", "self.sum += amount", "pass"),
        ("statement", 'told(f"paid {amount}")', "pass"),
        ("text", 'f"paid {amount}"', '("X" + (f"paid {amount}"))'),
        ("logical", "self.ready and amount is not None", "self.ready or amount is not None"),
        ("relational", "amount is not None", "amount is None"),
        ("return", "self.ready and amount is not None", "(not (self.ready and amount is not None))"),
    ],
)
def test_a_fault_is_made_where_it_is_promised(
    made: dict[str, str], operator: str, before: str, after: str
) -> None:
    text, source = made[f"a.till.Till.pay | {operator} | {before} -> {after}"], SOURCE.decode()
    place = source.index(before, source.index("def pay"))
    assert text == source[:place] + after + source[place + len(before) :]


def test_what_stands_outside_of_functions_is_mutated_too(made: dict[str, str]) -> None:
    assert 'a.till | text | b"\\x00" -> (b"X" + (b"\\x00"))' in made


def test_what_no_behaviour_follows_from_is_left_alone(made: dict[str, str]) -> None:
    for never in (
        "A till.",
        "Text.",
        "list[str]",
        "decorated",
        '"text"',
        '"more"',
        '"amount" ->',
        "-> True #",
    ):
        assert not [key for key in made if f"| text | {never}" in key or f"| {never} ->" in key], never


def test_a_mutant_of_the_same_bytecode_is_equivalent(everything: list[lane.Task]) -> None:
    task = everything[0]
    comment = replace(task.mutant, start=0, end=0, replacement="# Nothing.\n")
    assert lane.is_equivalent(replace(task, mutant=replace(comment, replacement="")))
    assert lane.is_equivalent(replace(task, mutant=comment))
    assert not lane.is_equivalent(task)


FINE = "def test_four() -> None:\n    from resonance_dao.economy.money import BPS\n    assert BPS == 10_000\n"
MONEY = "src/resonance_dao/economy/money.py"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ((b"", b""), "survived"),
        ((b"BPS = 10_000", b"BPS = 10_001"), "killed"),
        ((b"BPS = 10_000", b"BPS = ("), "killed"),
        ((b"BPS = 10_000", b"while True: pass"), "timed out"),
        ((b"BPS = 10_000", b"import os; os.kill(os.getpid(), 9)"), "killed"),
    ],
)
def test_a_fork_tells_what_the_tests_say_of_another_text(
    tmp_path: Path, change: tuple[bytes, bytes], verdict: str
) -> None:
    file = tmp_path / "test_of_money.py"
    file.write_text(FINE, encoding="utf-8")
    text = (lane.ROOT / MONEY).read_bytes()
    assert change[0] in text
    # Outside of the project, pytest names a test by its place below whatever folder it takes for the root.
    parts = file.parts[1:]
    tests = [f"{'/'.join(parts[at:])}::test_four" for at in range(len(parts))]
    order = run.Order(MONEY, text.replace(*change), [str(file)], tests, 10.0)
    assert lane._outcome(in_a_process_of_its_own(order)).verdict == verdict


def in_a_process_of_its_own(order: run.Order) -> dict[str, Any]:
    """What the lane would be told; forked from this process, the tests would have its memory to count too."""
    program = "import ast, json, sys; import python_mutation_run as run\n"
    program += "started = run.attempt(run.Order(*ast.literal_eval(sys.argv[1])))\n"
    program += "while (said := started.poll()) is None: pass\n"
    program += "print(json.dumps(said))"
    command = [sys.executable, "-c", program, repr(astuple(order))]
    folders = os.pathsep.join([str(lane.ROOT / "tools"), str(lane.ROOT / "src")])
    told = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": folders}
    )
    said: dict[str, Any] = json.loads(told.stdout)
    return said


def test_a_run_without_tests_says_nothing() -> None:
    with pytest.raises(RuntimeError, match="says nothing of the mutant"):
        lane._outcome({"code": 5, "failed": ""})


@pytest.mark.parametrize(
    ("outcome", "edited", "stands"),
    [
        (Outcome("killed", "test_a.py::test_x"), "test_a.py", False),
        (Outcome("killed", "test_a.py::test_x"), "test_b.py", True),
        (Outcome("killed", "import"), "test_b.py", False),
        (Outcome("survived"), "test_b.py", False),
    ],
)
def test_a_verdict_stands_as_long_as_what_said_so(
    everything: list[lane.Task], outcome: Outcome, edited: str, stands: bool
) -> None:
    task = replace(everything[0], tests={"test_a.py": "1", "test_b.py": "2"})
    later = replace(task, tests={**task.tests, edited: "3"})
    assert (task.evidence(outcome) == later.evidence(outcome)) is stands
    assert task.evidence(outcome) != replace(task, source=b"another").evidence(outcome)


def test_verdicts_are_remembered_but_for_what_changed(
    everything: list[lane.Task], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "KEPT", tmp_path / "python.json")
    outcomes = {
        everything[0].mutant.key: Outcome("survived"),
        everything[1].mutant.key: Outcome("killed", "t"),
    }
    lane.keep(everything, outcomes)
    assert lane.remembered(everything) == outcomes
    assert lane.remembered([replace(task, source=b"another") for task in everything]) == {}


def test_a_sample_is_drawn_by_its_seed_and_holds_the_canaries(everything: list[lane.Task]) -> None:
    first, again, other = (
        mutation_draw.sample(everything, CANARY.values(), 10, seed) for seed in ("a", "a", "b")
    )
    assert first == again != other
    assert {task.mutant.key for task in first} >= set(CANARY.values())


def test_equivalent_mutants_count_neither_way_and_survivors_against(everything: list[lane.Task]) -> None:
    verdicts = ("killed", "timed out", "survived", "equivalent")
    outcomes = {
        task.mutant.key: Outcome(verdict) for task, verdict in zip(everything, verdicts, strict=False)
    }
    assert lane.scores(everything, outcomes, "target") == {everything[0].target: {"noticed": 2, "valid": 3}}


def test_every_explained_survivor_is_a_mutant_with_a_reason(everything: list[lane.Task]) -> None:
    explained = lane.read("python_survivors.toml")
    assert set(explained) - {task.mutant.key for task in everything} == set()
    assert [key for key, reason in explained.items() if len(reason.split()) < 5] == []


def test_the_last_full_run_noticed_95_percent_of_every_target() -> None:
    targets = lane.read("python_targets.toml")
    del targets["canary"]
    found = json.loads(lane.RESULTS.read_text(encoding="utf-8"))
    sources = {source for target in targets.values() for source in target["sources"]}
    assert (set(found["target"]), set(found["file"])) == (set(targets), sources)
    for name, score in found["target"].items():
        assert score["noticed"] >= mutation_draw.LEAST_KILLED * score["valid"] > 0, name
