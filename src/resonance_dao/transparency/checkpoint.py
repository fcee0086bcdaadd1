"""
A checkpoint: the size and head of a log as the short text that C2SP's tlog-checkpoint lays down.

The chain is the witness here, so a checkpoint needs no signature; one that has some travels in a `note`. The
origin names the hash, because tools of this text form expect SHA-256 where nothing is said.

    >>> print(Checkpoint("example.org/log/1/0xabc/keccak256", 0, bytes(32)).to_text(), end="")
    example.org/log/1/0xabc/keccak256
    0
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Literal

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.address import checksum
from resonance_dao.transparency.fields import UINT64_MAX, to_hash, to_integer, to_string

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_SIZE = re.compile(r"0|[1-9][0-9]{0,19}")


def log_origin(domain: str, chain_id: int, publisher: str, *, of: Literal["log", "batches"] = "log") -> str:
    """
    Return the origin of a publisher's log, "<domain>/log/<chain id>/<address>/keccak256"; of one whose leaves
    are batches, "<domain>/batches/…".
    """
    if not _DOMAIN.fullmatch(domain):
        raise InputInvalid("domain", domain, "must be a lower-case host name")
    to_integer(chain_id, "chain_id", 1)
    return f"{domain}/{of}/{chain_id}/{checksum(publisher, 'publisher')}/keccak256"


@dataclass(frozen=True)
class Checkpoint:
    """The head of the log at `size`. `extensions` are further lines that the origin gives a meaning."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_line(self.origin, "origin")
        to_integer(self.size, "size", 0, UINT64_MAX)
        to_hash(self.root, "root")
        for at, line in enumerate(self.extensions):
            check_line(line, f"extensions[{at}]")

    def to_text(self) -> str:
        """Return the lines, each ended by a newline."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Read what `to_text` wrote; `InputInvalid` for anything else."""
        if not to_string(text, "checkpoint").endswith("\n"):
            raise InputInvalid("checkpoint", text, "must end with a newline")
        lines = text[:-1].split("\n")
        if len(lines) < 3:
            raise InputInvalid("checkpoint", text, "must have an origin, a size and a root")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise InputInvalid("size", size, "must be a decimal number without leading zeros")
        return cls(origin, int(size), from_base64(root, "root"), tuple(extensions))


def check_line(line: str, field: str) -> str:
    """Return a line of a note: not empty, without control characters, encodable."""
    text = to_string(line, field)
    if not text or any(ord(character) < 0x20 or character == "\x7f" for character in text):
        raise InputInvalid(field, line, "must be one line without control characters, and not empty")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise InputInvalid(field, line, "must be UTF-8") from exc
    return text


def from_base64(text: str, field: str) -> bytes:
    """Return the bytes of standard base64 with padding, in its only spelling."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise InputInvalid(field, text, "must be base64") from exc
    if base64.b64encode(content).decode("ascii") != text:
        raise InputInvalid(field, text, "must be base64 in its only spelling")
    return content
