"""
The gas of every public call, as `tests/contracts/gas/` measures it with forge and `tests/snapshots/gas.json`
records it.

A call that costs more or less than recorded is a change that someone must have looked at: `compare` names it,
`make check` fails on it, and `python benchmarks/run.py --update` records it for the diff.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from resonance_dao.chain.settings import read_settings
from resonance_dao.chain.toolchain import binary, ensure_solc

RECORDED = Path("tests") / "snapshots" / "gas.json"
_TESTS = "tests/contracts/gas/*"


def read(path: Path) -> dict[str, int]:
    """Return {name: gas} from a file that forge wrote."""
    return {name: int(gas) for name, gas in json.loads(path.read_text(encoding="utf-8")).items()}


def measure(root: Path) -> dict[str, int]:
    """Run the gas tests and return {name: gas}; the recorded file is left alone."""
    ensure_solc(root, read_settings(root).version, env=os.environ)
    with TemporaryDirectory() as folder:
        command = [str(binary("forge", root)), "test", "--match-path", _TESTS]
        settings = {"FORGE_SNAPSHOT_EMIT": "true", "FOUNDRY_SNAPSHOTS": folder}
        done = subprocess.run(
            command, cwd=root, env=os.environ | settings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"The gas tests failed:\n{done.stdout}{done.stderr}")
        return read(Path(folder) / RECORDED.name)


def write(root: Path, gas: Mapping[str, int]) -> None:
    """Record {name: gas}, in forge's own form."""
    text = json.dumps({name: str(gas[name]) for name in sorted(gas)}, indent=2, ensure_ascii=False)
    (root / RECORDED).write_text(text + "\n", encoding="utf-8")


def compare(recorded: Mapping[str, int], measured: Mapping[str, int]) -> list[str]:
    """Return a line for each call that is new, gone, or costs something else."""
    lines = []
    for name in sorted(recorded.keys() | measured.keys()):
        before, after = recorded.get(name), measured.get(name)
        if before is None or after is None:
            lines.append(f"{name}: {'is new' if before is None else 'is gone'}")
        elif before != after:
            lines.append(f"{name}: {before:,} -> {after:,} ({after - before:+,})")
    return lines
