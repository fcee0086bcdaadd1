"""
What a transaction's gas is spent on, from the trace of its opcodes.

    parts = split(steps, calldata, gas_used)

The parts sum to the gas that the receipt names. A trace is `structLogs` of `debug_traceCall`: one entry for
each opcode with `op`, `gas` (before it), `gasCost`, `depth` and `refund`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from gas.calldata import BASE, intrinsic

_CALLS = ("CALL", "STATICCALL", "DELEGATECALL", "CALLCODE")
_WRITES = ("SSTORE", "TSTORE")
_READS = ("SLOAD", "TLOAD")
_NEW_SLOT = 20_000  # EIP-2200: what a zero costs that becomes something else, before what a cold slot adds.
_REFUND_SHARE = 5  # EIP-3529: at most a fifth is given back.

Step = Mapping[str, Any]


@dataclass(frozen=True)
class Parts:
    """
    Gas by what it was spent on.

    `new_slots` are writes where zero was, `updates` all other writes less what is refunded, `reads` the loads
    of slots, `events` the logs, `calls` what reaching another account costs without what runs there, `code`
    all else: hashing, memory, checks, signatures, and what EIP-7623 adds.
    """

    base: int
    calldata: int
    new_slots: int
    updates: int
    reads: int
    events: int
    calls: int
    code: int

    @property
    def total(self) -> int:
        """The gas of the whole transaction."""
        return sum(astuple(self))

    @classmethod
    def names(cls) -> list[str]:
        """Return the parts' names, in order, as tables head them."""
        return [field.name.replace("_", " ") for field in fields(cls)]


def split(steps: Sequence[Step], calldata: bytes, gas_used: int) -> Parts:
    """Split the gas of a transaction with this trace and calldata."""
    spent = {"new_slots": 0, "updates": 0, "reads": 0, "events": 0, "calls": 0}
    for at, step in enumerate(steps):
        if step["op"] in _WRITES:
            spent["new_slots" if int(step["gasCost"]) >= _NEW_SLOT else "updates"] += int(step["gasCost"])
        elif step["op"] in _READS:
            spent["reads"] += int(step["gasCost"])
        elif step["op"].startswith("LOG"):
            spent["events"] += int(step["gasCost"])
        elif step["op"] in _CALLS:
            spent["calls"] += _reaching(steps, at)
    refund = int(steps[-1].get("refund") or 0) if steps else 0
    spent["updates"] -= min(refund, gas_used // (_REFUND_SHARE - 1))
    sent = intrinsic(calldata) - BASE
    rest = gas_used - BASE - sent - sum(spent.values())
    return Parts(base=BASE, calldata=sent, code=rest, **spent)


def _reaching(steps: Sequence[Step], at: int) -> int:
    """Return what the call at `at` costs its caller beyond what the callee's own opcodes use."""
    depth = steps[at]["depth"]
    after = next((i for i in range(at + 1, len(steps)) if steps[i]["depth"] <= depth), len(steps))
    if after == len(steps):
        return 0
    callee = steps[at + 1 : after]
    used = 0
    if callee:
        used = int(callee[0]["gas"]) - int(callee[-1]["gas"]) + int(callee[-1]["gasCost"])
    return int(steps[at]["gas"]) - int(steps[after]["gas"]) - used
