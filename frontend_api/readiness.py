"""
Whether each thing that the gateway needs is there.

Nothing is changed by asking; an error is an answer, in words that name neither secrets nor addresses of
services.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from frontend_api.parts import Parts, SharedParts
from frontend_api.reading_thread import ReadingThread
from frontend_api.recording_thread import RecordingThread
from frontend_api.redaction import redact
from frontend_api.schemas.health import DependencyOut, ReadyOut
from frontend_api.watch import Met
from resonance_dao.chain.chain import balance_of, code_at
from resonance_dao.chain.chain_clock import standing
from resonance_dao.errors import NotDeployed, ResonanceError
from resonance_dao.evidence.cid import Cid
from resonance_dao.journal.pins import missing_copies
from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS


def ready(
    parts: SharedParts,
    recording: RecordingThread,
    reading: ReadingThread,
    met: Met,
) -> ReadyOut:
    """
    Return the state of chain, clock, contracts, database, evidence, recorder, sender and the index of events,
    and of each mirror of evidence, which may lack copies for a while: they are tried again. `met` is handed
    what no check expects.
    """
    checks: dict[str, Callable[[], str]] = {
        "chain": lambda: f"block {parts.system.chain.block().number}",
        "clock": lambda: _clock(parts, int(time.time())),
        "contracts": lambda: _contracts(parts),
        "database": lambda: f"{parts.journal.size()} records",
        "evidence": lambda: _evidence(parts),
        "recorder": lambda: _recorder(parts, recording),
        "sender": lambda: _sender(parts),
        "index": lambda: _index(parts, reading),
    }
    found = [_dependency(name, check, met) for name, check in checks.items()]
    for name, check in _mirrors(parts).items():
        found.append(_dependency(f"store/{name}", check, met, needed=False))
    return ReadyOut(ready=all(item.ready for item in found if item.needed), dependencies=found)


def _dependency(name: str, check: Callable[[], str], met: Met, *, needed: bool = True) -> DependencyOut:
    try:
        return DependencyOut(name=name, ready=True, needed=needed, reason=redact(check()))
    except ResonanceError as exc:
        reason = f"{exc} {exc.hint}".strip()
    except Exception as exc:  # a dependency may fail in any way; only its kind is told
        met(exc)
        reason = f"unexpected {type(exc).__name__}"
    return DependencyOut(name=name, ready=False, needed=needed, reason=redact(reason))


def _clock(parts: Parts, machine: int) -> str:
    if parts.system.chain_id in DEVELOPMENT_CHAINS:
        return "a development chain has a time of its own"
    found = standing(parts.system.chain, machine)
    if found.is_slow:
        raise ResonanceError(found.words, hint=found.advice)
    return f"{found.words} {found.advice}".strip()


def _contracts(parts: Parts) -> str:
    system = parts.system
    for contract in system.contracts.values():
        if not code_at(system.chain, contract.address):
            raise NotDeployed(f"there is no code at {contract.address} ({contract.artifact.name})")
    return f"{len(system.contracts)} contracts on chain {system.chain_id}"


def _evidence(parts: Parts) -> str:
    parts.store.has_block(Cid.of(b""))
    return parts.store.name


def _sender(parts: Parts) -> str:
    publisher, relaying = parts.operator.address, parts.recorder.relaying()
    keys = dict.fromkeys((publisher, *relaying))
    poor = [key for key in keys if balance_of(parts.system.chain, key) == 0]
    # One key of the pool does for requests; nobody anchors but the publisher.
    if publisher in poor or set(relaying) <= set(poor):
        raise ResonanceError(f"{', '.join(poor)} has no coin for gas", hint="Send it some.")
    return f"{publisher} has coin for gas; of {len(keys)} keys {len(poor)} without"


def _mirrors(parts: Parts) -> dict[str, Callable[[], str]]:
    try:
        names = getattr(parts.store, "names", ())[1:]
    except ResonanceError:  # told of as evidence
        return {}
    return {name: partial(_mirror, parts, name) for name in names}


def _mirror(parts: Parts, name: str) -> str:
    found = next((one for one in missing_copies(parts.journal.database) if one.store == name), None)
    if found is not None and found.failed:
        raise ResonanceError(f"copies missing: {found.failed}", hint="They are tried again.")
    return f"copies on their way: {found.waiting}" if found is not None else "no copy is missing"


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
