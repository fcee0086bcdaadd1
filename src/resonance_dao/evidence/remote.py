"""
Talking to a place for copies over HTTP: one address, one token, bounded answers, nothing followed.

The token goes to that address alone: no redirect is followed, and off the loopback only https is spoken.
It is never part of a message, nor is the address's path.

>>> Remote("https://pins.example/api/", "token", field="RESONANCE_PIN_SERVICE_URL").name
'https://pins.example'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from resonance_dao.errors import EvidenceUnavailable, InputInvalid
from resonance_dao.secret_url import check_url, failure, may_use_proxy, public_part
from resonance_dao.transparency import canonical

_MAX_ANSWER_BYTES = 1024 * 1024
_MAX_REASON = 300


class Remote:
    """A client for one base URL. `field` names the setting that the URL came from. Close it."""

    def __init__(
        self,
        base_url: str,
        token: str | None,
        *,
        field: str,
        timeout_s: float = 30,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base_url = check_url(base_url, field).rstrip("/")
        self.name = public_part(base_url)
        """What may be shown of the address: its path may be a key."""
        if token is not None and not (token and token.isascii() and token.isprintable() and " " not in token):
            raise InputInvalid(f"{field} token", "***", "must be one word of printable ASCII")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(
            timeout=timeout_s,
            follow_redirects=False,
            transport=transport,
            headers=headers,
            trust_env=may_use_proxy(base_url),
        )

    def ask(self, method: str, path: str, params: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """Send JSON and read JSON. `EvidenceUnavailable` unless it answers with success and JSON."""
        raw = self._send(method, path, params=params, json=body)
        try:
            return canonical.parse(raw)
        except InputInvalid as exc:
            raise EvidenceUnavailable(f"{self.name} answered with no strict JSON") from exc

    def delete(self, path: str) -> None:
        """Delete; `EvidenceUnavailable` unless it answers with success."""
        self._send("DELETE", path)

    def post(self, content: Iterable[bytes], length: int, media_type: str) -> None:
        """Send content to the base URL itself; `EvidenceUnavailable` unless it is taken."""
        headers = {"Content-Type": media_type, "Content-Length": str(length)}
        self._send("POST", "", content=content, headers=headers)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, method: str, path: str, **options: Any) -> bytes:
        given = {name: value for name, value in options.items() if value is not None}
        try:
            with self._client.stream(method, self._base_url + path, **given) as answer:
                raw = _bounded(answer.iter_bytes())
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as exc:
            # A host that cannot be one raises `UnicodeError`.
            raise self._unavailable(f"did not answer: {failure(exc)}") from None
        if not 200 <= status < 300:
            raise self._unavailable(f"answered {method} with status {status}{_reason(raw)}")
        return raw

    def _unavailable(self, what: str) -> EvidenceUnavailable:
        return EvidenceUnavailable(f"{self.name} {what}", hint="Check its address, token and balance.")


def _bounded(parts: Iterable[bytes]) -> bytes:
    raw = bytearray()
    for part in parts:
        raw += part
        if len(raw) > _MAX_ANSWER_BYTES:
            raise EvidenceUnavailable(f"an answer of more than {_MAX_ANSWER_BYTES} bytes was cut off")
    return bytes(raw)


def _reason(raw: bytes) -> str:
    """Read an error in the form of the Pinning Service API; nothing when it is in another."""
    try:
        answer: Any = canonical.parse(raw)
        error = answer["error"]
        told = [str(error[name]) for name in ("reason", "details") if name in error]
    except (InputInvalid, LookupError, TypeError):
        return ""
    shown = ": ".join(told)[:_MAX_REASON]
    return f" ({shown})" if shown.isprintable() and shown else ""
