"""Evidence: reading."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from starlette.responses import Response

from frontend_api import ipfs_answer, media
from frontend_api.dependencies import StoreDep
from frontend_api.openapi import Responses, responses
from resonance_dao.evidence.cid import Cid

router = APIRouter(prefix="/ipfs", tags=["evidence"])
CidPath = Annotated[str, Path(max_length=128, description="A CID, version 0 or 1.")]
Format = Annotated[
    str | None,
    Query(alias="format", description="`raw`: the block itself; `car`: the whole DAG, verifiable."),
]
Accept = Annotated[str | None, Header(max_length=1000)]
Known = Annotated[str | None, Header(alias="If-None-Match", max_length=1000)]

_TYPES = (*media.TYPES, "application/vnd.ipld.raw", "application/vnd.ipld.car")
_ANSWERS: Responses = {
    200: {
        "description": "The content. It never changes.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES},
    },
    304: {"description": "Not modified: the caller has it already."},
    **responses(404, 422, 502),
}


@router.get("/{cid}", summary="Read content", responses=_ANSWERS, response_class=Response)
def read(
    store: StoreDep,
    cid: CidPath,
    asked: Format = None,
    accept: Accept = None,
    if_none_match: Known = None,
) -> Response:
    """
    Read a file, one block (`?format=raw`) or a whole DAG (`?format=car`).

    Blocks and CARs can be verified by their CIDs: the gateway need not be trusted. Files are shown by a
    browser only when they are pictures or plain text.
    """
    form = ipfs_answer.wanted_form(asked, accept)
    return ipfs_answer.answer(store, Cid.parse(cid), "", form, if_none_match)


@router.get(
    "/{cid}/{path:path}", summary="Read inside a directory", responses=_ANSWERS, response_class=Response
)
def read_inside(
    store: StoreDep,
    cid: CidPath,
    path: str,
    asked: Format = None,
    accept: Accept = None,
    if_none_match: Known = None,
) -> Response:
    """Read what stands at a path inside a directory; as for a CID alone."""
    form = ipfs_answer.wanted_form(asked, accept)
    return ipfs_answer.answer(store, Cid.parse(cid), path.strip("/"), form, if_none_match)
