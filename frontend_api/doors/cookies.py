"""
The session's cookie: for this host alone, out of reach of scripts, never sent in the clear or by foreign
pages' posts.
"""

from __future__ import annotations

from hashlib import sha256

from starlette.responses import Response

NAME = "__Host-resonance"
"""The prefix makes browsers refuse the cookie from any other host, path or without TLS (RFC 6265bis)."""


def give(response: Response, token: str, max_age_s: int) -> None:
    """Set the cookie."""
    response.set_cookie(NAME, token, max_age=max_age_s, path="/", secure=True, httponly=True, samesite="lax")


def take_back(response: Response) -> None:
    """Make the browser forget the cookie."""
    response.delete_cookie(NAME, path="/", secure=True, httponly=True, samesite="lax")


def token_hash(token: str) -> bytes:
    """Return what is kept of a token; it has 256 bits, so that no slow hash is needed."""
    return sha256(token.encode("utf-8", errors="replace")).digest()
