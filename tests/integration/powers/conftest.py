"""A real anvil with every contract on it, a project, a pool, and something in each that could be taken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.book import Book
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.deployment import run
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.plan import Ref, Specification, plan
from resonance_dao.chain.powers import own_contracts
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.sender import send
from resonance_dao.chain.signer import DevSigner
from resonance_dao.workflows.deploying import deployment_plan

ROOT = Path(__file__).parents[3]
OWNER, OUTSIDER = DevSigner(1), DevSigner(2)
MINTER = "0x000000000000000000000000000000000000bEEF"


@dataclass
class Stage:
    """Where each contract is; `Coin` is the money of the pool and of the owner's credit."""

    chain: RpcChain
    artifacts: Artifacts
    contracts: dict[str, Contract]
    owner: str = OWNER.address
    outsider: str = OUTSIDER.address

    def do(self, name: str, function: str, *args: Any) -> None:
        """Let the owner call a function."""
        contract = self.contracts[name]
        send(self.chain, OWNER, contract.address, contract.encode(function, *args))

    def ask(self, name: str, function: str, *args: Any) -> Any:
        return self.contracts[name].call(self.chain, function, *args)

    def place(self, name: str, address: str, artifact: str | None = None) -> None:
        self.contracts[name] = Contract(address, self.artifacts.get(artifact or name))

    def facts(self) -> dict[str, Any]:
        """What no outsider may change."""
        coin, pool = self.contracts["Coin"].address, self.contracts["FundingPool"].address
        return {
            "owner": self.ask("ProjectRegistry", "ownerOf", 1),
            "pending owner": self.ask("ProjectRegistry", "pendingOwnerOf", 1),
            "outsider acts": self.ask("ProjectRegistry", "isAuthorized", 1, self.outsider),
            "closed": self.ask("ProjectRegistry", "isClosed", 1),
            "supply": self.ask("ProjectToken", "totalSupply"),
            "reserved": self.ask("ProjectToken", "totalReserved"),
            "outsider mints": self.ask("ProjectToken", "isMinter", self.outsider),
            "minter": self.ask("ProjectToken", "isMinter", MINTER),
            "transfers": self.ask("ProjectToken", "areTransfersOpen"),
            "credits": [self.ask("PayoutVault", "creditOf", coin, account) for account in (self.owner, pool)],
            "raised": self.ask("FundingPool", "raised"),
            "terms": self.ask("FundingPool", "termsHash"),
            "funded": self.ask("FundingPool", "bountyId"),
            "log": self.ask("TransparencyLog", "sizeOf", self.owner),
        }


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def artifacts() -> Artifacts:
    return compile_project(ROOT, env=os.environ)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, artifacts: Artifacts) -> Iterator[Stage]:
    """Every contract deployed, project 1 open, 10 in the owner's credit, 5 in a pool."""
    with DevChain.start(ROOT) as dev:
        chain = RpcChain(dev.url, reverts=RevertDecoder(artifacts.values()))
        book = Book.load(tmp_path_factory.mktemp("deployments"), chain)
        run(deployment_plan(ROOT, 31337, artifacts), chain, OWNER, book)
        pools = Specification("FundingPools", artifacts.get("FundingPools"), (Ref("BountyEscrow"),))
        escrow = Specification(
            "BountyEscrow", artifacts.get("BountyEscrow"), existing=book.entry("BountyEscrow").address
        )
        run(plan([escrow, pools]), chain, OWNER, book)
        named = [item.name for item in own_contracts(artifacts) if book.begun(item.name)]
        made = Stage(chain, artifacts, {name: book.contract(name, artifacts) for name in named})
        made.place("Coin", book.entry("TestYen").address, "TestYen")
        _furnish(made)
        yield made


def _furnish(stage: Stage) -> None:
    coin, vault = stage.contracts["Coin"].address, stage.contracts["PayoutVault"].address
    opening = {
        "name": "Sakura",
        "symbol": "SKR",
        "cap": 1000,
        "metadata": "bafymetadata",
        "minters": [MINTER],
    }
    stage.do("ProjectRegistry", "open", opening)
    stage.place("ProjectToken", stage.ask("ProjectRegistry", "tokenOf", 1))
    plan_of_pool = {"token": coin, "goal": 10, "deadline": 2**40, "salt": bytes(32)}
    stage.do("FundingPools", "open", b"terms", plan_of_pool)
    stage.place("FundingPool", stage.ask("FundingPools", "poolAt", OWNER.address, plan_of_pool))
    stage.do("Coin", "mint", OWNER.address, 15)
    stage.do("Coin", "approve", vault, 10)
    stage.do("Coin", "approve", stage.contracts["FundingPool"].address, 5)
    stage.do("PayoutVault", "deposit", coin, OWNER.address, 10)
    stage.do("FundingPool", "contribute", 5)
