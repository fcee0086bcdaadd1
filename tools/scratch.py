"""Copies of the project in which contracts may be broken; the real one is never touched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from resonance_dao.chain.toolchain import binary

ROOT = Path(__file__).resolve().parents[1]
COPIED = (
    "contracts",
    "tests/contracts",
    "tests/proofs",
    "tests/vectors",
    "foundry.toml",
    "brownie-config.yaml",
)
LINKED = ("node_modules", ".solc")
PROFILE = "broken"
NO_OTHER_DRAWS: Mapping[str, str] = {}
# A reason may hold any bytes, line ends among them; an invariant's name follows the calls that broke it.
FAILED = re.compile(r"^\[FAIL.*?(?:\] |^ )((?:test|invariant|setUp)\w*)\(", re.MULTILINE | re.DOTALL)


def copy_project(folder: Path) -> Path:
    """Put what forge needs into `folder`, emptied first, and return it; packages and compiler are links."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in COPIED:
        origin, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, target)
        else:
            shutil.copy2(origin, target)
    (folder / "tests" / "snapshots").mkdir()
    for name in LINKED:
        (folder / name).symlink_to((ROOT / name).resolve(), target_is_directory=True)
    return folder


def environment(tests: str) -> dict[str, str]:
    """
    Return the variables under which forge runs the tests of folder `tests` alone.

    Not `--match-path`: with it forge compiles the whole project once more to know what matches. Every choice
    of tests keeps its own artifacts, because another choice makes forge's cache void.
    """
    name = tests.replace("/", "_")
    return {
        **os.environ,
        "FOUNDRY_PROFILE": PROFILE,
        "FOUNDRY_TEST": tests,
        "FOUNDRY_OUT": f"out/{name}",
        "FOUNDRY_CACHE_PATH": f"cache/{name}",
    }


def forge() -> Path:
    """Return the forge of the project."""
    return binary("forge", ROOT)


def forge_test(
    folder: Path,
    tests: str,
    timeout_s: float,
    *,
    fail_fast: bool = True,
    draws: Mapping[str, str] = NO_OTHER_DRAWS,
) -> tuple[int | None, str]:
    """
    Run the tests of folder `tests` in the copy `folder`; when `fail_fast`, until the first fails.

    `draws` are variables that say how many random inputs forge tries, where not as many as the profile does.
    Returns forge's exit code, None after `timeout_s`, and what it printed. Inputs that forge remembers of
    failures are removed, so that no run depends on one before it.
    """
    command = [str(forge()), "test", *(["--fail-fast"] if fail_fast else [])]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment(tests) | dict(draws),
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, ""
    finally:
        _forget(folder)
    return done.returncode, done.stdout + done.stderr


def _forget(folder: Path) -> None:
    # Wherever its other caches lie, forge keeps these in its own folder.
    for name in ("fuzz", "invariant"):
        shutil.rmtree(folder / "cache" / name, ignore_errors=True)
    (folder / "cache" / "test-failures").unlink(missing_ok=True)


def failed_tests(output: str) -> list[str]:
    """Return the names of the tests that forge's output says failed, in order, without their arguments."""
    names = FAILED.findall(output)
    return list(dict.fromkeys(names))
