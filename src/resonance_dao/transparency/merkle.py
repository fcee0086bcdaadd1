"""
The hashes of the log and its tree head: RFC 6962 / RFC 9162, section 2.1, with Keccak-256 for SHA-256.

The bytes 0x00 and 0x01 keep leaves and inner nodes apart, so that no node can be passed off as a leaf. Twin
of `contracts/TransparencyLog.sol`.

    >>> tree_head([leaf_hash(b"a"), leaf_hash(b"b")]) == node_hash(leaf_hash(b"a"), leaf_hash(b"b"))
    True
"""

from __future__ import annotations

from collections.abc import Sequence

from resonance_dao.transparency.keccak import EMPTY_DIGEST, keccak256

LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"

EMPTY_ROOT = EMPTY_DIGEST


def record_hash(record: bytes) -> bytes:
    """Return keccak256(record): what a receipt names."""
    return keccak256(record)


def leaf_of(record_digest: bytes) -> bytes:
    """Return the leaf of a record of which only the hash is known."""
    return keccak256(LEAF_PREFIX + record_digest)


def leaf_hash(record: bytes) -> bytes:
    """Return the leaf of a record: keccak256(0x00 || keccak256(record))."""
    return leaf_of(record_hash(record))


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return keccak256(0x01 || left || right)."""
    return keccak256(NODE_PREFIX + left + right)


def tree_head(leaves: Sequence[bytes]) -> bytes:
    """Return the head over leaf hashes, `EMPTY_ROOT` when there are none. n - 1 hashes."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def _parents(level: list[bytes]) -> list[bytes]:
    parents = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    # The RFC never duplicates a node: an odd one rises as it is.
    return parents + level[-1:] if len(level) % 2 else parents
