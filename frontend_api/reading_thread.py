"""
The reader's loop in a thread of its own, so that neither a long first reading keeps the recorder waiting nor
a halted recorder keeps the lists from following the chain.

Every replica reads; of what several have read at once, one commit counts.
"""

from __future__ import annotations

import threading

from structlog.typing import FilteringBoundLogger

from frontend_api.parts import Parts
from resonance_dao.errors import ResonanceError

INTERVAL_S = 0.5
_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0)


class ReadingThread:
    """Starts with the application and stops with it; `reason` is empty while all is well."""

    def __init__(self, parts: Parts, logger: FilteringBoundLogger) -> None:
        self._parts, self._logger = parts, logger
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="reader", daemon=True)
        self._reason = "not started"

    @property
    def reason(self) -> str:
        """Why nothing is read, or nothing."""
        return self._reason or ("" if self._thread.is_alive() else "the thread ended")

    def start(self) -> None:
        """Begin."""
        self._reason = "starting"
        self._thread.start()

    def stop(self, timeout_s: float = 20) -> None:
        """End after the stretch in hand; the next start reads on from there."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _work(self) -> None:
        failures, pause_s = 0, 0.0
        while not self._stop.wait(pause_s):
            try:
                is_done = self._parts.reader.read(steps=1)
                failures, reason, pause_s = 0, "", INTERVAL_S if is_done else 0.0
            except ResonanceError as exc:
                failures, reason = failures + 1, str(exc)
            except Exception as exc:  # the loop must outlive whatever one step meets
                failures, reason = failures + 1, f"unexpected {type(exc).__name__}"
            if failures:
                pause_s = _PAUSES_S[min(failures, len(_PAUSES_S)) - 1]
            self._note(reason)

    def _note(self, reason: str) -> None:
        """Keep the reason, and log it when it is a new one."""
        if reason != self._reason:
            self._reason = reason
            told = self._logger.warning if reason else self._logger.info
            told("reader_waits" if reason else "reader_works", reason=reason)
