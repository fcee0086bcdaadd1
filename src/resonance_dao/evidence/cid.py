"""
Content identifiers: the hash that names a block.

A `Cid` is a value: version, codec and SHA-256 digest. New content is always CIDv1
(https://github.com/multiformats/cid); CIDv0 ("Qm...") is read and printed because solc ends bytecode with
one. Other hash functions are refused.

>>> cid = Cid.of(b"hello")
>>> str(cid)
'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'
>>> Cid.parse(str(cid)) == Cid.from_bytes(cid.to_bytes()) == cid
True
>>> cid.verify(b"hello")
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from resonance_dao.errors import EvidenceMismatch, InputInvalid
from resonance_dao.evidence.base58 import decode_base58, encode_base58
from resonance_dao.evidence.varint import decode_varint, encode_varint

RAW = 0x55
DAG_PB = 0x70
DAG_CBOR = 0x71
CODECS = {RAW: "raw", DAG_PB: "dag-pb", DAG_CBOR: "dag-cbor"}

_SHA2_256 = 0x12
_DIGEST_BYTES = 32
_V0_LENGTH = 46
_MAX_TEXT = 128


@dataclass(frozen=True, order=True)
class Cid:
    """
    The name of one block.

    `version` is 0 or 1, `codec` one of `RAW`, `DAG_PB`, `DAG_CBOR`, `digest` the 32 bytes of SHA-256 over the
    block. Two versions of one name are different values: compare `as_v1()` where that must not matter.
    """

    version: int
    codec: int
    digest: bytes

    def __post_init__(self) -> None:
        if len(self.digest) != _DIGEST_BYTES:
            raise InputInvalid("digest", self.digest.hex(), "must be the 32 bytes of SHA-256")
        if self.codec not in CODECS:
            raise InputInvalid(
                "codec", hex(self.codec), "must be raw (0x55), dag-pb (0x70) or dag-cbor (0x71)"
            )
        if self.version not in (0, 1) or (self.version == 0 and self.codec != DAG_PB):
            raise InputInvalid("version", self.version, "must be 1, or 0 for dag-pb only")

    @classmethod
    def of(cls, block: bytes, codec: int = RAW) -> Cid:
        """Name a block: CIDv1 over its SHA-256."""
        return cls(1, codec, hashlib.sha256(block).digest())

    @classmethod
    def parse(cls, text: str) -> Cid:
        """
        Read a CID as people write it: `b...` (CIDv1, base32) or `Qm...` (CIDv0, base58); else
        `InputInvalid`.
        """
        if not isinstance(text, str) or not text.isascii() or not 0 < len(text) <= _MAX_TEXT:
            raise InputInvalid("cid", text, "must be a CID in ASCII letters and digits")
        if len(text) == _V0_LENGTH and text.startswith("Qm"):
            return cls._from_v0(text)
        if not text.startswith("b"):
            raise InputInvalid("cid", text, "must start with b (CIDv1 in base32) or Qm (CIDv0)")
        return cls._from_base32(text)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Cid:
        """Read a CID as bytes (both versions) with nothing behind it; else `InputInvalid`."""
        cid, end = cls.read(raw, 0)
        if end != len(raw):
            raise InputInvalid("cid", raw.hex(), "has bytes behind its digest")
        return cid

    @classmethod
    def read(cls, raw: bytes, start: int) -> tuple[Cid, int]:
        """Read the CID at `start` of a longer run of bytes; return it with the offset behind it."""
        shown = raw[start : start + 40].hex()
        try:
            first, place = decode_varint(raw, start)
            if first == _SHA2_256:
                version, codec, place = 0, DAG_PB, start
            else:
                version = 1
                if first != 1:
                    raise ValueError(f"version {first} does not exist")
                codec, place = decode_varint(raw, place)
            function, place = decode_varint(raw, place)
            length, place = decode_varint(raw, place)
        except ValueError as exc:
            raise InputInvalid("cid", shown, f"is not a binary CID: {exc}") from exc
        if (function, length) != (_SHA2_256, _DIGEST_BYTES):
            raise InputInvalid("cid", shown, "must be hashed with sha2-256")
        return cls(version, codec, raw[place : place + length]), place + length

    def to_text(self) -> str:
        """Print the CID: base32 for version 1, base58 for version 0."""
        if self.version == 0:
            return encode_base58(self.to_bytes())
        return "b" + base64.b32encode(self.to_bytes()).decode("ascii").lower().rstrip("=")

    def to_bytes(self) -> bytes:
        """Give the CID as bytes."""
        multihash = bytes((_SHA2_256, _DIGEST_BYTES)) + self.digest
        return multihash if self.version == 0 else b"\x01" + encode_varint(self.codec) + multihash

    def as_v1(self) -> Cid:
        """Give the same block's version 1 name."""
        return Cid(1, self.codec, self.digest)

    def as_v0(self) -> Cid:
        """Give the same block's version 0 name; `InputInvalid` unless it is dag-pb."""
        return Cid(0, self.codec, self.digest)

    def verify(self, block: bytes, where: str = "the source") -> None:
        """Raise `EvidenceMismatch`, naming the CID and `where`, unless `block` is what this CID names."""
        found = hashlib.sha256(block).digest()
        if found != self.digest:
            raise EvidenceMismatch(
                f"{where} gave content for {self} that hashes to {found.hex()}", cid=str(self), where=where
            )

    def __str__(self) -> str:
        return self.to_text()

    @classmethod
    def _from_v0(cls, text: str) -> Cid:
        cid = cls.from_bytes(decode_base58(text))
        if cid.version != 0:
            raise InputInvalid("cid", text, "starts like a CIDv0 but is none")
        return cid

    @classmethod
    def _from_base32(cls, text: str) -> Cid:
        body = text[1:]
        try:
            raw = base64.b32decode(body.upper() + "=" * (-len(body) % 8))
        except (binascii.Error, ValueError) as exc:
            raise InputInvalid("cid", text, f"is not base32: {exc}") from exc
        cid = cls.from_bytes(raw)
        # One name has one spelling: capitals and stray last bits would let two texts name one block.
        if cid.version != 1 or cid.to_text() != text:
            raise InputInvalid("cid", text, "is not the lower-case base32 spelling of a CIDv1")
        return cid
