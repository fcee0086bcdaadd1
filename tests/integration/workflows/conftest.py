"""
A real anvil with the system deployed and one project open; each test finds it so, and what it does is undone.

One anvil serves all tests of a process (one xdist worker). The parts are told through `World`, whose methods
are what the roles do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.attestation import Attestation
from resonance_dao.chain.book import Book
from resonance_dao.chain.chain import Receipt, nonce_of
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.deployment import run
from resonance_dao.chain.devchain import DevChain, increase_time
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.signer import DevSigner
from resonance_dao.workflows import bounties, contributions, projects
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.contributions import SignedAttestation
from resonance_dao.workflows.deploying import deployment_plan
from resonance_dao.workflows.project_file import read_project
from resonance_dao.workflows.system import Action, System, perform
from resonance_dao.workflows.terms import Submission, Terms
from tests.bounty_values import DOCUMENT, YEN, terms_of, work_of

ROOT = Path(__file__).parents[3]
ROLES = ("deployer", "owner", "worker", "partner", "aya", "ben", "source", "arbiter", "outsider", "relayer")
PROJECT = (ROOT / "examples/wagashi/project.yaml").read_text("utf-8")


@cache
def wallet(role: str) -> DevSigner:
    """Return the wallet of a role; making one is slow."""
    return DevSigner(ROLES.index(role))


@dataclass
class World:
    """The deployed system, and what the roles do in it."""

    system: System
    coin: str
    salt: int = 0

    def wallet(self, role: str) -> DevSigner:
        return wallet(role)

    def address(self, role: str) -> str:
        return wallet(role).address

    def now(self) -> int:
        return self.system.now()

    def later(self, seconds: int) -> None:
        increase_time(self.system.chain, seconds)

    def do(self, action: Action, role: str) -> Receipt:
        return perform(self.system, action, wallet(role))

    def nonce(self, role: str) -> int:
        return nonce_of(self.system.chain, self.address(role))

    def balance(self, role: str, token: str | None = None) -> int:
        contract = self.system.token(token or self.coin)
        return int(contract.call(self.system.chain, "balanceOf", self.address(role)))

    def credit(self, role: str) -> int:
        vault = self.system.vault
        return int(vault.call(self.system.chain, "creditOf", self.coin, self.address(role)))

    def terms(self, **changes: Any) -> Terms:
        """The terms of the tests: 300,000 in 30/50/20, two of two reviewers, 240,000 guaranteed."""
        terms = terms_of(
            funder=self.address("owner"),
            token=self.coin,
            judges=(self.address("aya"), self.address("ben"), self.address("source")),
            arbiter=self.address("arbiter"),
            now=self.now(),
            guaranteed=240_000 * YEN,
        )
        return replace(terms, **changes)

    def open_bounty(self, **changes: Any) -> BountyView:
        """Let the owner open a bounty, with the money that it needs."""
        receipts = [
            self.do(action, "owner")
            for action in bounties.opening(self.system, self.terms(**changes), self.address("owner"))
        ]
        return self.view(bounties.opened(self.system, receipts[-1]))

    def view(self, bounty_id: int) -> BountyView:
        return bounties.bounty(self.system, bounty_id)

    def work(self, view: BountyView, **changes: Any) -> Submission:
        """Work of the worker, who is paid all of it."""
        return work_of(view.id, self.address("worker"), **changes)

    def submit(self, view: BountyView, role: str = "worker", **changes: Any) -> BountyView:
        """Let a role hand in work with its own wallet."""
        own = {"worker": self.address(role), "payees": (self.address(role),)}
        work = self.work(view, **{**own, **changes})
        self.do(contributions.submitting(self.system, view.terms, work), role)
        return self.view(view.id)

    def review(self, view: BountyView, submission: int = 1, **changes: Any) -> Attestation:
        """A review that approves, not yet signed."""
        self.salt += 1
        values = {
            "verdict": "approve",
            "score_bps": 9000,
            "reason": "meets-brief",
            "document": DOCUMENT,
            "now": self.now(),
            "salt": self.salt.to_bytes(32, "big"),
        }
        return contributions.review(self.system, view, submission, **{**values, **changes})

    def outcome(self, view: BountyView, tranche: str, value: int, submission: int = 1) -> Attestation:
        """A report or ruling, not yet signed."""
        self.salt += 1
        return contributions.outcome(
            self.system,
            view,
            submission,
            tranche,
            value=value,
            evidence="bafkreig4fy4ztzvt4i7tgj6a43fzuplm3zflptawurxmb7trnx4m4jyxxe",
            now=self.now(),
            salt=self.salt.to_bytes(32, "big"),
        )

    def signed(self, attestation: Attestation, role: str) -> SignedAttestation:
        return contributions.sign(self.system, attestation, wallet(role))

    def relaying(self, view: BountyView, signed: SignedAttestation, submission: int = 1) -> Action:
        context = contributions.context_of(self.system, view, submission)
        return contributions.relaying(self.system, signed, context)

    def attest(self, view: BountyView, attestation: Attestation, role: str, submission: int = 1) -> Receipt:
        """Let a role attest with its own wallet."""
        context = contributions.context_of(self.system, view, submission)
        return self.do(contributions.attesting(self.system, attestation, context), role)

    def challenging(self, view: BountyView, tranche: str, role: str, submission: int = 1) -> Action:
        """A role's challenge of a report, from its own wallet."""
        return contributions.challenging(
            self.system, view, submission, tranche, self.address(role), "bafydoubt"
        )

    def accept(self, view: BountyView, submission: int = 1) -> BountyView:
        """Let both reviewers approve."""
        for role in ("aya", "ben"):
            self.attest(view, self.review(view, submission), role, submission)
        return self.view(view.id)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def settled_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The system deployed, the owner with money, project 1 open."""
    artifacts = compile_project(ROOT, env=os.environ)
    with DevChain.start(ROOT) as dev:
        chain = RpcChain(dev.url, reverts=RevertDecoder(artifacts.values()))
        book = Book.load(tmp_path_factory.mktemp("deployments"), chain)
        run(deployment_plan(ROOT, 31337, artifacts), chain, wallet("deployer"), book)
        coin = book.contract("TestYen", artifacts)
        world = World(System.from_book(chain, book, artifacts), coin.address)
        world.do(Action(coin, "mint", (world.address("owner"), 10**7 * YEN), {}), "owner")
        opening = projects.opening(
            world.system, read_project(PROJECT), "bafyproject", [world.system.escrow.address]
        )
        assert projects.opened(world.system, world.do(opening, "owner")) == 1
        yield world


@pytest.fixture
def world(settled_world: World) -> Iterator[World]:
    """The same world for every test, put back afterwards."""
    chain = settled_world.system.chain
    snapshot = chain.request("evm_snapshot")
    yield settled_world
    chain.request("evm_revert", [snapshot])
