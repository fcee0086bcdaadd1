"""The transparency log."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import PlainTextResponse
from starlette.responses import Response

from frontend_api.dependencies import CheckpointsDep, JournalDep, PartsDep, SettingsDep
from frontend_api.log_answer import entries_after, reach
from frontend_api.openapi import Responses, responses
from frontend_api.schemas.accepted import ReceiptOut
from frontend_api.schemas.log import ConsistencyOut, EntryOut, EntrySummary, LogOut, ProofOut
from frontend_api.schemas.page import Cursor, Limit, Page
from frontend_api.schemas.wire import Id
from frontend_api.strict_json import QuickRoute
from resonance_dao.transparency.published import published
from resonance_dao.transparency.record import KINDS

router = APIRouter(prefix="/v1/log", tags=["log"], route_class=QuickRoute)
Kind = Annotated[
    str | None, Query(pattern=f"^({'|'.join(KINDS)})$", description="Only records of this kind.")
]
Subject = Annotated[
    str | None, Query(max_length=200, examples=["bounty/1"], description="Only this subject's.")
]
Size = Annotated[
    Id | None, Query(description="The size of the log to prove against; none: the anchored size.")
]
_TEXT: Responses = {
    200: {"description": "The checkpoint.", "content": {"text/plain": {"schema": {"type": "string"}}}}
}
_RECORD: Responses = {
    200: {"description": "The record.", "content": {"application/json": {"schema": {"type": "object"}}}}
}

_SCHEMA: Responses = {
    200: {
        "description": "The schema.",
        "content": {"application/schema+json": {"schema": {"type": "object"}}},
    }
}


@router.get("", summary="Show the log", responses=responses())
def show_log(parts: PartsDep) -> LogOut:
    """Show whose log it is and how far it reaches."""
    return reach(parts)


@router.get("/entries", summary="List entries", responses=responses(422))
def list_entries(
    journal: JournalDep, kind: Kind = None, subject: Subject = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[EntrySummary]:
    """List the entries, oldest first; one that tells how a request ended names the request."""
    entries, following = entries_after(journal, cursor, limit, kind, subject)
    return Page(items=[EntrySummary.of(entry) for entry in entries], next_cursor=following)


@router.get("/entries/{number}", summary="Show an entry", responses=responses(404, 422))
def show_entry(journal: JournalDep, number: Id) -> EntryOut:
    """Show one entry with its record, its bytes, its CID and its receipt."""
    return EntryOut.of(journal.entry(number))


@router.get(
    "/entries/{number}/record",
    summary="Read a record's bytes",
    responses={**_RECORD, **responses(404, 422)},
    response_class=Response,
)
def read_record(journal: JournalDep, number: Id) -> Response:
    """Read the canonical bytes of a record, exactly as they are pinned and hashed."""
    entry = journal.entry(number)
    headers = {"ETag": f'"{entry.cid}"', "Cache-Control": "public, max-age=29030400, immutable"}
    return Response(entry.record, headers=headers, media_type="application/json")


@router.get("/entries/{number}/proof", summary="Prove an entry", responses=responses(404, 409, 422))
def prove_entry(parts: PartsDep, number: Id, size: Size = None) -> ProofOut:
    """Give the inclusion proof of a record; 404 with a hint while its batch is not yet on-chain."""
    return ProofOut.of(parts.prover.proof_of(number, size))


@router.get("/entries/{number}/receipt", summary="Show a receipt", responses=responses(404, 422))
def show_receipt(journal: JournalDep, number: Id) -> ReceiptOut:
    """Show the signed receipt of an entry again, as `resonance verify` takes it."""
    return ReceiptOut.of(journal.entry(number).receipt)


@router.get("/consistency", summary="Prove that the log only grew", responses=responses(404, 409, 422))
def prove_consistency(parts: PartsDep, first: Id, second: Id) -> ConsistencyOut:
    """Give the proof that the log of size `second` begins with the log of size `first`."""
    return ConsistencyOut.of(parts.prover.consistency(first, second))


@router.get(
    "/schemas/{kind}",
    summary="Show a record's schema",
    responses={**_SCHEMA, **responses(404, 422)},
    response_class=Response,
)
def show_schema(kind: Annotated[str, Path(max_length=32)]) -> Response:
    """Show the JSON Schema (2020-12) of records of a kind, complete in one document."""
    return Response(json.dumps(published(kind)), media_type="application/schema+json")


@router.get(
    "/checkpoint",
    summary="Show the head",
    responses={**_TEXT, **responses()},
    response_class=PlainTextResponse,
)
def show_checkpoint(checkpoints: CheckpointsDep, parts: PartsDep, settings: SettingsDep) -> PlainTextResponse:
    """
    Show the anchored head as C2SP's tlog-checkpoint, a note that the publisher signed. The chain is its
    witness; the signature is evidence, should the two differ.
    """
    return PlainTextResponse(checkpoints.latest(parts, settings), headers={"Cache-Control": "no-cache"})
