"""What a route may ask for; each signature then reads like a sentence."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from frontend_api.log_answer import Checkpoints
from frontend_api.parts import SharedParts
from frontend_api.recording_thread import RecordingThread
from frontend_api.settings import GatewaySettings
from resonance_dao.evidence.store import EvidenceStore
from resonance_dao.journal.journal import Journal
from resonance_dao.workflows.system import System


def _parts(request: Request) -> SharedParts:
    return cast("SharedParts", request.app.state.parts)


def _settings(request: Request) -> GatewaySettings:
    return cast("GatewaySettings", request.app.state.settings)


def _recording(request: Request) -> RecordingThread:
    return cast("RecordingThread", request.app.state.recording)


def _checkpoints(request: Request) -> Checkpoints:
    return cast("Checkpoints", request.app.state.checkpoints)


PartsDep = Annotated[SharedParts, Depends(_parts)]
SettingsDep = Annotated[GatewaySettings, Depends(_settings)]
RecordingDep = Annotated[RecordingThread, Depends(_recording)]
CheckpointsDep = Annotated[Checkpoints, Depends(_checkpoints)]


def _system(parts: PartsDep) -> System:
    return parts.system


def _journal(parts: PartsDep) -> Journal:
    return parts.journal


def _store(parts: PartsDep) -> EvidenceStore:
    return parts.store


SystemDep = Annotated[System, Depends(_system)]
JournalDep = Annotated[Journal, Depends(_journal)]
StoreDep = Annotated[EvidenceStore, Depends(_store)]
