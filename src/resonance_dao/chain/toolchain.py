"""
Where the outside programs are: solc, anvil, forge, cast.

solc is the native compiler when it is there or may be fetched, and otherwise the npm `solc` of the same
version (same bytecode) behind `solc_launcher.cjs`, installed as `.solc/solc-v<version>`. py-solc-x,
Brownie, forge, slither and halmos find it there alike when `SOLCX_BINARY_PATH` names the folder.

Foundry's programs come inside npm's platform packages. The launchers in `node_modules/.bin` are never used:
they lose the exit code, so a failing `forge test` would end with 0.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from resonance_dao.errors import InputInvalid, ToolMissing

SOLC_CHOICE = "RESONANCE_SOLC"
SOLC_CHOICES = ("auto", "native", "npm")
FETCH_TIMEOUT_S = 60

_LAUNCHER = Path(__file__).with_name("solc_launcher.cjs")
_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "win32"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def binary(name: str, root: Path) -> Path:
    """
    Return the path of Foundry's program `name` ("anvil", "forge" or "cast") for this machine.

    Raises `ToolMissing` when npm's platform package is not installed below `root`.
    """
    system, machine = _SYSTEMS.get(sys.platform), _MACHINES.get(platform.machine().lower())
    if system is None or machine is None:
        raise ToolMissing(
            f"{name} has no npm package for {sys.platform} on {platform.machine()}",
            hint="Use Linux, macOS or Windows on x86-64 or ARM64.",
        )
    suffix = ".exe" if system == "win32" else ""
    path = root / "node_modules" / "@foundry-rs" / f"{name}-{system}-{machine}" / "bin" / f"{name}{suffix}"
    if not path.is_file():
        raise ToolMissing(
            f"{name} is not installed: {path} is absent", hint="Run `npm ci` in the project's folder."
        )
    return path


def solc_folder(root: Path) -> Path:
    """
    Return the folder that holds the project's compilers: what `SOLCX_BINARY_PATH` must name for Brownie.
    """
    return root / ".solc"


def ensure_solc(root: Path, version: str, *, env: Mapping[str, str]) -> Path:
    """
    Return a solc of exactly `version`, installing it into `.solc/` when it is not there.

    `env["RESONANCE_SOLC"]` decides: `auto` (the default) takes what is there and otherwise the npm package,
    without the network; `native` downloads the native compiler; `npm` always takes the npm package. Raises
    `ToolMissing`.
    """
    choice = env.get(SOLC_CHOICE, "auto")
    if choice not in SOLC_CHOICES:
        raise InputInvalid(SOLC_CHOICE, choice, f"must be one of {', '.join(SOLC_CHOICES)}")
    path = _solc_path(root, version)
    if choice == "native" and not _is_native(path):
        return _fetch_native(root, version)
    if choice != "npm" and _is_native(path):
        return path
    return _install_launcher(root, version)


def _solc_path(root: Path, version: str) -> Path:
    path = solc_folder(root) / f"solc-v{version}"
    return path / "solc.exe" if sys.platform == "win32" else path


def _is_native(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as opened:
        return opened.read(2) != b"#!"


def _install_launcher(root: Path, version: str) -> Path:
    path = _solc_path(root, version)
    _require_npm_solc(root, version)
    if not path.is_file() or path.read_bytes() != _LAUNCHER.read_bytes():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not named solc-v*: py-solc-x reads every such name as a version.
        fresh = path.parent / f".installing-{os.getpid()}"
        shutil.copyfile(_LAUNCHER, fresh)
        fresh.chmod(0o755)
        fresh.replace(path)
    return path


def _require_npm_solc(root: Path, version: str) -> None:
    import json

    if sys.platform == "win32":
        raise ToolMissing("solc is not installed", hint=f"Set {SOLC_CHOICE}=native to download it.")
    if shutil.which("node") is None:
        raise ToolMissing(
            "Node.js is not on PATH, and the npm compiler runs on it", hint="Install Node.js 20 or newer."
        )
    package = root / "node_modules" / "solc" / "package.json"
    found = json.loads(package.read_text(encoding="utf-8"))["version"] if package.is_file() else None
    if found != version:
        raise ToolMissing(
            f"npm's solc is {found or 'absent'}, and the contracts need {version}",
            hint=f"Run `npm ci`, or set {SOLC_CHOICE}=native to download the native compiler.",
        )


def _fetch_native(root: Path, version: str) -> Path:
    path = _solc_path(root, version)
    fetched = solc_folder(root) / f".fetching-{os.getpid()}"
    fetched.mkdir(parents=True, exist_ok=True)
    # In a process of its own: py-solc-x has no timeout, and reads the folder from the environment only.
    command = [sys.executable, "-m", "solcx.install", version]
    environment = {**os.environ, "SOLCX_BINARY_PATH": str(fetched)}
    try:
        subprocess.run(command, env=environment, timeout=FETCH_TIMEOUT_S, check=True, capture_output=True)  # noqa: S603
        path.parent.mkdir(parents=True, exist_ok=True)
        (fetched / path.relative_to(solc_folder(root))).replace(path)
    except (subprocess.SubprocessError, OSError) as exc:
        raise ToolMissing(
            f"the native solc {version} could not be fetched",
            hint=f"Check the network, or set {SOLC_CHOICE}=npm to use the compiler from npm.",
        ) from exc
    finally:
        shutil.rmtree(fetched, ignore_errors=True)
    return path
