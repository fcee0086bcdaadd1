"""A system without a chain behind it, a fake chain for the log, and events made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pytest

from resonance_dao.chain.artifact import Artifact, Artifacts
from resonance_dao.chain.attestation import ZERO_ADDRESS, ZERO_HASH
from resonance_dao.chain.chain import Block, Log, Receipt
from resonance_dao.chain.contract import Contract, Event
from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Work
from resonance_dao.workflows.audit.project_audit import Project, ProjectAudit
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


def _struct_function(name: str, components: list[dict[str, Any]], *first: str) -> dict[str, Any]:
    """Return a function whose last argument is a struct, named after its own name: `hashTerms(terms)`."""
    last = {"type": "tuple", "name": name.removeprefix("hash").lower(), "components": components}
    return {"type": "function", "name": name, "inputs": [*map(_parameter, first), last], "outputs": []}


def _fields(text: str) -> list[dict[str, Any]]:
    return [_parameter(part) for part in text.split(",")]


_TRANCHE = _fields(
    "uint16 shareBps,uint16 silentBps,uint16 capBps,uint32 opensAfter,uint32 closesAfter,"
    "uint32 challengeWindow,uint128 target,address source"
)
TERMS_FIELDS = [
    *_fields(
        "uint256 projectId,address funder,address token,uint128 amount,uint128 guaranteed,"
        "uint128 tokenReward,uint16 maxAwards,uint16 minMultiplierBps,uint16 maxMultiplierBps,"
        "uint16 baseBps,uint16 quorum,"
        "address[] reviewers,uint64 submitBy,uint32 reviewWindow,uint32 appealWindow,"
        "bool silentAppealAccepts,address arbiter,uint32 arbiterWindow,uint128 challengeBond,"
        "address admission,bytes32 withholding"
    ),
    {"type": "tuple", "name": "success", "components": _TRANCHE},
    {"type": "tuple", "name": "longTerm", "components": _TRANCHE},
    _parameter("string document"),
]
WORK_FIELDS = _fields(
    "uint256 bountyId,address worker,address[] payees,uint16[] sharesBps,uint256 exempt,string evidence"
)
SCHEDULE_FIELDS = [
    *_fields("address token,uint96 unit,address collector,string label"),
    {
        "type": "tuple[]",
        "name": "brackets",
        "components": _fields("uint40 start,uint96 from,uint96 fixedTax,uint16 rateBps"),
    },
]
LOG_ABI = (
    _entry("event", "Appended", "address indexed publisher,uint64 size,uint64 count,bytes32 manifest"),
    _entry("function", "append", "uint64 size,bytes32[] leaves,bytes32 manifest"),
    _entry("function", "sizeOf", "address publisher", "uint64"),
    _entry("function", "rootOf", "address publisher", "bytes32"),
)
_BATCH_APPEND = _entry("function", "append", "tuple batch,bytes32 manifest")
_BATCH_APPEND["inputs"][0]["components"] = _entry("function", "", "uint64 first,uint64 count,bytes32 root")[
    "inputs"
]
BATCHED_LOG_ABI = (LOG_ABI[0], _BATCH_APPEND, *LOG_ABI[2:])
VAULT_ABI = (
    _entry("function", "push", ""),
    _entry("function", "withdraw", ""),
    _entry(
        "event",
        "Withdrawn",
        "address indexed token,address indexed account,address indexed to,address caller,uint256 amount",
    ),
)
PROJECT_OPENED = _entry("event", "ProjectOpened", "uint256 indexed projectId,address indexed token")
POOL_OPENED = _entry("event", "PoolOpened", "address indexed pool")


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


class Views:
    """A contract whose views answer what the test says: by name, or by name and arguments."""

    def __init__(self, contract: Contract) -> None:
        self.address, self.artifact = contract.address, contract.artifact
        self.answers: dict[Any, Any] = {}

    def call(self, chain: Any, view: str, *arguments: Any, block: Any = "latest") -> Any:
        named = tuple(tuple(a.values()) if isinstance(a, dict) else a for a in arguments)
        key = (view, *named)
        return self.answers[key] if key in self.answers else self.answers[view]


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
    functions = {
        "opener": ("BountyOpener", (_struct_function("hashTerms", TERMS_FIELDS),)),
        "escrow": ("BountyEscrow", (_struct_function("hashSubmission", WORK_FIELDS, "bytes32 termsHash"),)),
        "withholdings": ("WithholdingSchedules", (_struct_function("hashSchedule", SCHEDULE_FIELDS),)),
        "vault": ("PayoutVault", VAULT_ABI),
        "projects": ("projects", (PROJECT_OPENED,)),
        "pools": ("pools", (POOL_OPENED,)),
        "log": ("TransparencyLog", LOG_ABI),
        "batched_log": ("BatchedLog", BATCHED_LOG_ABI),
    }
    names = ["vault", "projects", "contributions", "escrow", "log"]
    names += [f.name for f in fields(System) if f.type == "Contract" and f.name not in names]
    contracts = {}
    for number, field_name in enumerate(names, 91):
        name, abi = functions.get(field_name, (field_name, ()))
        contracts[field_name] = Contract(account(number), Artifact(name, "", abi, b"", b""))
    return System(
        chain=chain, chain_id=31337, artifacts=Artifacts({}), eas=account(80), first_block=0, **contracts
    )


@pytest.fixture
def projects(system: System, findings: Findings) -> ProjectAudit:
    """Project 1, which account 1 owns and account 9 serves as a steward."""
    found = ProjectAudit(system, findings)
    found.projects[1] = Project(1, account(1), account(60), 10, {account(9)})
    return found


@pytest.fixture
def views(system: System) -> Callable[[str], tuple[System, Views]]:
    """Return what gives the system with the named contract's views in the test's hand, and these."""

    def of(name: str) -> tuple[System, Views]:
        told = Views(getattr(system, name))
        changed: dict[str, Any] = {name: told}
        return replace(system, **changed), told

    return of


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
        funder=account(1),
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
        appeal_window=60,
        silent_appeal_accepts=True,
        arbiter=account(15),
        arbiter_window=50,
        challenge_bond=7,
        admission=ZERO_ADDRESS,
        withholding=ZERO_HASH,
        success=TrancheTerms(5000, 5000, 10_000, 10, 1000, 200, 1000, account(14)),
        long_term=TrancheTerms(2000, 2500, 10_000, 3000, 4000, 0, 1000, account(14)),
        document="bafydocument",
    )


@pytest.fixture
def ledger(terms: Terms) -> Ledger:
    """One bounty with one submission of two payees, handed in at 1000."""
    bounty = Bounty(1, terms, "0x" + "aa" * 32, HASH)
    submission = Submission(1, account(2), (account(2), account(3)), (3333, 6667), 0, "")
    bounty.works[1] = Work(bounty, 1, submission, "0x" + "cc" * 32, HASH, 1000, terms.amount)
    return Ledger({1: bounty})


@pytest.fixture
def failed(findings: Findings) -> Callable[[], list[tuple[str, str]]]:
    """Return what lists (check, subject) of every row that fails."""

    def rows() -> list[tuple[str, str]]:
        return [(row.check, row.subject) for row in findings.rows if row.verdict is Verdict.FAIL]

    return rows
