"""
Several judgements in one transaction: one that cannot be taken stops no other, and is told with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resonance_dao.chain.chain import Receipt
from resonance_dao.errors import InputInvalid, NotFound, ResonanceError, SignatureRefused, TransactionFailed
from resonance_dao.workflows.contributions import SignedAttestation
from resonance_dao.workflows.orders import relaying_attestation
from resonance_dao.workflows.system import Action, System

MOST = 20
"""The longest batch: a transaction has at most 2^24 gas (EIP-7825), and one that fails may want 8 million."""
_REFUSALS = (InputInvalid, NotFound, SignatureRefused, TransactionFailed)
"""What says something of a judgement; all else, a chain that is away say, concerns the whole batch."""


@dataclass(frozen=True)
class Batch:
    """What goes into one transaction, and what was refused before, by its place among those given."""

    action: Action | None
    taken: tuple[int, ...]
    refused: Mapping[int, ResonanceError]


@dataclass(frozen=True)
class RelayFailure:
    """A judgement that was not taken: its place in the transaction, whose it is, its uid and why."""

    index: int
    attester: str
    uid: str
    reason: str


def relaying_many(system: System, signed: Sequence[SignedAttestation]) -> Batch:
    """Return one transaction for the judgements that can be taken, and why the others cannot."""
    if not 0 < len(signed) <= MOST:
        raise InputInvalid("judgements", len(signed), f"must be 1 to {MOST}")
    relayed, taken = [], []
    refused: dict[int, ResonanceError] = {}
    for index, one in enumerate(signed):
        try:
            (argument,) = relaying_attestation(system, one).arguments
        except _REFUSALS as exc:
            refused[index] = exc
            continue
        relayed.append(argument)
        taken.append(index)
    return Batch(_relaying(system, relayed), tuple(taken), refused)


def tried(system: System, batch: Batch) -> Batch:
    """
    Return the batch without what the contracts would skip now, each with its reason.

    The whole is simulated, so one that needs another before it is taken. What is skipped undoes itself: the
    others come out the same without it.
    """
    if batch.action is None:
        return batch
    (relayed,) = batch.action.arguments
    uids = system.contributions.call(system.chain, "relayMany", relayed)
    kept = [at for at, uid in enumerate(uids) if any(uid)]
    skipped = {batch.taken[at]: _reason(system, relayed[at]) for at in range(len(relayed)) if at not in kept}
    return Batch(
        _relaying(system, [relayed[at] for at in kept]),
        tuple(batch.taken[at] for at in kept),
        {**batch.refused, **skipped},
    )


def relay_failures(system: System, receipt: Receipt) -> list[RelayFailure]:
    """Return the judgements of a batch that were skipped; they may be relayed again."""
    return [
        RelayFailure(
            int(event.args["index"]),
            str(event.args["attester"]),
            "0x" + event.args["uid"].hex(),
            system.why(event.args["reason"]),
        )
        for event in system.contributions.events(receipt.logs, "RelayFailed")
    ]


def _relaying(system: System, relayed: list[Any]) -> Action | None:
    words = {"en": f"Relay {len(relayed)} judgements", "ja": f"{len(relayed)} 件の判定をまとめて取り次ぐ"}
    return Action(system.contributions, "relayMany", (relayed,), words) if relayed else None


def _reason(system: System, one: Mapping[str, Any]) -> ResonanceError:
    try:
        system.contributions.call(system.chain, "relay", one)
    except TransactionFailed as exc:
        return exc
    return InputInvalid(
        "judgement",
        one["attester"],
        "is refused once those before it in the batch are taken",
        hint="It may stand twice, or come too late. If it is still needed, relay it in a batch of its own.",
    )
