"""Evidence: upload."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile

from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import SettingsDep
from frontend_api.middleware.body_limit import UPLOAD_PATH, refusal
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.evidence import EvidenceOut
from frontend_api.schemas.wire import CidText
from frontend_api.upload import MAX_FILES, Upload, UploadRoute

router = APIRouter(tags=["evidence"], route_class=UploadRoute)
Files = Annotated[
    list[UploadFile],
    File(description=f"One file, or up to {MAX_FILES} in this same field, which become one directory."),
]
Expected = Annotated[CidText | None, Form(description="The CID the sender computed; another one is refused.")]


@router.post(UPLOAD_PATH, status_code=202, summary="Upload evidence", responses=responses(*CHANGES, 507))
def upload(file: Files, accepting: AcceptingDep, settings: SettingsDep, cid: Expected = None) -> EvidenceOut:
    """
    Keep evidence on IPFS, as `ipfs add --cid-version 1` would, and record that it was kept.

    One file is kept without its name. Several become one directory, and their names are part of it. All of it
    is public for ever: seal private evidence before it is uploaded.
    """
    if sum(part.size or 0 for part in file) > settings.upload_bytes:
        raise refusal(settings.upload_bytes)
    return accepting.evidence(Upload.of(file), cid, settings.upload_bytes)
