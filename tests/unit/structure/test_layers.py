"""The layers of the package point one way, and importing anything touches nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "src" / "resonance_dao"
PURE = {"economy", "transparency", "matching"}
ADAPTERS = {"evidence", "chain", "journal"}
ALLOWED = {
    **{layer: {layer} | (PURE if layer == "matching" else set()) for layer in PURE},
    **{layer: {layer} | PURE for layer in ADAPTERS},
    "workflows": {"workflows"} | PURE | ADAPTERS,
    "secret_url": set(),
    "sender_settings": set(),
    "settings": {"sender_settings"},
    "gateway_settings": {"settings", "sender_settings"},
    "evidence_settings": {"settings", "evidence"},
    "recorder_settings": {"settings", "workflows"},
    "toolkit": {"settings", "evidence_settings", "recorder_settings", "workflows"} | PURE | ADAPTERS,
    "cli": {"cli", "toolkit", "settings", "gateway_settings", "workflows"} | PURE | ADAPTERS,
}
EVERYWHERE = {"errors", ""}
OUTSIDE = {
    "brownie": {"scripts/_brownie_chain.py"},
    "fastapi": {"frontend_api"},
    "starlette": {"frontend_api"},
    "sqlalchemy": {"src/resonance_dao/journal"},
    "alembic": {"src/resonance_dao/journal"},
    "ipfshttpclient": {"src/resonance_dao/evidence"},
    "cryptography": {"src/resonance_dao/evidence"},
    "web3": {"src/resonance_dao/chain"},
    "solcx": {"src/resonance_dao/chain"},
    "typer": {"src/resonance_dao/cli"},
    "rich": {"src/resonance_dao/cli"},
}
SOURCES = [*PACKAGE.rglob("*.py"), *(ROOT / "frontend_api").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer_of(module: str) -> str:
    return module.removeprefix("resonance_dao").lstrip(".").split(".")[0]


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_a_module_imports_only_from_layers_below(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if layer in {"__init__", "errors"}:
        allowed: set[str] = set()
    else:
        allowed = ALLOWED[layer]
    ours = {name for name in imported(path) if name.split(".")[0] == "resonance_dao"}
    names = {
        layer_of(name)
        for name in ours
        if len(name.split(".")) > 1 and (PACKAGE / name.split(".")[1]).exists()
    }
    assert names - EVERYWHERE <= allowed, f"{layer} may not import {sorted(names - allowed - EVERYWHERE)}"
    assert not {name for name in imported(path) if name.split(".")[0] in {"frontend_api", "scripts"}}


@pytest.mark.parametrize("library", sorted(OUTSIDE))
def test_an_outside_library_is_imported_in_one_place(library: str) -> None:
    for path in SOURCES:
        if any(name.split(".")[0] == library for name in imported(path)):
            place = path.relative_to(ROOT).as_posix()
            assert any(place.startswith(allowed) for allowed in OUTSIDE[library]), (
                f"{place} imports {library}"
            )


def test_no_python_file_is_longer_than_300_lines() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_no_contract_is_longer_than_350_lines() -> None:
    contracts = [path for path in (ROOT / "contracts").rglob("*.sol") if path.parent.name != "interfaces"]
    assert contracts
    assert [path.name for path in contracts if len(path.read_text("utf-8").splitlines()) > 350] == []


def test_no_name_hides_what_it_is() -> None:
    banned = {"utils", "helpers", "common", "misc", "manager"}
    assert [str(path) for path in SOURCES if banned & set(path.stem.lower().split("_"))] == []


def test_importing_every_public_layer_touches_nothing(tmp_path: Path) -> None:
    modules = (
        "resonance_dao.errors, resonance_dao.toolkit, resonance_dao.workflows.bounties, frontend_api.app"
    )
    program = f"""
import socket, sqlite3, subprocess, os
def refuse(*args, **kwargs): raise AssertionError("import has an effect")
socket.socket.connect = refuse; sqlite3.connect = refuse; subprocess.Popen.__init__ = refuse
before = set(os.listdir("."))
import {modules}
assert set(os.listdir(".")) == before
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
