"""
Where a webhook may lead: to https on a public address, and nowhere else.

Whoever may name a URL could otherwise have this machine ask its own network, or the cloud's metadata. A name
is looked up for every delivery, all its addresses are checked, and the connection goes to an address that
was checked, so that a name that changes its mind (DNS rebinding) gains nothing.

>>> check_url("https://hooks.example.org/dao").port
443
>>> is_public("93.184.216.34"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
(True, False, False)
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from resonance_dao.errors import InputInvalid

Resolve = Callable[[str, int], Sequence[str]]
"""Looks a name up and gives all its addresses; `OSError` when there is none."""

FIELD = "webhook url"
MOST = 2_000
_RULE = "must be https://host/path on the public internet, in ASCII, without user or fragment"
_NAME = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
_OWN_NAMES = (".localhost", ".local", ".internal", ".lan", ".home", ".intranet", ".arpa", ".onion", ".test")

# Special-purpose addresses (IANA), which do not rest on what one version of Python thinks global.
_CLOSED_4 = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
    )
)
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL in parts. `host` is a name in small letters or an address without brackets."""

    host: str
    port: int
    path: str


def check_url(url: str) -> Target:
    """Return the parts of a URL that may be a webhook's; nothing is looked up. Raises `InputInvalid`."""
    if not url.isascii() or not url.isprintable() or len(url) > MOST or set(url) & set(' \\<>"`{}|^'):
        raise InputInvalid(FIELD, url, _RULE)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as exc:
        raise InputInvalid(FIELD, url, _RULE) from exc
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_plain = parts.scheme == "https" and "@" not in parts.netloc and "#" not in url and port != 0
    is_plain = is_plain and ("[" in parts.netloc) == (":" in host)
    if not is_plain or not _PATH.fullmatch(path) or not _is_allowed(host):
        raise InputInvalid(FIELD, url, _RULE)
    return Target(host, port or 443, path)


def is_public(address: str) -> bool:
    """Whether an address, as the resolver gives it, is on the public internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        # Addresses that carry an IPv4 address inside lie outside of 2000::/3, or in what is closed of it.
        return found in _OPEN_6 and not any(found in network for network in _CLOSED_6)
    return _is_public_4(found)


def public_addresses(target: Target, resolve: Resolve) -> Sequence[str]:
    """
    Look a target up and return its addresses; `InputInvalid` when there is none, or when one of them is not
    public: a name that leads to both is not to be trusted with either.
    """
    try:
        found = list(dict.fromkeys(resolve(target.host, target.port)))
    except (OSError, UnicodeError) as exc:
        raise InputInvalid(FIELD, target.host, "has no address") from exc
    if not found or not all(is_public(address) for address in found):
        raise InputInvalid(FIELD, target.host, "must lead to public addresses only")
    return found


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Look a name up as the system does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def _is_allowed(host: str) -> bool:
    try:
        return is_public(str(ip_address(host)))
    except ValueError:
        return _NAME.fullmatch(host) is not None and not host.endswith(_OWN_NAMES)


def _is_public_4(address: IPv4Address) -> bool:
    return not any(address in network for network in _CLOSED_4)
