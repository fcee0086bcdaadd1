"""The whole gateway: a real chain with the real contracts, journal, evidence folder and recorder."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontend_api.app import create_app
from frontend_api.logs import build_logger
from frontend_api.settings import GatewaySettings
from resonance_dao.chain.deployment import run, survey
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.signer import DevSigner
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from resonance_dao.workflows import bounties, contributions, projects
from resonance_dao.workflows.contributions import SignedSubmission
from resonance_dao.workflows.project_file import ProjectFile
from resonance_dao.workflows.system import Action, System, perform
from tests.bounty_values import DOCUMENT, terms_of, work_of

ROOT = Path(__file__).parents[3]
FUNDER, WORKER, REVIEWER, SOURCE, ARBITER, OUTSIDER = (DevSigner(index) for index in range(6))


@dataclass
class Gateway:
    """A running gateway, and what it stands on."""

    client: TestClient
    toolkit: Toolkit
    dev: DevChain
    log: io.StringIO

    def post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        answer = self.client.post(path, json=body, headers={"Idempotency-Key": key})
        assert answer.status_code == 202, answer.text
        accepted: dict[str, Any] = answer.json()
        return accepted

    def ended(self, number: int) -> dict[str, Any]:
        """Wait until the outcome of a request is anchored."""
        self.until(lambda: self.client.get(f"/v1/requests/{number}").json()["anchored"])
        progress: dict[str, Any] = self.client.get(f"/v1/requests/{number}").json()
        return progress

    def done(self, path: str, body: dict[str, Any], key: str) -> None:
        """Post what must succeed, and wait until it did."""
        number = self.post(path, body, key)["number"]
        self.until(lambda: self.client.get(f"/v1/requests/{number}").json()["outcome"] is not None)
        progress = self.client.get(f"/v1/requests/{number}").json()
        assert progress["state"] == "succeeded", progress

    def until(self, check: Callable[[], bool], seconds: float = 40) -> None:
        ends = time.monotonic() + seconds
        while not check():
            assert time.monotonic() < ends, (
                f"not within {seconds} s; the log ends: {self.log.getvalue()[-2000:]}"
            )
            time.sleep(0.1)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    with DevChain.start(ROOT) as dev:
        settings = Settings(
            root=ROOT,
            home=folder / "home",
            deployments=folder / "deployments",
            rpc_url=dev.url,
            operator_dev_index=9,
            batch_age_s=1,
        )
        toolkit, log = Toolkit(settings, env={}), io.StringIO()
        run(survey(toolkit.plan, toolkit.chain), toolkit.chain, toolkit.operator, toolkit.book)
        with TestClient(
            create_app(toolkit, GatewaySettings(hosts=("testserver", "127.0.0.1")), logger=build_logger(log))
        ) as client:
            yield Gateway(client, toolkit, dev, log)


@pytest.fixture(scope="module")
def bounty_id(gateway: Gateway) -> int:
    """A project with its token and one open bounty of 300,000 yen-coin."""
    return open_bounty(gateway.toolkit)


def environment(folder: Path, rpc_url: str, **more: str) -> dict[str, str]:
    """Return what a gateway's process is started with, its data in this folder."""
    return {
        "RESONANCE_ROOT": str(ROOT),
        "RESONANCE_HOME": str(folder / "home"),
        "RESONANCE_DEPLOYMENTS": str(folder / "deployments"),
        "RESONANCE_RPC_URL": rpc_url,
        "RESONANCE_BATCH_AGE_S": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        **more,
    }


def signed_work(system: System, bounty_id: int, signer: DevSigner, evidence: str) -> SignedSubmission:
    """Return work for a bounty, signed by its worker."""
    terms = bounties.bounty(system, bounty_id, only=()).terms
    work = work_of(bounty_id, signer.address, evidence=evidence)
    return contributions.sign_submission(system, terms, work, signer, system.now() + 36_000)


def open_bounty(toolkit: Toolkit) -> int:
    """Create a project with its token and open one bounty of 300,000 yen-coin."""
    system = toolkit.system
    description = {"en": "Sweets", "ja": "和菓子"}
    file = ProjectFile.model_validate(
        {"name": "Wagashi", "symbol": "WGS", "cap": "1000000", "description": description}
    )
    opening = projects.opening(system, file, DOCUMENT, [system.escrow.address])
    project_id = projects.opened(system, perform(system, opening, FUNDER))
    coin = toolkit.book.contract("TestYen", toolkit.artifacts)
    perform(system, Action(coin, "mint", (FUNDER.address, 10**24), {}), FUNDER)
    terms = terms_of(
        funder=FUNDER.address,
        token=coin.address,
        judges=(REVIEWER.address, SOURCE.address),
        arbiter=ARBITER.address,
        now=system.now(),
        project_id=project_id,
        max_awards=2,
    )
    for action in bounties.opening(system, terms, FUNDER.address):
        receipt = perform(system, action, FUNDER)
    return bounties.opened(system, receipt)
