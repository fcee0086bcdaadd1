"""
The static lane: slither finds nothing of high or medium impact that `tools/slither.toml` does not argue.

Also asks `slither-check-erc` whether the project token is an ERC-20. Run by `tools/prove.sh`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli

from resonance_dao.chain.toolchain import binary, solc_folder

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = "node_modules|tests/|contracts/mocks/|contracts/script/"
IMPACTS = ("High", "Medium")
ERC20 = ("ProjectToken",)
OUT = "cache/proofs/slither-out"


def place(finding: Mapping[str, Any]) -> str:
    """Return "Contract.function" of a finding, or "Contract" or a file's name where it has no function."""
    for element in finding["elements"]:
        parent: Mapping[str, Any] = element.get("type_specific_fields", {}).get("parent", {})
        if element["type"] == "function":
            return f"{parent['name']}.{element['name']}"
        if element["type"] in ("node", "variable") and parent.get("type") == "function":
            return f"{parent['type_specific_fields']['parent']['name']}.{parent['name']}"
    return str(finding["elements"][0]["name"]) if finding["elements"] else "?"


def complaints(found: Iterable[Mapping[str, Any]], argued: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the findings that nothing argues, then the arguments that no finding needs."""
    detectors, findings = argued.get("detectors", {}), argued.get("findings", {})
    said, used = [], set()
    for finding in found:
        if finding["impact"] not in IMPACTS:
            continue
        name = f"{finding['check']} {place(finding)}"
        if finding["check"] in detectors or name in findings:
            used |= {finding["check"], name}
        else:
            said.append(f"{finding['impact']}: {name}\n    {finding['description'].strip()}")
    return said + [
        f"argued, but found no more: {name}" for name in (*detectors, *findings) if name not in used
    ]


def run(venv: Path, root: Path) -> list[dict[str, Any]]:
    """Return slither's findings in the project in `root`; `RuntimeError` with its words when it fails."""
    report = root / "cache" / "proofs" / "slither.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    command = [str(venv / "bin" / "slither"), ".", "--filter-paths", NOT_OURS, "--json", str(report)]
    done = subprocess.run(
        command, cwd=root, env=_environment(venv), capture_output=True, text=True, check=False
    )
    answer: dict[str, Any] = {"success": False, "error": "it left no report"}
    if report.is_file():
        answer = json.loads(report.read_text(encoding="utf-8"))
    if not answer["success"]:
        raise RuntimeError(f"slither failed: {answer['error']}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    found: list[dict[str, Any]] = answer["results"].get("detectors", [])
    return found


def _environment(venv: Path) -> dict[str, str]:
    folders = [
        str(binary("forge", ROOT).parent),
        str(venv / "bin"),
        str(solc_folder(ROOT)),
        os.environ["PATH"],
    ]
    return {
        **os.environ,
        "PATH": os.pathsep.join(folders),
        "FOUNDRY_PROFILE": "proofs",
        "FOUNDRY_OUT": OUT,
        "FOUNDRY_CACHE_PATH": "cache/proofs/slither-cache",
        # Slither reads the source; only compiling takes longer with it.
        "FOUNDRY_OPTIMIZER": "false",
    }


def main(venv: Path) -> int:
    """Run slither, print what is wrong, and return the exit code."""
    argued = tomli.loads((ROOT / "tools" / "slither.toml").read_text(encoding="utf-8"))
    found = run(venv, ROOT)
    wrong = complaints(found, argued) + [line for token in ERC20 for line in _erc20(venv, token)]
    for line in wrong:
        print(f"RED {line}")
    grave = sum(finding["impact"] in IMPACTS for finding in found)
    print(
        f"slither: {len(found)} findings, {grave} high or medium, {len(wrong)} of them unexplained or stale"
    )
    return 1 if wrong else 0


def _erc20(venv: Path, token: str) -> list[str]:
    """Return the lines in which `slither-check-erc` says that `token` lacks something of ERC-20."""
    # What slither compiled a moment ago: compiling is most of the time of this lane.
    command = [str(venv / "bin" / "slither-check-erc"), ".", token, "--erc", "ERC20", "--ignore-compile"]
    command += ["--foundry-out-directory", OUT]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(venv), capture_output=True, text=True, check=False
    )
    lines = (done.stdout + done.stderr).splitlines()
    if not any("[✓] transfer(" in line for line in lines):
        return [f"slither-check-erc did not look at {token}", *lines[-5:]]
    return [f"{token}: {line.strip()}" for line in lines if "[ ]" in line and "approval race" not in line]


if __name__ == "__main__":
    sys.exit(main(ROOT / sys.argv[1]))
