"""A stage for the recorder: a real anvil with a log and a token, a database and a store, and nothing else."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.chain.artifact import Artifact, Artifacts
from resonance_dao.chain.chain import Chain, identify, nonce_of
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.devchain import DevChain, mine
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.sender import wait
from resonance_dao.chain.signer import DevSigner, Signer
from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import PinReport
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Accepted, Hook, Idempotency, Identity, no_hook
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.workflows import recording
from resonance_dao.workflows.recorder import Recorder
from resonance_dao.workflows.recorder_values import RecorderSettings
from resonance_dao.workflows.senders import Pool
from resonance_dao.workflows.system import Action

ROOT = Path(__file__).parents[3]


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


cluster = loaded(ROOT / "tests" / "unit" / "journal" / "cluster.py")
postgres = cluster.postgres
OUTAGE = {"reason_code": "GATEWAY_OUTAGE", "what": "It was down.", "why": "No power.", "next": "None."}
OPERATOR, OUTSIDER, FUNDER = DevSigner(9), DevSigner(1), DevSigner(0)


@dataclass
class FolderStore:
    """Blocks in a folder, so that they outlive the process; `broken` mirrors fail."""

    folder: Path
    broken: list[str] = field(default_factory=list)
    mirrors: tuple[str, ...] = ()
    name: str = "folder"

    def put_block(self, cid: Cid, block: bytes) -> None:
        if self.name in self.broken:
            raise EvidenceUnavailable(f"{self.name} is down")
        (self.folder / str(cid)).write_bytes(block)

    def get_block(self, cid: Cid) -> bytes:
        return (self.folder / str(cid)).read_bytes()

    def has_block(self, cid: Cid) -> bool:
        return (self.folder / str(cid)).exists()

    def pin(self, cid: Cid) -> tuple[PinReport, ...]:
        down = dict.fromkeys(self.broken, "its disk is full")
        return tuple(
            PinReport(cid, name, name not in down, down.get(name, "")) for name in (self.name, *self.mirrors)
        )

    def is_pinned(self, cid: Cid) -> bool:
        return self.has_block(cid)

    def pins(self) -> Iterator[Cid]:
        return (Cid.parse(path.name) for path in self.folder.iterdir())


@dataclass
class Stage:
    """What is there; `journal` and `recorder` open it as a process of its own would."""

    rpc_url: str
    database_url: str
    log: Contract
    token: Contract
    store: FolderStore
    reverts: RevertDecoder
    settings: RecorderSettings = RecorderSettings(confirmations=2, bump_after_s=3600)  # noqa: RUF009
    chains: dict[int, RpcChain] = field(default_factory=dict)
    pool: Sequence[Signer] = ()
    outage: Mapping[str, str] = field(default_factory=lambda: OUTAGE)

    def chain(self) -> RpcChain:
        """One connection for each process: a forked worker must not share its parent's."""
        if os.getpid() not in self.chains:
            self.chains[os.getpid()] = RpcChain(self.rpc_url, reverts=self.reverts)
        return self.chains[os.getpid()]

    def journal(self, hook: Hook = no_hook, signer: Signer = OPERATOR, **options: Any) -> Journal:
        found = identify(self.chain())
        identity = Identity(found.chain_id, found.genesis_hash, signer.address, self.log.address)
        return Journal(Database(self.database_url), identity, signer, hook=hook, **options)

    def recorder(self, journal: Journal, chain: Chain | None = None) -> Recorder:
        return Recorder(
            journal,
            chain or self.chain(),
            OPERATOR,
            self.log,
            self.watched,
            self.store,
            self.settings,
            Pool(self.pool),
        )

    def watched(self) -> Sequence[Contract]:
        return (self.token,)

    def recorder_again(self, before: Recorder) -> Recorder:
        """Restart: close the one before and open everything anew."""
        before.close()
        return self.recorder(self.journal())

    def action(self, function: str, *arguments: object) -> Action:
        return Action(self.token, function, arguments, {"en": function})

    def send_elsewhere(self) -> str:
        """Let a stranger send something to somebody else."""
        return send_raw(self.chain(), OUTSIDER, FUNDER.address, b"", 21_000)

    def use_operator_key(self) -> None:
        """Let somebody who has the operator's key send something."""
        self.use_key(OPERATOR)

    def use_key(self, key: DevSigner) -> None:
        """Let somebody who has a key send something."""
        send_raw(self.chain(), key, FUNDER.address, b"", 21_000)

    def mint(
        self, journal: Journal, amount: int, key: str | None = None, about: str = "bounty/1"
    ) -> Accepted:
        """Ask for a transaction that does its work."""
        return self.ask(journal, self.action("mint", FUNDER.address, amount), key, about)

    def overdraw(
        self, journal: Journal, amount: int, key: str | None = None, about: str = "bounty/1"
    ) -> Accepted:
        """Ask for a transaction that reverts: nobody allowed it."""
        action = self.action("transferFrom", FUNDER.address, OPERATOR.address, amount)
        return self.ask(journal, action, key, about)

    def ask(
        self, journal: Journal, action: Action, key: str | None = None, about: str = "bounty/1"
    ) -> Accepted:
        idempotency = (
            None if key is None else Idempotency.of("client", key, {"data": "0x" + action.data.hex()})
        )
        return recording.request(journal, action, about, now=self.now(), idempotency=idempotency)

    def now(self) -> int:
        return self.chain().block().timestamp

    def mine(self, blocks: int = 1) -> None:
        mine(self.chain(), blocks)

    def settle(self, recorder: Recorder, *, since: int = 0) -> None:
        """Tick until all is done, the clock never showing less than `since`."""
        recorder.settle(lambda: max(self.now(), since), limit=60, pause=self.mine)


def send_raw(chain: Chain, signer: DevSigner, to: str | None, data: bytes, gas: int = 6_000_000) -> str:
    """Send without simulating, as anyone can; `to` None creates a contract."""
    block = chain.block()
    transaction = {
        "chainId": 31337,
        "nonce": nonce_of(chain, signer.address),
        "gas": gas,
        "value": 0,
        "data": "0x" + data.hex(),
        "type": 2,
        "maxFeePerGas": 10 * (block.base_fee or 1) + 10**9,
        "maxPriorityFeePerGas": 10**9,
        **({} if to is None else {"to": to}),
    }
    return chain.send_raw(signer.sign_transaction(transaction))


@pytest.fixture(scope="session")
def artifacts() -> Artifacts:
    return compile_project(ROOT)


@pytest.fixture(scope="session")
def reverts(artifacts: Artifacts) -> RevertDecoder:
    return RevertDecoder(artifacts.values())


@pytest.fixture
def dev() -> Iterator[DevChain]:
    with DevChain.start(ROOT) as started:
        yield started


@pytest.fixture
def stage(dev: DevChain, artifacts: Artifacts, reverts: RevertDecoder, tmp_path: Path) -> Stage:
    chain = RpcChain(dev.url)

    def deploy(artifact: Artifact) -> Contract:
        receipt = wait(chain, send_raw(chain, FUNDER, None, artifact.bytecode))
        assert receipt.contract_address is not None
        return Contract(receipt.contract_address, artifact)

    url = f"sqlite:///{tmp_path / 'journal.db'}"
    upgrade(url)
    (tmp_path / "blocks").mkdir()
    log, token = deploy(artifacts.get("TransparencyLog")), deploy(artifacts.get("TestYen"))
    return Stage(dev.url, url, log, token, FolderStore(tmp_path / "blocks"), reverts)


@pytest.fixture
def batched(stage: Stage, artifacts: Artifacts) -> Stage:
    """The same stage with a log of batches."""
    artifact = artifacts.get("BatchedLog")
    receipt = wait(stage.chain(), send_raw(stage.chain(), FUNDER, None, artifact.bytecode))
    assert receipt.contract_address is not None
    return replace(stage, log=Contract(receipt.contract_address, artifact))


@pytest.fixture
def outsider_mints(stage: Stage) -> Callable[[int], str]:
    """Let a stranger mint; return the transaction's hash."""
    return lambda amount: send_raw(
        stage.chain(),
        OUTSIDER,
        stage.token.address,
        stage.token.encode("mint", OUTSIDER.address, amount),
        500_000,
    )


@pytest.fixture
def outsider_fails(stage: Stage) -> Callable[[], str]:
    """Let a stranger send what reverts; return the transaction's hash."""
    data = stage.token.encode("transfer", FUNDER.address, 10**30)
    return lambda: send_raw(stage.chain(), OUTSIDER, stage.token.address, data, 500_000)


@pytest.fixture(scope="session")
def killing() -> ModuleType:
    """The kill harness, which is no test by itself."""
    return loaded(Path(__file__).parent / "killing.py")


@pytest.fixture(scope="session")
def vaults() -> ModuleType:
    """The signing server for tests."""
    return loaded(ROOT / "tests" / "unit" / "chain" / "vault.py")


@pytest.fixture
def on_postgres(stage: Stage, postgres: str) -> Stage:
    """The same stage with its journal in PostgreSQL."""
    url: str = cluster.new_database(postgres)
    upgrade(url)
    return replace(stage, database_url=url)


@pytest.fixture
def pool() -> tuple[DevSigner, ...]:
    """Three further keys that relay requests."""
    return DevSigner(6), DevSigner(7), DevSigner(8)
