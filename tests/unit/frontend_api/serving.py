"""A gateway in a process of its own, over faked parts whose work takes a while; run by `test_leaving`."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn

from frontend_api.app import create_app
from frontend_api.watch import Watch
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Accepted, Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.read_model import ReadModel
from tests.unit.frontend_api.conftest import (
    OPERATOR,
    FakeChain,
    FakeParts,
    FakeReader,
    FakeRecorder,
    make_system,
)

TICK_S = 0.5
REPORT_S = 1.5


class SlowRecorder(FakeRecorder):
    """Notes in a file what begins and ends, and when (s, on the clock that all processes share)."""

    notes: Path

    def tick(self, now: int) -> Any:
        """Take a while."""
        self._note("begun")
        time.sleep(TICK_S)
        self._note("ended")
        return super().tick(now)

    def report_transaction(self, tx_hash: str, now: int) -> Accepted:
        """Take longer than a tick."""
        self._note("asked")
        time.sleep(REPORT_S)
        return super().report_transaction(tx_hash, now)

    def _note(self, what: str) -> None:
        with self.notes.open("a") as file:
            file.write(f"{what} {time.monotonic()}\n")


class NotedParts(FakeParts):
    """Notes that they were closed."""

    def close(self) -> None:
        """Let go."""
        self.recorder._note("closed")


def hang(*_: object) -> None:
    """Hold whatever was interrupted, for ever."""
    threading.Event().wait()


def main(folder: Path, port: int, hang_s: float | None) -> None:
    """Serve until told to end; SIGUSR1 holds the event loop for ever."""
    signal.signal(signal.SIGUSR1, hang)
    url = f"sqlite:///{folder / 'journal.db'}"
    upgrade(url)
    system = make_system(FakeChain())
    identity = Identity(31337, "0x" + "00" * 32, OPERATOR.address, system.log.address)
    journal = Journal(Database(url), identity, OPERATOR)
    recorder = SlowRecorder(journal)
    recorder.notes = folder / "notes"
    reader = FakeReader(ReadModel(journal.database, "test"))
    parts = NotedParts(system, EmbeddedStore(folder / "blocks"), journal, recorder, reader)
    app = create_app(parts, watch=Watch(hang_s))
    uvicorn.run(app, port=port, access_log=False, log_level="warning", timeout_graceful_shutdown=20)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) if sys.argv[3:] else None)
