"""
The deployment book of one chain: `deployments/<chain_id>.json`, flat and diffable.

Each contract has its address, creation transaction, constructor arguments, the standard JSON input that
compiles to it (`deployments/<chain_id>/inputs/<sha256>.json`) and the CID of its metadata: what a stranger
needs to verify it. The file is replaced whole after every step. The genesis hash in it tells a restarted
development chain from the one it was written for.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Chain, ChainIdentity, code_at, identify
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import DEV_CHAIN_IDS
from resonance_dao.errors import ChainMismatch, InputInvalid, NotDeployed

_WHERE = (
    "Run `resonance deploy` for this chain first. To use what others deployed, put their <chain id>.json "
    "into the folder that RESONANCE_DEPLOYMENTS names."
)
_RESTARTED = "Run `resonance deploy --fresh` to deploy again, or start the chain with its saved state."


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One contract in the book.

    `transaction` and `block` are those of its creation: None when it was there before us and they could not
    be found. `constructor_arguments` is the ABI-encoded `0x` text; `code_hash` the keccak-256 of the code
    at the address; `standard_json` a path relative to the book's folder. An entry without `code_hash` was
    begun and not finished.
    """

    name: str
    contract: str
    address: str
    transaction: str | None = None
    block: int | None = None
    constructor_arguments: str = "0x"
    salt: str | None = None
    initcode_hash: str | None = None
    code_hash: str | None = None
    standard_json: str | None = None
    metadata_cid: str | None = None
    compiler: str = ""


class Book:
    """
    What is deployed on one chain. `Book.load` reads and checks it; `record` changes it and writes it at
    once.
    """

    def __init__(
        self, folder: Path, identity: ChainIdentity, entries: Mapping[str, Entry] | None = None
    ) -> None:
        self._folder = folder
        self._entries = dict(entries or {})
        self.chain_id = identity.chain_id
        self.genesis_hash = identity.genesis_hash

    @classmethod
    def load(cls, folder: Path, chain: Chain, *, fresh: bool = False) -> Book:
        """
        Read the book of the chain that `chain` serves; empty when there is none, or when `fresh` discards it.

        Raises `ChainMismatch` when the book was written for another history of this chain id, or when a
        contract it names is not there any more: the development chain was restarted. `InputInvalid` when
        the file is damaged.
        """
        identity = identify(chain)
        path = folder / f"{identity.chain_id}.json"
        if fresh or not path.is_file():
            return cls(folder, identity)
        book = cls._read(folder, path)
        if book.genesis_hash != identity.genesis_hash:
            raise _restarted(identity.chain_id, "its first block is not the one in the deployment book")
        book._check_codes(chain)
        return book

    @classmethod
    def open(cls, folder: Path, chain_id: int) -> Book:
        """Read the book of `chain_id` without asking the chain. Raises `NotDeployed` when there is none."""
        path = folder / f"{chain_id}.json"
        if not path.is_file():
            raise NotDeployed(
                f"nothing is deployed on chain {chain_id}: {path} does not exist",
                hint=_WHERE,
                chain_id=chain_id,
            )
        return cls._read(folder, path)

    def names(self) -> tuple[str, ...]:
        """Return the names of what is deployed, in the order of deployment."""
        return tuple(name for name, entry in self._entries.items() if entry.code_hash is not None)

    def entry(self, name: str) -> Entry:
        """
        Return one entry. Raises `NotDeployed` when the book has none of that name, or an unfinished one.
        """
        found = self._entries.get(name)
        if found is None or found.code_hash is None:
            raise NotDeployed(
                f"{name} is not deployed on chain {self.chain_id}",
                hint=_WHERE,
                name=name,
                chain_id=self.chain_id,
            )
        return found

    def address(self, name: str) -> str:
        """Return the address of one entry; see `entry`."""
        return self.entry(name).address

    def contract(self, name: str, artifacts: Mapping[str, Artifact]) -> Contract:
        """Return one entry as a contract to talk to, by the ABI of its artifact."""
        entry = self.entry(name)
        artifact = artifacts.get(entry.contract)
        if artifact is None:
            raise NotDeployed(
                f"there is no artifact of {entry.contract}", hint="Is its source below contracts/?"
            )
        return Contract(entry.address, artifact)

    def begun(self, name: str) -> Entry | None:
        """Return the entry of `name`, finished or not; None when there is none."""
        return self._entries.get(name)

    def record(self, entry: Entry, standard_json: str | None = None) -> None:
        """
        Put `entry` into the book, its standard JSON input beside it, and write the file: whole or not at
        all.
        """
        if standard_json is not None:
            entry = replace(entry, standard_json=self._keep_input(standard_json))
        self._entries[entry.name] = entry
        _write(self._folder / f"{self.chain_id}.json", json.dumps(self.to_dict(), indent=2) + "\n")

    def to_dict(self) -> dict[str, Any]:
        """Return the book as plain values, as the file has it."""
        contracts = {
            name: {key: value for key, value in asdict(entry).items() if key != "name"}
            for name, entry in self._entries.items()
        }
        return {"chain_id": self.chain_id, "genesis_hash": self.genesis_hash, "contracts": contracts}

    def _keep_input(self, standard_json: str) -> str:
        name = f"{self.chain_id}/inputs/{hashlib.sha256(standard_json.encode()).hexdigest()}.json"
        if not (self._folder / name).is_file():
            _write(self._folder / name, standard_json)
        return name

    @classmethod
    def _read(cls, folder: Path, path: Path) -> Book:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            entries = {name: Entry(name=name, **fields) for name, fields in document["contracts"].items()}
            return cls(folder, ChainIdentity(document["chain_id"], document["genesis_hash"]), entries)
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            hint = "Restore it from version control; it is never edited by hand."
            raise InputInvalid(str(path), type(exc).__name__, "must be a deployment book", hint=hint) from exc

    def _check_codes(self, chain: Chain) -> None:
        for name in self.names():
            entry = self.entry(name)
            code = code_at(chain, entry.address)
            if not code:
                raise _restarted(self.chain_id, f"{name} is not at {entry.address}")
            if code_hash(code) != entry.code_hash:
                raise ChainMismatch(
                    f"the code of {name} at {entry.address} is not the code that was deployed",
                    hint="Do not use it. Is RESONANCE_RPC_URL the endpoint you mean?",
                    name=name,
                )


def code_hash(code: bytes) -> str:
    """Return the keccak-256 of a contract's code, as the book holds it."""
    return "0x" + keccak(code).hex()


def _restarted(chain_id: int, why: str) -> ChainMismatch:
    if chain_id not in DEV_CHAIN_IDS:
        hint = "Do not use it. Is RESONANCE_RPC_URL the endpoint you mean?"
        return ChainMismatch(
            f"this is not the chain {chain_id} of the book: {why}", hint=hint, chain_id=chain_id
        )
    return ChainMismatch(f"the development chain was restarted: {why}", hint=_RESTARTED, chain_id=chain_id)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(path)
