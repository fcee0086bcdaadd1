"""
Deliveries: entries that a webhook is still to be told of, written in the entry's own commit.

Whoever delivers takes some for a while (a lease), so that several processes may; one that dies lets them go
when the lease is over. So everything is told at least once, and under the same id each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, insert, select, update

from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Hook, no_hook
from resonance_dao.journal.in_list import in_list
from resonance_dao.journal.schema import entry
from resonance_dao.journal.webhook_tables import delivery, webhook
from resonance_dao.journal.webhooks import ALARM, OUTCOME, RECORD

FIRST_RETRY_S, LONGEST_RETRY_S = 5, 3_600
MOST_ATTEMPTS = 20
GIVEN_UP_AFTER_S = 7 * 86_400
"""A webhook that takes nothing for so long is ended."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as `queue` must know it."""

    number: int
    kind: str
    tells_outcome: bool

    def topics(self) -> tuple[str, ...]:
        """Return the topics that it belongs to, the nearest first."""
        own = OUTCOME if self.tells_outcome else ALARM if self.kind == "disclosure" else RECORD
        also = (ALARM,) if self.tells_outcome and self.kind == "disclosure" else ()
        return tuple(dict.fromkeys((own, *also, RECORD)))


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a webhook is to be told: entry `number`, under `topic`. `attempts` counts this one too."""

    id: int
    webhook: str
    topic: str
    attempts: int
    number: int
    kind: str
    subject: str
    cid: str
    record: bytes
    record_hash: bytes
    accepted_at: int
    request: int | None

    @property
    def event_id(self) -> str:
        """The same at every attempt, and different for every webhook and entry."""
        return f"{self.webhook}.{self.number}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a delivery that was taken: told, failed with `error`, or not tried (both unset)."""

    delivery: Delivery
    told: bool = False
    error: str | None = None


def queue(connection: Connection, written: Iterable[Written]) -> None:
    """Note in the transaction at hand who is to be told of these entries."""
    hooks = connection.execute(_ALIVE).all()
    rows = []
    for row in hooks:
        wanted = row.topics.split()
        for one in written:
            topic = next((topic for topic in one.topics() if topic in wanted), None)
            if topic is not None:
                what = {"webhook": row.id, "entry": one.number, "topic": topic}
                rows.append({**what, "attempts": 0, "next_at": 0})
    if rows:
        connection.execute(_INSERT, rows)


def pause_s(failures: int) -> int:
    """Return how long to wait after so many failures in a row."""
    return int(min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(failures - 1, 20)))


class Deliveries:
    """The deliveries of one journal."""

    def __init__(self, database: Database, hook: Hook = no_hook) -> None:
        self._database, self._hook = database, hook

    def waiting(self, now: int) -> list[str]:
        """Return the webhooks that have something to be told now."""
        query = select(delivery.c.webhook).distinct().join(webhook, webhook.c.id == delivery.c.webhook)
        query = query.where(delivery.c.next_at <= now, webhook.c.resumes_at <= now)
        with self._database.read() as connection:
            return sorted(connection.execute(query.where(webhook.c.ended_at.is_(None))).scalars())

    def take(self, webhook_id: str, now: int, *, lease_s: int, limit: int) -> list[Delivery]:
        """
        Take up to `limit` deliveries of a webhook for `lease_s`; what was tried least comes first.

        A webhook that waits after a failure gets one, to see whether it is there again.
        """
        mine = (delivery.c.webhook == webhook_id, delivery.c.next_at <= now)
        query = select(delivery, *_TOLD).join(entry, entry.c.number == delivery.c.entry).where(*mine)
        with self._database.write() as connection:
            hook = connection.execute(
                select(webhook).where(webhook.c.id == webhook_id).with_for_update()
            ).one_or_none()
            if hook is None or hook.ended_at is not None or hook.resumes_at > now:
                return []
            limit = 1 if hook.failures else limit
            rows = connection.execute(query.order_by(delivery.c.attempts, delivery.c.id).limit(limit)).all()
            # Only a failure that is noted counts as an attempt: a process that dies gives nothing up.
            held = update(delivery).where(delivery.c.id.in_(in_list(row.id for row in rows)))
            connection.execute(held.values(next_at=now + lease_s))
            self._hook("deliver.take.before_commit")
        self._hook("deliver.taken")
        return [
            Delivery(
                row.id,
                row.webhook,
                row.topic,
                row.attempts + 1,
                row.number,
                row.kind,
                row.subject,
                row.cid,
                bytes(row.record),
                bytes(row.record_hash),
                row.accepted_at,
                row.request,
            )
            for row in rows
        ]

    def conclude(self, webhook_id: str, results: Sequence[Result], now: int) -> None:
        """Note what became of everything that was taken of a webhook."""
        told = [one.delivery.id for one in results if one.told]
        failed = [one for one in results if one.error is not None]
        untried = [one.delivery for one in results if not one.told and one.error is None]
        with self._database.write() as connection:
            # As `take` does first, or two processes could wait for one another.
            connection.execute(select(webhook.c.id).where(webhook.c.id == webhook_id).with_for_update())
            connection.execute(delete(delivery).where(delivery.c.id.in_(in_list(told))))
            for one in untried:
                _put_back(connection, replace(one, attempts=one.attempts - 1), now)
            for result in failed:
                tried = result.delivery
                is_over = tried.attempts >= MOST_ATTEMPTS
                _put_back(connection, tried, None if is_over else now + pause_s(tried.attempts))
            if told:
                values = {"failures": 0, "failing_since": None, "resumes_at": 0, "told_at": now}
                connection.execute(update(webhook).where(webhook.c.id == webhook_id).values(**values))
            if failed:
                _count_failure(connection, webhook_id, str(failed[-1].error), now)
            self._hook("deliver.conclude.before_commit")
        self._hook("deliver.concluded")


_ALIVE = select(webhook.c.id, webhook.c.topics).where(webhook.c.ended_at.is_(None))
_INSERT = insert(delivery)
_TOLD = (
    *(entry.c.number, entry.c.kind, entry.c.subject, entry.c.cid, entry.c.record),
    *(entry.c.record_hash, entry.c.accepted_at, entry.c.request),
)


def _put_back(connection: Connection, one: Delivery, next_at: int | None) -> None:
    values = {"next_at": next_at, "attempts": one.attempts}
    connection.execute(update(delivery).where(delivery.c.id == one.id).values(**values))


def _count_failure(connection: Connection, webhook_id: str, error: str, now: int) -> None:
    row = connection.execute(select(webhook).where(webhook.c.id == webhook_id)).one()
    since = row.failing_since or now
    values: dict[str, object] = {"failures": row.failures + 1, "failing_since": since, "error": error}
    values["resumes_at"] = now + pause_s(row.failures + 1)
    if now - since >= GIVEN_UP_AFTER_S:
        # As `Webhooks.end`: what is told nothing more needs no secret.
        values |= {"ended_at": now, "secret": b""}
    alive = (webhook.c.id == webhook_id, webhook.c.ended_at.is_(None))
    connection.execute(update(webhook).where(*alive).values(**values))
