"""
A real IPFS daemon: the one of IPFS_API_URL, else Kubo from PATH, else js-ipfs from npm (tests/ipfs_daemon).

The last two run offline on free local ports with a repository of their own, and end with the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from resonance_dao.evidence.kubo import KuboStore
from resonance_dao.evidence.kubo_client import api_address, open_client

JS_IPFS = Path(__file__).parents[2] / "ipfs_daemon"
START_S = 60


@dataclass(frozen=True)
class Daemon:
    """`gateway` is the base URL of a trustless gateway, when the daemon is known to have one."""

    kind: str
    api: str
    gateway: str | None


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    repository = tmp_path_factory.mktemp("ipfs")
    if url := os.environ.get("IPFS_API_URL"):
        yield Daemon("IPFS_API_URL", url, None)
    elif shutil.which("ipfs"):
        with _kubo(repository) as found:
            yield found
    else:
        with _js_ipfs(repository) as found:
            yield found


@pytest.fixture
def kubo(daemon: Daemon) -> Iterator[KuboStore]:
    store = KuboStore(daemon.api, timeout_s=30)
    yield store
    store.close()


@pytest.fixture
def client(daemon: Daemon) -> Iterator[Any]:
    """The plain client, for the daemon's own opinion."""
    made = open_client(api_address(daemon.api), 60, True)
    yield made
    made.close()


@contextmanager
def _kubo(repository: Path) -> Iterator[Daemon]:
    environment = {**os.environ, "IPFS_PATH": str(repository)}
    subprocess.run(
        ["ipfs", "init", "--profile=test"], env=environment, check=True, capture_output=True, timeout=60
    )
    with _running(["ipfs", "daemon", "--offline"], repository, environment):
        api = _wait_for(lambda: _text(repository / "api"), repository)
        gateway = _wait_for(lambda: _text(repository / "gateway"), repository)
        yield Daemon("Kubo", api, gateway)


@contextmanager
def _js_ipfs(repository: Path) -> Iterator[Daemon]:
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no IPFS daemon: IPFS_API_URL is not set, and neither ipfs nor node with npm is on PATH")
    _install_js_ipfs()
    with _running(["node", str(JS_IPFS / "daemon.mjs"), str(repository / "repo")], repository, None):
        line = _wait_for(lambda: _text(repository / "out"), repository)
        yield Daemon("js-ipfs", json.loads(line)["api"], None)


def _install_js_ipfs() -> None:
    with FileLock(str(JS_IPFS / ".install.lock")):
        if (JS_IPFS / "node_modules" / ".package-lock.json").is_file():
            return
        done = subprocess.run(
            ["npm", "ci", "--prefix", str(JS_IPFS)], capture_output=True, text=True, timeout=280, check=False
        )
    if done.returncode:
        pytest.skip(f"no IPFS daemon: js-ipfs could not be installed: {done.stderr.strip()[-300:]}")


@contextmanager
def _running(command: list[str], folder: Path, environment: dict[str, str] | None) -> Iterator[None]:
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, env=environment)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _text(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""


def _wait_for(read: Callable[[], str], folder: Path) -> str:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if found := read():
            return found
        time.sleep(0.1)
    raise TimeoutError(f"the IPFS daemon did not start within {START_S} s: {_text(folder / 'err')[-1000:]}")
