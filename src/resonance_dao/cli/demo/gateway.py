"""
The gateway as a client sees it: a process of its own, spoken to over HTTP.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from resonance_dao.errors import ChainUnreachable, ResonanceError, TransactionFailed

_READY_S = 30
_DONE_S = 60


class Gateway:
    """A running gateway and a client for it."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.url, self.log = url, log
        self._process = process
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    @classmethod
    def start(cls, env: Mapping[str, str], port: int, log: Path) -> Gateway:
        """Start uvicorn with the gateway and return once it is ready; its log goes to a file."""
        command = [sys.executable, "-m", "uvicorn", "--factory", "frontend_api.app:from_environment"]
        command.append("--no-proxy-headers")
        command += ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"]
        with log.open("ab") as out:
            process = subprocess.Popen(command, env={**os.environ, **env}, stdout=out, stderr=out)  # noqa: S603
        gateway = cls(process, f"http://127.0.0.1:{port}", log)
        try:
            gateway._wait_until_ready()
        except BaseException:
            gateway.stop()
            raise
        return gateway

    def stop(self) -> None:
        """End the process, kindly first."""
        self._http.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=25)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    def get(self, path: str) -> Any:
        """Return the JSON at a path."""
        return self._answer(self._http.get(path))

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request with a fresh Idempotency-Key; returns number, receipt and status URL."""
        answer = self._http.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
        return dict(self._answer(answer))

    def upload(self, content: bytes) -> str:
        """Upload a file of evidence and return its CID."""
        return self.upload_files({"evidence": content})

    def upload_files(self, files: Mapping[str, bytes]) -> str:
        """Upload files of evidence and return the CID: of the file if it is one, else of their directory."""
        parts = [("file", (name, content)) for name, content in files.items()]
        headers = {"Idempotency-Key": str(uuid4())}
        answer = self._http.post("/v1/evidence", files=parts, headers=headers)
        return str(self._answer(answer)["cid"])

    def wait_done(self, accepted: Mapping[str, Any]) -> dict[str, Any]:
        """Wait until an accepted request succeeded on-chain; a failure raises with the decoded reason."""
        path = str(accepted["status_url"])
        progress = self.wait_for(lambda: self.get(path), lambda value: value["state"] in _ENDS, path)
        if progress["state"] != "succeeded":
            raise TransactionFailed(f"request {accepted['number']} {progress['state']}: {progress['error']}")
        return dict(progress)

    def wait_anchored(self) -> dict[str, Any]:
        """Wait until every record stands in the log on-chain."""
        return dict(
            self.wait_for(lambda: self.get("/v1/log"), lambda log: log["anchored"] == log["size"], "the log")
        )

    def wait_for(self, ask: Callable[[], Any], done: Callable[[Any], bool], what: str) -> Any:
        """Ask until done."""
        until = time.monotonic() + _DONE_S
        while True:
            value = ask()
            if done(value):
                return value
            if time.monotonic() > until:
                raise ChainUnreachable(f"{what} did not come to its end within {_DONE_S} s: {value}")
            time.sleep(0.1)

    def _wait_until_ready(self) -> None:
        until, answer = time.monotonic() + _READY_S, "no answer"
        while time.monotonic() < until and self.is_running:
            try:
                ready = self._http.get("/ready")
                if ready.status_code == 200:
                    return
                answer = ready.text
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise ChainUnreachable(f"the gateway did not become ready: {answer}", hint=f"Its log is {self.log}.")

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        if response.is_success:
            return response.json()
        problem = response.json() if "json" in response.headers.get("content-type", "") else {}
        raise Refusal(problem.get("detail", response.text), hint=problem.get("hint", ""), problem=problem)


class Refusal(ResonanceError):
    """The gateway refused a request; `details["problem"]` is its RFC 9457 answer."""

    code = "refused"


_ENDS = frozenset({"succeeded", "failed", "refused"})
