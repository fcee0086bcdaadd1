"""
What is tried by the mutation lane of Python: the mutants of every target, what a verdict rests on, and which
mutants are the original in other words.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from mutation_draw import digest
from mutation_faults import Mutant
from python_mutants import mutants
from python_mutation_run import ROOT

REFUSING = frozenset({"_refuse", "_refusal", "_stranger"})


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant ("killed", "timed out", "survived", "equivalent"), and what says so."""

    verdict: str
    by: str = ""


@dataclass(frozen=True)
class Task:
    """A mutant, its target, the text of its file, and the digests of the target's tests by file."""

    target: str
    mutant: Mutant
    source: bytes
    tests: Mapping[str, str]

    def evidence(self, outcome: Outcome) -> str:
        """Return a digest of the texts on which a verdict depends."""
        killer = outcome.by.split("::")[0]
        needed = [self.tests[killer]] if killer in self.tests else list(self.tests.values())
        return digest([self.source, *(text.encode() for text in needed)])


def errors() -> frozenset[str]:
    """Return the names of the classes whose construction is a refusal, and of functions that make one."""
    classes = inspect.getmembers(_module_of_errors(), inspect.isclass)
    return frozenset(name for name, _ in classes if name[0].isupper()) | REFUSING


def _module_of_errors() -> Any:
    # Read apart from the package, which no process that forks for the mutants may have imported.
    import importlib.util

    spec = importlib.util.spec_from_file_location("_errors", ROOT / "src" / "resonance_dao" / "errors.py")
    if spec is None or spec.loader is None:
        raise RuntimeError("src/resonance_dao/errors.py is not there")
    module = importlib.util.module_from_spec(spec)
    sys.modules["_errors"] = module
    spec.loader.exec_module(module)
    return module


def tasks(targets: Mapping[str, Any]) -> list[Task]:
    """Return every mutant of every target, in the order of files and lines."""
    found, refusals = [], errors()
    for name, target in targets.items():
        tests = {
            path.relative_to(ROOT).as_posix(): digest([path.read_bytes()])
            for given in target["tests"]
            for path in ([ROOT / given] if given.endswith(".py") else sorted((ROOT / given).rglob("*.py")))
        }
        for given in target["sources"]:
            source = (ROOT / given).read_bytes()
            found += [Task(name, mutant, source, tests) for mutant in mutants(given, source, refusals)]
    return found


def is_equivalent(task: Task) -> bool:
    """Return whether the mutant compiles to the same as the original."""
    changed = compile(task.mutant.apply(task.source), "same", "exec", dont_inherit=True, optimize=0)
    return _same(compile(task.source, "same", "exec", dont_inherit=True, optimize=0), changed)


def _same(one: CodeType, other: CodeType) -> bool:
    if (one.co_code, one.co_names, len(one.co_consts)) != (
        other.co_code,
        other.co_names,
        len(other.co_consts),
    ):
        return False
    return all(
        _same(left, right) if isinstance(left, CodeType) and isinstance(right, CodeType)
        else (type(left), left) == (type(right), right)
        for left, right in zip(one.co_consts, other.co_consts, strict=True)
    )  # fmt: skip
