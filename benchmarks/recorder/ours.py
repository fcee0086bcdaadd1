"""
Our gateway with one route more, which asks for the transaction that the baseline sends.

Everything else is as it is served: middleware, strict JSON, Idempotency-Key, simulation on the node, number,
record and receipt in one durable commit. `BENCH_RECORDER=off` leaves the sending to another process, as
behind a load balancer, where one replica leads.
"""

from __future__ import annotations

import io
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, FastAPI
from recorder.stage import PUBLISHER, contracts

from frontend_api.accepting import AcceptingDep
from frontend_api.app import create_app as create_gateway
from frontend_api.intake import Asked
from frontend_api.logs import build_logger
from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.wire import Address, Amount, Wire
from frontend_api.settings import GatewaySettings
from frontend_api.strict_json import StrictRoute
from resonance_dao.chain.chain import identify
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.contract import Contract
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.workflows.recorder import Recorder
from resonance_dao.workflows.recorder_values import RecorderSettings, Tick
from resonance_dao.workflows.system import Action

UNLIMITED = GatewaySettings(
    anonymous_changes_per_minute=10**8,
    budget_wei=10**24,
    budget_route_wei=10**24,
    budget_anonymous_wei=10**24,
)
"""Counted and budgeted as always, but one caller may use up all there is."""

router = APIRouter(route_class=StrictRoute)


class MintIn(Wire):
    """Whom to give how much."""

    to: Address
    amount: Amount


@router.post("/mint", status_code=202)
async def mint(body: MintIn, accepting: AcceptingDep) -> AcceptedOut:
    """Relay a mint of the test coin."""

    def plan(system: Any) -> Asked:
        token = system.token
        action = Action(token, "mint", (body.to, int(body.amount)), {"en": "mint"})
        return Asked(action, f"contract/{token.address}")

    return await accepting.relay(body, plan)


class Idle:
    """Stands for a recorder that runs elsewhere."""

    def tick(self, _now: int) -> Tick:
        """Do nothing."""
        return Tick(leader=False)


@dataclass
class Parts:
    """The toolkit's parts, for a chain that has two contracts only."""

    system: Any
    store: EmbeddedStore
    journal: Journal
    recorder: Any
    log: Contract
    operator: Any = PUBLISHER

    def now(self) -> int:
        """Return unix s by the machine's clock, as on every chain that is not for development."""
        return int(time.time())

    def close(self) -> None:
        """Close the database."""
        self.journal.database.close()


def create_app() -> FastAPI:
    """Return the gateway; the environment names the node, the contracts and the folder."""
    app = create_gateway(
        build_parts(Path(os.environ["BENCH_FOLDER"])),  # type: ignore[arg-type]
        UNLIMITED,
        logger=build_logger(io.StringIO()),
    )
    app.include_router(router)
    return app


def build_parts(folder: Path) -> Parts:
    """Wire journal, store and recorder over the node and the contracts of the environment."""
    chain = RpcChain(os.environ["BENCH_RPC"])
    token, log = contracts(os.environ["BENCH_TOKEN"], os.environ["BENCH_LOG"])
    found = identify(chain)
    identity = Identity(found.chain_id, found.genesis_hash, PUBLISHER.address, log.address)
    journal = Journal(Database(f"sqlite:///{folder / 'journal.db'}"), identity, PUBLISHER)
    store = EmbeddedStore(folder / "blocks")
    recorder: Any = Idle()
    if os.environ.get("BENCH_RECORDER") != "off":
        settings = RecorderSettings(confirmations=1)
        recorder = Recorder(journal, chain, PUBLISHER, log, lambda: (token,), store, settings)
    return Parts(SimpleNamespace(chain=chain, token=token), store, journal, recorder, log)
