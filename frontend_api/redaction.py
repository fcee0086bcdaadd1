"""
What may not be shown or logged: the secret parts of addresses of outside services.

RPC and pinning services put their keys into the path, the query or the user part of a URL, so of a URL only
scheme and host are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_URL = re.compile(
    r"\b([a-z][a-z0-9+.-]{1,20})://(?:[^\s/@'\"]*@)?([^\s/?#'\"]+)([/?#][^\s'\"]*)?", re.IGNORECASE
)


def redact(text: str) -> str:
    """Return the text with every URL cut down to scheme and host."""
    return _URL.sub(
        lambda found: f"{found[1]}://{found[2]}" + ("/..." if (found[3] or "/") != "/" else ""), text
    )


def redact_all(value: object) -> object:
    """Return plain values with `redact` applied to every text in them."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {str(key): redact_all(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redact_all(item) for item in value]
    return value
