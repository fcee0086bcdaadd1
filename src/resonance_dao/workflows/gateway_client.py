"""
A gateway as somebody without gas uses it: evidence uploaded, what was signed handed over, a receipt kept.

    with GatewayClient("https://gateway.example.org") as gateway:
        gateway.upload({"report.pdf": stream}, cid)
        handed = gateway.hand_over(json.loads(text))     # keep handed.answer before anything else
        gateway.check(handed, json.loads(text))

The name of a request (Idempotency-Key) is made from the request itself: asked again after a lost answer, it
is the same request, is answered with the same receipt and is done once. What a gateway answers is not
believed unseen: `check` wants the receipt signed, and the record that it names to hold the signature that was
handed over.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import httpx

from resonance_dao import errors
from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid, ProofMismatch
from resonance_dao.secret_url import check_endpoint, check_url, failure, may_use_proxy
from resonance_dao.transparency import canonical
from resonance_dao.transparency.merkle import record_hash
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows.gateway_routes import route_of

_MOST_BYTES = 4_000_000
_KEY_FILE = "RESONANCE_GATEWAY_KEY_FILE"
_PAUSES_S = (1.0, 3.0)
_AGAIN = "Nothing is lost: the same command again is the same request, and is done once."
_KINDS = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.ResonanceError) and kind is not InputInvalid
}


@dataclass(frozen=True)
class Handed:
    """An accepted request: the gateway's whole answer, and the receipt in it, not checked yet."""

    answer: Mapping[str, Any]
    receipt: SignedReceipt


class GatewayClient:
    """
    One gateway, by its base URL. `EvidenceUnavailable` when it does not answer or cannot work now; what it
    refuses is raised as the error that it names. No redirect is followed. An API key goes over HTTPS alone,
    or stays on this machine.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        language: str = "en",
        timeout_s: float = 120,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = check_endpoint(url, "--gateway")
        """What may be shown of the address: its user or path may be a key."""
        if key is not None:
            check_url(url, "--gateway", hint=f"The API key of {_KEY_FILE} goes to it.")
        self.url, self._pause = url.rstrip("/"), pause
        authorization = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(
            timeout=timeout_s,
            follow_redirects=False,
            transport=transport,
            headers={"Accept-Language": language, **authorization},
            trust_env=key is None or may_use_proxy(url),
        )

    def hand_over(self, signed: Mapping[str, Any]) -> Handed:
        """Post what somebody signed and return the gateway's answer."""
        route = route_of(signed)
        key = _name(route, json.dumps(signed, sort_keys=True).encode())
        answer = self._json("POST", route, key, json=dict(signed))
        return Handed(answer, SignedReceipt.from_dict(_member(answer, "receipt")))

    def check(self, handed: Handed, signed: Mapping[str, Any]) -> None:
        """
        Let nobody leave with a promise about something else than what was handed over: raises
        `SignatureRefused` or `ProofMismatch`.
        """
        handed.receipt.verify()
        promised, signature = handed.receipt.receipt, str(signed["signature"])
        status, record = self._ask("GET", f"/v1/log/entries/{promised.number}/record", {})
        if status != httpx.codes.OK:
            raise self._refused(f"/v1/log/entries/{promised.number}/record", status, record)
        if record_hash(record) != promised.record_hash:
            raise ProofMismatch(
                f"the gateway shows another record {promised.number} than its receipt names",
                hint="Keep the receipt: it is evidence. Try another gateway, or send it with your wallet.",
            )
        # Some contracts take the signature whole and some in parts: its first 32 bytes stand in all records.
        if signature.lower()[2:66].encode() not in record.lower():
            raise ProofMismatch(
                f"record {promised.number} does not hold the signature that was handed over",
                hint="Do not rely on this receipt. Try another gateway, or send it with your wallet.",
            )

    def upload(self, files: Mapping[str, BinaryIO], cid: str) -> Handed:
        """
        Upload evidence whose CID was computed here; raises `EvidenceMismatch` if the gateway's is another.
        Several files become one directory; a single one is kept without its name.
        """
        parts = [("file", (name, stream)) for name, stream in files.items()]
        key = _name("/v1/evidence", cid.encode())
        answer = self._json("POST", "/v1/evidence", key, files=parts, data={"cid": cid})
        if _member(answer, "cid") != cid:
            raise EvidenceMismatch(f"the gateway kept {answer['cid']}, which is not {cid}", gateway=self.name)
        return Handed(answer, SignedReceipt.from_dict(_member(answer, "receipt")))

    def holds(self, cid: str) -> bool:
        """Return whether it can show content."""
        status, _ = self._ask("HEAD", f"/ipfs/{cid}", {})
        return status == httpx.codes.OK

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> GatewayClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _json(self, method: str, path: str, key: str, **content: Any) -> Mapping[str, Any]:
        status, body = self._ask(method, path, {"Idempotency-Key": key}, **content)
        if status not in (httpx.codes.OK, httpx.codes.ACCEPTED):
            raise self._refused(path, status, body)
        answer = canonical.parse(body)
        if not isinstance(answer, Mapping):
            raise InputInvalid(path, type(answer).__name__, "must be an object")
        return answer

    def _ask(self, method: str, path: str, headers: Mapping[str, str], **content: Any) -> tuple[int, bytes]:
        """Ask, and ask again where no answer came: the request's name makes that safe."""
        for pause in (*_PAUSES_S, None):
            for _, (_, stream) in content.get("files", ()):
                stream.seek(0)
            try:
                return self._once(method, path, headers, **content)
            except (httpx.InvalidURL, UnicodeError):
                raise InputInvalid("--gateway", self.name, "is no address") from None
            except httpx.HTTPError as exc:
                if pause is None:
                    raise self._unavailable(path, failure(exc)) from None
                self._pause(pause)
        raise AssertionError("unreachable")

    def _once(self, method: str, path: str, headers: Mapping[str, str], **content: Any) -> tuple[int, bytes]:
        body = bytearray()
        with self._client.stream(method, self.url + path, headers=dict(headers), **content) as answer:
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise self._unavailable(path, f"it answered more than {_MOST_BYTES} bytes")
        return answer.status_code, bytes(body)

    def _refused(self, path: str, status: int, body: bytes) -> errors.ResonanceError:
        """Return the error that a refusal stands for."""
        try:
            problem = json.loads(body)
        except ValueError:
            problem = None
        if not isinstance(problem, dict) or "detail" not in problem:
            return self._unavailable(path, f"it answered with status {status}, as no gateway does")
        said, hint = str(problem["detail"]), str(problem.get("hint", ""))
        kind = _KINDS.get(str(problem.get("code")))
        if status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS:
            return self._unavailable(path, said, f"{hint} {_AGAIN}".strip())
        if kind is None:
            return InputInvalid("request", path, said, hint=hint)
        return kind(said, hint=hint, gateway=self.name)

    def _unavailable(self, path: str, reason: str, hint: str = "") -> EvidenceUnavailable:
        hint = hint or f"Is the gateway's address right, and does it run? {_AGAIN}"
        return EvidenceUnavailable(f"{self.name}{path}: {reason}", hint=hint, gateway=self.name)


def read_key(file: Path, url: str) -> str | None:
    """
    Return the API key that a file holds for the gateway at `url`, or None: the file names a gateway's address
    and the key for it, and nobody else gets it. Raises `InputInvalid`, which does not show it.
    """
    rule = "must hold a gateway's address and the API key for it, with a space between them"
    try:
        address, key = file.read_text(encoding="ascii").split()
    except (OSError, ValueError) as exc:
        raise InputInvalid(_KEY_FILE, str(file), rule) from exc
    whose = _origin(address)
    if whose is None or not key.isprintable():
        raise InputInvalid(_KEY_FILE, str(file), rule)
    return key if _origin(url) == whose else None


def _origin(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of an address; None when it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443}.get(parts.scheme, 80)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def _name(route: str, content: bytes) -> str:
    return sha256(route.encode() + b"\n" + content).hexdigest()


def _member(answer: Mapping[str, Any], name: str) -> Any:
    if name not in answer:
        raise InputInvalid(name, None, "is missing in the gateway's answer")
    return answer[name]
