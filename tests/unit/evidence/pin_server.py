"""
A pinning service for tests, as the Pinning Service API 1.0.0 describes one, over real HTTP.

It takes CARs at `/upload` and serves blocks at `/ipfs/{cid}`. A pin is `queued` until it was asked about
`patience` times; then it is `pinned` if the content is there, else `failed`.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from resonance_dao.evidence.car import read_car
from resonance_dao.evidence.cid import Cid

TOKEN = "a-token-for-tests"


class PinServer:
    """`override` may answer a request in place of the service: (status, body) or None."""

    def __init__(self) -> None:
        self.pins: dict[str, dict[str, Any]] = {}
        self.blocks: dict[Cid, bytes] = {}
        self.requests: list[str] = []
        self.bodies: list[Any] = []
        self.patience, self._made = 0, 0
        self.override: Callable[[str, str], tuple[int, bytes] | None] = lambda _method, _path: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.handle(self)

            do_POST = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        threading.Thread(target=self.httpd.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.httpd.shutdown()
        self.httpd.server_close()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers.get("Content-Length") or 0)
        body = request.rfile.read(length)
        self.requests.append(f"{request.command} {urlsplit(request.path).path}")
        status, answer = self._answer(request, body)
        request.send_response(status)
        request.send_header("Content-Length", str(len(answer)))
        if status in (301, 302):
            request.send_header("Location", self.url + "/elsewhere")
        request.end_headers()
        request.wfile.write(answer)

    def _answer(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(request.path)
        instead = self.override(request.command, parts.path)
        if instead is not None:
            return instead
        if parts.path.startswith("/ipfs/"):
            block = self.blocks.get(Cid.parse(parts.path.rpartition("/")[2]))
            return (404, b"") if block is None else (200, block)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _failure(401, "UNAUTHORIZED", "the token is not known")
        if parts.path == "/upload":
            read_car(io.BytesIO(body), self.blocks.__setitem__)
            return 200, b""
        return self._pins(request.command, parts.path, parse_qs(parts.query), body)

    def _pins(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, bytes]:
        identity = path.removeprefix("/pins").lstrip("/")
        if identity and identity not in self.pins:
            return _failure(404, "NOT_FOUND", "no such request")
        if method == "GET":
            wanted = query.get("status", ["pinned"])[0].split(",")
            shown = [self._progress(one) for one in self.pins.values() if one["pin"]["cid"] in query["cid"]]
            shown = [one for one in shown if one["status"] in wanted]
            return 200, json.dumps({"count": len(shown), "results": shown}).encode()
        if identity:
            del self.pins[identity]
        if method == "DELETE":
            return 202, b""
        return 202, json.dumps(self._add(json.loads(body))).encode()

    def _add(self, pin: dict[str, Any]) -> dict[str, Any]:
        self.bodies.append(pin)
        self._made += 1
        identity = f"request {self._made}/a".replace(" ", "-").replace("/", "-")
        made = {"requestid": identity, "status": "queued", "created": "2026-01-01T00:00:00Z", "pin": pin}
        self.pins[identity] = {**made, "delegates": ["/dnsaddr/pins.example"], "asked": 0}
        return self._progress(self.pins[identity], asked=0)

    def _progress(self, pin: dict[str, Any], asked: int = 1) -> dict[str, Any]:
        pin["asked"] += asked
        if pin["status"] == "queued" and pin["asked"] >= self.patience:
            there = Cid.parse(pin["pin"]["cid"]) in self.blocks
            pin["status"] = "pinned" if there else "failed"
            pin["info"] = {} if there else {"status_details": "no peer has it"}
        return {name: value for name, value in pin.items() if name != "asked"}


def _failure(status: int, reason: str, details: str) -> tuple[int, bytes]:
    return status, json.dumps({"error": {"reason": reason, "details": details}}).encode()
