"""
Holding a gateway against the chain: its signed head, its number of records, and its receipts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from resonance_dao.errors import EvidenceUnavailable, InputInvalid, ProofMismatch, SignatureRefused
from resonance_dao.transparency.checkpoint import Checkpoint, log_origin
from resonance_dao.transparency.consistency import verify_consistency
from resonance_dao.transparency.fields import to_hex, to_integer
from resonance_dao.transparency.merkle import EMPTY_ROOT
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.transparency.note import Note
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.transparency.signed_checkpoint import verify_checkpoint
from resonance_dao.workflows.monitoring.alarm import Alarm, Raise
from resonance_dao.workflows.monitoring.gateway_view import GatewayView
from resonance_dao.workflows.monitoring.state import MonitorState, Promise, changed

# Each is asked for again in every round, so that one that changes is seen.
_ASKED_AGAIN = 20


@dataclass(frozen=True)
class Heads:
    """
    What a log's heads are `of`, as its origin says, and how many leaves it has at the newest block.
    """

    of: Literal["log", "batches"]
    newest_size: Callable[[], int]


def look_at(gateway: GatewayView, state: MonitorState, heads: Heads, alarm: Raise) -> MonitorState:
    """
    Ask a gateway, and return the state with what it said.

    `state` holds the chain's log at the monitor's block, `heads` tells of the newest: a gateway may know of
    more than lies deep enough, never of more than there is.
    """
    try:
        reach = gateway.reach()
        if not _is_ours(reach, state):
            facts = {key: reach[key] for key in ("chain_id", "log", "publisher")}
            alarm(Alarm("OTHER_LOG", gateway.name, facts))
            return state
        size = to_integer(reach["size"], "size")
        _compare_heads(gateway, state, heads, alarm)
        before = state.gateways.get(gateway.url, 0)
        if size < before:
            alarm(Alarm("JOURNAL_SHRANK", f"{gateway.name} {before}", {"size": size, "before": before}))
        state = changed(state, gateways={**state.gateways, gateway.url: max(size, before)})
        return _take_receipts(gateway, state, size, alarm)
    except SignatureRefused as exc:
        alarm(Alarm("SIGNATURE_REFUSED", gateway.name, exc.to_dict()))
    except (EvidenceUnavailable, InputInvalid) as exc:
        alarm(Alarm("GATEWAY_UNREACHABLE", gateway.name, {"reason": str(exc)}))
    return state


def _is_ours(reach: Mapping[str, Any], state: MonitorState) -> bool:
    said = (reach["chain_id"], reach["log"], reach["publisher"])
    return said == (state.chain_id, state.log, state.publisher)


def _compare_heads(gateway: GatewayView, state: MonitorState, heads: Heads, alarm: Raise) -> None:
    note, held = gateway.checkpoint(), state.range
    domain = note.text.split("/", 1)[0]
    origin = log_origin(domain, state.chain_id, state.publisher, of=heads.of)
    said = verify_checkpoint(note, origin, state.chain_id, state.publisher)
    try:
        # Asked after the gateway: it may have anchored meanwhile.
        if said.size > held.size and said.size > (newest := heads.newest_size()):
            raise ProofMismatch(f"it calls a log of {said.size} anchored; the chain has {newest}")
        _require_one_log(gateway, said, held)
    except ProofMismatch as exc:
        subject = f"{gateway.name} {said.size} {to_hex(said.root)}"
        alarm(Alarm("SPLIT_VIEW", subject, _heads(note, state, exc)))


def _require_one_log(gateway: GatewayView, said: Checkpoint, held: MountainRange) -> None:
    if said.size == held.size or not said.size:
        expected = held.root() if said.size else EMPTY_ROOT
        if said.root != expected:
            raise ProofMismatch(f"its head at {said.size} is another", expected=to_hex(expected))
    elif not held.size:
        return  # Every log extends the empty one.
    elif said.size < held.size:
        verify_consistency(gateway.consistency(said.size, held.size), said.root, held.root())
    else:
        verify_consistency(gateway.consistency(held.size, said.size), held.root(), said.root)


def _heads(note: Note, state: MonitorState, reason: Exception) -> dict[str, Any]:
    return {
        "checkpoint": note.to_text(),
        "reason": str(reason),
        "block": state.block,
        "block_hash": state.block_hash,
        "size": state.range.size,
        "root": to_hex(state.range.root()),
    }


def _take_receipts(gateway: GatewayView, state: MonitorState, size: int, alarm: Raise) -> MonitorState:
    """
    Keep the receipts of the newest record and of the oldest that is not in the log; the log has no gaps, so
    none between them is late before the oldest. Ask for kept ones again.
    """
    kept = sorted(state.promises)[-_ASKED_AGAIN:]
    numbers = {size, state.records + 1, *kept} if size else set()
    for number in sorted(number for number in numbers if number <= size):
        state = keep(state, gateway.receipt(number), number, alarm, where=gateway.name)
    return state


def keep(
    state: MonitorState, signed: SignedReceipt, number: int, alarm: Raise, *, where: str
) -> MonitorState:
    """Return the state with a receipt to be watched; two that contradict one another are an alarm."""
    signed.verify(state.publisher)
    receipt = signed.receipt
    if (receipt.number, receipt.chain_id, receipt.log) != (number, state.chain_id, state.log):
        raise SignatureRefused(f"the receipt is not that of record {number} of this log", gateway=where)
    if state.settled.get(number) == to_hex(receipt.record_hash):
        return state
    held = state.promises.get(number)
    if held is None:
        since = max(0, state.block) if number > state.records else 0
        return changed(state, promises={**state.promises, number: Promise(signed, since)})
    if held.signed.receipt.record_hash != receipt.record_hash:
        both = {"receipts": [held.signed.to_dict(), signed.to_dict()], "gateway": where}
        alarm(Alarm("RECEIPT_CONFLICT", f"record/{number}", both))
    return state
