"""What follows for credits, pools, ratings and revocations from events."""

from __future__ import annotations

from typing import Any

from resonance_dao.journal.read_rows import Rows
from resonance_dao.journal.read_values import ReadEvent, Row
from resonance_dao.workflows.reading.row_values import at_time

_RATED = {
    "RatingCounted": "live",
    "RatingAppealed": "appealed",
    "RatingUpheld": "upheld",
    "RatingStruck": "struck",
}


def fold_credit(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Bring an account's credit in one token on."""
    args, (_, token, account) = event.args, subject.split("/")
    key = f"{token}/{account}"
    row = rows.get("credit", key)
    amount = 0 if row is None else int(row.body["amount"])
    moved = int(args["amount"])
    amount += moved * (args["receiver"] == account) - moved * (args["sender"] == account)
    rows.put(Row("credit", key, subject, {"token": token, "amount": str(amount)}, account=account))


def fold_pool(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Bring a pool on: until it funds, its deadline says when to look; from then on, always."""
    args, key = event.args, subject.partition("/")[2]
    if event.name == "PoolOpened":
        body: dict[str, Any] = {"deadline": int(args["deadline"]), "bounty": 0, "raised": "0"}
        rows.put(Row("pool", key, subject, body))  # Whoever opens it may name any project, however large.
        return
    row = rows.get("pool", key)
    if row is None:
        return
    body = dict(row.body)
    if event.name == "BountyFunded":
        body["bounty"] = int(args["bountyId"])
    elif event.name in {"Contributed", "ContributionReturned"}:
        body["raised"] = str(args["raised"])
    holds = bool(body["bounty"]) or int(body["raised"]) > 0
    due_at = (0 if body["bounty"] else at_time(body["deadline"])) if holds else None
    rows.put(Row("pool", key, subject, body, due_at=due_at))


def fold_rating(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Bring a rating on: the newest of its rater stands."""
    args, key = event.args, subject.partition("/")[2]
    body = {"stage": _RATED.get(event.name, "none"), "uid": args["uid"]}
    due_at = at_time(int(args["ruleBy"])) if event.name == "RatingAppealed" else None
    rows.put(Row("rating", key, subject, body, account=args["rater"], due_at=due_at))


def fold_revocation(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Note that an attestation was revoked."""
    key = subject.partition("/")[2]
    rows.put(Row("revocation", key, subject, {"time": event.time}, account=event.args["attester"]))
