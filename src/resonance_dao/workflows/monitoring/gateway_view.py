"""
A gateway as a monitor sees it: four questions over HTTP, and nothing that it answers is believed unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import httpx

from resonance_dao.errors import EvidenceUnavailable, InputInvalid
from resonance_dao.secret_url import check_endpoint, failure
from resonance_dao.transparency import canonical
from resonance_dao.transparency.consistency import ConsistencyProof
from resonance_dao.transparency.note import Note
from resonance_dao.transparency.receipt import SignedReceipt

_MOST_BYTES = 200_000


class GatewayView:
    """
    One gateway, by its base URL. Every method raises `EvidenceUnavailable` when it does not answer, and
    `InputInvalid` when the answer has another shape. No redirect is followed.
    """

    def __init__(
        self, url: str, *, timeout_s: float = 20, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.name = check_endpoint(url, "--gateway")
        """What may be shown of the address: its user or path may be a key."""
        self.url = url.rstrip("/")
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False, transport=transport)

    def reach(self) -> Mapping[str, Any]:
        """Return whose log it serves and how far it reaches: chain_id, log, publisher, size, anchored."""
        found = self._json("/v1/log")
        if not isinstance(found, Mapping) or not {"chain_id", "log", "publisher", "size"} <= found.keys():
            raise InputInvalid("/v1/log", found, "must say chain_id, log, publisher and size")
        return found

    def checkpoint(self) -> Note:
        """Return the signed head of what it calls anchored."""
        return Note.from_text(self._read("/v1/log/checkpoint").decode("utf-8", "surrogateescape"))

    def consistency(self, first: int, second: int) -> ConsistencyProof:
        """Return its proof that the log of size `second` begins with that of size `first`."""
        proof = ConsistencyProof.from_dict(self._json(f"/v1/log/consistency?first={first}&second={second}"))
        if (proof.first, proof.second) != (first, second):
            raise InputInvalid("consistency", (proof.first, proof.second), f"must be of {first} and {second}")
        return proof

    def receipt(self, number: int) -> SignedReceipt:
        """Return its receipt of a record."""
        return SignedReceipt.from_dict(self._json(f"/v1/log/entries/{number}/receipt"))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> GatewayView:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _json(self, path: str) -> Any:
        return canonical.parse(self._read(path))

    def _read(self, path: str) -> bytes:
        content = bytearray()
        try:
            with self._client.stream("GET", self.url + path) as answer:
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > _MOST_BYTES:
                        raise self._unavailable(path, f"it answered more than {_MOST_BYTES} bytes")
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as exc:
            raise self._unavailable(path, failure(exc)) from None
        if answer.status_code != httpx.codes.OK:
            raise self._unavailable(path, f"it answered with status {answer.status_code}")
        return bytes(content)

    def _unavailable(self, path: str, reason: str) -> EvidenceUnavailable:
        return EvidenceUnavailable(f"{self.name}{path}: {reason}", gateway=self.name)
