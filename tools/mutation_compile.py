"""
Compiles mutants. Only the contracts that contain the fault, without optimiser, by a compiler that stays.

The bytecode holds no hash of the sources: two texts with one meaning to the compiler have one bytecode.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

IMPORT = re.compile(r'^import .*?"([^"]+)";', re.MULTILINE | re.DOTALL)
CONCRETE = re.compile(r"^contract \w+", re.MULTILINE)
SERVER = Path(__file__).with_name("mutation_solc.js")
WANTED = ["evm.bytecode.object", "evm.bytecode.linkReferences", "evm.deployedBytecode.object"]
# What follows the bytecode is a hash of the sources, which every mutant changes.
NO_METADATA = {"appendCBOR": False, "bytecodeHash": "none"}


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


class Compiler:
    """A solc in the copy `folder` of the project; its `solc.json` holds remappings and EVM version."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = json.loads((folder / "solc.json").read_text(encoding="utf-8"))
        self._process: subprocess.Popen[str] | None = None

    def compile(self, names: list[str], changed: Mapping[str, str], *, optimise: bool = False) -> Any:
        """
        Return the contracts of the files `names`, with the texts of `changed` in place of those on disk.

        Raises `Uncompilable`. What is too deep for the stack without the optimiser is compiled with it.
        """
        texts = {name: (self._folder / name).read_text(encoding="utf-8") for name in names} | dict(changed)
        answer = self._ask(
            {
                "language": "Solidity",
                "sources": {name: {"content": text} for name, text in texts.items()},
                "settings": {
                    **self._settings,
                    "metadata": NO_METADATA,
                    "optimizer": {"enabled": optimise, "runs": 200},
                    "outputSelection": {name: {"*": WANTED} for name in names},
                },
            }
        )
        wrong = [e["formattedMessage"] for e in answer.get("errors", []) if e["severity"] == "error"]
        if any("Stack too deep" in message for message in wrong) and not optimise:
            return self.compile(names, changed, optimise=True)
        if wrong:
            raise Uncompilable(wrong[0])
        return answer["contracts"]

    def _ask(self, question: Mapping[str, Any]) -> Any:
        # One more try: after some thousand contracts the compiler may have no memory left.
        for _ in range(2):
            process = self._running()
            written, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
            try:
                written.write(json.dumps(question) + "\n")
                written.flush()
                if answer := answers.readline():
                    return json.loads(answer)
            except BrokenPipeError:
                pass
            self.close()
        raise RuntimeError("the compiler ended without an answer")

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                ["node", str(SERVER)],
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process

    def close(self) -> None:
        """End the compiler; the next question starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process = None
