"""
Posting to a webhook: one connection to an address that was checked, no redirect, no proxy, no long answer.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.webhooks.addresses import (
    Resolve,
    Target,
    check_url,
    public_addresses,
    system_resolve,
)

Dial = Callable[[tuple[str, int], float], socket.socket]
"""Connects to an address and port within so many seconds."""

TIMEOUT_S = 10.0
MOST_ADDRESSES = 4
"""How many addresses of a name are tried, each for its share of the time: a name may have hundreds."""
GONE = 410


@dataclass(frozen=True, slots=True)
class Posted:
    """How a webhook answered: its status, or why there is none."""

    status: int | None
    reason: str

    @property
    def taken(self) -> bool:
        """Whether it said that it has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether it said that it wants nothing any more."""
        return self.status == GONE


class Poster:
    """Posts to public addresses. `timeout_s` is for everything after the name was looked up."""

    def __init__(
        self,
        *,
        resolve: Resolve = system_resolve,
        dial: Dial = socket.create_connection,
        context: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._resolve, self._dial, self._timeout_s = resolve, dial, timeout_s
        self._context = context or ssl.create_default_context()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Post once and return how it went; never raises for what the other side does."""
        try:
            target = check_url(url)
            addresses = public_addresses(target, self._resolve)
        except InputInvalid as exc:
            return Posted(None, exc.rule)
        connection = _Pinned(target, addresses, self._dial, self._context, self._timeout_s)
        # A time limit for each read would let an answer trickle for ever.
        watch = threading.Timer(self._timeout_s, connection.cut)
        watch.daemon = True
        watch.start()
        try:
            connection.request("POST", target.path, body=body, headers=dict(headers))
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException, ValueError) as exc:
            return Posted(None, f"did not answer: {type(exc).__name__}")
        finally:
            watch.cancel()
            connection.close()
        return Posted(status, f"answered with status {status}")


class _Pinned(http.client.HTTPSConnection):
    """A connection to one of some addresses, whose certificate must be the name's."""

    def __init__(
        self, target: Target, addresses: Sequence[str], dial: Dial, context: ssl.SSLContext, timeout_s: float
    ) -> None:
        super().__init__(target.host, target.port, timeout=timeout_s, context=context)
        self._addresses, self._dial, self._tls, self._limit_s = addresses, dial, context, timeout_s
        self._raw: socket.socket | None = None
        self._is_cut = False

    def connect(self) -> None:
        """Connect to an address that was checked, whatever the name says by now."""
        self._raw = self._reach()
        self._raw.settimeout(self._limit_s)
        if self._is_cut:
            raise TimeoutError
        self.sock: Any = self._tls.wrap_socket(self._raw, server_hostname=self.host)

    def _reach(self) -> socket.socket:
        tried, failed = self._addresses[:MOST_ADDRESSES], OSError("no address")
        for address in tried:
            if self._is_cut:
                raise TimeoutError
            try:
                return self._dial((address, self.port), self._limit_s / len(tried))
            except OSError as exc:
                failed = exc
        raise failed

    def cut(self) -> None:
        """End it from another thread."""
        self._is_cut = True
        for found in (getattr(self, "sock", None), self._raw):
            if found is not None:
                with suppress(OSError):
                    found.shutdown(socket.SHUT_RDWR)
