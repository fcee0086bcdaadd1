"""
A chain of one's own for development and tests: anvil, started and stopped from here.

Nothing outside tests, the demo and `resonance up` uses this, and no other module needs more of a chain than
plain JSON-RPC.

    with DevChain.start(root) as dev:
        chain = RpcChain(dev.url)
"""

from __future__ import annotations

import atexit
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

from resonance_dao.chain.chain import Block, Chain
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.toolchain import binary
from resonance_dao.errors import ChainUnreachable

_READY_S = 20
_STOP_S = 10


class DevChain:
    """A running anvil on the loopback address. `url` is its endpoint."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process = process
        self.url = url
        atexit.register(self.stop)

    @classmethod
    def start(
        cls,
        root: Path,
        *,
        port: int = 0,
        state: Path | None = None,
        hardfork: str | None = None,
    ) -> DevChain:
        """
        Start anvil and return once it answers.

        `port` 0 takes any that is free; `state` is a file that is read at the start, when it exists, and
        written at the end. Raises `ToolMissing` when anvil is not installed, `ChainUnreachable` when it does
        not come up.
        """
        port = port or free_port()
        command = [str(binary("anvil", root)), "--host", "127.0.0.1", "--port", str(port), "--silent"]
        command += [] if state is None else ["--state", str(state)]
        command += [] if hardfork is None else ["--hardfork", hardfork]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603
        dev = cls(process, f"http://127.0.0.1:{port}")
        dev._wait_until_ready()
        return dev

    def stop(self) -> None:
        """Stop anvil and wait until it is gone; once stopped, do nothing."""
        atexit.unregister(self.stop)
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def __enter__(self) -> DevChain:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_until_ready(self) -> None:
        chain = RpcChain(self.url, timeout_s=1)
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                # A method without retries: asking again is this loop's work.
                chain.request("anvil_nodeInfo")
                return
            except ChainUnreachable:
                time.sleep(0.05)
        said = (
            self._process.stderr.read() if self._process.poll() is not None and self._process.stderr else b""
        )
        self.stop()
        raise ChainUnreachable(
            f"anvil did not start at {self.url}: {said.decode(errors='replace').strip() or 'no answer'}",
            hint="Is the port taken? Port 0 takes any that is free.",
        )


def increase_time(chain: Chain, seconds: int) -> Block:
    """Move a development chain's clock forward and mine one block; return it."""
    chain.request("evm_increaseTime", [seconds])
    return mine(chain)


def mine(chain: Chain, blocks: int = 1) -> Block:
    """Mine blocks on a development chain and return the newest."""
    chain.request("anvil_mine", [hex(blocks)])
    return chain.block()


def free_port() -> int:
    """Return a port of the loopback that is free now."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])
