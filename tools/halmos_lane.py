"""
The symbolic lane: every theorem of `tests/proofs` must hold, and every claim of `KeptFalse` must be refuted.

Run by `tools/prove.sh`. A theorem that times out, gets stuck, leaves a loop early or never reaches its
assertion is as red as one with a counterexample; so is a lane with fewer theorems than were promised.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resonance_dao.chain.toolchain import binary

ROOT = Path(__file__).resolve().parents[1]
# Only the contracts that a theorem is about are compiled, which is most of the time of this lane.
BUILD = {"FOUNDRY_PROFILE": "proofs", "FOUNDRY_SRC": "tests/proofs"}
OUT = "cache/proofs/out"
KEPT_FALSE = "KeptFalse"
FEWEST_THEOREMS = 10
FEWEST_KEPT_FALSE = 2
# More than any loop of the theorems runs: 64 digits of a schema are the longest.
LOOP = "70"
QUERY_TIMEOUT_S = {"quick": 60, "deep": 600}
# What halmos says of one test: its exit code in the JSON report.
VERDICTS = {
    0: "proven",
    1: "refuted",
    2: "timed out",
    3: "stuck",
    4: "never reached: every path reverts",
    5: "crashed",
}
# halmos calls a theorem passed although a loop ran longer than it followed.
CUT_SHORT = "cut short: a loop is longer than what was tried"


def run(venv: Path, root: Path, pace: str, contract: str = "") -> dict[str, str]:
    """
    Run halmos on the proofs of the project in `root`, of one contract when named, and return their verdicts.

    `pace` is "quick" or "deep". Raises `RuntimeError` with what halmos printed when it leaves no report.
    """
    report = root / "cache" / "proofs" / "halmos.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    solver = f"{venv / 'bin' / 'python'} {ROOT / 'tools' / 'halmos_solver.py'}"
    command = [
        str(venv / "bin" / "halmos"),
        *("--root", str(root), "--forge-build-out", OUT, "--json-output", str(report), "--no-status"),
        *("--solver-command", solver, "--solver-timeout-assertion", f"{QUERY_TIMEOUT_S[pace]}s"),
        *("--loop", LOOP),
        *(["--contract", contract] if contract else []),
    ]
    path = os.pathsep.join([str(binary("forge", ROOT).parent), str(venv / "bin"), os.environ["PATH"]])
    # halmos leaves a folder of queries for every theorem that it could not decide.
    with tempfile.TemporaryDirectory(dir=report.parent) as queries:
        environment = {**os.environ, **BUILD, "PATH": path, "TMPDIR": queries}
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if not report.is_file():
        raise RuntimeError(f"halmos left no report\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return verdicts(json.loads(report.read_text(encoding="utf-8")))


def verdicts(report: Mapping[str, Any]) -> dict[str, str]:
    """Return {"Contract.check_name": verdict} of halmos's JSON report."""
    return {
        f"{suite.rsplit(':', 1)[1]}.{test['name'].split('(')[0]}": _verdict(test)
        for suite, tests in report["test_results"].items()
        for test in tests
    }


def _verdict(test: Mapping[str, Any]) -> str:
    said = VERDICTS.get(test["exitcode"], "unknown")
    return CUT_SHORT if said == "proven" and test["num_bounded_loops"] else said


def complaints(found: Mapping[str, str]) -> list[str]:
    """Return what makes the lane red; empty when all is as it must be."""
    false = {name: verdict for name, verdict in found.items() if name.startswith(f"{KEPT_FALSE}.")}
    true = {name: verdict for name, verdict in found.items() if name not in false}
    said = [f"{name}: {verdict}" for name, verdict in true.items() if verdict != "proven"]
    said += [
        f"{name}: {verdict}, though it is false" for name, verdict in false.items() if verdict != "refuted"
    ]
    if len(true) < FEWEST_THEOREMS:
        said.append(f"{len(true)} theorems were tried, {FEWEST_THEOREMS} are promised")
    if len(false) < FEWEST_KEPT_FALSE:
        said.append(f"{len(false)} false claims were tried, {FEWEST_KEPT_FALSE} are promised")
    return said


def main(venv: Path, pace: str) -> int:
    """Run halmos, print one line a theorem, and return the exit code."""
    found = run(venv, ROOT, pace)
    for name, verdict in sorted(found.items()):
        print(f"  {verdict:<9} {name}")
    wrong = complaints(found)
    for line in wrong:
        print(f"RED {line}")
    print(f"halmos: {sum(verdict == 'proven' for verdict in found.values())} theorems proven")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(ROOT / sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "quick"))
