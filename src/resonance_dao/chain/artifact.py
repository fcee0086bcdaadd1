"""
What the compiler made of one contract, and the collection of all of them.

    artifacts = compile_project(root)
    vault = artifacts.get("PayoutVault")
    vault.bytecode, vault.metadata_cid, vault.standard_json()
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resonance_dao.chain.metadata import metadata_cid
from resonance_dao.errors import InputInvalid, NotFound

AbiEntry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Artifact:
    """
    One compiled contract.

    `bytecode` creates it (constructor arguments go after it), `deployed_bytecode` is what then lives at the
    address, with zeros where immutables go: `immutable_references` lists those as (start, length) in bytes.
    `metadata` is solc's JSON text, byte for byte as the CBOR tail hashes it; empty for an artifact that
    came without.
    """

    name: str
    source_path: str
    abi: tuple[AbiEntry, ...]
    bytecode: bytes
    deployed_bytecode: bytes
    immutable_references: tuple[tuple[int, int], ...] | None = None
    metadata: str = ""
    compiler: str = ""
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def metadata_cid(self) -> str | None:
        """The CIDv0 of `metadata`, read from the bytecode's CBOR tail; None when the tail has none."""
        return metadata_cid(self.deployed_bytecode)

    def standard_json(self) -> str | None:
        """
        Return the smallest standard JSON input that compiles to this contract, metadata hash included.

        Canonical (sorted, no spaces), so equal inputs have equal text. None for an artifact that came
        without sources.
        """
        if not self.metadata:
            return None
        described = json.loads(self.metadata)
        settings = {k: v for k, v in described["settings"].items() if k != "compilationTarget"}
        settings["outputSelection"] = {
            "*": {"*": ["abi", "metadata", "evm.bytecode", "evm.deployedBytecode"]}
        }
        sources = {unit: {"content": self.sources[unit]} for unit in described["sources"]}
        document = {"language": described["language"], "settings": settings, "sources": sources}
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def error_notes(self) -> dict[str, str]:
        """
        Return what NatSpec says of each custom error, by signature: its notice, else its note to developers.
        """
        if not self.metadata:
            return {}
        output = json.loads(self.metadata)["output"]
        notes = {
            **_notes(output.get("devdoc", {}), "details"),
            **_notes(output.get("userdoc", {}), "notice"),
        }
        return {signature: text for signature, text in notes.items() if text}

    def runtime_matches(self, code: bytes) -> bool:
        """Say whether `code`, read from a chain, is this contract: equal but for the immutables' values."""
        if len(code) != len(self.deployed_bytecode):
            return False
        if self.immutable_references is None:
            # Immutables are zeros in the artifact, and nothing says where: every other byte must be equal.
            return all(made in (0, found) for made, found in zip(self.deployed_bytecode, code, strict=True))
        return self._masked(code) == self._masked(self.deployed_bytecode)

    def _masked(self, code: bytes) -> bytes:
        masked = bytearray(code)
        for start, length in self.immutable_references or ():
            masked[start : start + length] = bytes(length)
        return bytes(masked)


def _notes(documentation: Mapping[str, Any], key: str) -> dict[str, str]:
    errors = documentation.get("errors", {})
    return {
        signature: " ".join(note[key] for note in notes if key in note) for signature, notes in errors.items()
    }


class Artifacts(Mapping[str, Artifact]):
    """The compiled contracts by name, with the warnings that concern the project's own sources."""

    def __init__(self, artifacts: Mapping[str, Artifact], warnings: tuple[str, ...] = ()) -> None:
        self._artifacts = dict(artifacts)
        self.warnings = warnings

    def __getitem__(self, name: str) -> Artifact:
        return self._artifacts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._artifacts)

    def __len__(self) -> int:
        return len(self._artifacts)

    def get(self, name: str) -> Artifact:  # type: ignore[override]  # Unlike a dict's, never None.
        """Return the contract called `name`. Raises `NotFound` that names those with a similar name."""
        if name not in self._artifacts:
            near = difflib.get_close_matches(name, self._artifacts, n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near)}?" if near else "Is its source below contracts/?"
            raise NotFound(f"there is no contract called {name}", hint=hint, name=name)
        return self._artifacts[name]


def load_artifact(path: Path) -> Artifact:
    """
    Read the artifact of a package: Hardhat's form (`contractName`, `sourceName`, `bytecode`,
    `deployedBytecode`).

    Raises `NotFound` when the file is absent, `InputInvalid` when it is not such an artifact.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Artifact(
            name=document["contractName"],
            source_path=document["sourceName"],
            abi=tuple(document["abi"]),
            bytecode=bytes.fromhex(document["bytecode"].removeprefix("0x")),
            deployed_bytecode=bytes.fromhex(document["deployedBytecode"].removeprefix("0x")),
        )
    except FileNotFoundError as exc:
        raise NotFound(f"{path} does not exist", hint="Run `npm ci` in the project's folder.") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise InputInvalid(str(path), type(exc).__name__, "must be a Hardhat artifact") from exc
