"""What `recording.py` prints and `docs/recorder.md` holds: each figure beside its goal."""

from __future__ import annotations

import importlib.util
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from recorder.accepting import Accepting
from recorder.aging import Aged
from recorder.anchoring import LEAVES, Anchoring
from recorder.appending import BESIDE_EAS, GOAL_BESIDE_EAS, GOALS, Appending

from resonance_dao.transparency.manifest import MAX_RECORDS

PATH = Path("docs") / "recorder.md"
GOAL_ACCEPT, GOAL_RECORDS, GOAL_RECORDS_RATIO, GOAL_PROOF_MS = 20, 50_000, 750, 10


def render(sections: Sequence[str]) -> str:
    """Return the whole page."""
    return "\n\n".join([_HEAD, _machine(), *sections]) + "\n"


def of_appending(found: Appending) -> str:
    """Return what appending costs, which is the same on every machine."""
    rows = [
        [f"{batch.count:,}", f"{batch.gas:,}", f"{batch.floor:,}", *_beside(batch.gas / batch.floor, goal)]
        for batch, goal in zip(found.judged, GOALS.values(), strict=True)
    ]
    elsewhere = next(batch for batch in found.batches if batch.count == found.aligned.count)
    told = f"{elsewhere.count}, where a log of any size ends"
    ratio = f"{elsewhere.gas / elsewhere.floor:.2f}"
    rows.insert(2, [told, f"{elsewhere.gas:,}", f"{elsewhere.floor:,}", ratio, "-", "no goal"])
    heads = ["records a batch", "gas", "floor of its calldata", "times the floor", "goal, at most", ""]
    eas = (
        f"EAS 1.9.0 takes {found.eas:,} gas for `multiTimestamp` of {BESIDE_EAS} hashes, the log "
        f"{found.beside.gas:,} for {BESIDE_EAS} records: {found.below_eas:.1f} times less (goal: "
        f"{GOAL_BESIDE_EAS:.0f}, {_verdict(found.below_eas >= GOAL_BESIDE_EAS)})."
    )
    return "\n\n".join(["## Appending to the log", _table(heads, rows), _ON_16, eas])


def of_accepting(ways: Sequence[Accepting]) -> str:
    """Return requests a second, ours as a multiple of the naive gateway's, before and after."""
    naive = [way for way in ways if way.name.startswith("naive")]
    rate = sum(way.rate for way in naive) / len(naive)
    busy = [way.busy_ms for way in naive if way.busy_ms is not None]
    rows = []
    for way in ways:
        less = "-" if way.busy_ms is None or not busy else f"{sum(busy) / len(busy) / way.busy_ms:.1f}"
        rows.append(
            [
                way.name,
                f"{way.rate:,.0f}",
                f"{way.rate / rate:.1f}",
                "-" if way.busy_ms is None else f"{way.busy_ms:.2f}",
                less,
                *(f"{ms:.0f}" for ms in (*way.at_half, *way.at_nine_tenths)),
            ]
        )
    heads = ["gateway", "requests/s", "times the naive", "processor ms a request", "times less"]
    heads += ["p50 at 50 %", "p99", "p50 at 90 %", "p99"]
    best = max(way.rate for way in ways) / rate
    goal = f"Goal: {GOAL_ACCEPT} times the naive requests/s; {_verdict(best >= GOAL_ACCEPT)} with {best:.1f}."
    return "\n\n".join(["## Accepting over HTTP", _ACCEPTING, _table(heads, rows), goal])


def of_anchoring(found: Anchoring) -> str:
    """Return records a second from the journal to the chain."""
    naive = sum(found.naive) / len(found.naive)
    lanes = {
        f"every record in calldata, {LEAVES:,} a batch": found.ours,
        f"one leaf a batch of {MAX_RECORDS:,}": found.batched,
    }
    rows = [["one transaction each, web3.py", f"{found.naive[0]:,.0f} and {found.naive[1]:,.0f}", "1"]]
    rows += [[lane, f"{rate:,.0f}", f"{rate / naive:,.0f}"] for lane, rate in lanes.items()]
    fast = " and ".join(_verdict(rate >= GOAL_RECORDS) for rate in lanes.values())
    times = " and ".join(_verdict(rate / naive >= GOAL_RECORDS_RATIO) for rate in lanes.values())
    goal = (
        f"Goals: {GOAL_RECORDS:,} records/s ({fast}) and {GOAL_RECORDS_RATIO} times the naive way ({times})."
    )
    heads = ["way", "records/s", "times the naive"]
    return "\n\n".join(["## From the journal to the chain", _ANCHORING, _table(heads, rows), goal])


def of_aging(found: Sequence[Aged]) -> str:
    """Return what a history costs."""
    rows = [
        [
            f"{aged.size:,}",
            f"{aged.ready_s[0]:.1f} ({aged.ready_s[1]:.1f})",
            f"{aged.recorder_s:.2f}",
            f"{aged.proof_ms[0]:.2f} / {aged.proof_ms[1]:.2f} ({aged.proof_ms[3]:.2f})",
            f"{aged.memory_mb[0]:.0f} -> {aged.memory_mb[1]:.0f}",
            f"{aged.accept_ms[0]:.2f} ({aged.accept_ms[1]:.2f})",
            f"{aged.append_gas:,.0f}",
            f"{aged.bytes_each:,.0f}",
        ]
        for aged in found
    ]
    heads = ["records", "ready, s", "its recorder, s", "proof ms, p50 / p99", "MB, before -> after proofs"]
    heads += ["accept ms, p50", "gas a record", "bytes a record"]
    largest = found[-1]
    goal = (
        f"Goal: a proof among ten million within {GOAL_PROOF_MS} ms; the largest here is {largest.size:,}, "
        f"with {largest.proof_ms[0]:.2f} ms (p50) and {largest.proof_ms[3]:.2f} ms of a processor."
    )
    return "\n\n".join(["## What a history costs", _AGING, _table(heads, rows), goal])


def _beside(ratio: float, goal: float) -> list[str]:
    return [f"{ratio:.2f}", f"{goal:.2f}", _verdict(round(ratio, 2) <= goal)]


def _verdict(is_reached: bool) -> str:
    return "reached" if is_reached else "**missed**"


def _machine() -> str:
    fast = [name for name in ("coincurve", "sha3") if importlib.util.find_spec(name)]
    with_them = f"with {' and '.join(fast)}" if fast else "without coincurve and sha3"
    return (
        f"Measured on {os.cpu_count()} {platform.machine()} cores, Python {platform.python_version()}, "
        f"{with_them}; {os.getloadavg()[0]:.1f} processes wanted to run at the end, on average over a minute."
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    marks = ["---"] + ["---:"] * (len(heads) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, marks, *rows))


_HEAD = """# The recorder, measured

Written by `benchmarks/recording.py --document`. Gas is the same everywhere. Times are one machine's, with
other work on it: what holds elsewhere are the ratios, since both sides ran in the same minutes. Figures in
parentheses are the processor's own time, which other work hardly changes."""
_ON_16 = """A batch writes the log's size and the peaks that change: for 16 records one peak in a log of a
multiple of 16, and about three elsewhere. Each is 5,000 gas, and 16 records leave 12,288 below the floor. The
recorder lets a full batch end where whole subtrees do, so full batches of 16 (`RESONANCE_BATCH_MAX=16`) are
the goal's row. What is appended elsewhere costs what the row below it says, which is more than the goal: what
others append, and what goes because a record became too old to wait for more, as any batch of 16 does at the
default of `RESONANCE_BATCH_MAX`."""
_ACCEPTING = """The naive gateway is FastAPI with web3.py: one transaction for each request, answered when it
is mined. Ours answers when number, record and signed receipt are committed (`synchronous=FULL`), after
simulating the call on the node; requests that wait share a round trip and a commit. The load comes from the
same machine over 64 connections. Latencies in ms are counted from when a request was due, at 50 % and 90 % of
the way's own best rate."""
_ANCHORING = f"""Pinned records, from the first tick until the last batch is final in the log of an
auto-mining node; manifests are pinned on the way, each batch is simulated, signed, sent and confirmed before
the next. A transaction of 128 KiB is the most that nodes keep, so a batch cannot be larger in the lane that
has every record in calldata; in the other one a batch is one leaf, and as large as its manifest fits one
block (`RESONANCE_BATCH_MAX={MAX_RECORDS}`)."""
_AGING = """A new process opens the journal, compares it with the log, and is ready; it proves 2,000 random
records, each checked against the root on the chain, and accepts 200 requests, each a commit of its own."""
