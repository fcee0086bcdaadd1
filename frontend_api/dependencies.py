"""What a route may ask for; each signature then reads like a sentence."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from frontend_api.doors.entrance import CHALLENGE
from frontend_api.doors.identity import ANONYMOUS, Identity
from frontend_api.doors.keeper import Keeper
from frontend_api.log_answer import Checkpoints
from frontend_api.parts import SharedParts
from frontend_api.problems import RequestRefused
from frontend_api.reading_thread import ReadingThread
from frontend_api.recording_thread import RecordingThread
from frontend_api.settings import GatewaySettings
from resonance_dao.evidence.store import EvidenceStore
from resonance_dao.journal.journal import Journal
from resonance_dao.workflows.reading.lists import Lists
from resonance_dao.workflows.system import System


# Async, so that reading an attribute does not pass through a thread of its own.
async def _parts(request: Request) -> SharedParts:
    return cast("SharedParts", request.app.state.parts)


async def _settings(request: Request) -> GatewaySettings:
    return cast("GatewaySettings", request.app.state.settings)


async def _recording(request: Request) -> RecordingThread:
    return cast("RecordingThread", request.app.state.recording)


async def _reading(request: Request) -> ReadingThread:
    return cast("ReadingThread", request.app.state.reading)


async def _keeper(request: Request) -> Keeper:
    return cast("Keeper", request.app.state.keeper)


async def _identity(request: Request) -> Identity:
    return cast("Identity", request.scope["identity"])


async def _checkpoints(request: Request) -> Checkpoints:
    return cast("Checkpoints", request.app.state.checkpoints)


PartsDep = Annotated[SharedParts, Depends(_parts)]
SettingsDep = Annotated[GatewaySettings, Depends(_settings)]
RecordingDep = Annotated[RecordingThread, Depends(_recording)]
ReadingDep = Annotated[ReadingThread, Depends(_reading)]
CheckpointsDep = Annotated[Checkpoints, Depends(_checkpoints)]


def _system(parts: PartsDep) -> System:
    return parts.system


def _journal(parts: PartsDep) -> Journal:
    return parts.journal


def _store(parts: PartsDep) -> EvidenceStore:
    return parts.store


def _lists(parts: PartsDep) -> Lists:
    return parts.lists


ListsDep = Annotated[Lists, Depends(_lists)]
SystemDep = Annotated[System, Depends(_system)]
JournalDep = Annotated[Journal, Depends(_journal)]
StoreDep = Annotated[EvidenceStore, Depends(_store)]
KeeperDep = Annotated[Keeper, Depends(_keeper)]
IdentityDep = Annotated[Identity, Depends(_identity)]


async def _known(identity: IdentityDep) -> Identity:
    if identity.kind == ANONYMOUS:
        raise RequestRefused(
            401, "sign_in_needed", "only a caller with a session or an API key has this", headers=CHALLENGE
        )
    return identity


def _watching(known: Annotated[Identity, Depends(_known)], keeper: KeeperDep) -> Identity:
    if not keeper.may_watch(known):
        raise RequestRefused(
            403, "scope_missing", "only the operator's account or an API key for metrics may"
        )
    return known


KnownDep = Annotated[Identity, Depends(_known)]
WatcherDep = Annotated[Identity, Depends(_watching)]
