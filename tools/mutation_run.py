"""
Runs the tests on a mutant. The fault goes into the bytecode, not into the sources.

The contracts that contain the fault are compiled alone and put in place of the artifacts from which the tests
deploy; nothing else is compiled again. The tests run twice, each time until the first fails: with a few
random inputs, which most mutants do not outlive and which takes a second, then with those of the profile.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutation_compile import Compiler, Uncompilable, roots
from mutation_faults import Mutant
from scratch import copy_project, environment, forge, forge_test

# How much longer than without a fault the tests may take; more is a loop without end.
PATIENCE = 12.0
LEAST_TIMEOUT_S = 240.0
QUICK = {"FOUNDRY_FUZZ_RUNS": "2", "FOUNDRY_INVARIANT_RUNS": "1", "FOUNDRY_INVARIANT_DEPTH": "20"}
ALL_TESTS = "tests/contracts"
# The opcode INVALID: whatever a contract is asked, it reverts.
DEAD = {part: {"object": "fe"} for part in ("bytecode", "deployedBytecode")}
# An invariant's name stands in a line of its own, after the calls that broke it.
KILLER = re.compile(
    r"^Encountered \d+ failing tests? in (\S+):\w+\n\[FAIL.*?(?:\] |^ )((?:test|invariant|setUp)\w*)\(",
    re.MULTILINE | re.DOTALL,
)
Contracts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """
    What became of a mutant, what says so, and the digest of its bytecode.

    `verdict` is "killed" or "timed out" (noticed), "survived", or one of those that count neither way:
    "invalid" (does not compile), "equivalent" (the bytecode is the original's), "duplicate" (another's).
    """

    verdict: str
    by: str
    code: str = ""


@dataclass
class Bench:
    """A compiled copy of the project in which one mutant at a time is tried."""

    folder: Path
    stages: list[str]
    compiler: Compiler
    timeout_s: float = 3600.0
    _originals: dict[tuple[tuple[str, ...], bool], str] = field(default_factory=dict)

    def files(self, texts: Mapping[str, str]) -> list[str]:
        """Return the files whose contracts contain code of `texts` and are deployed in some stage's tests."""
        return sorted(
            {
                root
                for path in texts
                for tests in self.stages
                for root in roots(self.folder, path, tests)
                if (artifacts(self.folder, tests) / Path(root).name).is_dir()
            }
        )

    def original(self, names: list[str], *, optimise: bool) -> str:
        """Return the digest of the bytecode of the files `names` without a fault."""
        key = (tuple(names), optimise)
        if key not in self._originals:
            self._originals[key] = digest(self.compiler.compile(names, {}, optimise=optimise))
        return self._originals[key]


def artifacts(folder: Path, tests: str) -> Path:
    """Return where the contracts that the tests of folder `tests` deploy lie, compiled."""
    return folder / environment(tests)["FOUNDRY_OUT"]


def linked(folder: Path, tests: str) -> dict[str, str]:
    """
    Return the variables under which the tests of folder `tests` deploy from the artifacts, whoever deploys.

    Forge links a contract at run time only into files of its folders of tests and scripts. A cast that lies
    in another folder than `tests` would hold the contracts as they were when it was compiled.
    """
    others = [
        f"{ALL_TESTS}/{other.name}/**"
        for other in sorted((folder / ALL_TESTS).iterdir())
        if other.is_dir() and not f"{tests}/".startswith(f"{ALL_TESTS}/{other.name}/")
    ]
    return {"FOUNDRY_SCRIPT": ALL_TESTS, "FOUNDRY_SKIP": json.dumps(others)}


def digest(contracts: Contracts) -> str:
    """Return a short name of the bytecode of `contracts`."""
    codes = [
        f"{name}:{contract['evm']['bytecode']['object']}"
        for _, named in sorted(contracts.items())
        for name, contract in sorted(named.items())
    ]
    return hashlib.sha256("\n".join(codes).encode()).hexdigest()[:16]


def inject(folder: Path, tests: str, contracts: Contracts) -> dict[Path, bytes]:
    """Put bytecode into the artifacts of the test folder `tests`; return the artifacts as they were."""
    before: dict[Path, bytes] = {}
    for file, named in contracts.items():
        for name, contract in named.items():
            path = artifacts(folder, tests) / Path(file).name / f"{name}.json"
            if not path.is_file() or not contract["evm"]["bytecode"]["object"]:
                continue
            original = path.read_bytes()
            artifact = json.loads(original)
            if artifact["metadata"]["settings"]["compilationTarget"] != {file: name}:
                continue  # a file of the same name in another folder of tests
            before[path] = original
            for part in ("bytecode", "deployedBytecode"):
                artifact[part]["object"] = "0x" + contract["evm"][part]["object"]
            artifact["bytecode"]["linkReferences"] = contract["evm"]["bytecode"].get("linkReferences", {})
            path.write_text(json.dumps(artifact), encoding="utf-8")
    return before


def prepare(folder: Path, stages: list[str]) -> Path:
    """Copy the project to `folder` and compile it for each test folder of `stages`; return it."""
    copy_project(folder)
    _remember_version(folder)
    config = subprocess.run(
        [str(forge()), "config", "--json"], cwd=folder, capture_output=True, text=True, check=True
    )
    read = json.loads(config.stdout)
    settings = {"remappings": read["remappings"], "evmVersion": read["evm_version"]}
    (folder / "solc.json").write_text(json.dumps(settings), encoding="utf-8")
    for tests in stages:
        command = [str(forge()), "build"]
        variables = environment(tests) | linked(folder, tests)
        subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=True)
    return folder


def _remember_version(folder: Path) -> None:
    """Forge asks the compiler's version at every start, which takes longer than many tests do."""
    link = folder / ".solc"
    solc = next(link.resolve().glob("solc-v*"))
    version = subprocess.run([str(solc), "--version"], capture_output=True, text=True, check=True).stdout
    link.unlink()
    link.mkdir()
    (link / "version").write_text(version, encoding="utf-8")
    quick = link / solc.name
    answer = f'if [ "$*" = --version ]; then exec cat "{link / "version"}"; fi'
    quick.write_text(f'#!/bin/sh\n{answer}\nexec "{solc}" "$@"\n', encoding="utf-8")
    quick.chmod(0o755)


def tested(bench: Bench, contracts: Contracts) -> Outcome:
    """Return what the tests say of `contracts`: quick runs of all stages, then the full ones."""
    before: dict[Path, bytes] = {}
    for tests in bench.stages:
        before |= inject(bench.folder, tests, contracts)
    try:
        for draws in (QUICK, {}):
            for tests in bench.stages:
                code, output = _run(bench, tests, draws)
                if code is None:
                    return Outcome("timed out", tests)
                if code != 0:
                    return Outcome("killed", killer(output))
    finally:
        for artifact, content in before.items():
            artifact.write_bytes(content)
    return Outcome("survived", "")


def _run(bench: Bench, tests: str, draws: Mapping[str, str]) -> tuple[int | None, str]:
    variables = {**draws, **linked(bench.folder, tests)}
    return forge_test(bench.folder, tests, bench.timeout_s, draws=variables)


def deaf(bench: Bench, contracts: Contracts) -> list[str]:
    """Return the test folders whose tests pass though no contract of `contracts` works: they say nothing."""
    dead = {file: {name: {"evm": DEAD} for name in named} for file, named in contracts.items()}
    said: list[str] = []
    for tests in bench.stages:
        before = inject(bench.folder, tests, dead)
        try:
            code, _ = _run(bench, tests, QUICK)
        finally:
            for artifact, content in before.items():
                artifact.write_bytes(content)
        if code == 0:
            said.append(tests)
    return said


def killer(output: str) -> str:
    """Return the file and the name of the first failed test in forge's output; `RuntimeError` without one."""
    found = KILLER.search(output)
    if found is not None:
        return f"{found[1]} {found[2]}"
    raise RuntimeError(f"forge failed without a failing test:\n{output[-2000:]}")


def warm(bench: Bench, paths: set[str]) -> Outcome:
    """
    Try the sources `paths` without a fault; what that takes says how long a mutant may take.

    The verdict is "deaf" when a folder's tests pass on contracts that do nothing too.
    """
    texts = {path: (bench.folder / path).read_text(encoding="utf-8") for path in paths}
    contracts = bench.compiler.compile(bench.files(texts), texts)
    if unmoved := deaf(bench, contracts):
        return Outcome("deaf", ", ".join(unmoved))
    began = time.monotonic()
    outcome = tested(bench, contracts)
    bench.timeout_s = max(LEAST_TIMEOUT_S, PATIENCE * (time.monotonic() - began))
    return outcome


def try_mutant(bench: Bench, mutant: Mutant, claim: Callable[[str], str | None]) -> Outcome:
    """
    Return what becomes of a mutant.

    `claim` is told the digest of the bytecode and returns the key of a mutant that had it before, or None. A
    mutant that survives is equivalent all the same when the optimiser makes the original's bytecode of it.
    """
    texts = {mutant.path: mutant.apply((bench.folder / mutant.path).read_bytes()).decode()}
    names = bench.files(texts)
    try:
        contracts = bench.compiler.compile(names, texts)
    except Uncompilable as exc:
        return Outcome("invalid", str(exc).splitlines()[0])
    code = digest(contracts)
    if code == bench.original(names, optimise=False):
        return Outcome("equivalent", "same bytecode", code)
    if (twin := claim(code)) is not None:
        return Outcome("duplicate", twin, code)
    outcome = tested(bench, contracts)
    if outcome.verdict == "survived" and _is_same_optimised(bench, names, texts):
        outcome = Outcome("equivalent", "same bytecode when optimised")
    return Outcome(outcome.verdict, outcome.by, code)


def _is_same_optimised(bench: Bench, names: list[str], texts: Mapping[str, str]) -> bool:
    code = digest(bench.compiler.compile(names, texts, optimise=True))
    return code == bench.original(names, optimise=True)
