"""
A process that opens a journal with a history, as a gateway that starts does, and says how it went:

    python -m recorder.aged       # the environment is that of `ours`, and BENCH_BEGAN, unix s; prints JSON
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from recorder.ours import Parts, build_parts
from recorder.stage import PUBLISHER

from resonance_dao.transparency.inclusion import verify_inclusion
from resonance_dao.workflows.proving import Prover

PROOFS, ACCEPTS = 2_000, 200
_SEED = 20_260_101


def main() -> None:
    """Open, prove, accept; print what was found."""
    parts = build_parts(Path(os.environ["BENCH_FOLDER"]))
    opened = time.time()
    size = parts.journal.size()
    tick = parts.recorder.tick(parts.now())
    if tick.troubles or not tick.is_idle or not parts.recorder.status().is_settled:
        raise SystemExit(f"the recorder is not ready: {tick}")
    prover = Prover(parts.journal)
    root = prover.root()
    ready = time.time()
    found = {
        "ready_s": (ready - float(os.environ["BENCH_BEGAN"]), time.process_time()),
        "recorder_s": ready - opened,
        **_proved(parts, prover, root, size),
        "accept_ms": _accepted(parts, size),
    }
    parts.recorder.close()
    parts.close()
    print(json.dumps(found))


def _proved(parts: Parts, prover: Prover, root: bytes, size: int) -> dict[str, Sequence[float]]:
    if root != bytes(parts.log.call(parts.system.chain, "rootOf", PUBLISHER.address)):
        raise SystemExit("the log has another root")
    before, taken, busy = _memory_mb(), [], 0.0
    chosen = random.Random(_SEED)  # noqa: S311  which records are asked for is no secret
    for _ in range(PROOFS):
        number = chosen.randint(1, size)
        began, worked = time.perf_counter(), time.process_time()
        proof = prover.proof_of(number)
        taken.append(1000 * (time.perf_counter() - began))
        busy += 1000 * (time.process_time() - worked)
        verify_inclusion(proof.proof, proof.leaf, root)
    taken.sort()
    shown = taken[PROOFS // 2], taken[PROOFS * 99 // 100], taken[-1]
    return {"proof_ms": (*shown, busy / PROOFS), "memory_mb": (before, _memory_mb())}


def _accepted(parts: Parts, size: int) -> tuple[float, float]:
    """Accept requests one at a time, each a commit of its own; leave the journal as it was."""
    body = {"to": parts.log.address, "function": "mint", "status": "requested", "tx_hash": None}
    worked = time.process_time()
    taken = sorted(
        _timed(lambda: parts.journal.accept("transaction", "bounty/1", body, now=parts.now()))
        for _ in range(ACCEPTS)
    )
    busy = time.process_time() - worked
    with parts.journal.database.write() as connection:
        connection.exec_driver_sql(f"DELETE FROM entry WHERE number > {size}")  # noqa: S608  a number
        connection.exec_driver_sql(f"UPDATE ledger SET size = {size}")  # noqa: S608
    return 1000 * taken[ACCEPTS // 2], 1000 * busy / ACCEPTS


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _memory_mb() -> float:
    """Return what this process uses now, in MB; where nobody counts that, the most that it has used."""
    counted = Path("/proc/self/statm")
    if counted.exists():
        # The most would include what the process used that started this one.
        return int(counted.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()
