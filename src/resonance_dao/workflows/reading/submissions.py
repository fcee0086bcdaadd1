"""What follows for a submission from events: its stage, its clock, its tranches, and when to look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from resonance_dao.journal.read_rows import Rows
from resonance_dao.journal.read_values import ReadEvent, Row
from resonance_dao.workflows.reading.row_values import at_time, place_of, role

_REQUEST_CHANGES = 3
_STAGES = {
    "SubmissionRevised": "pending",
    "SubmissionRejected": "rejected",
    "RejectionAppealed": "appealed",
    "SubmissionAccepted": "accepted",
}
_TRANCHES = ("success", "longTerm")


def fold_submission(rows: Rows, bounty: Row, event: ReadEvent) -> None:
    """Bring one of a bounty's submissions on by an event of the escrow, if it is about one."""
    args = event.args
    if "submissionId" not in args:
        return
    key = f"{bounty.key}/{args['submissionId']}"
    if event.name == "SubmissionReceived":
        row = _received(bounty, key, event)
        rows.put(role("contributor", args["worker"], bounty.subject, bounty=bounty.number))
    else:
        found = rows.get("submission", key)
        if found is None:
            return
        row = replace(found, body=_changed(found.body, bounty.body["terms"], event))
    rows.put(replace(row, due_at=_due_at(row.body, bounty.body["terms"])))
    if event.name == "TrancheSettled":
        _to_be_counted(rows, bounty, row, int(args["tranche"]))
    elif event.name == "SubmissionAccepted" and args["bySilence"] and not row.body["appealed"]:
        _to_be_claimed(rows, row)


def _received(bounty: Row, key: str, event: ReadEvent) -> Row:
    args = event.args
    body = {
        "content_hash": args["contentHash"],
        "amount": str(args["amount"]),
        "stage": "pending",
        "clock": event.time,
        "version": 1,
        "content": place_of(event),
        "appealed": False,
        "tranches": {name: {"stage": "waiting", "clock": 0, "achieved_bps": 0} for name in _TRANCHES},
        "transaction": event.tx_hash,
    }
    return Row(
        "submission",
        key,
        bounty.subject,
        body,
        number=int(args["submissionId"]),
        project=bounty.project,
        bounty=bounty.number,
        account=args["worker"],
    )


def _changed(body: Mapping[str, Any], terms: Mapping[str, Any], event: ReadEvent) -> dict[str, Any]:
    args = event.args
    if event.name in _STAGES:
        changes: dict[str, Any] = {"stage": _STAGES[event.name], "clock": event.time}
        if event.name == "SubmissionRevised":
            version = {"version": int(args["version"]), "content_hash": args["contentHash"]}
            changes |= {**version, "content": place_of(event)}
        elif event.name == "RejectionAppealed":
            changes["appealed"] = True
        return {**body, **changes}
    if event.name == "AwardCompleted":
        return {**body, "stage": "completed"}
    if event.name == "ReviewCounted" and (body["stage"], args["verdict"]) == ("pending", _REQUEST_CHANGES):
        return {**body, "stage": "changes_requested", "clock": event.time}
    if "tranche" in args:
        return {**body, "tranches": _tranches(body["tranches"], terms, event)}
    return dict(body)


def _tranches(
    tranches: Mapping[str, Any], terms: Mapping[str, Any], event: ReadEvent
) -> dict[str, Mapping[str, Any]]:
    name = _TRANCHES[int(event.args["tranche"])]
    state = dict(tranches[name])
    if event.name == "OutcomeReported":
        # A ruling, and a report that nobody can challenge, settle at once: the next event tells.
        if event.args["ruling"] or not int(terms[name]["challengeWindow"]):
            return dict(tranches)
        state |= {"stage": "reported", "achieved_bps": int(event.args["achievedBps"])}
    elif event.name == "OutcomeChallenged":
        state |= {"stage": "challenged"}
    elif event.name == "TrancheSettled":
        state |= {"stage": "settled", "achieved_bps": int(event.args["achievedBps"])}
    else:
        return dict(tranches)
    return {**tranches, name: {**state, "clock": event.time}}


def _due_at(body: Mapping[str, Any], terms: Mapping[str, Any]) -> int | None:
    """Return from when time has decided something about it; None when only people can."""
    stage, clock = body["stage"], int(body["clock"])
    if stage in {"pending", "changes_requested"}:
        return at_time(clock + int(terms["reviewWindow"]))
    if stage == "appealed":
        return at_time(clock + int(terms["arbiterWindow"]))
    if stage != "accepted":
        return None
    times = [_settles_at(name, body, terms) for name in _TRANCHES if int(terms[name]["shareBps"])]
    return min((at_time(time) for time in times if time is not None), default=None)


def _settles_at(name: str, body: Mapping[str, Any], terms: Mapping[str, Any]) -> int | None:
    state, part = body["tranches"][name], terms[name]
    waits = {
        "waiting": int(body["clock"]) + int(part["closesAfter"]),
        "reported": int(state["clock"]) + int(part["challengeWindow"]),
        "challenged": int(state["clock"]) + int(terms["arbiterWindow"]),
    }
    return waits.get(str(state["stage"]))


def _to_be_counted(rows: Rows, bounty: Row, work: Row, tranche: int) -> None:
    """Note a settled tranche until the track record has counted it; whether it can, the chain says."""
    body = {"tranche": _TRANCHES[tranche]}
    row = Row(
        "outcome", f"{work.key}/{tranche}", bounty.subject, body, number=2 * int(work.number or 0) + tranche
    )
    rows.put(replace(row, project=bounty.project, bounty=bounty.number))


def _to_be_claimed(rows: Rows, work: Row) -> None:
    """Note work that reviewers let lie until somebody claims of their bonds; later bonds answer for none."""
    bond = rows.get("bond", str(work.bounty))
    if bond is not None and any(int(amount) for amount in bond.body["left"].values()):
        rows.put(Row("silence", work.key, work.subject, {}, number=work.number, bounty=work.bounty, due_at=0))
