"""Settings in, the evidence store with its mirrors out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resonance_dao.errors import InputInvalid
from resonance_dao.settings import Settings

if TYPE_CHECKING:
    from resonance_dao.evidence.replica import Replica
    from resonance_dao.evidence.store import EvidenceStore


def evidence_store(settings: Settings) -> EvidenceStore:
    """Return the embedded store and whatever mirrors the settings name. Raises `InputInvalid`."""
    from resonance_dao.evidence.embedded import EmbeddedStore
    from resonance_dao.evidence.mirrored import MirroredStore

    embedded = EmbeddedStore(settings.evidence_folder)
    mirrors: list[EvidenceStore | Replica] = []
    if settings.ipfs_api_url is not None:
        from resonance_dao.evidence.kubo import KuboStore

        mirrors.append(KuboStore(settings.ipfs_api_url))
    if settings.mirror_folder is not None:
        mirrors.append(EmbeddedStore(settings.mirror_folder, name="mirror"))
    if settings.pin_service_url or settings.car_upload_url:
        mirrors.append(_remote_place(settings))
    if settings.copies_min > 1 + len(mirrors):
        raise InputInvalid(
            "RESONANCE_COPIES_MIN", settings.copies_min, f"must be at most {1 + len(mirrors)}, all places"
        )
    return MirroredStore(embedded, mirrors) if mirrors else embedded


def _remote_place(settings: Settings) -> Replica:
    """Return the pinning service, or the upload when there is no service."""
    from resonance_dao.evidence.car_upload import CarUpload
    from resonance_dao.evidence.gateway import HttpBlockSource
    from resonance_dao.evidence.pinning_service import PinningService
    from resonance_dao.evidence.remote import Remote

    token = None if settings.pin_token_file is None else _read_token(settings.pin_token_file)
    gateway, upload = settings.pin_gateway_url, settings.car_upload_url
    source = None if gateway is None else HttpBlockSource(gateway, field="RESONANCE_PIN_GATEWAY_URL")
    target = None if upload is None else Remote(upload, token, field="RESONANCE_CAR_UPLOAD_URL")
    if settings.pin_service_url is not None:
        service = Remote(settings.pin_service_url, token, field="RESONANCE_PIN_SERVICE_URL")
        return PinningService(service, upload=target, source=source)
    if target is None or source is None:
        raise InputInvalid(
            "RESONANCE_PIN_GATEWAY_URL", gateway, "must be set: an upload is read back to be a copy"
        )
    return CarUpload(target, source)


def _read_token(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as exc:
        raise InputInvalid(
            "RESONANCE_PIN_TOKEN_FILE", str(file), "cannot be read as one word of ASCII"
        ) from exc
