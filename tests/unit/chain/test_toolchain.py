import json
import platform
import sys
from pathlib import Path

import pytest

from resonance_dao.chain import toolchain
from resonance_dao.chain.toolchain import binary, ensure_solc, solc_folder
from resonance_dao.errors import InputInvalid, ToolMissing

LAUNCHER = Path(toolchain.__file__).with_name("solc_launcher.cjs").read_bytes()


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")


@pytest.fixture
def project(tmp_path: Path, linux: None) -> Path:
    package = tmp_path / "node_modules" / "solc" / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text(json.dumps({"version": "0.8.37"}))
    return tmp_path


def test_an_absent_program_is_named_with_what_to_do(tmp_path: Path, linux: None) -> None:
    with pytest.raises(ToolMissing, match="anvil is not installed") as missing:
        binary("anvil", tmp_path)
    assert "npm ci" in missing.value.hint


def test_a_machine_without_a_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "sparc64")
    with pytest.raises(ToolMissing, match="sparc64"):
        binary("anvil", tmp_path)


@pytest.mark.parametrize(
    ("system", "machine", "folder", "name"),
    [
        ("linux", "x86_64", "forge-linux-amd64", "forge"),
        ("linux", "aarch64", "forge-linux-arm64", "forge"),
        ("darwin", "arm64", "forge-darwin-arm64", "forge"),
        ("win32", "AMD64", "forge-win32-amd64", "forge.exe"),
    ],
)
def test_the_platform_package_is_found_and_never_the_launcher_of_npm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, folder: str, name: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    path = tmp_path / "node_modules" / "@foundry-rs" / folder / "bin" / name
    path.parent.mkdir(parents=True)
    path.touch()
    assert binary("forge", tmp_path) == path


def test_an_unknown_choice_of_compiler_is_refused(project: Path) -> None:
    with pytest.raises(InputInvalid, match="RESONANCE_SOLC"):
        ensure_solc(project, "0.8.37", env={"RESONANCE_SOLC": "docker"})


def test_another_version_than_the_configured_one_is_refused(project: Path) -> None:
    with pytest.raises(ToolMissing, match=r"npm's solc is 0\.8\.37, and the contracts need 0\.8\.36"):
        ensure_solc(project, "0.8.36", env={})


def test_a_project_without_npm_packages_is_refused(tmp_path: Path, linux: None) -> None:
    with pytest.raises(ToolMissing, match="npm's solc is absent"):
        ensure_solc(tmp_path, "0.8.37", env={})


def test_a_machine_without_node_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolMissing, match=r"Node\.js"):
        ensure_solc(project, "0.8.37", env={})


def test_a_native_compiler_that_cannot_be_fetched_is_said_and_leaves_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ToolMissing, match="could not be fetched"):
        ensure_solc(project, "0.8.37", env={"RESONANCE_SOLC": "native"})
    assert list(solc_folder(project).iterdir()) == []


def test_the_launcher_is_installed_under_the_name_that_solcx_looks_for(project: Path) -> None:
    path = ensure_solc(project, "0.8.37", env={})
    assert path == solc_folder(project) / "solc-v0.8.37"
    assert path.read_bytes() == LAUNCHER
    assert path.stat().st_mode & 0o111 == 0o111
    assert [p.name for p in solc_folder(project).iterdir()] == ["solc-v0.8.37"]


def test_an_outdated_launcher_is_replaced(project: Path) -> None:
    path = ensure_solc(project, "0.8.37", env={})
    path.write_bytes(b"#!/bin/sh\n")
    assert ensure_solc(project, "0.8.37", env={}).read_bytes() == LAUNCHER


def test_a_native_compiler_that_is_there_is_taken_unless_npm_is_asked_for(project: Path) -> None:
    path = solc_folder(project) / "solc-v0.8.37"
    path.parent.mkdir()
    path.write_bytes(b"\x7fELF")
    assert ensure_solc(project, "0.8.37", env={}).read_bytes() == b"\x7fELF"
    assert ensure_solc(project, "0.8.37", env={"RESONANCE_SOLC": "native"}).read_bytes() == b"\x7fELF"
    assert ensure_solc(project, "0.8.37", env={"RESONANCE_SOLC": "npm"}).read_bytes() == LAUNCHER
