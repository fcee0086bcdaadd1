"""Evidence: reading."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from frontend_api import ipfs_answer, media
from frontend_api.dependencies import StoreDep
from frontend_api.openapi import Responses, responses
from frontend_api.strict_json import QuickRoute
from resonance_dao.evidence.cid import Cid

router = APIRouter(prefix="/ipfs", tags=["evidence"], route_class=QuickRoute)
CidPath = Annotated[str, Path(max_length=128, description="A CID, version 0 or 1.")]
Format = Annotated[
    str | None,
    Query(alias="format", description="`raw`: the block itself; `car`: the whole DAG, verifiable."),
]
Accept = Annotated[str | None, Header(max_length=1000)]
Known = Annotated[str | None, Header(alias="If-None-Match", max_length=1000)]
Range = Annotated[
    str | None, Header(alias="Range", max_length=1000, description="One range of bytes of a file or block.")
]
IfRange = Annotated[str | None, Header(alias="If-Range", max_length=1000)]


def _asked(
    request: Request,
    asked: Format = None,
    accept: Accept = None,
    if_none_match: Known = None,
    range_: Range = None,
    if_range: IfRange = None,
) -> ipfs_answer.Asked:
    form = ipfs_answer.wanted_form(asked, accept)
    return ipfs_answer.Asked(form, if_none_match, range_, if_range, head_only=request.method == "HEAD")


AskedDep = Annotated[ipfs_answer.Asked, Depends(_asked)]

_TYPES = (*media.TYPES, "application/vnd.ipld.raw", "application/vnd.ipld.car")
_ANSWERS: Responses = {
    200: {
        "description": "The content. It never changes.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES},
    },
    206: {"description": "The part that was asked for by `Range`."},
    304: {"description": "Not modified: the caller has it already."},
    **responses(404, 416, 422, 502),
}


@router.head("/{cid}", summary="Look at content", responses=_ANSWERS, response_class=Response)
@router.get("/{cid}", summary="Read content", responses=_ANSWERS, response_class=Response)
def read(store: StoreDep, cid: CidPath, asked: AskedDep) -> Response:
    """
    Read a file, one block (`?format=raw`) or a whole DAG (`?format=car`); files and blocks in parts, too.

    Blocks and CARs can be verified by their CIDs: the gateway need not be trusted. Files are shown by a
    browser only when they are pictures or plain text.
    """
    return ipfs_answer.answer(store, Cid.parse(cid), "", asked)


@router.head(
    "/{cid}/{path:path}", summary="Look inside a directory", responses=_ANSWERS, response_class=Response
)
@router.get(
    "/{cid}/{path:path}", summary="Read inside a directory", responses=_ANSWERS, response_class=Response
)
def read_inside(store: StoreDep, cid: CidPath, path: str, asked: AskedDep) -> Response:
    """Read what stands at a path inside a directory; as for a CID alone."""
    return ipfs_answer.answer(store, Cid.parse(cid), path.strip("/"), asked)
