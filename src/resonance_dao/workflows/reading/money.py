"""What follows for credits, pools, ratings and revocations from events."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from resonance_dao.journal.read_rows import Rows
from resonance_dao.journal.read_values import ReadEvent, Row
from resonance_dao.workflows.reading.row_values import at_time, place_of

_RATED = {
    "RatingCounted": "live",
    "RatingAppealed": "appealed",
    "RatingUpheld": "upheld",
    "RatingStruck": "struck",
}
_COUNTS = {"live", "appealed", "upheld"}


def fold_credit(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Bring an account's credit in one token on."""
    args, (_, token, account) = event.args, subject.split("/")
    key = f"{token}/{account}"
    row = rows.get("credit", key)
    amount = 0 if row is None else int(row.body["amount"])
    moved = int(args["amount"])
    amount += moved * (args["receiver"] == account) - moved * (args["sender"] == account)
    body = {"token": token, "amount": str(amount)}
    # By its number a list finds who has any without reading what everybody has.
    rows.put(Row("credit", key, subject, body, number=int(amount > 0), account=account))


def fold_pool(subject: str, rows: Rows, event: ReadEvent) -> None:
    """
    Bring a pool and its contributors' shares on: until it funds, its deadline says when to look; from then
    on, its credit.
    """
    args, key = event.args, subject.partition("/")[2]
    if event.name == "PoolOpened":
        _open(subject, rows, event)
        return
    row = rows.get("pool", key)
    if row is None:
        return
    body = dict(row.body)
    if event.name == "BountyFunded":
        body["bounty"] = int(args["bountyId"])
    elif event.name in {"Contributed", "ContributionReturned"}:
        body["raised"] = str(args["raised"])
        body["first"] = _share(rows, row, event)
    elif event.name == "ShareReleased":
        body["released"] = str(int(body["released"]) + int(args["amount"]))
        _share(rows, row, event)
    # One that has funded is found by its credit: a time for ever past would hide that few are due.
    waits = not body["bounty"] and int(body["raised"]) > 0
    due_at = at_time(body["deadline"]) if waits else None
    rows.put(replace(row, body=body, due_at=due_at))


def _open(subject: str, rows: Rows, event: ReadEvent) -> None:
    args = event.args
    body = {
        "token": args["token"],
        "deadline": int(args["deadline"]),
        "bounty": 0,
        "raised": "0",
        "released": "0",
        "first": None,
    }
    # Whoever opens it may name any project, however large: it is not kept.
    rows.put(Row("pool", subject.partition("/")[2], subject, body, number=place_of(event)))


def _share(rows: Rows, pool: Row, event: ReadEvent) -> str | None:
    """Bring a contributor's share on; return who is the first contributor now, as the pool counts it."""
    who, first = str(event.args["contributor"]), cast("str | None", pool.body["first"])
    row = rows.get("share", f"{pool.key}/{who}")
    if row is None:
        body = {"amount": "0", "released": "0"}
        row = Row("share", f"{pool.key}/{who}", pool.subject, body, number=place_of(event), account=who)
    if event.name == "Contributed":
        former = None if first is None else rows.get("share", f"{pool.key}/{first}")
        first = who if former is None or former.body["amount"] == "0" else first
    part = "released" if event.name == "ShareReleased" else "amount"
    moved = int(event.args["amount"]) * (-1 if event.name == "ContributionReturned" else 1)
    body = {**row.body, part: str(int(row.body[part]) + moved)}
    rows.put(replace(row, body=body))
    return first


def fold_rating(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Bring a rating on: the newest of its rater stands, and while it counts its uid finds it."""
    args, key = event.args, subject.partition("/")[2]
    body = {"stage": _RATED.get(event.name, "none"), "uid": args["uid"]}
    due_at = at_time(int(args["ruleBy"])) if event.name == "RatingAppealed" else None
    former = rows.get("rating", key)
    number = place_of(event) if former is None else former.number
    rows.put(Row("rating", key, subject, body, number=number, account=args["rater"], due_at=due_at))
    if former is not None:
        rows.drop("counted", f"{former.account}/{former.body['uid']}")
    if body["stage"] in _COUNTS:
        counted = f"{args['rater']}/{args['uid']}"
        rows.put(Row("counted", counted, subject, {"rating": key}, number=number, account=args["rater"]))


def fold_revocation(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Note that an attestation was revoked."""
    key = subject.partition("/")[2]
    rows.put(Row("revocation", key, subject, {"time": event.time}, account=event.args["attester"]))
