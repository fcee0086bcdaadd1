"""
Deliveries to webhooks, in a thread of their own: slow receivers must delay neither requests nor the recorder.
"""

from __future__ import annotations

from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

from frontend_api.loop import TROUBLE_S, Loop
from frontend_api.parts import Parts
from frontend_api.watch import Met
from resonance_dao.errors import ResonanceError
from resonance_dao.workflows.webhooks.delivering import Deliverer
from resonance_dao.workflows.webhooks.posting import Poster

INTERVAL_S = 1.0


class WebhookThread:
    """Starts with the application and stops with it; what it did not tell is told after the next start."""

    def __init__(
        self,
        parts: Parts,
        logger: FilteringBoundLogger,
        met: Met,
        clock: Callable[[], int],
        poster: Poster | None = None,
    ) -> None:
        self._parts, self._logger, self._clock, self._poster = parts, logger, clock, poster
        self.loop = Loop("webhooks", self._round, met)
        self._deliverer: Deliverer | None = None

    def start(self) -> None:
        """Begin."""
        self.loop.start()

    def stop(self, timeout_s: float = 15) -> None:
        """End after the round in hand."""
        self.loop.stop(timeout_s)

    def _round(self) -> float:
        try:
            if self._deliverer is None:
                poster = self._poster or Poster()
                self._deliverer = Deliverer(self._parts.journal, poster, self._clock)
            self._deliverer.round()
        except ResonanceError as exc:
            self._logger.warning("webhooks_wait", reason=str(exc))
            return TROUBLE_S
        except Exception:
            self._logger.exception("webhooks_failed")
            raise
        return INTERVAL_S
