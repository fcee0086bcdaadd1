"""
Nonces of sign-ins. Asking for one writes nothing: it carries its own end and a mark that only this gateway
can make. It becomes single-use in the commit that opens the session.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from resonance_dao.errors import SignatureRefused

LIFETIME_S = 600
_RANDOM, _TIME, _MARK = 12, 5, 15


def issue(secret: bytes, now: int, random: bytes) -> str:
    """Return a new nonce, 64 hexadecimal digits; `random` is at least 12 bytes."""
    body = random[:_RANDOM] + (now + LIFETIME_S).to_bytes(_TIME, "big")
    return (body + _mark(secret, body)).hex()


def until(secret: bytes, nonce: str, now: int) -> int:
    """Return when a nonce ends, unix s. `SignatureRefused` when it is not ours, or ended."""
    content = bytes.fromhex(nonce) if len(nonce) == 64 and set(nonce) <= set("0123456789abcdef") else b""
    body, mark = content[:-_MARK], content[-_MARK:]
    if not hmac.compare_digest(mark, _mark(secret, body)):
        raise _refused("is not one of this gateway's")
    ends = int.from_bytes(body[_RANDOM:], "big")
    if ends <= now:
        raise _refused(f"was for {LIFETIME_S} seconds, which are over")
    return ends


def used() -> SignatureRefused:
    """Return the refusal of a nonce that opened a session before."""
    return _refused("was used before")


def _mark(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, b"resonance sign-in nonce" + body, sha256)[:_MARK]


def _refused(why: str) -> SignatureRefused:
    hint = "Ask for a new nonce and sign again."
    return SignatureRefused(f"the message's nonce {why}", hint=hint, field="nonce")
