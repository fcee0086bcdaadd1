"""A real anvil with every contract on it, and something in each that could be taken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain import abi
from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.book import Book
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.deployment import run
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.powers import own_contracts, writing_functions
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
    terms: dict[int, bytes] = field(default_factory=dict)
    submission: bytes = b""

    def do(self, name: str, function: str, *args: Any) -> None:
        """Let the owner call a function."""
        contract = self.contracts[name]
        send(self.chain, OWNER, contract.address, contract.encode(function, *args))

    def ask(self, name: str, function: str, *args: Any) -> Any:
        return self.contracts[name].call(self.chain, function, *args)

    def place(self, name: str, address: str, artifact: str | None = None) -> None:
        self.contracts[name] = Contract(address, self.artifacts.get(artifact or name))

    def encoded(self, name: str, function: str, parameter: str, value: Any) -> bytes:
        """Return `abi.encode` of a value as one parameter of a function takes it."""
        inputs = writing_functions(self.contracts[name].artifact)[function]["inputs"]
        wanted = [item for item in inputs if item["name"] == parameter]
        return abi.encode(wanted, [value], where=parameter)

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
            "escrow": self.ask("PayoutVault", "creditOf", coin, self.contracts["BountyEscrow"].address),
            "bounty": self.ask("BountyEscrow", "bountyOf", 1),
            "work": self.ask("BountyEscrow", "submissionOf", 1, 1),
            "successor": self.ask("PayoutVault", "payeeOf", self.owner),
            "log": self.ask("TransparencyLog", "sizeOf", self.owner),
            "batched log": self.ask("BatchedLog", "sizeOf", self.owner),
        }


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def artifacts() -> Artifacts:
    return compile_project(ROOT, env=os.environ)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, artifacts: Artifacts) -> Iterator[Stage]:
    """Every contract deployed, project 1 with two bounties, 10 in the owner's credit, 5 in a pool."""
    with DevChain.start(ROOT) as dev:
        chain = RpcChain(dev.url, reverts=RevertDecoder(artifacts.values()))
        book = Book.load(tmp_path_factory.mktemp("deployments"), chain)
        run(deployment_plan(ROOT, 31337, artifacts), chain, OWNER, book)
        named = [item.name for item in own_contracts(artifacts) if book.begun(item.name)]
        made = Stage(chain, artifacts, {name: book.contract(name, artifacts) for name in named})
        made.place("BountyOpener", made.ask("BountyEscrow", "opener"))
        made.place("Coin", book.entry("TestYen").address, "TestYen")
        _furnish(made)
        yield made


def _furnish(stage: Stage) -> None:
    coin = stage.contracts["Coin"].address
    minters = [MINTER, stage.contracts["BountyEscrow"].address]
    opening = {"name": "Sakura", "symbol": "SKR", "cap": 1000, "metadata": "bafymetadata", "minters": minters}
    stage.do("ProjectRegistry", "open", opening)
    stage.place("ProjectToken", stage.ask("ProjectRegistry", "tokenOf", 1))
    stage.do("Coin", "mint", stage.owner, 10**6)
    for spender in ("PayoutVault", "BountyOpener"):
        stage.do("Coin", "approve", stage.contracts[spender].address, 10**5)
    stage.do("PayoutVault", "deposit", coin, stage.owner, 10)
    _open_bounties(stage)
    _open_pool(stage)


def _open_bounties(stage: Stage) -> None:
    """Bounty 1 with work by the owner that waits for its review, bounty 2 for applicants."""
    desk = stage.contracts["ApplicationDesk"].address
    for bounty_id, terms in ((1, _terms(stage)), (2, {**_terms(stage), "admission": desk})):
        stage.do("BountyOpener", "open", terms)
        stage.terms[bounty_id] = stage.encoded("BountyOpener", "open", "terms", terms)
    work = {
        "bountyId": 1,
        "worker": stage.owner,
        "payees": [stage.owner],
        "sharesBps": [10_000],
        "exempt": 0,
        "evidence": "bafyevidence",
    }
    stage.do("BountyEscrow", "submit", stage.terms[1], work, {"deadline": 0, "signature": b""})
    stage.submission = stage.encoded("BountyEscrow", "submit", "submission", work)


def _open_pool(stage: Stage) -> None:
    terms, deadline, salt = _terms(stage), 2**40, bytes(32)
    pool = stage.ask("FundingPools", "poolAt", stage.owner, terms, deadline, salt)
    stage.do("FundingPools", "open", {**terms, "funder": pool}, deadline, salt)
    stage.place("FundingPool", pool)
    stage.do("Coin", "approve", pool, 5)
    stage.do("FundingPool", "contribute", 5)


def _terms(stage: Stage) -> dict[str, Any]:
    reviewer, source, arbiter = (f"0x{number:040x}" for number in (0xAA, 0xBB, 0xCC))
    tranche = {
        "shareBps": 3500,
        "silentBps": 5000,
        "capBps": 10_000,
        "opensAfter": 0,
        "closesAfter": 86_400,
        "challengeWindow": 3600,
        "target": 100,
        "source": source,
    }
    return {
        "projectId": 1,
        "funder": stage.owner,
        "token": stage.contracts["Coin"].address,
        "amount": 1000,
        "guaranteed": 0,
        "tokenReward": 10,
        "maxAwards": 2,
        "minMultiplierBps": 10_000,
        "maxMultiplierBps": 10_000,
        "baseBps": 3000,
        "quorum": 1,
        "reviewers": [reviewer],
        "submitBy": int(stage.chain.block().timestamp) + 86_400,
        "reviewWindow": 86_400,
        "appealWindow": 86_400,
        "silentAppealAccepts": True,
        "arbiter": arbiter,
        "arbiterWindow": 86_400,
        "challengeBond": 0,
        "admission": "0x" + "00" * 20,
        "withholding": bytes(32),
        "success": tranche,
        "longTerm": tranche,
        "document": "bafydocument",
    }
