"""
Asking the server that keeps keys: one address, bounded answers, nothing followed, and no secret in a message.

Off the loopback only https is spoken, and neither a proxy of the environment nor a .netrc is asked about
keys. A server that was silent is left alone for a moment, so that what waits for other keys does not wait for
it again and again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resonance_dao.errors import InputInvalid, ResonanceError, SignatureRefused, ToolMissing
from resonance_dao.secret_url import check_url, public_part

SIGNER_URL = "RESONANCE_SIGNER_URL"
TIMEOUT_S = 3.0
PAUSE_S = 5.0
_MAX_ANSWER_BYTES = 1024 * 1024
_MAX_WORDS = 200
_KEPT_OPEN = 8


@dataclass(frozen=True)
class Credentials:
    """
    Who we are to the server: a token (`Authorization: Bearer`), or a certificate with its key in a PEM file;
    `authorities` is a PEM file of those who may vouch for the server.
    """

    token: str | None = None
    certificate: Path | None = None
    authorities: Path | None = None

    def __repr__(self) -> str:
        return "Credentials(***)"


class SignerServer:
    """One signing server. Safe to use from many threads; `clock` counts monotonic s."""

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        from urllib3 import PoolManager

        self.name, self._url, self._clock = public_part(check_url(url, SIGNER_URL)), url, clock
        given, self._headers = credentials or Credentials(), {"Content-Type": "application/json"}
        if given.token is not None:
            self._headers["Authorization"] = f"Bearer {_word(given.token)}"
        options: dict[str, Any] = {"maxsize": _KEPT_OPEN, "timeout": timeout_s, "retries": False}
        for key, file in (("cert_file", given.certificate), ("ca_certs", given.authorities)):
            options |= {} if file is None else {key: str(file)}
        self._pool = PoolManager(**options)
        self._left_alone_until = clock()

    def __repr__(self) -> str:
        return f"SignerServer({self.name})"

    def octets(self, method: str, params: Sequence[object]) -> bytes:
        """Return the bytes that the server answers with; raises as `ask`."""
        answer = self.ask(method, params)
        try:
            if isinstance(answer, str) and answer.startswith("0x"):
                return bytes.fromhex(answer[2:])
        except ValueError:
            pass
        raise self._silent("an answer that is not hexadecimal")

    def ask(self, method: str, params: Sequence[object]) -> Any:
        """
        Return the result of one request.

        Raises `ToolMissing` when there is none, `SignatureRefused` when the server says no.
        """
        if self._clock() < self._left_alone_until:
            raise self._silent("it was silent a moment ago")
        try:
            status, content = self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": [*params]})
        except ResonanceError:
            self._left_alone_until = self._clock() + PAUSE_S
            raise
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError) as exc:
            raise self._silent(f"HTTP {status} and no JSON") from exc
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict):
            raise self._no(method, str(error.get("message", ""))[:_MAX_WORDS])
        if status != 200 or not isinstance(answer, dict) or "result" not in answer:
            raise self._silent(f"HTTP {status} without a result")
        return answer["result"]

    def _post(self, body: object) -> tuple[int, bytes]:
        from urllib3.exceptions import HTTPError

        try:
            answer = self._pool.request(
                "POST",
                self._url,
                body=json.dumps(body).encode(),
                headers=self._headers,
                redirect=False,
                preload_content=False,
            )
            content = answer.read(_MAX_ANSWER_BYTES + 1)
            if len(content) > _MAX_ANSWER_BYTES:
                answer.close()
                raise self._silent("an answer that has no end")
            answer.release_conn()
        except (HTTPError, OSError, ValueError) as exc:
            raise self._silent(type(exc).__name__) from None
        return answer.status, content

    def _no(self, method: str, words: str) -> SignatureRefused:
        told = "".join(char if char.isprintable() else "?" for char in words)
        return SignatureRefused(
            f"the signer at {self.name} refused {method}: {told}", hint="Look at the signer's own log."
        )

    def _silent(self, why: str) -> ToolMissing:
        return ToolMissing(
            f"the signer at {self.name} did not answer: {why}",
            hint=f"Nothing was signed. Start the signer, or check {SIGNER_URL}.",
        )


def _word(token: str) -> str:
    if not (token and token.isascii() and token.isprintable() and " " not in token):
        raise InputInvalid("RESONANCE_SIGNER_TOKEN_FILE", "***", "must hold one word of printable ASCII")
    return token
