"""
The logs' contracts for somebody who has an RPC endpoint and nothing else: their interfaces without a
compiler.

A test compares the interfaces with `contracts/TransparencyLog.sol` and `contracts/BatchedLog.sol`.
"""

from __future__ import annotations

from typing import Any

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Chain
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import TransactionFailed

NAME = "TransparencyLog"
BATCHED = "BatchedLog"
"""The log of batches."""


def log_at(address: str) -> Contract:
    """Return the log at `address` (EIP-55): `append`, its event, and the views of size, peaks and head."""
    return Contract(address, Artifact(NAME, "", log_abi(), b"", b""))


def batched_log_at(address: str) -> Contract:
    """Return the log of batches at `address` (EIP-55), which counts its batches too."""
    return Contract(address, Artifact(BATCHED, "", batched_log_abi(), b"", b""))


def log_on(chain: Chain, address: str) -> Contract:
    """Return the log at `address`, of whichever kind it is; `NotDeployed` when there is none."""
    batched = batched_log_at(address)
    try:
        batched.call(chain, "batchesOf", address)
    except TransactionFailed:
        return log_at(address)
    return batched


def log_abi() -> tuple[dict[str, Any], ...]:
    """Return the part of the ABI that verifiers use."""
    return (
        _entry("function", "append", "uint64 size,bytes32[] leaves,bytes32 manifest", ""),
        *_views("sizeOf"),
    )


def batched_log_abi() -> tuple[dict[str, Any], ...]:
    """Return the part of the ABI that verifiers use."""
    append = _entry("function", "append", "tuple batch,bytes32 manifest", "")
    append["inputs"][0]["components"] = _parameters("uint64 first,uint64 count,bytes32 root", False)
    return append, *_views("sizeOf", "batchesOf")


_PUBLISHER = "address publisher"
_NAMES = {"sizeOf": "size", "batchesOf": "batches"}


def _views(*counts: str) -> tuple[dict[str, Any], ...]:
    return (
        *(_entry("function", name, _PUBLISHER, f"uint64 {_NAMES[name]}") for name in counts),
        _entry("function", "peaksOf", _PUBLISHER, "bytes32[] peaks"),
        _entry("function", "rootOf", _PUBLISHER, "bytes32 root"),
        _entry("event", "Appended", f"indexed {_PUBLISHER},uint64 size,uint64 count,bytes32 manifest"),
    )


def _entry(kind: str, name: str, inputs: str, outputs: str | None = None) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": kind, "name": name, "inputs": _parameters(inputs, kind == "event")}
    return entry if outputs is None else {**entry, "outputs": _parameters(outputs, False)}


def _parameters(text: str, is_event: bool) -> list[dict[str, Any]]:
    found = []
    for words in (part.split() for part in text.split(",") if part):
        parameter: dict[str, Any] = {"type": words[-2], "name": words[-1]}
        found.append({**parameter, "indexed": words[0] == "indexed"} if is_event else parameter)
    return found
