"""Evidence: upload."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile

from frontend_api import media
from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import SettingsDep
from frontend_api.middleware.body_limit import UPLOAD_PATH, refusal
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.evidence import EvidenceOut
from frontend_api.schemas.wire import CidText

router = APIRouter(tags=["evidence"])
Expected = Annotated[CidText | None, Form(description="The CID the sender computed; another one is refused.")]


@router.post(UPLOAD_PATH, status_code=202, summary="Upload evidence", responses=responses(*CHANGES))
def upload(
    file: UploadFile, accepting: AcceptingDep, settings: SettingsDep, cid: Expected = None
) -> EvidenceOut:
    """
    Keep one file on IPFS, as `ipfs add --cid-version 1` would, and record that it was kept.

    The content is public for ever: seal private evidence before it is uploaded. File names are not kept.
    """
    if file.size is not None and file.size > settings.upload_bytes:
        raise refusal(settings.upload_bytes)
    kind = media.media_type_of(file.file.read(media.HEAD_BYTES))
    return accepting.evidence(file.file, kind, cid, settings.upload_bytes)
