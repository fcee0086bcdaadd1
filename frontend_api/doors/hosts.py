"""
The names this gateway answers to. A page whose own name is made to resolve to this machine (DNS rebinding)
still sends its own name, and is turned away; so is a sign-in that was made for another site.
"""

from __future__ import annotations

from collections.abc import Iterable

from resonance_dao.errors import InputInvalid
from resonance_dao.gateway_settings import HOST


class Hosts:
    """
    The allowed names. `dao.example.org` allows that name without a port or with the gateway's own,
    `dao.example.org:8443` that port alone, `*.example.org` every name below it.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._exact: set[tuple[str, str | None]] = set()
        self._below: set[tuple[str, str | None]] = set()
        for name in names:
            found = HOST.fullmatch(name.lower())
            if found is None:
                raise InputInvalid(
                    "RESONANCE_HOSTS", name, "must be host names, such as dao.example.org or *.example.org"
                )
            if found[1].startswith("*."):
                self._below.add((found[1][1:], found[2]))
            else:
                self._exact.add((found[1], found[2]))

    def allow(self, header: str, own_port: int | None) -> bool:
        """Whether the text of a Host header is one of ours."""
        found = HOST.fullmatch(header.lower())
        if found is None or found[1].startswith("*"):
            return False
        name, port = found[1], found[2]
        ports = {port} | ({None} if port in (None, str(own_port)) else set())
        return any(
            (name, one) in self._exact
            or any(name.endswith(suffix) and one == wanted for suffix, wanted in self._below)
            for one in ports
        )
