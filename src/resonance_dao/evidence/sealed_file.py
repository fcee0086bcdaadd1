"""
Sealed files: private evidence as ciphertext that may lie on public IPFS.

    "resonance-sealed/1\\n"    19 bytes
    key id                     32 bytes, HKDF-SHA256(key, "resonance-sealed/1 id")
    commitment                 32 bytes, keccak256(salt || SHA-256(content)), with
                               salt = HKDF-SHA256(key, "resonance-sealed/1 salt")
    parts                      AES-256-GCM under HKDF-SHA256(key, "resonance-sealed/1 content"), each 65,536
                               bytes of content, the last one fewer or as many, and 16 bytes of tag. Nonce:
                               11 bytes number of the part from 0, 1 byte 1 for the last part and else 0.
                               The 83 bytes above are authenticated with every part.

One random key seals one file. The key id ties the file to it, so that two keys cannot open one file to two
contents. The commitment is what a record holds: who has the key can show what was sealed; once the key is
deleted, nobody can, nor guess, since the salt goes with it. The size of the content is not hidden.

>>> import io
>>> key, sealed = bytes(range(32)), io.BytesIO()
>>> header = seal_file(io.BytesIO(b"sweet"), sealed, key)
>>> b"".join(open_sealed(io.BytesIO(sealed.getvalue()), key))
b'sweet'
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from resonance_dao.errors import EvidenceMismatch, InputInvalid, SignatureRefused
from resonance_dao.evidence.unixfs import Readable, read_fully
from resonance_dao.transparency.keccak import keccak256

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"resonance-sealed/1\n"
HEADER_BYTES = len(MAGIC) + 64
KEY_BYTES = 32
_PART_BYTES = 65_536
_TAG_BYTES = 16
_PURPOSE = "resonance-sealed/1 "


@dataclass(frozen=True, slots=True)
class SealedHeader:
    """What stands before the parts; both values are 32 bytes."""

    key_id: bytes
    commitment: bytes

    def to_bytes(self) -> bytes:
        """Return the header as it stands in the file."""
        return MAGIC + self.key_id + self.commitment

    @classmethod
    def from_bytes(cls, raw: bytes) -> SealedHeader:
        """Read the first `HEADER_BYTES` of a file; `InputInvalid` when it is not sealed."""
        if len(raw) != HEADER_BYTES or not raw.startswith(MAGIC):
            raise InputInvalid("sealed", raw[: len(MAGIC)].hex(), "is no sealed file")
        return cls(raw[len(MAGIC) : -32], raw[-32:])


def seal_file(content: BinaryIO, out: BinaryIO, key: bytes) -> SealedHeader:
    """
    Write the sealed form of `content`, which is read twice, and return its header. `key`: 32 random bytes,
    used for this one file. `InputInvalid` when the content is empty or changed while it was read.
    """
    start = content.tell()
    found = _digest(content)
    content.seek(start)
    header = SealedHeader(derive(key, "id"), _commitment(key, found))
    out.write(header.to_bytes())
    cipher, again, number = _cipher(key), hashlib.sha256(), 0
    part = read_fully(content, _PART_BYTES)
    if not part:
        raise InputInvalid("content", "0 bytes", "must not be empty")
    while part:
        again.update(part)
        following = read_fully(content, _PART_BYTES)
        out.write(cipher.encrypt(_nonce(number, not following), part, header.to_bytes()))
        part, number = following, number + 1
    if again.digest() != found:
        raise InputInvalid("content", "***", "changed while it was sealed; seal it again")
    return header


def open_sealed(sealed: Readable, key: bytes) -> Iterator[bytes]:
    """
    Yield the content. Each part is verified before it is given out, the whole only at the end: keep nothing
    of it when this raises. `SignatureRefused` when the key is another file's, `EvidenceMismatch` when the
    file was altered or cut off.
    """
    from cryptography.exceptions import InvalidTag

    header = SealedHeader.from_bytes(read_fully(sealed, HEADER_BYTES))
    if not hmac.compare_digest(derive(key, "id"), header.key_id):
        raise SignatureRefused("this key is not the one that the file was sealed with")
    cipher, found, number = _cipher(key), hashlib.sha256(), 0
    part = read_fully(sealed, _PART_BYTES + _TAG_BYTES)
    while True:
        following = read_fully(sealed, _PART_BYTES + _TAG_BYTES)
        try:
            content = cipher.decrypt(_nonce(number, not following), part, header.to_bytes())
        except (InvalidTag, ValueError) as exc:
            raise EvidenceMismatch(f"part {number} of the sealed file was altered or cut off") from exc
        found.update(content)
        yield content
        if not following:
            break
        part, number = following, number + 1
    if not hmac.compare_digest(_commitment(key, found.digest()), header.commitment):
        raise EvidenceMismatch("the content is not the one that the file's commitment stands for")


def derive(key: bytes, purpose: str) -> bytes:
    """Return the 32 bytes that stand for a key in one place only."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(key) != KEY_BYTES:
        raise InputInvalid("key", f"{len(key)} bytes", f"must be {KEY_BYTES} bytes")
    return HKDF(SHA256(), 32, salt=None, info=(_PURPOSE + purpose).encode()).derive(key)


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(derive(key, "content"))


def _commitment(key: bytes, digest: bytes) -> bytes:
    return keccak256(derive(key, "salt") + digest)


def _digest(content: Readable) -> bytes:
    found = hashlib.sha256()
    while part := content.read(_PART_BYTES):
        found.update(part)
    return found.digest()


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
