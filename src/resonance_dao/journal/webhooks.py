"""
Webhooks: who is told of which entries. Times are unix seconds of the machine, not of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from resonance_dao.errors import NotFound
from resonance_dao.journal.database import Database
from resonance_dao.journal.webhook_tables import delivery, webhook

OUTCOME, ALARM, RECORD = "outcome", "alarm", "record"
TOPICS = {
    OUTCOME: "what became of a request",
    ALARM: "disclosures: what failed, and what an operator must see to",
    RECORD: "every record",
}
"""What a webhook may be told of. An entry is told once, under the first topic that fits."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """
    One webhook: `failures` in a row, the first at `failing_since`; nothing is tried before `resumes_at`.
    `told_at` is the last success, `error` the last failure, `ended_at` when it was removed or given up.
    """

    id: str
    url: str
    secret: bytes
    topics: tuple[str, ...]
    created_at: int
    ended_at: int | None = None
    failures: int = 0
    failing_since: int | None = None
    resumes_at: int = 0
    told_at: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a webhook was not told of yet, and what it never will be, since too many attempts failed."""

    waiting: int
    given_up: int


class Webhooks:
    """The webhooks of one journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, added: Webhook) -> None:
        """Keep a new webhook: it is told of what is recorded from now on."""
        row = {"url": added.url, "secret": added.secret, "topics": " ".join(added.topics)}
        with self._database.write() as connection:
            connection.execute(
                webhook.insert().values(
                    id=added.id, created_at=added.created_at, failures=0, resumes_at=0, **row
                )
            )

    def get(self, webhook_id: str) -> Webhook:
        """Return a webhook, an ended one too. Raises `NotFound`."""
        with self._database.read() as connection:
            row = connection.execute(select(webhook).where(webhook.c.id == webhook_id)).one_or_none()
        if row is None:
            raise NotFound(
                f"there is no webhook {webhook_id}", hint="`resonance webhook list` shows them all."
            )
        return _webhook(row)

    def all(self) -> list[Webhook]:
        """Return every webhook there ever was, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(webhook).order_by(webhook.c.created_at, webhook.c.id)).all()
        return [_webhook(row) for row in rows]

    def end(self, webhook_id: str, now: int) -> Webhook:
        """End a webhook: it is told nothing more, and its secret is forgotten. Raises `NotFound`."""
        mine = webhook.c.id == webhook_id
        with self._database.write() as connection:
            alive = (mine, webhook.c.ended_at.is_(None))
            connection.execute(update(webhook).where(*alive).values(ended_at=now, secret=b""))
            connection.execute(delete(delivery).where(delivery.c.webhook == webhook_id))
        return self.get(webhook_id)

    def backlogs(self) -> dict[str, Backlog]:
        """Return the backlog of each webhook that has one."""
        return backlogs(self._database)


def backlogs(database: Database) -> dict[str, Backlog]:
    """Return the backlog of each webhook that has one, for whoever has the database alone."""
    query = select(delivery.c.webhook, func.count(), func.count(delivery.c.next_at))
    with database.read() as connection:
        rows = connection.execute(query.group_by(delivery.c.webhook)).all()
    return {row[0]: Backlog(waiting=row[2], given_up=row[1] - row[2]) for row in rows}


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        row.id,
        row.url,
        bytes(row.secret),
        tuple(row.topics.split()),
        row.created_at,
        row.ended_at,
        row.failures,
        row.failing_since,
        row.resumes_at,
        row.told_at,
        row.error,
    )
