"""What the read model holds: blocks, events, and the rows that follow from the events of one subject."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from resonance_dao.journal.read_rows import Rows

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class SeenBlock:
    """A block that was read, or the last of a stretch of blocks."""

    number: int
    hash: str
    parent_hash: str


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """
    One event of one of the contracts; `source` is the contract's kind, `time` its block's (unix s).

    `args` are plain values: bytes as 0x-hex, integers beyond 2^53 - 1 as decimal text. `subjects` is what it
    is about: every row that it may change belongs to one of them.
    """

    block_number: int
    log_index: int
    block_hash: str
    time: int
    tx_hash: str
    contract: str
    source: str
    name: str
    args: Mapping[str, Any]
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """
    One row for a list: `kind` and `key` name it, `body` is what is known, the rest is to find it by.

    `subject` is whose events it follows from, `due_at` (unix s) from when to look for something to do.
    """

    kind: str
    key: str
    subject: str
    body: Mapping[str, Any]
    number: int | None = None
    project: int | None = None
    bounty: int | None = None
    account: str | None = None
    due_at: int | None = None


Fold: TypeAlias = "Callable[[str, Rows, ReadEvent], None]"
"""Brings the rows of a subject forward by one of its events; reads and writes rows of that subject only."""


def canonical_text(value: object) -> str:
    """
    Return the JSON text of plain values, keys in order: what RFC 8785 gives, of any length. Strangers choose
    how long their texts are, and nothing that they emit may stop the reading.
    """
    return _ENCODER.encode(value)
