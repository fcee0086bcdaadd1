"""What follows for projects, their tokens and their people from events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from resonance_dao.journal.read_rows import Rows
from resonance_dao.journal.read_values import ReadEvent, Row
from resonance_dao.workflows.reading.row_values import role


def fold_project(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Bring a project on: its description, its people, whether it is closed, whether it has a policy."""
    args, key = event.args, subject.partition("/")[2]
    if event.name == "ProjectOpened":
        _open(subject, rows, event)
        return
    row = rows.get("project", key)
    if row is None:
        return
    if event.name == "MetadataChanged":
        rows.put(_changed(row, metadata=args["metadata"]))
    elif event.name == "ProjectClosed":
        rows.put(_changed(row, closed=True))
    elif event.name == "StewardChanged":
        _name(rows, row, args)
    elif event.name == "OwnershipAccepted":
        rows.drop("role", f"owner/{row.account}/{row.number}")
        rows.put(role("owner", args["owner"], subject, project=row.number))
        rows.put(replace(row, account=args["owner"]))
    elif event.name == "PolicySet":
        rows.put(Row("policy", key, subject, {"policy": args["policy"]}, project=row.number))


def fold_token(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Bring a project's token on: how much there is, how much is promised, whether it can be transferred."""
    args, key = event.args, subject.partition("/")[2]
    row = rows.get("token", key)
    fresh = {"supply": "0", "reserved": {}, "transfers_open": False}
    body: dict[str, Any] = dict(fresh if row is None else row.body)
    if event.name == "Transfer":
        body["supply"] = str(int(body["supply"]) + int(args["value"]))
    elif event.name == "ReservationChanged":
        body["reserved"] = {**body["reserved"], args["minter"]: str(args["reserved"])}
    elif event.name == "TransfersOpened":
        body["transfers_open"] = True
    rows.put(Row("token", key, subject, body))


def fold_contract(subject: str, rows: Rows, event: ReadEvent) -> None:
    """Note a contract that one of ours opened: its events are read too."""
    artifact = "FundingPool" if event.name == "PoolOpened" else "ProjectToken"
    key = subject.partition("/")[2]
    rows.put(Row("contract", key, subject, {"artifact": artifact}))


def _open(subject: str, rows: Rows, event: ReadEvent) -> None:
    args, opening = event.args, event.args["opening"]
    number = int(args["projectId"])
    body = {
        "token": args["token"],
        "name": opening["name"],
        "symbol": opening["symbol"],
        "cap": str(opening["cap"]),
        "metadata": opening["metadata"],
        "closed": False,
        "stewards": [],
        "transaction": event.tx_hash,
    }
    rows.put(Row("project", str(number), subject, body, number=number, account=args["owner"]))
    rows.put(role("owner", args["owner"], subject, project=number))


def _name(rows: Rows, row: Row, args: Mapping[str, Any]) -> None:
    """Name or dismiss a steward, in the order in which they were first named."""
    steward, named = args["steward"], bool(args["named"])
    kept = [account for account, _ in row.body["stewards"]]
    if steward in kept:
        stewards = [[who, named if who == steward else still] for who, still in row.body["stewards"]]
    else:
        stewards = [*row.body["stewards"], [steward, named]]
    rows.put(_changed(row, stewards=stewards))
    held = role("steward", steward, row.subject, project=row.number)
    if named:
        rows.put(held)
    else:
        rows.drop(held.kind, held.key)


def _changed(row: Row, **changes: Any) -> Row:
    return replace(row, body={**row.body, **changes})
