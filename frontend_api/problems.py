"""
Errors on the wire: RFC 9457 problem details, always of one shape, never with a traceback.

    {"type": "urn:resonance:problem:input_invalid", "title": ..., "status": 422, "detail": ..., "instance":
    ...,
     "code": "input_invalid", "hint": ..., "errors": [{"field": ..., "value": ..., "rule": ...}],
     "request_id": ...}

One table says which status each error of the toolkit has; nothing else in the gateway decides one.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from frontend_api import words
from frontend_api.languages import preferred
from frontend_api.redaction import redact, redact_all
from frontend_api.watch import Met
from resonance_dao import errors

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[type[errors.ResonanceError], int] = {
    errors.InputInvalid: 422,
    errors.ToolMissing: 503,
    errors.CompilationFailed: 503,
    errors.ChainUnreachable: 503,
    errors.ChainMismatch: 503,
    errors.NotDeployed: 503,
    errors.TransactionFailed: 422,
    errors.SignatureRefused: 403,
    errors.EvidenceUnavailable: 503,
    errors.EvidenceMismatch: 502,
    errors.ProofMismatch: 409,
    errors.JournalConflict: 409,
    errors.JournalUnavailable: 503,
    errors.NotFound: 404,
    errors.ResonanceError: 500,
}

_HTTP_CODES = {400: "body_malformed", 404: "route_not_found", 405: "method_not_allowed", 413: "too_large"}
_RETRY_AFTER_S = "5"
_SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS)


class RequestRefused(HTTPException):
    """A request that is wrong as HTTP: no domain error, so it lives here."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        hint: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.code, self.hint, self.errors = code, hint, errors


@dataclass(frozen=True)
class Problem:
    """One problem; `hint` None means the catalogue's words for the code."""

    status: int
    code: str
    detail: str
    hint: str | None = None
    errors: Sequence[Mapping[str, str]] = ()
    details: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self, *, language: str, instance: str, request_id: str) -> dict[str, object]:
        """Return the members in the order people read them, with the secrets of URLs removed."""
        members: dict[str, object] = {
            "type": f"urn:resonance:problem:{self.code}",
            "title": words.title(self.code, language),
            "status": self.status,
            "detail": redact(self.detail),
            "instance": instance,
            "code": self.code,
            "hint": redact(self.hint or words.hint(self.code, language)),
            "errors": [dict(error) for error in self.errors],
            "request_id": request_id,
        }
        return {**members, "details": redact_all(self.details)} if self.details else members

    def response(self, request: Request) -> Response:
        """Return the answer in the request's language."""
        language = preferred(request.headers.get("accept-language"))
        content = self.to_dict(
            language=language, instance=request.url.path, request_id=request.scope.get("request_id", "")
        )
        headers = {"Content-Language": language, "Cache-Control": "no-store", **self.headers}
        if self.status == 503:
            headers.setdefault("Retry-After", _RETRY_AFTER_S)
        text = json.dumps(content, ensure_ascii=False, default=str)
        return Response(_encodable(text), self.status, headers, MEDIA_TYPE)


def of_error(error: errors.ResonanceError, language: str = "en") -> Problem:
    """Return the problem of a toolkit error, by the table; the nearest class in the tree counts."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    own_hint = error.hint if error.hint != error.default_hint or language == "en" else ""
    if isinstance(error, errors.InputInvalid):
        broken = {key: str(error.details[key]) for key in ("field", "value", "rule")}
        return Problem(status, error.code, str(error), own_hint or None, errors=[broken])
    return Problem(status, error.code, str(error), own_hint or None, details=error.details)


def of_validation(error: RequestValidationError) -> Problem:
    """
    Return the problem of a request that its schema refuses; a missing Idempotency-Key is one of its own.
    """
    broken = [_broken(item) for item in error.errors()]
    if any(item["field"] == "header.Idempotency-Key" for item in broken):
        detail = "the header Idempotency-Key is missing or not 1 to 128 printable ASCII characters"
        return Problem(400, "idempotency_key_missing", detail, errors=broken)
    detail = "; ".join(f"{item['field']}: {item['rule']}" for item in broken[:5])
    return Problem(422, "input_invalid", detail, errors=broken[:50])


def of_http(error: HTTPException) -> Problem:
    """Return the problem of an HTTP refusal, ours or the framework's."""
    headers = dict(error.headers or {})
    if isinstance(error, RequestRefused):
        return Problem(
            error.status_code, error.code, error.detail, error.hint, errors=error.errors, headers=headers
        )
    return Problem(
        error.status_code, _HTTP_CODES.get(error.status_code, "internal"), error.detail, headers=headers
    )


def of_shortage(error: Exception) -> Problem | None:
    """
    Return the problem of an error that says that memory, threads or descriptors are short; None for another.
    """
    is_short = (
        isinstance(error, MemoryError)
        or (isinstance(error, OSError) and error.errno in _SHORT)
        or (isinstance(error, RuntimeError) and "start new thread" in str(error))
    )
    detail = "memory, threads or descriptors are short on the gateway's machine"
    return Problem(503, "exhausted", detail) if is_short else None


def install(app: FastAPI, met: Met) -> None:
    """
    Make every error of the application a problem, and hand the toolkit's to `met`. What nothing expected is
    the request log's to answer.
    """

    def resonance(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, errors.ResonanceError)  # noqa: S101  registered for this class only
        met(exc)
        return of_error(exc, preferred(request.headers.get("accept-language"))).response(request)

    def validation(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)  # noqa: S101  registered for this class only
        return of_validation(exc).response(request)

    def http(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)  # noqa: S101  registered for this class only
        if (unforeseen := _not_the_callers(exc)) is not None:
            raise unforeseen
        return of_http(exc).response(request)

    app.add_exception_handler(errors.ResonanceError, resonance)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)


def _not_the_callers(refusal: HTTPException) -> BaseException | None:
    """
    Return what happened while a body was read, unless the caller did it: FastAPI answers 400 to all of it.

    A body that cannot be decoded is a `ValueError`.
    """
    cause = refusal.__cause__
    is_ours = isinstance(refusal, RequestRefused) or refusal.status_code != 400
    if is_ours or isinstance(cause, (ValueError, ClientDisconnect)):
        return None
    return cause


def _broken(item: Mapping[str, object]) -> dict[str, str]:
    where = [str(part) for part in item["loc"]]  # type: ignore[attr-defined]
    path = where[1:] if where[0] == "body" and len(where) > 1 else where
    shown = "" if item["type"] == "missing" else repr(item.get("input"))
    rule = str(item["msg"]).removeprefix("Value error, ")
    return {
        "field": ".".join(path),
        "value": shown if len(shown) <= 120 else shown[:117] + "...",
        "rule": rule,
    }


def _encodable(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")
