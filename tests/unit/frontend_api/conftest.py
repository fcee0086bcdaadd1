"""A gateway over a real journal and a real evidence folder, with the chain faked; roles by name."""

from __future__ import annotations

import io
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from eth_abi.abi import encode
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from frontend_api.app import create_app
from frontend_api.kept import KEPT_NS, Kept, KeptByKey
from frontend_api.logs import build_logger
from frontend_api.settings import GatewaySettings
from resonance_dao.chain.book import Book
from resonance_dao.chain.chain import Block, ChainIdentity
from resonance_dao.chain.signer import DevSigner
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Accepted, Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.read_model import ReadModel
from resonance_dao.journal.read_rows import Rows
from resonance_dao.journal.read_values import ReadEvent, Row, SeenBlock
from resonance_dao.transparency.address import checksum
from resonance_dao.workflows import bounties, judgements
from resonance_dao.workflows.bounties import BountyView, SubmissionView
from resonance_dao.workflows.recorder_values import Tick
from resonance_dao.workflows.system import IN_BOOK, System
from resonance_dao.workflows.terms import Terms
from tests.bounty_values import terms_of, work_of

NOW = 1_767_225_600
FUNDER, WORKER, REVIEWER, SOURCE, ARBITER, OUTSIDER, OPERATOR = (
    DevSigner(index) for index in (0, 1, 2, 3, 4, 5, 9)
)
EAS = "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0"
TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
EVIDENCE = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"


@dataclass
class FakeChain:
    """Answers as told; `failure` is raised by everything, `revert` by calls and estimates."""

    failure: Exception | None = None
    revert: Exception | None = None
    code: str = "0x"
    balance: str = "0xde0b6b3a7640000"
    called: list[tuple[str, bytes, str | None]] = field(default_factory=list)
    balances: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, params: Any = ()) -> Any:
        self._fail()
        if method == "eth_estimateGas":
            self.call(params[0]["to"], bytes.fromhex(params[0]["data"][2:]), sender=params[0]["from"])
            return "0x30d40"
        answers = {
            "eth_getCode": self.code,
            "eth_getBalance": self.balances.get(str(params[0]) if params else "", self.balance),
        }
        return {**answers, "eth_maxPriorityFeePerGas": "0x3b9aca00"}[method]

    def call(self, to: str, data: bytes, *, sender: str | None = None, **_: Any) -> bytes:
        self._fail()
        self.called.append((to, data, sender))
        if self.revert:
            raise self.revert
        return encode(["string"], ["1.4.0"]) if to == EAS else b""

    def block(self, number: int | str = "latest") -> Block:
        self._fail()
        return Block(7, "0x" + "11" * 32, "0x" + "22" * 32, NOW, 1, 30_000_000)

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


@dataclass
class FakeContract:
    """Encodes a call as readable bytes; views answer from `views`."""

    name: str
    address: str
    views: Mapping[str, Any] = field(default_factory=dict)

    @property
    def artifact(self) -> SimpleNamespace:
        return SimpleNamespace(name=self.name)

    def encode(self, fn: str, *args: Any) -> bytes:
        return f"sel:{fn}{args!r}".encode()

    def decode_input(self, data: bytes) -> tuple[str, dict[str, Any]]:
        return data[4:].decode().partition("(")[0], {"encoded": data}

    def call(self, chain: Any, fn: str, *args: Any, **_: Any) -> Any:
        chain.block()
        return self.views[fn]


@dataclass
class FakeRecorder:
    """Remembers what it was told."""

    journal: Journal
    failure: Exception | None = None
    halted: str | None = None
    troubles: tuple[str, ...] = ()
    ticks: int = 0
    reports: list[Any] = field(default_factory=list)
    pool: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return (OPERATOR.address, *self.pool)

    def relaying(self) -> tuple[str, ...]:
        return self.pool or self.keys

    def tick(self, now: int) -> Tick:
        if self.failure:
            raise self.failure
        self.ticks += 1
        return Tick(leader=True, troubles=self.troubles)

    def status(self) -> SimpleNamespace:
        size = self.journal.size()
        return SimpleNamespace(
            leader=True, size=size, anchored=0, queued=size, in_flight=0, halted=self.halted
        )

    def report_pins(self, cid: str, reports: Any, now: int) -> None:
        self.reports.append((cid, reports))

    def report_transaction(self, tx_hash: str, now: int) -> Accepted:
        body = {"to": TOKEN, "function": "push", "status": "requested", "tx_hash": tx_hash}
        return self.journal.accept("transaction", f"transaction/{tx_hash}", body, now=now)


@dataclass
class FakeReader:
    """Has read everything there is: nothing, until a test puts rows into the model."""

    model: ReadModel
    failure: Exception | None = None
    steps: int = 0

    def read(self, *, steps: int) -> bool:
        if self.failure:
            raise self.failure
        self.steps += steps
        return True

    def hold(self, *held: Row) -> None:
        """Let the model hold these rows, as of the chain's only block."""
        self.model.reset()
        event = ReadEvent(7, 0, "0x", NOW, "0x", "0x", "Test", "Test", {}, ("test/1",))

        def put(_subject: str, rows: Rows, _event: ReadEvent) -> None:
            for row in held:
                rows.put(row)

        assert self.model.append(None, [SeenBlock(7, "0x" + "11" * 32, "0x" + "22" * 32)], [event], put)


@dataclass
class FakeParts:
    """The toolkit's parts, plain."""

    system: Any
    store: Any
    journal: Journal
    recorder: Any
    reader: Any
    operator: Any = OPERATOR
    closed: bool = False
    book: Any = field(default_factory=lambda: Book(Path(), ChainIdentity(31337, "0x" + "00" * 32)))

    def now(self) -> int:
        return int(self.system.now())

    def close(self) -> None:
        self.closed = True


class DocumentedClient(TestClient):
    """Refuses, as a test failure, any answer whose status its route does not document."""

    documented: ClassVar[list[tuple[re.Pattern[str], str, set[str]]]] = []

    def request(self, method: str, url: Any, **given: Any) -> Response:
        answer: Response = super().request(method, url, **given)
        path = str(url).partition("?")[0]
        for pattern, of, statuses in self._documented():
            if method.lower() == of and pattern.fullmatch(path):
                assert str(answer.status_code) in statuses, (
                    f"{method} {path}: {answer.status_code} is undocumented"
                )
        return answer

    def _documented(self) -> list[tuple[re.Pattern[str], str, set[str]]]:
        if not self.documented:
            for template, operations in self.app.openapi()["paths"].items():  # type: ignore[attr-defined]
                # One segment a parameter, except the last of /ipfs/{cid}/{path}.
                pattern = re.sub(r"\{[a-z_]+\}", "[^/]+", template.replace("{path}", ".+"))
                for method, operation in operations.items():
                    self.documented.append((re.compile(pattern), method, set(operation["responses"])))
        return self.documented


class FakeSystem(System):
    """Knows every token as yen."""

    def token(self, address: str) -> Any:
        return FakeContract("ProjectToken", address, {"name": "Yen", "symbol": "JPY", "decimals": 0})


def until(check: Callable[[], bool]) -> None:
    """Wait for what happens in a thread."""
    ends = time.monotonic() + 5
    while not check():
        assert time.monotonic() < ends, "it did not happen within 5 s"
        time.sleep(0.01)


def make_system(chain: FakeChain) -> System:
    status = {"revokedAt": 0, "attestedAt": 0}
    views: dict[str, dict[str, Any]] = {
        "projects": {"projectCount": 3},
        "contributions": {"statusOf": status},
        "escrow": {"nonces": 0},
        "desk": {"nonces": 0},
    }
    names = {**IN_BOOK, "opener": "BountyOpener"}
    addresses = (checksum("0x" + f"{number:02x}" * 20, "address") for number in range(0xA1, 0xFF))
    contracts: dict[str, Any] = {
        field: FakeContract(name, address, views.get(field, {}))
        for (field, name), address in zip(names.items(), addresses, strict=False)
    }
    return FakeSystem(chain=chain, chain_id=31337, artifacts={}, first_block=0, eas=EAS, **contracts)  # type: ignore[arg-type]


def make_terms() -> Terms:
    return terms_of(
        funder=FUNDER.address,
        token=TOKEN,
        judges=(REVIEWER.address, SOURCE.address),
        arbiter=ARBITER.address,
        now=NOW,
        max_awards=2,
        min_multiplier_bps=8_000,
        max_multiplier_bps=12_000,
        document=EVIDENCE,
    )


def make_view(number: int = 1) -> BountyView:
    waiting = {"stage": "waiting", "achieved_bps": 0, "clock": NOW}
    found = SubmissionView(
        id=1,
        submission=work_of(number, WORKER.address, evidence=EVIDENCE),
        content_hash="0x" + "cc" * 32,
        stage="accepted",
        multiplier_bps=10_000,
        clock=NOW,
        claimed_payees=0,
        by_silence=False,
        appealed=False,
        version=1,
        change_requests=0,
        approvals=1,
        rejections=0,
        amount=300_000 * 10**18,
        tranches={"success": waiting, "long_term": waiting},
        transaction="0x" + "dd" * 32,
    )
    return BountyView(
        id=number,
        project_id=1,
        funder=FUNDER.address,
        terms=make_terms(),
        terms_hash="0x" + "ee" * 32,
        escrowed=720_000 * 10**18,
        closed=False,
        reclaimed=False,
        appealable_until=0,
        pending=0,
        awards=1,
        received=1,
        submissions=(found,),
        transaction="0x" + "ff" * 32,
    )


def show(_system: object, number: int, only: Sequence[int] | None = None) -> BountyView:
    view = make_view(number)
    works = tuple(found for found in view.submissions if only is None or found.id in only)
    return replace(view, submissions=works)


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of this version with nothing in it, made once and copied for each test."""
    file = tmp_path_factory.mktemp("database") / "journal.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def parts(chain: FakeChain, empty_database: Path, tmp_path: Path) -> Iterator[FakeParts]:
    shutil.copy(empty_database, tmp_path / "journal.db")
    database, system = Database(f"sqlite:///{tmp_path / 'journal.db'}"), make_system(chain)
    identity = Identity(31337, "0x" + "00" * 32, OPERATOR.address, system.log.address)
    journal = Journal(database, identity, OPERATOR)
    reader = FakeReader(ReadModel(database, "test"))
    reader.hold()
    yield FakeParts(system, EmbeddedStore(tmp_path / "blocks"), journal, FakeRecorder(journal), reader)
    database.close()


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def app(parts: FakeParts, log: io.StringIO) -> FastAPI:
    # Tests of the routes knock faster than anybody may; the rates have tests of their own.
    settings = GatewaySettings(
        upload_bytes=50_000,
        body_bytes=20_000,
        hosts=("testserver",),
        anonymous_changes_per_minute=1_000_000,
        reads_per_minute=1_000_000,
    )
    made = create_app(parts, settings, logger=build_logger(log), new_id=lambda: "request-1")
    # Nor do they wait for an answer to be asked for anew.
    made.state.readiness = Kept(count(step=KEPT_NS).__next__)
    made.state.due = KeptByKey(count(step=KEPT_NS).__next__)
    return made


@pytest.fixture
def client(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> DocumentedClient:
    """The gateway without its recorder thread, over one bounty with one submission."""
    for module in (bounties, judgements):
        monkeypatch.setattr(module, "bounty", show)
    return DocumentedClient(app)


@pytest.fixture
def keyed() -> Callable[[str], dict[str, str]]:
    return lambda key: {"Idempotency-Key": key}
