"""
Runs the tests on a mutant. The fault goes into the bytecode, not into the sources.

The contracts that contain the fault are compiled alone, without optimiser, and put in place of the artifacts
from which the tests deploy; nothing else is compiled again. So a mutant takes seconds, where compiling the
tests too takes a minute.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutation_mutants import Mutant
from scratch import ROOT, copy_project, environment, failed_tests, forge_test

TIMEOUT_S = 900.0
IMPORT = re.compile(r'^import .*?"([^"]+)";', re.MULTILINE | re.DOTALL)
CONCRETE = re.compile(r"^contract \w+", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: "killed", "survived", "timed out" or "invalid", and what says so."""

    verdict: str
    by: str


class Uncompilable(Exception):
    """The compiler refuses the sources; the message is its own."""


def imports(folder: Path, path: str) -> set[str]:
    """Return the project's files that the file `path` imports by relative path."""
    text = (folder / path).read_text(encoding="utf-8")
    found = ((folder / path).parent / name for name in IMPORT.findall(text) if name.startswith("."))
    return {file.resolve().relative_to(folder.resolve()).as_posix() for file in found}


def roots(folder: Path, path: str, tests: str) -> list[str]:
    """Return the files whose contracts contain the code of `path`: the deployed, and tests of a library."""
    graph = {
        file.relative_to(folder).as_posix(): imports(folder, file.relative_to(folder).as_posix())
        for file in (folder / "contracts").rglob("*.sol")
    }
    reached, fresh = {path}, {path}
    while fresh:
        fresh = {name for name, wanted in graph.items() if wanted & fresh} - reached
        reached |= fresh
    deployed = [
        name for name in sorted(reached) if CONCRETE.search((folder / name).read_text(encoding="utf-8"))
    ]
    callers = [file.relative_to(folder).as_posix() for file in sorted((folder / tests).rglob("*.t.sol"))]
    if "/libraries/" in path:
        deployed += [name for name in callers if path in imports(folder, name)]
    return deployed


def compile_with(
    folder: Path, names: list[str], changed: Mapping[str, str], *, optimise: bool = False
) -> Any:
    """Return solc's contracts of the files `names`, with the texts of `changed` in place of those on disk."""
    settings = json.loads((folder / "solc.json").read_text(encoding="utf-8"))
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names} | dict(changed)
    wanted = ["evm.bytecode.object", "evm.bytecode.linkReferences", "evm.deployedBytecode.object"]
    question = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in texts.items()},
        "settings": {
            **settings,
            "optimizer": {"enabled": optimise, "runs": 200},
            "outputSelection": {name: {"*": wanted} for name in names},
        },
    }
    solc = next((folder / ".solc").glob("solc-v*"))
    command = [str(solc), "--standard-json"]
    done = subprocess.run(
        command, cwd=folder, input=json.dumps(question), capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)
    wrong = [error["formattedMessage"] for error in answer.get("errors", []) if error["severity"] == "error"]
    if any("Stack too deep" in message for message in wrong) and not optimise:
        return compile_with(folder, names, changed, optimise=True)
    if wrong:
        raise Uncompilable(wrong[0])
    return answer["contracts"]


def inject(folder: Path, tests: str, contracts: Mapping[str, Mapping[str, Any]]) -> dict[Path, bytes]:
    """Put bytecode into the artifacts of the test folder `tests`; return the artifacts as they were."""
    out = folder / environment(tests)["FOUNDRY_OUT"]
    before: dict[Path, bytes] = {}
    for file, named in contracts.items():
        for name, contract in named.items():
            path = out / Path(file).name / f"{name}.json"
            if not path.is_file() or not contract["evm"]["bytecode"]["object"]:
                continue
            before[path] = path.read_bytes()
            artifact = json.loads(before[path])
            for part in ("bytecode", "deployedBytecode"):
                artifact[part]["object"] = "0x" + contract["evm"][part]["object"]
            artifact["bytecode"]["linkReferences"] = contract["evm"]["bytecode"].get("linkReferences", {})
            path.write_text(json.dumps(artifact), encoding="utf-8")
    return before


def prepare(folder: Path, stages: list[str]) -> Path:
    """Copy the project to `folder` and compile it for each test folder of `stages`; return it."""
    copy_project(folder)
    config = subprocess.run(
        [str(_forge()), "config", "--json"], cwd=folder, capture_output=True, text=True, check=True
    )
    read = json.loads(config.stdout)
    settings = {"remappings": read["remappings"], "evmVersion": read["evm_version"]}
    (folder / "solc.json").write_text(json.dumps(settings), encoding="utf-8")
    for tests in stages:
        command = [str(_forge()), "build"]
        subprocess.run(command, cwd=folder, env=environment(tests), capture_output=True, check=True)
    return folder


def _forge() -> Path:
    from resonance_dao.chain.toolchain import binary

    return binary("forge", ROOT)


def try_texts(folder: Path, texts: Mapping[str, str], stages: list[str]) -> Outcome:
    """Return what the tests say of the project in `folder` when the files of `texts` have those texts."""
    for tests in stages:
        names = sorted({root for path in texts for root in roots(folder, path, tests)})
        try:
            contracts = compile_with(folder, names, texts)
        except Uncompilable as exc:
            return Outcome("invalid", str(exc).splitlines()[0])
        before = inject(folder, tests, contracts)
        try:
            code, output = forge_test(folder, tests, TIMEOUT_S)
        finally:
            for artifact, content in before.items():
                artifact.write_bytes(content)
        if code is None:
            return Outcome("timed out", tests)
        if code != 0:
            failed = failed_tests(output)
            if not failed:
                raise RuntimeError(f"forge failed without a failing test:\n{output[-2000:]}")
            return Outcome("killed", failed[0])
    return Outcome("survived", "")


def try_mutant(folder: Path, mutant: Mutant, stages: list[str]) -> Outcome:
    """Return what the tests say of a mutant."""
    source = (folder / mutant.path).read_bytes()
    return try_texts(folder, {mutant.path: mutant.apply(source).decode()}, stages)
