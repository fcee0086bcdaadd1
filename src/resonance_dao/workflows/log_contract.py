"""
The log's contract for somebody who has an RPC endpoint and nothing else: its interface without a compiler.

A test compares the interface with `contracts/TransparencyLog.sol`.
"""

from __future__ import annotations

from typing import Any

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.contract import Contract

NAME = "TransparencyLog"


def log_at(address: str) -> Contract:
    """Return the log at `address` (EIP-55): `append`, its event, and the views of size, peaks and head."""
    return Contract(address, Artifact(NAME, "", log_abi(), b"", b""))


def log_abi() -> tuple[dict[str, Any], ...]:
    """Return the part of the ABI that verifiers use."""
    publisher = "address publisher"
    return (
        _entry("function", "append", "uint64 size,bytes32[] leaves,bytes32 manifest", ""),
        _entry("function", "sizeOf", publisher, "uint64 size"),
        _entry("function", "peaksOf", publisher, "bytes32[] peaks"),
        _entry("function", "rootOf", publisher, "bytes32 root"),
        _entry("event", "Appended", f"indexed {publisher},uint64 size,uint64 count,bytes32 manifest"),
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
