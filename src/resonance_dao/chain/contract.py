"""
A contract at an address: call data out, results and events in.

    vault = Contract(address, artifacts.get("PayoutVault"))
    send(chain, signer, vault.address, vault.encode("withdraw", token, account))
    vault.call(chain, "balanceOf", owner, token_id)
    vault.events(receipt.logs, "Withdrawn")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resonance_dao.chain import abi
from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import BlockRef, Chain, Log
from resonance_dao.errors import InputInvalid, NotDeployed, NotFound


@dataclass(frozen=True, slots=True)
class Event:
    """A decoded log. An indexed argument of dynamic type is its 32-byte hash: the chain keeps no more."""

    name: str
    args: dict[str, Any]
    address: str
    block_number: int
    tx_hash: str
    log_index: int


@dataclass(frozen=True, slots=True)
class Contract:
    """An address and the artifact that says how to talk to it."""

    address: str
    artifact: Artifact

    def encode(self, fn: str, *args: Any) -> bytes:
        """
        Return the call data of `fn(*args)`. `fn` is a name, or a whole signature when the name is
        overloaded.
        """
        entry = self._function(fn)
        return abi.selector(entry) + abi.encode(
            entry["inputs"], args, where=f"{self.artifact.name}.{entry['name']}"
        )

    def encode_selector(self, fn: str) -> bytes:
        """Return the four bytes that name `fn` in call data."""
        return abi.selector(self._function(fn))

    def decode_input(self, data: bytes) -> tuple[str, dict[str, Any]]:
        """
        Return the function's name and arguments of call data. Raises `InputInvalid` when it is not of this
        ABI.
        """
        for entry in self._entries("function"):
            if data[:4] == abi.selector(entry):
                return entry["name"], abi.decode(entry["inputs"], data[4:], where=abi.signature(entry))
        raise InputInvalid("data", "0x" + data[:4].hex(), f"is no function of {self.artifact.name}")

    def decode_result(self, fn: str, data: bytes) -> Any:
        """Return what `fn` returned: nothing as None, one output as its value, several as a dict by name."""
        outputs = self._function(fn)["outputs"]
        if outputs and not data:
            raise NotDeployed(
                f"{self.artifact.name}.{fn} returned nothing: no such contract at {self.address}"
            )
        values = abi.decode(outputs, data, where=f"{self.artifact.name}.{fn}")
        return values if len(values) > 1 else next(iter(values.values()), None)

    def call(
        self, chain: Chain, fn: str, *args: Any, sender: str | None = None, block: BlockRef = "latest"
    ) -> Any:
        """Simulate `fn(*args)` at `block` and return its decoded result."""
        return self.decode_result(
            fn, chain.call(self.address, self.encode(fn, *args), sender=sender, block=block)
        )

    def topic(self, event: str) -> str:
        """
        Return the first topic of `event`'s logs, to filter by. Raises `NotFound` when there is no such
        event.
        """
        found = [entry for entry in self._entries("event") if event in (entry["name"], abi.signature(entry))]
        return abi.topic(_only(found, f"{self.artifact.name} event {event}"))

    def decode_log(self, log: Log) -> Event:
        """Decode one log. Raises `InputInvalid` when it is no event of this ABI."""
        for entry in self._entries("event"):
            if not entry.get("anonymous") and log.topics[:1] == (abi.topic(entry),):
                return Event(
                    entry["name"],
                    _event_args(entry, log),
                    log.address,
                    log.block_number,
                    log.tx_hash,
                    log.log_index,
                )
        raise InputInvalid("log", log.topics[:1], f"is no event of {self.artifact.name}")

    def events(self, logs: Iterable[Log], name: str | None = None) -> list[Event]:
        """
        Decode those of `logs` that this address emitted and this ABI knows, called `name` if one is given.
        """
        known = {abi.topic(entry) for entry in self._entries("event") if name in (None, entry["name"])}
        own = [log for log in logs if log.address == self.address and log.topics and log.topics[0] in known]
        return [self.decode_log(log) for log in own]

    def _entries(self, kind: str) -> list[Mapping[str, Any]]:
        return [entry for entry in self.artifact.abi if entry["type"] == kind]

    def _function(self, fn: str) -> Mapping[str, Any]:
        found = [entry for entry in self._entries("function") if fn in (entry["name"], abi.signature(entry))]
        return _only(found, f"{self.artifact.name}.{fn}")


def _only(found: list[Mapping[str, Any]], what: str) -> Mapping[str, Any]:
    if not found:
        raise NotFound(f"the ABI has no {what}")
    if len(found) > 1:
        raise InputInvalid(
            "name", what, f"is overloaded: use one of {', '.join(abi.signature(e) for e in found)}"
        )
    return found[0]


def _event_args(entry: Mapping[str, Any], log: Log) -> dict[str, Any]:
    where = abi.signature(entry)
    indexed = [p for p in entry["inputs"] if p["indexed"]]
    if len(log.topics) != len(indexed) + 1:
        raise InputInvalid("log", len(log.topics), f"{where} has {len(indexed) + 1} topics")
    words = {id(p): bytes.fromhex(t[2:]) for p, t in zip(indexed, log.topics[1:], strict=True)}
    held = abi.decode([p for p in entry["inputs"] if not p["indexed"]], log.data, where=where)
    unindexed = iter(held.values())
    args = {}
    for name, parameter in zip(abi.names(entry["inputs"]), entry["inputs"], strict=True):
        args[name] = (
            _topic_value(parameter, words[id(parameter)], where) if parameter["indexed"] else next(unindexed)
        )
    return args


def _topic_value(parameter: Mapping[str, Any], word: bytes, where: str) -> Any:
    written = parameter["type"]
    if written in ("string", "bytes", "tuple") or written.endswith("]"):
        return word
    return next(iter(abi.decode([parameter], word, where=where).values()))
