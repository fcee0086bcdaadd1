"""
Signing 32 bytes with a key, as every receipt is: r, s and v of 27 or 28, with s in the lower half and the
nonce of RFC 6979, so that each way here gives the same 65 bytes.

`coincurve`, when it is installed, signs in C; eth-account's way to it converts and checks for longer than it
signs. The pure way stays for where it is not.
"""

from __future__ import annotations

from collections.abc import Callable


def hash_signer(key: bytes) -> Callable[[bytes], bytes]:
    """Return what signs a digest of 32 bytes with this key of 32 bytes."""
    try:
        from coincurve import PrivateKey as FastKey  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return _portable(key)
    fast = FastKey(key)

    def sign(digest: bytes) -> bytes:
        signed: bytes = fast.sign_recoverable(digest, hasher=None)
        return signed[:64] + bytes((27 + signed[64],))

    return sign


def _portable(key: bytes) -> Callable[[bytes], bytes]:
    from eth_keys.datatypes import PrivateKey

    plain = PrivateKey(key)

    def sign(digest: bytes) -> bytes:
        signed = plain.sign_msg_hash(digest).to_bytes()
        return signed[:64] + bytes((27 + signed[64],))

    return sign
