"""
The recorder's loop in a thread of its own, beside the gateway's requests.

It goes on for as long as the application does, with growing pauses while the chain or the contracts are not
there. A journal that contradicts the chain stops the recorder, because to go on would break a promise; the
gateway keeps answering either way, and `/ready` says which.
"""

from __future__ import annotations

from structlog.typing import FilteringBoundLogger

from frontend_api.loop import Loop, Pauses
from frontend_api.parts import Parts
from frontend_api.watch import Met
from resonance_dao.errors import ChainMismatch, JournalConflict, ResonanceError


class RecordingThread:
    """Starts with the application and stops with it; `reason` is empty while all is well."""

    def __init__(self, parts: Parts, logger: FilteringBoundLogger, met: Met) -> None:
        self._parts, self._logger = parts, logger
        self.loop, self._pauses = Loop("recorder", self._round, met), Pauses()
        self._reason, self._is_halted, self._leads = "not started", False, False

    @property
    def reason(self) -> str:
        """Why the recorder does not work, or nothing."""
        return self._reason or ("" if self.loop.is_alive else "the thread ended")

    @property
    def is_halted(self) -> bool:
        """Whether it waits for a person."""
        return self._is_halted

    @property
    def leads(self) -> bool:
        """Whether this process was the one that sends when it last looked."""
        return self._leads and self.loop.is_alive

    def start(self) -> None:
        """Begin."""
        self._reason = "starting"
        self.loop.start()

    def stop(self, timeout_s: float = 20) -> None:
        """End after the step in hand; what it did not finish is taken up at the next start."""
        self.loop.stop(timeout_s)

    def _round(self) -> float:
        return self._pauses.after(is_well=self._tick())

    def _tick(self) -> bool:
        try:
            tick = self._parts.recorder.tick(self._parts.now())
            self._leads, troubles = tick.leader, "; ".join(tick.troubles)
            # A recorder that halted never returns from a tick again; one that does was not halted.
            self._is_halted = False
        except (JournalConflict, ChainMismatch) as exc:
            self._is_halted, self._leads = True, False
            return self._note(str(exc), exc.hint)
        except ResonanceError as exc:
            return self._note(str(exc), exc.hint)
        except Exception as exc:
            # What cannot be logged any more is still told by `/ready`.
            self._note(f"unexpected {type(exc).__name__}", "See the log.")
            self._logger.exception("recorder_failed")
            raise
        return self._note(troubles, "")

    def _note(self, reason: str, hint: str) -> bool:
        """Keep the reason, log it when it is a new one, and return whether there is none."""
        if reason != self._reason:
            self._reason = reason
            told = self._logger.warning if reason else self._logger.info
            told("recorder_waits" if reason else "recorder_works", reason=reason, hint=hint)
        return not reason
