"""A gateway whose clocks stand still, over TLS as browsers see it."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from frontend_api.app import create_app
from frontend_api.doors.clocks import Clocks
from frontend_api.logs import build_logger
from frontend_api.settings import GatewaySettings
from resonance_dao.chain.siwe import SiweMessage
from resonance_dao.journal.api_keys import ApiKeys
from resonance_dao.workflows import bounties, judgements
from resonance_dao.workflows.machine_keys import new_key
from resonance_dao.workflows.reading.lists import Lists
from resonance_dao.workflows.roles import Role
from tests.unit.frontend_api.conftest import TOKEN, make_view

NOW = 1_767_225_600
SITE = "testserver"
OWN = {"Origin": f"https://{SITE}"}
WORKER, FUNDER = Account.from_key("0x" + "11" * 32), Account.from_key("0x" + "22" * 32)


@dataclass
class Standing:
    """Clocks that stand until they are moved."""

    unix: int = NOW
    nanoseconds: int = 10**15

    def clocks(self) -> Clocks:
        return Clocks(lambda: self.unix, lambda: self.nanoseconds, secrets.token_bytes)

    def pass_s(self, seconds: int) -> None:
        self.unix += seconds
        self.nanoseconds += seconds * 10**9


@dataclass
class Gate:
    """A gateway, its parts and its clocks; `browser` opens a new one with no cookies."""

    parts: Any
    time: Standing
    log: io.StringIO
    settings: GatewaySettings
    app: FastAPI
    count: list[int] = field(default_factory=list)

    def browser(self, *, address: str = "203.0.113.7", **headers: str) -> TestClient:
        return TestClient(self.app, base_url=f"https://{SITE}", headers=headers, client=(address, 50_000))

    def keyed(self, **headers: str) -> dict[str, str]:
        self.count.append(1)
        return {"Idempotency-Key": f"k{len(self.count)}", **headers}

    def message(self, browser: TestClient, account: str = WORKER.address, **changes: Any) -> SiweMessage:
        told = browser.get("/v1/session/nonce").json()
        names = ("domain", "uri", "version", "chain_id", "nonce", "issued_at", "statement")
        return replace(SiweMessage(address=account, **{name: told[name] for name in names}), **changes)

    def post(self, browser: TestClient, text: str, signature: bytes, **headers: str) -> Response:
        body = {"message": text, "signature": "0x" + signature.hex()}
        return browser.post("/v1/session", json=body, headers=self.keyed(**{**OWN, **headers}))

    def sign_in(self, browser: TestClient, wallet: Any = WORKER, **changes: Any) -> Response:
        text = self.message(browser, wallet.address, **changes).to_text()
        return self.post(browser, text, sign(wallet, text))

    def push(self, browser: TestClient, key: str = "", **headers: str) -> Response:
        """Ask for the one thing that costs the relayer gas: for each key, another account's payment."""
        keyed = {"Idempotency-Key": key} if key else self.keyed()
        body = {"token": TOKEN, "account": "0x" + sha256(keyed["Idempotency-Key"].encode()).hexdigest()[:40]}
        return browser.post("/v1/payouts/push", json=body, headers={**keyed, **headers})

    def api_key(self, *scopes: str, until: int | None = None) -> str:
        text, key = new_key("machine", scopes, now=self.time.unix, random=secrets.token_bytes, until=until)
        ApiKeys(self.parts.journal.database).add(key)
        return text


def sign(wallet: Any, text: str) -> bytes:
    return bytes(wallet.sign_message(encode_defunct(text=text)).signature)


@pytest.fixture
def build(parts: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Gate]:
    """Build a gateway with other settings than the usual ones."""
    for module in (bounties, judgements):
        monkeypatch.setattr(module, "bounty", lambda _system, number, only=None: make_view(number))
    monkeypatch.setattr(Lists, "roles_of", lambda *_: (Role("owner", project_id=3), Role("auditor")))

    def build_it(**changes: Any) -> Gate:
        time, log = Standing(), io.StringIO()
        settings = replace(GatewaySettings(hosts=(SITE,)), **changes)
        app = create_app(
            parts, settings, logger=build_logger(log), new_id=lambda: "request-1", clocks=time.clocks()
        )
        return Gate(parts, time, log, settings, app)

    return build_it


@pytest.fixture
def gate(build: Callable[..., Gate]) -> Gate:
    return build()
