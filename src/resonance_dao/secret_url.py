"""
Addresses that a secret goes to: a token, an API key, or what a key is to sign.

>>> check_url("https://pins.example/api", "RESONANCE_PIN_SERVICE_URL")
'https://pins.example/api'
>>> may_use_proxy("http://127.0.0.1:5001")
False
>>> check_endpoint("https://rpc.example/v3/api-key", "RESONANCE_RPC_URL")
'https://rpc.example'
"""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from resonance_dao.errors import InputInvalid

_RULE = "must be https://host/path (http:// on this machine only), without user, query or fragment"
_ENDPOINT_RULE = "must be an http:// or https:// address with a host and, if any, a port up to 65535"


def check_url(url: str, field: str, *, hint: str = "") -> str:
    """Return the URL: https, or http on the loopback, and nothing but host, port and path."""
    parts, shown = _split(url, field, _RULE, hint)
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not host or not is_safe or "@" in parts.netloc or parts.query or parts.fragment:
        raise InputInvalid(field, shown, _RULE, hint=hint)
    return url


def check_endpoint(url: str, field: str) -> str:
    """Return what may be shown of an RPC's address, http or https; its path and user may be secrets."""
    parts, shown = _split(url, field, _ENDPOINT_RULE)
    is_word = url.isprintable() and " " not in url
    if not parts.hostname or parts.scheme not in ("http", "https") or not is_word:
        raise InputInvalid(field, shown if parts.hostname else "***", _ENDPOINT_RULE)
    return shown


def public_part(url: str) -> str:
    """Return what may be shown of a URL, since even a path may be a secret. `ValueError` when it is none."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def failure(exc: Exception) -> str:
    """Return why a request failed: in words where these are ours, else its kind, as a peer may quote us."""
    kind = type(exc).__name__
    return f"{kind}: {exc}" if kind in ("ConnectError", "ConnectTimeout", "ReadTimeout") else kind


def may_use_proxy(url: str) -> bool:
    """Say whether a proxy of the environment may pass it on: what is not encrypted stays on this machine."""
    return urlsplit(url).scheme == "https"


def _split(url: str, field: str, rule: str, hint: str | None = None) -> tuple[SplitResult, str]:
    try:
        return urlsplit(url), public_part(url)
    except ValueError:
        # What urlsplit says of it may be a part of the secret.
        raise InputInvalid(field, "***", rule, hint=hint) from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
