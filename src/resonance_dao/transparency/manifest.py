"""
The manifest of a batch: the CIDs of its records, in order, so that a stranger can fetch every record of the
log.

`TransparencyLog.append` takes its SHA-256 digest; the digest is its CID (see `cid`). Canonical bytes, one raw
block.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency import canonical
from resonance_dao.transparency.address import checksum
from resonance_dao.transparency.cid import cid_of, cid_of_digest, digest_of_cid, require_cids
from resonance_dao.transparency.fields import to_array, to_integer, to_object, to_string

__all__ = ["MAX_BYTES", "MAX_RECORDS", "Manifest", "cid_of", "cid_of_digest", "digest_of_cid"]

SCHEMA = "resonance/manifest/1"
MAX_RECORDS = 16_384
"""
The most whose manifest is one block that an IPFS daemon takes without being told to. Up to 4,096 it is also
one chunk, so that adding it as a file leads to the same CID.
"""
MAX_BYTES = 1_048_576


@dataclass(frozen=True)
class Manifest:
    """`first` is the number of the first record: the log's size before the batch, plus one."""

    publisher: str
    first: int
    records: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "publisher", checksum(self.publisher, "publisher"))
        to_integer(self.first, "first", 1)
        if not 1 <= len(self.records) <= MAX_RECORDS:
            raise InputInvalid("records", len(self.records), f"must be 1 to {MAX_RECORDS} CIDs")
        require_cids(self.records, "records")

    @property
    def count(self) -> int:
        """The number of records in the batch."""
        return len(self.records)

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the bytes, as the chain holds it."""
        return hashlib.sha256(self._content).digest()

    @property
    def cid(self) -> str:
        """Where the bytes are found on IPFS."""
        return cid_of_digest(self.digest)

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "schema": SCHEMA,
            "publisher": self.publisher,
            "first": self.first,
            "count": self.count,
            "records": list(self.records),
        }

    @classmethod
    def from_dict(cls, value: object) -> Manifest:
        """Read what `to_dict` wrote; `InputInvalid` for anything else."""
        members = to_object(value, "$", ("schema", "publisher", "first", "count", "records"))
        if members["schema"] != SCHEMA:
            raise InputInvalid("$.schema", members["schema"], f"must be {SCHEMA}")
        entries = to_array(members["records"], "$.records")
        records = tuple(to_string(entry, f"$.records[{at}]") for at, entry in enumerate(entries))
        to_integer(members["count"], "$.count", len(records), len(records))
        publisher = to_string(members["publisher"], "$.publisher")
        manifest = cls(publisher, to_integer(members["first"], "$.first", 1), records)
        if manifest.publisher != publisher:
            raise InputInvalid("$.publisher", publisher, "must be in EIP-55 spelling")
        return manifest

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, which are pinned as one raw block."""
        return self._content

    @cached_property
    def _content(self) -> bytes:
        return canonical.encode(self.to_dict(), MAX_BYTES)

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Read what `to_bytes` wrote; `InputInvalid` for any other bytes."""
        return cls.from_dict(canonical.decode(content, MAX_BYTES))
