"""Told to end by SIGTERM, a command ends as by Ctrl-C: nothing that it started lives on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from resonance_dao.chain.devchain import free_port

ROOT = Path(__file__).parents[3]
SECONDS = 60
PUBLISHER, LOG = "0x" + "11" * 20, "0x" + "22" * 20


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def as_in_the_background() -> None:
    """A shell without job control starts background processes so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a process of its own; what it says goes to a file."""
    program = "from resonance_dao.cli.app import main; main()"
    env = {**os.environ, "RESONANCE_ROOT": str(ROOT), "PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=folder,
            env=env,
            stdout=said,
            stderr=said,
            preexec_fn=as_in_the_background,  # noqa: PLW1509 - no threads have been started
        )
    try:
        yield process
        assert "Traceback" not in (folder / "said").read_text()
    finally:
        process.kill()
        process.wait()


def ended(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(SECONDS)


def wait(check: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS
    while not check():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.chain
@pytest.mark.parametrize("moment", ["the chain is there", "the gateway is there"])
def test_up_takes_its_chain_and_its_gateway_along(tmp_path: Path, moment: str) -> None:
    rpc, port = free_port(), free_port()
    with started(tmp_path, "up", "--home", "up", "--port", str(port), "--rpc-port", str(rpc)) as process:
        wait(lambda: answers(rpc if moment == "the chain is there" else port), process)
        assert ended(process) == 130
    assert not answers(rpc)
    assert not answers(port)


def test_a_monitor_ends(tmp_path: Path) -> None:
    with socket.socket() as endpoint:
        endpoint.bind(("127.0.0.1", 0))
        endpoint.listen()
        endpoint.settimeout(SECONDS)
        silent = ("--rpc", f"http://127.0.0.1:{endpoint.getsockname()[1]}")
        with started(tmp_path, *silent, "monitor", "--publisher", PUBLISHER, "--log", LOG) as process:
            asked, _ = endpoint.accept()  # It waits for an answer.
            with asked:
                assert ended(process) == 130
