"""
The one hash of the log: Keccak-256 as Ethereum uses it (the submission of 2011, not FIPS 202's SHA3-256).

`safe-pysha3`, when it is installed, is 6.4 times as fast as the default back end on the 65 bytes of a tree
node. The import name `sha3` is shared by packages that hash otherwise, so it is taken only if it knows the
right answer.
"""

from __future__ import annotations

from collections.abc import Callable

EMPTY_DIGEST = bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")


def _fastest() -> Callable[[bytes], bytes]:
    try:
        from sha3 import keccak_256  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        from eth_hash.auto import keccak

        return keccak

    def native(content: bytes) -> bytes:
        return bytes(keccak_256(content).digest())

    if native(b"") != EMPTY_DIGEST:
        from eth_hash.auto import keccak

        return keccak
    return native


_hash = _fastest()


def keccak256(content: bytes) -> bytes:
    """Return the 32 bytes of Keccak-256 over `content`."""
    return _hash(content)
