"""
The process that the soak watches: a recorder with one thread that accepts and one that ticks, on the stage
that the integration tests use. `soak.py` starts it.
"""

from __future__ import annotations

import importlib.util
import json
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.sender import wait
from resonance_dao.errors import ResonanceError
from resonance_dao.journal.migration import upgrade

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "integration" / "recorder"
STATUS_S, PAUSE_S, SETTLE_S, NAMES = 10, 0.3, 60, 30_000
SETTINGS = {"confirmations": 4, "bump_after_s": 30, "batch_age_s": 5}


def beside(path: Path) -> ModuleType:
    """Load a module of the tests."""
    spec = importlib.util.spec_from_file_location(f"soak_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def staged(folder: Path, node: str, rpc: str, token: str = "", log: str = "") -> Any:
    """Return the tests' stage on a folder; without addresses its contracts are created first."""
    recorder = beside(TESTS / "conftest.py")
    artifacts = compile_project(ROOT)
    chain = RpcChain(node)

    def create(name: str) -> str:
        sent = recorder.send_raw(chain, recorder.FUNDER, None, artifacts.get(name).bytecode)
        return str(wait(chain, sent).contract_address)

    url = f"sqlite:///{folder / 'journal.db'}"
    upgrade(url)
    (folder / "blocks").mkdir(exist_ok=True)
    return recorder.Stage(
        rpc,
        url,
        Contract(log or create("TransparencyLog"), artifacts.get("TransparencyLog")),
        Contract(token or create("TestYen"), artifacts.get("TestYen")),
        recorder.FolderStore(folder / "blocks"),
        RevertDecoder(artifacts.values()),
        replace(recorder.Stage.settings, **SETTINGS),
    )


def grow_names() -> None:
    """
    Let CPython's table of interned strings grow before memory is looked at: pathlib interns each name that it
    meets, and after some ten thousand the table is made anew, 2 MB larger, once.
    """
    for number in range(NAMES):
        str(Path(f"folder-{number}") / f"file-{number}")


class Worker:
    """One thread accepts, another ticks; at SIGTERM it comes to rest and ends."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._rate, self._stop, self._speech = given["rate"], threading.Event(), threading.Lock()
        folder = Path(given["folder"])
        self._stage = staged(folder, given["node"], given["node"], given["token"], given["log"])
        self._chain = RpcChain(given["rpc"], reverts=self._stage.reverts, timeout_s=2)
        self._journal = self._stage.journal()
        self._recorder = self._stage.recorder(self._journal, self._chain)

    def run(self) -> None:
        """Accept and tick until told to stop; then only tick, as long as there is less and less to do."""
        grow_names()
        signal.signal(signal.SIGTERM, lambda *_: self._stop.set())
        asking = threading.Thread(target=self._accept, daemon=True)
        asking.start()
        told = 0.0
        while not self._stop.is_set():
            self._tick()
            if time.monotonic() - told >= STATUS_S:
                told = time.monotonic()
                self._say(waiting=self._waiting())
        asking.join(10)
        least, until = self._waiting(), time.monotonic() + SETTLE_S
        while not self._tick() and time.monotonic() < until:
            # A slow disk leaves much to be done at the end.
            if self._waiting() < least:
                least, until = self._waiting(), time.monotonic() + SETTLE_S
        self._say(waiting=self._waiting())

    def _tick(self) -> bool:
        """Tick once; return whether everything is at rest."""
        time.sleep(PAUSE_S)
        try:
            tick = self._recorder.tick(self._stage.now(), flush=self._stop.is_set())
        except ResonanceError as exc:
            self._say(trouble=f"{type(exc).__name__}: {exc}")
            self._recorder.close()
            self._recorder = self._stage.recorder(self._journal, self._chain)
            return False
        for trouble in tick.troubles:
            self._say(trouble=trouble)
        return tick.is_idle and not tick.troubles and self._recorder.status().is_settled

    def _waiting(self) -> int:
        status = self._recorder.status()
        return status.queued + status.in_flight + status.unconfirmed

    def _accept(self) -> None:
        amount = 10**6
        while not self._stop.wait(1 / self._rate):
            started = time.monotonic()
            ask = self._stage.overdraw if amount % 7 == 0 else self._stage.mint
            answer = ask(self._journal, amount, f"wish-{amount}", f"bounty/{amount % 50}")
            ms = (time.monotonic() - started) * 1000
            self._say(amount=amount, receipt=answer.receipt.to_dict(), ms=ms)
            amount += 1

    def _say(self, **what: object) -> None:
        with self._speech:
            sys.stdout.write(json.dumps(what) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    Worker(json.loads(sys.argv[1])).run()
