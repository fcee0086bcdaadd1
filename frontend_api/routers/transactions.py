"""Reports of transactions, and how far accepted requests have come."""

from __future__ import annotations

from fastapi import APIRouter

from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import JournalDep
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut, ProgressOut
from frontend_api.schemas.transaction import TransactionIn
from frontend_api.schemas.wire import Id
from frontend_api.strict_json import StrictRoute
from resonance_dao.workflows import recording

router = APIRouter(prefix="/v1", tags=["transactions"], route_class=StrictRoute)


@router.post("/transactions", status_code=202, summary="Report a transaction", responses=responses(*CHANGES))
def report(body: TransactionIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Have a final transaction to one of the contracts recorded, a failed one included, whoever sent it.

    Successful ones are found without being reported. A hash is recorded once, under whatever key.
    """
    return accepting.transaction(body)


@router.get("/requests/{number}", summary="Follow a request", responses=responses(404, 422))
def follow(journal: JournalDep, number: Id) -> ProgressOut:
    """Show how far an accepted request has come, and the decoded reason when it failed."""
    return ProgressOut.of(recording.progress(journal, number))
