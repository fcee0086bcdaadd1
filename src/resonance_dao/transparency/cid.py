"""
Content identifiers of single raw blocks: CIDv1, codec raw (0x55), SHA-256, base32 without padding.

The only form that records and manifests need, for each is one block. The chain holds the 32 bytes of the
digest; the CID is those bytes with a fixed prefix.

    >>> cid_of(b"hello")
    'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.fields import to_hash

# Version 1, codec raw, hash function sha2-256, 32 bytes of digest.
_PREFIX = bytes((0x01, 0x55, 0x12, 0x20))
_DIGITS = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghijklmnopqrstuv")
_FORM = re.compile(r"b[a-z2-7]{58}")
_LETTERS = 59
# The same with the prefix and the two stray bits spelled out, each CID followed by a space.
_ALL = re.compile(r"(?:bafkrei[a-h][a-z2-7]{50}[aeimquy4] )*")


def cid_of(content: bytes) -> str:
    """Return the CID of `content` as one raw block."""
    return cid_of_digest(hashlib.sha256(content).digest())


def cid_of_digest(digest: bytes) -> str:
    """Return the CID of the raw block whose SHA-256 is `digest`, 32 bytes."""
    text = base64.b32encode(_PREFIX + to_hash(digest, "digest")).decode("ascii")
    return "b" + text.lower().rstrip("=")


def require_cids(cids: Sequence[str], path: str) -> None:
    """Refuse what `digest_of_cid` would refuse, many times as fast for thousands; the path gets its index."""
    # Their lengths keep a text of two from passing for one.
    if all(type(cid) is str and len(cid) == _LETTERS for cid in cids) and _ALL.fullmatch(
        " ".join((*cids, ""))
    ):
        return
    for at, cid in enumerate(cids):
        digest_of_cid(cid, f"{path}[{at}]")


def digest_of_cid(cid: str, path: str = "cid") -> bytes:
    """Return the SHA-256 that `cid_of_digest` made `cid` from; `InputInvalid` for any other kind of CID."""
    if type(cid) is not str or not _FORM.fullmatch(cid):
        raise InputInvalid(path, cid, "must be a CIDv1 of a raw block in base32")
    # Read as one number, which is many times as fast as byte by byte; 58 letters are 36 bytes and two bits.
    content, stray = divmod(int(cid[1:].translate(_DIGITS), 32), 4)
    held = content.to_bytes(36, "big")
    if stray or not held.startswith(_PREFIX):
        raise InputInvalid(path, cid, "must be a CIDv1 of a raw block with SHA-256")
    return held[len(_PREFIX) :]
