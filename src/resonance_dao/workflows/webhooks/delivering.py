"""
Delivering: round by round, a few at a time to each webhook, and none held up by another's silence.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from resonance_dao.journal.deliveries import Deliveries, Delivery, Result
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.webhooks import Webhooks
from resonance_dao.workflows.webhooks.posting import TIMEOUT_S, Posted, Poster
from resonance_dao.workflows.webhooks.telling import body_of, headers

EACH = 20
AT_ONCE = 8
# Looking a name up has a time limit of its own, which is the system's.
LEASE_S = int(EACH * (TIMEOUT_S + 30))


class Deliverer:
    """Tells the webhooks of one journal what they are to be told. `clock` gives unix s of this machine."""

    def __init__(self, journal: Journal, poster: Poster, clock: Callable[[], int]) -> None:
        self._journal, self._poster, self._clock = journal, poster, clock
        self._webhooks, self._deliveries = (
            Webhooks(journal.database),
            Deliveries(journal.database, journal.hook),
        )

    def round(self) -> int:
        """Deliver to every webhook that has something waiting; return how many were told."""
        waiting = self._deliveries.waiting(self._clock())
        if not waiting:
            return 0
        with ThreadPoolExecutor(min(AT_ONCE, len(waiting)), "webhook") as threads:
            return sum(threads.map(self._deliver, waiting))

    def _deliver(self, webhook_id: str) -> int:
        hook = self._webhooks.get(webhook_id)
        taken = self._deliveries.take(webhook_id, self._clock(), lease_s=LEASE_S, limit=EACH)
        results: list[Result] = []
        is_gone = failed = False
        for delivery in taken:
            if failed:
                results.append(Result(delivery))
                continue
            posted = self._post(hook.url, hook.secret, delivery)
            self._journal.hook("deliver.posted")
            failed, is_gone = not posted.taken, posted.is_gone
            results.append(Result(delivery, posted.taken, None if posted.taken else posted.reason))
        if results:
            self._deliveries.conclude(webhook_id, results, self._clock())
        if is_gone:
            self._webhooks.end(webhook_id, self._clock())
        return sum(result.told for result in results)

    def _post(self, url: str, secret: bytes, delivery: Delivery) -> Posted:
        whose = self._journal.identity
        body = body_of(delivery, whose.chain_id, whose.publisher)
        return self._poster.post(url, headers(secret, delivery.event_id, body, self._clock()), body)
