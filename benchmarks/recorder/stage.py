"""A node with the log and a coin, a folder with an empty journal, and gateways served beside them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gas.node import Node

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.devchain import DevChain, free_port
from resonance_dao.chain.signer import DevSigner
from resonance_dao.journal.migration import upgrade

ROOT = Path(__file__).resolve().parents[2]
PUBLISHER = DevSigner(9)
READY_S = 60


def contracts(token: str, log: str) -> tuple[Contract, Contract]:
    """Return the coin and the log at these addresses."""
    artifacts = compile_project(ROOT, env=os.environ)
    return Contract(token, artifacts["TestYen"]), Contract(log, artifacts["TransparencyLog"])


@dataclass(frozen=True)
class Served:
    """A gateway that listens on `port`; `pid` is its first process."""

    port: int
    pid: int

    def busy_s(self) -> float | None:
        """Return the s of a processor that it and its workers have used; None where nobody counts."""
        return _busy_s(self.pid) if Path("/proc/self/stat").exists() else None


@dataclass(frozen=True)
class Stage:
    """What is there; `environment` is how a gateway of a process of its own finds it."""

    chain: RpcChain
    token: Contract
    log: Contract
    folder: Path
    environment: Mapping[str, str]

    @contextmanager
    def served(self, factory: str, *, workers: int = 1, **environment: str) -> Iterator[Served]:
        """Serve a gateway with uvicorn."""
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port)]
        command += ["--workers", str(workers), "--log-level", "error", "--no-access-log"]
        environment = {**os.environ, **self.environment, **environment}
        process = subprocess.Popen(command, cwd=self.folder, env=environment)
        try:
            _until_open(process, port)
            yield Served(port, process.pid)
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Start a node, create the contracts and an empty journal in `folder`."""
    artifacts = compile_project(ROOT, env=os.environ)
    with DevChain.start(ROOT) as dev:
        chain = RpcChain(dev.url)
        node = Node(chain)
        token, log = node.create(artifacts["TestYen"]), node.create(artifacts["TransparencyLog"])
        folder.mkdir(parents=True, exist_ok=True)
        upgrade(f"sqlite:///{folder / 'journal.db'}")
        paths = [str(ROOT / "benchmarks"), str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        named = {
            "BENCH_RPC": dev.url,
            "BENCH_TOKEN": token.address,
            "BENCH_LOG": log.address,
            "BENCH_FOLDER": str(folder),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        yield Stage(chain, token, log, folder, named)


def _busy_s(pid: int) -> float:
    # proc(5): after the name in parentheses, fields 14 and 15 are the time in user and kernel mode.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_busy_s(int(child)) for child in children)


def _until_open(process: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the gateway on port {port} did not come up")
