"""
A chain, a gateway in a process of its own, and clients that upload evidence and have work relayed until they
are answered. What they were promised is in the log, and what they signed is on the chain once.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from resonance_dao.chain.deployment import run, survey
from resonance_dao.chain.devchain import DevChain, free_port
from resonance_dao.chain.signer import DevSigner
from resonance_dao.cli.demo import gateway as gateway_process
from resonance_dao.cli.demo.gateway import Gateway
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from resonance_dao.transparency.inclusion import InclusionProof, verify_inclusion
from resonance_dao.transparency.merkle import leaf_of
from resonance_dao.transparency.receipt import SignedReceipt
from tests.integration.gateway.conftest import ROOT, environment, open_bounty, signed_work
from tests.unit.journal.cluster import new_database, postgres

__all__ = ["postgres", "town"]

SEED = int(os.environ.get("RESONANCE_SEED", "1"))
CLIENTS, FIRST_WORKER, PATIENCE_S = 4, 100, 240
PLENTY = {"CHANGES_PER_MINUTE": "100000", "BUDGET_WEI": str(10**21)}


@dataclass
class Town:
    """The chain, the gateway's environment, and what the clients were told."""

    toolkit: Toolkit
    env: dict[str, str]
    port: int
    log: Path
    bounty_id: int
    receipts: dict[str, SignedReceipt] = field(default_factory=dict)
    cids: dict[str, bytes] = field(default_factory=dict)
    tolerated: tuple[int, ...] = (429, 503)
    submitted: int = 0
    asked_again: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)
    _gateway: Gateway | None = None

    @property
    def gateway(self) -> Gateway:
        """The gateway that was started last."""
        assert self._gateway is not None, "none was started"
        return self._gateway

    def start(self) -> Gateway:
        """Start a gateway; the one before is killed, if it still runs."""
        if self._gateway is not None:
            self._gateway._process.kill()
            self._gateway._process.wait()
        self._gateway = Gateway.start(self.env, self.port, self.log)
        return self._gateway

    def stop(self) -> None:
        """End the gateway, kindly."""
        if self._gateway is not None:
            self._gateway.stop()

    def upload(self, key: str) -> None:
        content = f"what {key} did".encode() * 5_000
        answer = self.insist("/v1/evidence", key, files={"file": (f"{key}.txt", content, "text/plain")})
        self.cids[answer["cid"]] = content

    def submit(self, key: str, worker: int) -> None:
        system, signer = self.toolkit.system, DevSigner(worker)
        signed = signed_work(system, self.bounty_id, signer, next(iter(self.cids)))
        self.insist("/v1/submissions", key, json=signed.to_dict())

    def insist(self, path: str, key: str, **what: Any) -> dict[str, Any]:
        """Post under one key until there is an answer, and now and then once more."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with suppress(httpx.TransportError):
                url = f"http://127.0.0.1:{self.port}{path}"
                answer = httpx.post(
                    url, headers={"Idempotency-Key": key}, timeout=30, trust_env=False, **what
                )
                if answer.status_code == 202:
                    told: dict[str, Any] = answer.json()
                    receipt = SignedReceipt.from_dict(told["receipt"])
                    assert self.receipts.setdefault(key, receipt) == receipt, "one request, two answers"
                    return told
                assert answer.status_code in self.tolerated, answer.text
            self.asked_again += 1
            time.sleep(0.2)
        raise AssertionError(f"{path} was never answered")

    @contextmanager
    def busy(self, watch: Callable[[], object] = lambda: None) -> Iterator[None]:
        """Let clients work meanwhile; then `watch` over the gateway until they have their last answers."""
        with ThreadPoolExecutor(CLIENTS) as threads:
            clients = [threads.submit(self.client, number) for number in range(CLIENTS)]
            try:
                yield
            finally:
                self.is_over.set()
                while not all(client.done() for client in clients):
                    watch()
                    time.sleep(0.2)
            self.submitted = sum(client.result() for client in clients)

    def client(self, number: int) -> int:
        """Upload and submit until the killing is over; return how many accounts handed in work."""
        rng, done = random.Random(f"{SEED}-{number}"), 0  # noqa: S311
        while not self.is_over.is_set():
            key = f"client-{number}-{done}"
            self.upload(f"{key}-evidence")
            self.submit(f"{key}-work", FIRST_WORKER + number + done * CLIENTS)
            if rng.random() < 0.3:
                self.upload(f"{key}-evidence")
            done += 1
        return done


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def town(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    # Others may use the machine too.
    monkeypatch.setattr(gateway_process, "_READY_S", PATIENCE_S)
    monkeypatch.setattr(gateway_process, "_DONE_S", PATIENCE_S)
    with ExitStack() as stack:
        dev = stack.enter_context(DevChain.start(ROOT))
        env = environment(tmp_path, dev.url, RESONANCE_OPERATOR_DEV_INDEX="9")
        for name, value in PLENTY.items():
            env |= {f"RESONANCE_{name}": value, f"RESONANCE_ANONYMOUS_{name}": value}
        env |= {"RESONANCE_BUDGET_ANONYMOUS_WEI": PLENTY["BUDGET_WEI"]}
        env |= {"RESONANCE_BUDGET_ROUTE_WEI": PLENTY["BUDGET_WEI"]}
        env |= {"RESONANCE_READS_PER_MINUTE": PLENTY["CHANGES_PER_MINUTE"]}
        if request.param == "PostgreSQL":
            server = request.getfixturevalue("postgres")
            env["RESONANCE_DATABASE_URL"] = new_database(server)
        toolkit = Toolkit(Settings.load(env), env=env)
        stack.callback(toolkit.close)
        run(survey(toolkit.plan, toolkit.chain), toolkit.chain, toolkit.operator, toolkit.book)
        town = Town(toolkit, env, free_port(), tmp_path / "gateway.log", open_bounty(toolkit))
        stack.callback(town.stop)
        yield town


def check(town: Town) -> None:
    """Compare what the clients hold with the chain, and the gateway with both, when all is anchored."""
    gateway = town.gateway
    gateway.wait_anchored()
    numbers = [receipt.receipt.number for receipt in town.receipts.values()]
    gateway.wait_for(
        lambda: [gateway.get(f"/v1/requests/{n}")["anchored"] for n in numbers], all, "what was asked"
    )
    system, publisher = town.toolkit.system, town.toolkit.operator.address
    events = system.escrow.events(
        system.chain.logs([system.escrow.address], 0, system.chain.block().number), "SubmissionReceived"
    )
    workers = sorted(event.args["worker"] for event in events)
    assert len(workers) == len(set(workers)) == town.submitted
    root = system.log.call(system.chain, "rootOf", publisher)
    size = system.log.call(system.chain, "sizeOf", publisher)
    assert gateway.get("/v1/log")["size"] == size
    for key, receipt in town.receipts.items():
        number = receipt.receipt.number
        receipt.verify(publisher)
        found = gateway.get(f"/v1/log/entries/{number}/proof?size={size}")
        proof = InclusionProof.from_dict(found["proof"])
        assert proof.index == receipt.receipt.index
        verify_inclusion(proof, leaf_of(receipt.receipt.record_hash), root)
        if key.endswith("-work"):
            assert gateway.get(f"/v1/requests/{number}")["state"] == "succeeded"
    assert len(set(numbers)) == len(town.receipts)
    for cid, content in town.cids.items():
        answer = httpx.get(f"{gateway.url}/ipfs/{cid}", timeout=60, trust_env=False)
        assert answer.content == content, answer
