"""
Whether each thing that the gateway needs is there, asked anew each time.

Nothing is changed by asking; an error is an answer, in words that name neither secrets nor addresses of
services.
"""

from __future__ import annotations

from collections.abc import Callable

from frontend_api.parts import Parts, SharedParts
from frontend_api.reading_thread import ReadingThread
from frontend_api.recording_thread import RecordingThread
from frontend_api.redaction import redact
from frontend_api.schemas.health import DependencyOut, ReadyOut
from resonance_dao.chain.chain import code_at
from resonance_dao.errors import NotDeployed, ResonanceError
from resonance_dao.evidence.cid import Cid


def ready(parts: SharedParts, recording: RecordingThread, reading: ReadingThread) -> ReadyOut:
    """Return the state of chain, contracts, database, evidence, recorder and the index of events."""
    checks: dict[str, Callable[[], str]] = {
        "chain": lambda: f"block {parts.system.chain.block().number}",
        "contracts": lambda: _contracts(parts),
        "database": lambda: f"{parts.journal.size()} records",
        "evidence": lambda: _evidence(parts),
        "recorder": lambda: _recorder(parts, recording),
        "index": lambda: _index(parts, reading),
    }
    found = [_dependency(name, check) for name, check in checks.items()]
    return ReadyOut(ready=all(item.ready for item in found), dependencies=found)


def _dependency(name: str, check: Callable[[], str]) -> DependencyOut:
    try:
        return DependencyOut.model_validate({"name": name, "ready": True, "reason": check()})
    except ResonanceError as exc:
        reason = f"{exc} {exc.hint}".strip()
    except Exception as exc:  # a dependency may fail in any way; only its kind is told
        reason = f"unexpected {type(exc).__name__}"
    return DependencyOut.model_validate({"name": name, "ready": False, "reason": redact(reason)})


def _contracts(parts: Parts) -> str:
    system = parts.system
    for contract in system.contracts.values():
        if not code_at(system.chain, contract.address):
            raise NotDeployed(f"there is no code at {contract.address} ({contract.artifact.name})")
    return f"{len(system.contracts)} contracts on chain {system.chain_id}"


def _evidence(parts: Parts) -> str:
    parts.store.has_block(Cid.of(b""))
    return parts.store.name


def _recorder(parts: Parts, recording: RecordingThread) -> str:
    if recording.reason:
        raise ResonanceError(
            recording.reason, hint="It waits for a person." if recording.is_halted else "It tries again."
        )
    status = parts.recorder.status()
    if status.halted:
        raise ResonanceError(f"halted: {status.halted}")
    role = "leader" if status.leader else "standing by"
    counts = f"{status.size} records, {status.anchored} anchored"
    return f"{role}; {counts}, {status.queued} queued, {status.in_flight} in flight"


def _index(parts: SharedParts, reading: ReadingThread) -> str:
    if reading.reason:
        raise ResonanceError(reading.reason, hint="It tries again.")
    parts.lists.require_current()
    standing = parts.lists.standing()
    return f"read to block {standing.block} of {standing.head}"
