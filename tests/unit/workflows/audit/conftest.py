"""A system without a chain behind it, a fake chain for the log, and events made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from resonance_dao.chain.artifact import Artifact, Artifacts
from resonance_dao.chain.chain import Block, Log, Receipt
from resonance_dao.chain.contract import Contract, Event
from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Work
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import Submission, Terms, TrancheTerms

HASH = "0x" + "ab" * 32


def account(number: int) -> str:
    """Return an address that is its own checksum: digits only."""
    return f"0x{number:040d}"


def _parameter(text: str) -> dict[str, Any]:
    kind, *rest = text.split()
    return {"type": kind, "name": rest[-1] if rest else "", "indexed": "indexed" in rest}


def _entry(kind: str, name: str, inputs: str, outputs: str = "") -> dict[str, Any]:
    split = [[_parameter(part) for part in text.split(",") if part] for text in (inputs, outputs)]
    return {"type": kind, "name": name, "inputs": split[0], "outputs": split[1]}


LOG_ABI = (
    _entry("event", "Appended", "address indexed publisher,uint64 size,uint64 count,bytes32 manifest"),
    _entry("function", "append", "uint64 size,bytes32[] leaves,bytes32 manifest"),
    _entry("function", "sizeOf", "address publisher", "uint64"),
    _entry("function", "rootOf", "address publisher", "bytes32"),
)


@dataclass
class FakeChain:
    """A chain of transactions that the test lists: calldata, receipts, logs; calls answer from `answers`."""

    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    emitted: list[Log] = field(default_factory=list)
    answers: dict[bytes, bytes] = field(default_factory=dict)
    time: int = 1_000_000

    def request(self, method: str, params: Sequence[object] = ()) -> Any:
        return {"eth_chainId": "0x7a69"}[method] if not params else self.sent.get(str(params[0]))

    def call(self, to: str, data: bytes, **options: Any) -> bytes:
        return self.answers[data[:4]]

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Any = ()) -> list[Log]:
        return [log for log in self.emitted if first <= log.block_number <= last]

    def block(self, number: int | str = "latest") -> Block:
        return Block(9 if isinstance(number, str) else number, HASH, HASH, self.time, None, 0)

    def receipt(self, tx_hash: str) -> Receipt | None:
        return self.receipts.get(tx_hash)

    def send_raw(self, raw: bytes) -> str:
        raise AssertionError("an audit sends nothing")


class MemorySource:
    """Blocks in memory, returned unchecked."""

    name = "memory"

    def __init__(self) -> None:
        self.blocks: dict[Cid, bytes] = {}

    def put(self, content: bytes) -> str:
        self.blocks[Cid.of(content)] = content
        return str(Cid.of(content))

    def get_block(self, cid: Cid) -> bytes:
        if cid not in self.blocks:
            raise EvidenceUnavailable(f"{cid} is not here")
        return self.blocks[cid]


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


@pytest.fixture
def source() -> MemorySource:
    return MemorySource()


@pytest.fixture
def findings() -> Findings:
    return Findings()


@pytest.fixture
def system(chain: FakeChain) -> System:
    def contract(number: int, name: str, abi: tuple[Any, ...] = ()) -> Contract:
        return Contract(account(number), Artifact(name, "", abi, b"", b""))

    return System(
        chain=chain,
        chain_id=31337,
        artifacts=Artifacts({}),
        vault=contract(
            91, "PayoutVault", (_entry("function", "push", ""), _entry("function", "withdraw", ""))
        ),
        projects=contract(92, "ProjectRegistry"),
        contributions=contract(93, "ContributionRegistry"),
        escrow=contract(94, "BountyEscrow"),
        log=contract(95, "TransparencyLog", LOG_ABI),
        eas=account(96),
        first_block=0,
    )


@pytest.fixture
def emit(system: System) -> Callable[..., Event]:
    """Return what makes an event: `emit("escrow", "BountyClosed", bountyId=1)`."""

    def event(contract: str, name: str, /, **args: Any) -> Event:
        return Event(name, args, getattr(system, contract).address, 5, HASH, 0)

    return event


@pytest.fixture
def at() -> Callable[..., Transaction]:
    """Return what makes a transaction at a time: `at(1000, event, …)`."""

    def transaction(time: int, *events: Event, block: int = 5, tx_hash: str = HASH) -> Transaction:
        return Transaction(tx_hash, block, time, events)

    return transaction


@pytest.fixture
def terms() -> Terms:
    return Terms(
        project_id=1,
        token=account(50),
        amount=1_000_001,
        guaranteed=400_000,
        token_reward=10,
        max_awards=2,
        min_multiplier_bps=8000,
        max_multiplier_bps=12_000,
        base_bps=3000,
        quorum=2,
        reviewers=(account(11), account(12), account(13)),
        submit_by=5000,
        review_window=100,
        arbiter=account(15),
        arbiter_window=50,
        success=TrancheTerms(5000, 5000, 10, 1000, 200, account(14)),
        long_term=TrancheTerms(2000, 2500, 3000, 4000, 0, account(14)),
        document="",
    )


@pytest.fixture
def ledger(terms: Terms) -> Ledger:
    """One bounty with one submission of two payees, handed in at 1000."""
    bounty = Bounty(1, terms, "0x" + "aa" * 32, account(1), HASH)
    submission = Submission(1, account(2), (account(2), account(3)), (3333, 6667), "")
    bounty.works[1] = Work(bounty, 1, submission, "0x" + "cc" * 32, HASH, 1000)
    return Ledger({1: bounty})


@pytest.fixture
def failed(findings: Findings) -> Callable[[], list[tuple[str, str]]]:
    """Return what lists (check, subject) of every row that fails."""

    def rows() -> list[tuple[str, str]]:
        return [(row.check, row.subject) for row in findings.rows if row.verdict is Verdict.FAIL]

    return rows
