"""
The ipfshttpclient of a Kubo store: its address, how it is opened, and everything it raises.

>>> api_address("http://127.0.0.1:5001")
'/ip4/127.0.0.1/tcp/5001/http'
"""

from __future__ import annotations

import ipaddress
import warnings
from typing import Any
from urllib.parse import urlsplit

from resonance_dao.errors import InputInvalid
from resonance_dao.secret_url import public_part


def api_address(url: str) -> str:
    """Turn `http://host:port`, or a multiaddr, into the multiaddr of the RPC; else `InputInvalid`."""
    if url.startswith("/") and not url.startswith("//"):
        return url
    rule = "must be http://host:port or a multiaddr like /ip4/127.0.0.1/tcp/5001"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InputInvalid("IPFS_API_URL", "***", rule) from None
    if parts.scheme not in ("http", "https") or not host or parts.path.rstrip("/") not in ("", "/api/v0"):
        raise InputInvalid("IPFS_API_URL", public_part(url) if parts.scheme and host else "***", rule)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InputInvalid("IPFS_API_URL", host, "must hold nothing but scheme, host and port")
    return f"/{_host_kind(host)}/{host}/tcp/{port or (443 if parts.scheme == 'https' else 80)}/{parts.scheme}"


def _host_kind(host: str) -> str:
    try:
        return f"ip{ipaddress.ip_address(host).version}"
    except ValueError:
        return "dns"


def open_client(address: str, timeout_s: float, offline: bool) -> Any:
    """Make the client for a multiaddr; nothing is sent yet. `InputInvalid` when the address cannot be one."""
    # `connect()` would refuse every daemon since 0.8; the RPC used here has not changed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ipfshttpclient
        from multiaddr.exceptions import Error as AddressError  # type: ignore[import-untyped]
    try:
        client = ipfshttpclient.Client(address, timeout=timeout_s, offline=offline, session=True)
    except (ipfshttpclient.exceptions.Error, AddressError, ValueError) as exc:
        shown = "***" if "@" in address else address
        raise InputInvalid("IPFS_API_URL", shown, "is no address of an IPFS RPC") from exc
    _tame(client._client._session)
    return client


def _tame(session: Any) -> None:
    # An RPC never redirects. And urllib3 2 would warn of `strict`, which ipfshttpclient 0.7 still passes.
    session.max_redirects = 0
    for adapter in session.adapters.values():
        adapter.poolmanager.connection_pool_kw.pop("strict", None)


def failures() -> tuple[type[Exception], ...]:
    """
    Name everything that the client, and the libraries that it lets through, raise on a bad or missing
    answer.
    """
    import requests
    import urllib3
    from ipfshttpclient.exceptions import Error

    return (
        Error,
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AssertionError,
    )
