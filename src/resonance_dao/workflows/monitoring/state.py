"""
What a monitor remembers between rounds, in a file of its own.

Whoever asks a log for both ends of a consistency proof learns nothing: the first end must be one's own. That
is this file. Keep it where the publisher cannot write.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from resonance_dao.errors import ChainMismatch, InputInvalid
from resonance_dao.transparency.fields import (
    from_hex,
    hashes_from_hex,
    to_hex,
    to_integer,
    to_object,
    to_string,
)
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.transparency.receipt import SignedReceipt

SCHEMA = "resonance/monitor/1"
_KEYS = ("schema", "chain_id", "log", "publisher", "size", "peaks", "records", "block", "block_hash")
_LISTS = ("gateways", "promises", "settled", "missing", "alarmed")
# Of more than these a receipt is simply verified again.
_SETTLED_KEPT = 10_000


@dataclass(frozen=True)
class Promise:
    """A receipt that is watched until its record is in the log. `since`: no earlier batch can hold it."""

    signed: SignedReceipt
    since: int


@dataclass(frozen=True)
class MonitorState:
    """
    The log of `publisher` as it was at `block`, -1 before the first round: the range of its leaves, and how
    many records these stand for, which are as many unless the log holds batches.

    `gateways` has each gateway's number of records, `promises` the receipts by number, `settled` the hashes
    of records whose promise was kept, `missing` the batches (first index) whose manifest has not been fetched
    and how often it was tried, `alarmed` what was raised.
    """

    chain_id: int
    log: str
    publisher: str
    range: MountainRange = MountainRange()  # noqa: RUF009 (frozen)
    records: int = 0
    block: int = -1
    block_hash: str = ""
    gateways: dict[str, int] = field(default_factory=dict)
    promises: dict[int, Promise] = field(default_factory=dict)
    settled: dict[int, str] = field(default_factory=dict)
    missing: dict[int, tuple[str, int]] = field(default_factory=dict)
    alarmed: tuple[str, ...] = ()

    def require(self, chain_id: int, log: str, publisher: str) -> None:
        """Refuse another chain, log or publisher than the one that was watched so far."""
        if (self.chain_id, self.log, self.publisher) != (chain_id, log, publisher):
            raise ChainMismatch(
                f"the monitor's state is of log {self.log} of {self.publisher} on chain {self.chain_id}",
                hint="Use another state file for another log.",
            )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "schema": SCHEMA,
            "chain_id": self.chain_id,
            "log": self.log,
            "publisher": self.publisher,
            "size": self.range.size,
            "peaks": [to_hex(peak) for peak in self.range.peaks],
            "records": self.records,
            "block": self.block,
            "block_hash": self.block_hash,
            "gateways": self.gateways,
            "promises": [
                {"receipt": promise.signed.to_dict(), "since": promise.since}
                for promise in self.promises.values()
            ],
            "settled": [list(pair) for pair in list(self.settled.items())[-_SETTLED_KEPT:]],
            "missing": [[size, digest, tries] for size, (digest, tries) in self.missing.items()],
            "alarmed": list(self.alarmed),
        }

    @classmethod
    def from_dict(cls, value: object) -> MonitorState:
        """Read what `to_dict` wrote; `InputInvalid` for anything else."""
        members: dict[str, Any] = dict(to_object(value, "$", (*_KEYS, *_LISTS)))
        if members["schema"] != SCHEMA:
            raise InputInvalid("$.schema", members["schema"], f"must be {SCHEMA}")
        promises = [Promise(SignedReceipt.from_dict(p["receipt"]), p["since"]) for p in members["promises"]]
        return cls(
            to_integer(members["chain_id"], "$.chain_id", 1),
            to_string(members["log"], "$.log"),
            to_string(members["publisher"], "$.publisher"),
            MountainRange(members["size"], hashes_from_hex(members["peaks"], "$.peaks")),
            to_integer(members["records"], "$.records"),
            to_integer(members["block"], "$.block", -1),
            to_string(members["block_hash"], "$.block_hash"),
            {str(url): to_integer(size, "$.gateways") for url, size in members["gateways"].items()},
            {promise.signed.receipt.number: promise for promise in promises},
            {number: str(digest) for number, digest in members["settled"]},
            {size: (to_hex(from_hex(d, "$.missing", 32)), tries) for size, d, tries in members["missing"]},
            tuple(map(str, members["alarmed"])),
        )


def load(path: Path) -> MonitorState | None:
    """Return the state in a file; None when there is none yet."""
    try:
        return MonitorState.from_dict(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as exc:
        raise InputInvalid("state", str(path), f"is no state of a monitor: {exc}") from exc


def save(state: MonitorState, path: Path) -> None:
    """Write the state whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as opened:
            opened.write(json.dumps(state.to_dict(), indent=1) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        temporary.replace(path)
    except OSError as exc:
        raise InputInvalid("state", str(path), f"cannot be written: {exc.strerror}") from exc


def changed(state: MonitorState, **changes: Any) -> MonitorState:
    """Return the state with some members replaced."""
    return replace(state, **changes)
