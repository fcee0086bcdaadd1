"""A gateway that a test makes lie, and a monitor with its memory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from resonance_dao.chain.signer import DevSigner
from resonance_dao.transparency.checkpoint import Checkpoint, log_origin
from resonance_dao.transparency.consistency import prove_consistency
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.transparency.signed_checkpoint import sign_checkpoint
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows.monitoring.alarm import WHAT
from resonance_dao.workflows.monitoring.monitor import Monitor
from resonance_dao.workflows.monitoring.state import MonitorState
from tests.integration.log.publishing import Publishing

URL = "http://gateway.test"


@dataclass
class FakeGateway:
    """Answers for a publisher; whatever is set here is what it says instead of the truth."""

    publishing: Publishing
    tree: Tree | None = None
    size: int | None = None
    signer: DevSigner | None = None
    receipts: dict[int, SignedReceipt] = field(default_factory=dict)
    reach: dict[str, object] = field(default_factory=dict)
    status: int = 200
    of: Literal["log", "batches"] = "log"

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.status != 200:
            return httpx.Response(self.status)
        path, known = request.url.path, self.publishing
        tree = known.outer if self.tree is None else self.tree
        if path == "/v1/log":
            size = len(known.receipts) if self.size is None else self.size
            log, publisher = known.log.address, known.signer.address
            facts = {"chain_id": 31337, "log": log, "publisher": publisher, "size": size}
            return httpx.Response(200, json={**facts, "anchored": tree.size, **self.reach})
        if path == "/v1/log/checkpoint":
            origin = log_origin("example.org", 31337, known.signer.address, of=self.of)
            head = Checkpoint(origin, tree.size, tree.head())
            return httpx.Response(
                200, text=sign_checkpoint(head, 31337, self.signer or known.signer).to_text()
            )
        if path == "/v1/log/consistency":
            first, second = (int(request.url.params[name]) for name in ("first", "second"))
            longer = tree if tree.size >= second else known.outer
            return httpx.Response(200, json=prove_consistency(longer, first, second).to_dict())
        number = int(path.split("/")[4])
        return httpx.Response(200, json=self.receipts.get(number, known.receipts[number - 1]).to_dict())


@dataclass
class Watching:
    """A monitor with its memory; `look` is one round and returns the codes of its alarms."""

    monitor: Monitor
    state: MonitorState | None = None
    evidence: dict[str, Any] = field(default_factory=dict)

    def look(self) -> list[str]:
        self.state, alarms = self.monitor.round(self.state)
        self.evidence.update({alarm.code: alarm.evidence for alarm in alarms})
        assert all(alarm.code in WHAT and alarm.to_text() and alarm.to_text("ja") for alarm in alarms)
        json.dumps([alarm.to_dict() for alarm in alarms])
        return [alarm.code for alarm in alarms]
