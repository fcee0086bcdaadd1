"""
The reader's loop in a thread of its own, so that neither a long first reading keeps the recorder waiting nor
a halted recorder keeps the lists from following the chain.

Every replica reads; of what several have read at once, one commit counts.
"""

from __future__ import annotations

from structlog.typing import FilteringBoundLogger

from frontend_api.loop import Loop, Pauses
from frontend_api.parts import Parts
from frontend_api.watch import Met
from resonance_dao.errors import ResonanceError


class ReadingThread:
    """Starts with the application and stops with it; `reason` is empty while all is well."""

    def __init__(self, parts: Parts, logger: FilteringBoundLogger, met: Met) -> None:
        self._parts, self._logger = parts, logger
        self.loop, self._pauses = Loop("reader", self._round, met), Pauses()
        self._reason = "not started"

    @property
    def reason(self) -> str:
        """Why nothing is read, or nothing."""
        return self._reason or ("" if self.loop.is_alive else "the thread ended")

    def start(self) -> None:
        """Begin."""
        self._reason = "starting"
        self.loop.start()

    def stop(self, timeout_s: float = 20) -> None:
        """End after the stretch in hand; the next start reads on from there."""
        self.loop.stop(timeout_s)

    def _round(self) -> float:
        is_well, has_more, reason = False, False, ""
        try:
            has_more, is_well = not self._parts.reader.read(steps=1), True
        except ResonanceError as exc:
            reason = str(exc)
        except Exception as exc:
            self._note(f"unexpected {type(exc).__name__}")
            raise
        self._note(reason)
        pause_s = self._pauses.after(is_well=is_well)
        return 0.0 if has_more else pause_s

    def _note(self, reason: str) -> None:
        """Keep the reason, and log it when it is a new one."""
        if reason != self._reason:
            self._reason = reason
            told = self._logger.warning if reason else self._logger.info
            told("reader_waits" if reason else "reader_works", reason=reason)
