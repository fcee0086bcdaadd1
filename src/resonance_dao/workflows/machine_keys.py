"""
API keys for machines: made, written and recognised.

    text, key = new_key("nightly import", ["relay"], now=now, random=secrets.token_bytes)
    recognised(keys, text, now)                 # the key, or None

A key is `resonance_<id>_<secret>`: the id is public and finds the row, the secret has 256 bits and is kept as
its SHA-256 only. A slow hash would add nothing, since nobody can guess so many bits.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from resonance_dao.errors import InputInvalid
from resonance_dao.journal.api_keys import ApiKey, ApiKeys

SCOPES = {
    "relay": "post signed requests and payouts for the gateway to relay",
    "evidence": "upload evidence",
    "report": "report transactions that were sent by another way",
    "metrics": "read the operator's figures",
    "operate": "all of these",
}
"""What a key may be for."""

_TEXT = re.compile(r"resonance_([0-9a-f]{16})_([0-9a-f]{64})")


def new_key(
    name: str,
    scopes: Sequence[str],
    *,
    now: int,
    random: Callable[[int], bytes],
    until: int | None = None,
) -> tuple[str, ApiKey]:
    """Return a new key's text, which is shown once and never again, and what is kept of it."""
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise InputInvalid("name", name, "must be 1 to 100 printable characters")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise InputInvalid("scope", list(scopes), f"must be one or more of {', '.join(SCOPES)}")
    if until is not None and until <= now:
        raise InputInvalid("until", until, "must be in the future")
    key_id, secret = random(8).hex(), random(32).hex()
    kept = tuple(scope for scope in SCOPES if scope in scopes)
    return f"resonance_{key_id}_{secret}", ApiKey(key_id, name, _hash(secret), kept, now, until)


def recognised(keys: ApiKeys, text: str, now: int) -> ApiKey | None:
    """Return the valid key that the text is; None for anything else, without saying what is wrong with it."""
    found = _TEXT.fullmatch(text)
    key = None if found is None else keys.find(found[1])
    if found is None or key is None:
        return None
    return key if hmac.compare_digest(key.secret_hash, _hash(found[2])) and key.is_valid(now) else None


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("ascii")).digest()
