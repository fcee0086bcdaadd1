"""
What follows for a bounty, its terms, its bonds and its selections from events.

`due_at` is never later than the moment at which the chain would allow something: rows find what to look at,
and the chain decides. What can be allowed at a moment that no event tells (a bond, a track record) is due
from the beginning of time, until an event ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from resonance_dao.errors import InputInvalid
from resonance_dao.journal.read_rows import Rows
from resonance_dao.journal.read_values import ReadEvent, Row
from resonance_dao.workflows.reading.row_values import at_time, place_of, role
from resonance_dao.workflows.reading.submissions import fold_submission
from resonance_dao.workflows.system import plain
from resonance_dao.workflows.terms import Terms

BOND_GRACE_S = 30 * 86_400
"""`ReviewerBonds.GRACE`; the chain has the last word on it, as on everything."""
_SELECTION_ENDS = {"ApplicationWithdrawn", "ApplicationDeclined", "SelectionReleased", "WorkerAdmitted"}
ReadTerms = Callable[[bytes], Terms]


def fold_bounty(subject: str, rows: Rows, event: ReadEvent, read_terms: ReadTerms) -> None:
    """Bring a bounty and everything that belongs to it on."""
    key = subject.partition("/")[2]
    if event.name == "BountyOpened":
        _open(subject, rows, event, read_terms)
        return
    row = rows.get("bounty", key)
    if row is None:
        return
    if event.source == "ReviewerBonds":
        _bond(rows, row, event)
    elif event.source == "ApplicationDesk":
        _select(rows, row, event)
    elif event.source == "ReputationLedger":
        _count(rows, row, event.args)
    else:
        fold_submission(rows, row, event)
        _advance(rows, row, event)


def _open(subject: str, rows: Rows, event: ReadEvent, read_terms: ReadTerms) -> None:
    args = event.args
    number, project = int(args["bountyId"]), int(args["projectId"])
    try:
        terms = read_terms(bytes.fromhex(args["terms"][2:]))
    except InputInvalid:
        return  # Text in them that is no text: nothing can show such a bounty, and nothing may stop for it.
    body = {
        "funder": args["funder"],
        "terms": plain(terms.to_abi()),
        "terms_hash": args["termsHash"],
        "escrowed": str(args["escrowed"]),
        "closed": False,
        "reclaimed": False,
        "awards": 0,
        "pending": 0,
        "submissions": 0,
        "appealable_until": 0,
        "transaction": event.tx_hash,
        "opened": place_of(event),
    }
    row = Row("bounty", str(number), subject, body, number=number, project=project, bounty=number)
    rows.put(replace(row, due_at=_ends_at(body)))
    for reviewer in terms.reviewers:
        rows.put(role("reviewer", reviewer, subject, bounty=number))


def _advance(rows: Rows, row: Row, event: ReadEvent) -> None:
    """Count what came in and what was decided, as the escrow counts it."""
    body: dict[str, Any] = dict(row.body)
    if event.name == "SubmissionReceived":
        body["submissions"] += 1
        body["pending"] += 1
    elif event.name == "RejectionAppealed":
        body["pending"] += 1
    elif event.name == "SubmissionAccepted":
        body["pending"] -= 1
        body["awards"] += 1
    elif event.name == "SubmissionRejected":
        body["pending"] -= 1
        body["appealable_until"] = int(event.args["appealableUntil"]) or body["appealable_until"]
    elif event.name == "BountyClosed":
        body["closed"] = True
    elif event.name == "AwardsReclaimed":
        body["reclaimed"] = True
    else:
        return
    rows.put(replace(row, body=body, due_at=_ends_at(body)))
    bond = rows.get("bond", row.key)
    if bond is not None:
        rows.put(replace(bond, due_at=_bond_due_at(body, bond.body)))


def _ends_at(body: Mapping[str, Any]) -> int | None:
    """Return from when a bounty can be ended or its unused awards returned; None while it cannot, or is."""
    if body["reclaimed"] or body["awards"] == int(body["terms"]["maxAwards"]):
        return None
    if not body["closed"]:
        return at_time(int(body["terms"]["submitBy"]))
    return None if body["pending"] else at_time(body["appealable_until"])


def _bond(rows: Rows, row: Row, event: ReadEvent) -> None:
    """Keep what the reviewers have put down, what was lost of it, and when the bounty's end was noted."""
    args, found = event.args, rows.get("bond", row.key)
    body: dict[str, Any] = {"left": {}, "ended": 0} if found is None else dict(found.body)
    left = {account: int(amount) for account, amount in body["left"].items()}
    if event.name == "BondPosted":
        left[args["reviewer"]] = left.get(args["reviewer"], 0) + int(args["amount"])
    elif event.name == "BondLost":
        left[args["reviewer"]] = left.get(args["reviewer"], 0) - int(args["amount"])
        rows.drop("silence", f"{row.key}/{args['submissionId']}")
    elif event.name == "BondReturned":
        left[args["reviewer"]] = 0
    elif event.name == "BountyEnded":
        body["ended"] = int(args["endedAt"])
    body["left"] = {account: str(amount) for account, amount in left.items()}
    due_at = _bond_due_at(row.body, body)
    rows.put(Row("bond", row.key, row.subject, body, number=row.number, bounty=row.number, due_at=due_at))


def _bond_due_at(bounty: Mapping[str, Any], bond: Mapping[str, Any]) -> int | None:
    """Return from when the end of a bounty can be noted, or its bonds returned; None while neither can."""
    if not bond["left"]:
        return None
    if bond["ended"]:
        is_left = any(int(amount) for amount in bond["left"].values())
        return at_time(bond["ended"] + BOND_GRACE_S) if is_left else None
    is_over = bounty["reclaimed"] or bounty["awards"] == int(bounty["terms"]["maxAwards"])
    return 0 if is_over else None


def _select(rows: Rows, row: Row, event: ReadEvent) -> None:
    """Keep who was selected and until when the place is kept."""
    worker = event.args.get("worker")
    if event.name == "WorkerSelected":
        deliver_by = int(event.args["deliverBy"])
        rows.put(
            Row(
                "selection",
                f"{row.key}/{worker}",
                row.subject,
                {"deliver_by": deliver_by},
                number=place_of(event),
                bounty=row.number,
                account=worker,
                due_at=at_time(deliver_by),
            )
        )
    elif event.name in _SELECTION_ENDS:
        rows.drop("selection", f"{row.key}/{worker}")


def _count(rows: Rows, row: Row, args: Mapping[str, Any]) -> None:
    """
    Take off what the track record has counted. A project's policy may name another escrow, with bounties of
    the same numbers; then that one's are counted for the project, and ours of the same numbers never can be.
    """
    if int(args["projectId"]) == row.project:
        rows.drop("outcome", f"{row.key}/{args['submissionId']}/{args['tranche']}")
