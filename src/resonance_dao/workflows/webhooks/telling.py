"""
What a webhook is told, and how it can tell that it is from us: the signatures of Standard Webhooks 1.

    webhook-id          the event; the same at every attempt, so that a second one can be recognised
    webhook-timestamp   when this attempt was made, unix s; refuse what is older than a few minutes
    webhook-signature   v1,<base64 of HMAC-SHA256 over "id.timestamp.body" with the secret>

The body names the record and does not repeat it: who wants it reads `/v1/log/entries/<number>`, or IPFS.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from resonance_dao.errors import InputInvalid
from resonance_dao.journal.deliveries import Delivery
from resonance_dao.journal.webhooks import OUTCOME, TOPICS, Webhook
from resonance_dao.transparency import canonical
from resonance_dao.workflows.webhooks.addresses import check_url

PREFIX = "whsec_"
SCHEMA = "resonance/webhook/1"
TEST = "test"


def new_webhook(
    url: str, topics: Sequence[str], *, now: int, random: Callable[[int], bytes]
) -> tuple[str, Webhook]:
    """Return a new webhook's secret as text, which is shown once, and what is kept. Raises `InputInvalid`."""
    check_url(url)
    wanted = topics or (OUTCOME,)
    if not set(wanted) <= set(TOPICS):
        raise InputInvalid("topics", list(wanted), f"must be one or more of {', '.join(TOPICS)}")
    secret = random(32)
    kept = tuple(topic for topic in TOPICS if topic in wanted)
    return secret_text(secret), Webhook(random(8).hex(), url, secret, kept, now)


def secret_text(secret: bytes) -> str:
    """Spell a secret as libraries of Standard Webhooks read it."""
    return PREFIX + base64.b64encode(secret).decode()


def body_of(told: Delivery, chain_id: int, publisher: str) -> bytes:
    """Return the body of a delivery: canonical JSON, the same at every attempt."""
    status = json.loads(told.record)["body"].get("status")
    entry: dict[str, Any] = {
        "number": told.number,
        "kind": told.kind,
        "subject": told.subject,
        "cid": told.cid,
        "record_hash": "0x" + told.record_hash.hex(),
        "request": told.request,
        "status": status if isinstance(status, str) else None,
    }
    whose = {"chain_id": chain_id, "publisher": publisher}
    event = {"schema": SCHEMA, "type": told.topic, "at": told.accepted_at, "entry": entry, **whose}
    return canonical.encode(event)


def test_body(now: int) -> bytes:
    """Return the body of a test, which tells of nothing."""
    return canonical.encode({"schema": SCHEMA, "type": TEST, "at": now})


def headers(secret: bytes, event_id: str, body: bytes, now: int) -> Mapping[str, str]:
    """Return the headers of one attempt."""
    signed = hmac.digest(secret, f"{event_id}.{now}.".encode() + body, sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "resonance-dao",
        "webhook-id": event_id,
        "webhook-timestamp": str(now),
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }
