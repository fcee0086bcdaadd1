"""
Who a request comes from: an account that signed in, a machine with an API key, or nobody in particular.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

ANONYMOUS, ACCOUNT, KEY = "anonymous", "account", "key"

ACCOUNT_SCOPES = frozenset({"relay", "evidence", "report"})
"""What anybody may do, with or without a session; the contracts check the signatures."""


@dataclass(frozen=True, slots=True)
class Identity:
    """
    `name` is the account or the key's id, empty for nobody; `network` is where the request came from, as
    limits count it; `until` (unix s) is when a session ends.
    """

    kind: str
    name: str
    network: str
    scopes: frozenset[str] = ACCOUNT_SCOPES
    until: int | None = None
    token_hash: bytes | None = None

    @property
    def scope(self) -> str:
        """
        The journal's scope of this caller's Idempotency-Keys. Callers without a name share one: a key is to
        be unguessable, as a UUID is.
        """
        return "gateway" if self.kind == ANONYMOUS else f"{self.kind}/{self.name}"

    @property
    def counted_as(self) -> str:
        """What rate limits count by: the name, or where nobody in particular comes from."""
        return f"{self.kind}/{self.name or self.network}"

    @property
    def held_as(self) -> str:
        """
        What open streams count by: a machine by its name, everybody else by the network, because accounts are
        made at will.
        """
        return self.counted_as if self.kind == KEY else f"network/{self.network}"


def nobody(network: str) -> Identity:
    """Return the identity of a caller without credentials."""
    return Identity(ANONYMOUS, "", network)


def network_of(host: str | None) -> str:
    """
    Return the network that one caller commands: an IPv4 address, or the 64 leading bits of an IPv6 address.
    """
    try:
        address: IPv4Address | IPv6Address = ip_address((host or "").partition("%")[0])
    except ValueError:
        return "local"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(ip_network(f"{address}/64", strict=False))
        address = address.ipv4_mapped
    return str(address)
