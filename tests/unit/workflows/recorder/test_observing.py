"""What others did is told once, and taken back whenever the chain takes it back, whatever happens between."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.chain import Block, Log, Receipt
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainUnreachable, NotFound, ResonanceError
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Draft, Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.sightings import Milestone, Sightings
from resonance_dao.workflows import observing
from resonance_dao.workflows.observing import Observer, Reach

NOW = 1_767_225_600
BOARD = "0x" + "11" * 20
TX, OTHER = "0x" + "ab" * 32, "0x" + "cd" * 32


@dataclass
class Fork:
    """A chain that steps back: `salts` tell its blocks from those before, `held` where transactions are,
    `listed` where their blocks say so, if that differs."""

    head: int = 10
    salts: dict[int, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    listed: dict[str, int] | None = None
    asked: list[str] = field(default_factory=list)

    def hash_of(self, number: int) -> str:
        return f"0x{self.salts.get(number, 0):032x}{number:032x}"

    def replace_from(self, first: int) -> None:
        """Step back: other blocks from `first` on, without their transactions."""
        for number in range(first, self.head + 1):
            self.salts[number] = self.salts.get(number, 0) + 1
        self.held = {tx: number for tx, number in self.held.items() if number < first}

    def note(self, method: str) -> None:
        self.asked.append(method)

    def block(self, number: int | str = "latest") -> Block:
        self.note("block")
        found = self.head if number == "latest" else number
        if not isinstance(found, int) or found > self.head:
            raise NotFound("no such block")
        return Block(found, self.hash_of(found), self.hash_of(found - 1), 1, 1, 30_000_000)

    def logs(self, addresses: Any, first: int, last: int, topics: Any = ()) -> list[Log]:
        self.note("logs")
        found = sorted((number, tx) for tx, number in self.held.items() if first <= number <= last)
        return [Log(BOARD, (), b"", number, self.hash_of(number), tx, 0) for number, tx in found]

    def logs_in(self, block_hash: str) -> list[dict[str, Any]]:
        """Return the logs of one block as JSON-RPC spells them."""
        held = [(number, tx) for tx, number in self.held.items() if self.hash_of(number) == block_hash]
        fixed = {"address": BOARD, "topics": [], "data": "0x", "blockHash": block_hash, "logIndex": "0x0"}
        return [{**fixed, "blockNumber": hex(number), "transactionHash": tx} for number, tx in held]

    def receipt(self, tx_hash: str) -> Receipt | None:
        self.note("receipt")
        number = self.held.get(tx_hash)
        if number is None:
            return None
        where = (number, self.hash_of(number))
        return Receipt(tx_hash, 1, *where, BOARD, BOARD, 1, 1, None, ())

    def request(self, method: str, params: Any = ()) -> Any:
        self.note({"eth_getBlockByNumber": "block", "eth_getLogs": "logs"}.get(method, method))
        if method == "eth_getLogs":
            return self.logs_in(params[0]["blockHash"])
        if method == "eth_getBlockByNumber":
            number = int(params[0], 16)
            listed = self.held if self.listed is None else self.listed
            held = [tx for tx, at in listed.items() if at == number]
            return {"hash": self.hash_of(number), "transactions": held} if number <= self.head else None
        return {"input": "0x", "value": "0x0", "gas": "0x5208"}


class Told:
    """A teller that says in which block."""

    def observed(self, data: bytes, receipt: Receipt, value: int) -> Draft:
        where = {"block_number": receipt.block_number, "block_hash": receipt.block_hash}
        fixed = {"to": None, "function": "f", "status": "observed", "tx_hash": receipt.tx_hash}
        rest = {"from": BOARD, "value": "0", "arguments": {}, "gas_used": 1, "events": []}
        return Draft("transaction", f"transaction/{receipt.tx_hash}", {**fixed, **where, **rest})


@pytest.fixture
def fork() -> Fork:
    return Fork(held={TX: 8})


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal's file with tables and nothing in them."""
    file = tmp_path_factory.mktemp("tables") / "journal.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def open_journal(tables: Path, tmp_path: Path) -> Iterator[Callable[..., Journal]]:
    url, key = f"sqlite:///{shutil.copy(tables, tmp_path)}", DevSigner(9)
    identity = Identity(31337, "0x" + "11" * 32, key.address, "0x" + "22" * 20)
    databases: list[Database] = []

    def open_it(**options: Any) -> Journal:
        databases.append(Database(url))
        return Journal(databases[-1], identity, key, **options)

    yield open_it
    for database in databases:
        database.close()


@pytest.fixture
def journal(open_journal: Callable[..., Journal]) -> Journal:
    return open_journal()


def observer(journal: Journal, fork: Fork, *, depth: int = 1, span: int = 5_000) -> Observer:
    finality: Any = SimpleNamespace(last=lambda: fork.head - depth + 1)
    board: Any = SimpleNamespace(address=BOARD)
    teller: Any = Told()
    chain: Any = fork
    return Observer(journal, chain, lambda: (board,), teller, Reach(0, finality, span))


def story(journal: Journal) -> list[tuple[str, int]]:
    """Return what was told: blocks of transactions, and which entry a correction corrects."""
    bodies = [(entry.kind, entry.to_record().body) for entry in journal.entries()]
    return [
        (kind, body["block_number"] if kind == "transaction" else body["corrects"]) for kind, body in bodies
    ]


def test_what_is_there_is_told_once(journal: Journal, fork: Fork) -> None:
    watching = observer(journal, fork)
    assert [watching.observe(NOW), watching.observe(NOW)] == [1, 0]
    assert story(journal) == [("transaction", 8)]


def test_what_the_chain_takes_back_is_corrected_once(journal: Journal, fork: Fork) -> None:
    watching = observer(journal, fork)
    watching.observe(NOW)
    fork.replace_from(8)
    assert [watching.observe(NOW + at) for at in range(3)] == [1, 0, 0]
    assert story(journal) == [("transaction", 8), ("correction", 1)]
    assert journal.entry(2).to_record().links == (1,)


@pytest.mark.parametrize("method", ["block", "logs", "receipt", "eth_getTransactionByHash"])
@pytest.mark.parametrize("nth", range(1, 8))
def test_a_hiccup_at_any_question_loses_no_correction(
    journal: Journal, fork: Fork, method: str, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = observer(journal, fork)
    watching.observe(NOW)
    fork.replace_from(8)
    fork.held = {OTHER: 9}
    count = iter(range(1, 1000))

    def note(asked: str) -> None:
        if asked == method and next(count) == nth:
            raise ChainUnreachable("a hiccup")

    monkeypatch.setattr(fork, "note", note)
    for _ in range(4):
        with suppress(ChainUnreachable):
            watching.observe(NOW)
    assert story(journal) == [("transaction", 8), ("correction", 1), ("transaction", 9)]


STEPS = (
    "observe.before_commit",
    "observe.committed",
    "observe.reached",
    "withdraw.before_commit",
    "withdraw.committed",
    "step_back.before_commit",
    "step_back.committed",
)


@pytest.mark.parametrize("step", STEPS)
def test_a_death_at_any_step_loses_no_correction(
    open_journal: Callable[..., Journal], fork: Fork, step: str
) -> None:
    class Death(Exception):
        """Nothing catches it."""

    def die(at: str) -> None:
        if at == step:
            raise Death

    observer(open_journal(), fork).observe(NOW)
    fork.replace_from(8)
    fork.held = {OTHER: 9}
    with pytest.raises(Death):
        observer(open_journal(hook=die), fork).observe(NOW)
    journal = open_journal()
    for _ in range(2):
        observer(journal, fork).observe(NOW)
    assert story(journal) == [("transaction", 8), ("correction", 1), ("transaction", 9)]


def test_what_comes_again_in_another_block_is_corrected_and_told_anew(journal: Journal, fork: Fork) -> None:
    watching = observer(journal, fork)
    watching.observe(NOW)
    fork.replace_from(7)
    fork.held = {TX: 9}
    assert [watching.observe(NOW), watching.observe(NOW)] == [2, 0]
    assert story(journal) == [("transaction", 8), ("correction", 1), ("transaction", 9)]
    found = Sightings(journal).find(TX)
    assert found is not None
    assert (found.entry, found.block_number, found.block_hash) == (3, 9, fork.hash_of(9))


def test_what_comes_again_in_another_block_of_the_same_number_is_told_anew(
    journal: Journal, fork: Fork
) -> None:
    watching = observer(journal, fork)
    watching.observe(NOW)
    fork.replace_from(8)
    fork.held = {TX: 8}
    watching.observe(NOW)
    assert story(journal) == [("transaction", 8), ("correction", 1), ("transaction", 8)]


def test_what_lies_below_where_the_chain_stepped_back_stays(journal: Journal, fork: Fork) -> None:
    watching = observer(journal, fork)
    fork.held = {TX: 5, OTHER: 9}
    watching.observe(NOW)
    fork.replace_from(8)
    watching.observe(NOW)
    assert story(journal) == [("transaction", 5), ("transaction", 9), ("correction", 2)]


def test_a_reading_that_was_broken_off_is_corrected_too(journal: Journal, fork: Fork) -> None:
    watching = observer(journal, fork)
    fork.head = 7
    watching.observe(NOW)
    fork.head = 10
    # Told, but the block up to which it was read was not noted any more.
    Sightings(journal).add(TX, Milestone(8, fork.hash_of(8)), _told(fork), NOW)
    fork.replace_from(8)
    watching.observe(NOW)
    assert story(journal) == [("transaction", 8), ("correction", 1)]


def test_a_node_that_lags_is_not_taken_for_a_chain_that_stepped_back(journal: Journal, fork: Fork) -> None:
    watching = observer(journal, fork)
    watching.observe(NOW)
    fork.head = 7
    assert watching.observe(NOW) == 0
    assert (story(journal), watching.reached()) == ([("transaction", 8)], 10)


def test_a_node_that_lags_behind_another_is_trouble_that_passes(
    journal: Journal, fork: Fork, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = observer(journal, fork)
    watching.observe(NOW)

    def behind(number: int | str = "latest") -> Block:
        raise NotFound("no such block")

    with monkeypatch.context() as patch:
        patch.setattr(fork, "block", behind)
        with pytest.raises(ChainUnreachable, match="no block 10"):
            watching.observe(NOW)
    watching.observe(NOW)
    assert (story(journal), watching.reached()) == ([("transaction", 8)], 10)


@pytest.mark.parametrize(
    ("number", "listed"),
    [(9, {TX: 9}), (9, {}), (8, {}), (8, {OTHER: 8})],
    ids=["not the block of its logs", "a block without it", "its block, empty", "its block, with another"],
)
def test_a_receipt_that_its_block_does_not_bear_out_is_not_told(
    journal: Journal, fork: Fork, monkeypatch: pytest.MonkeyPatch, number: int, listed: dict[str, int]
) -> None:
    real = fork.receipt(TX)
    assert real is not None
    forged = replace(real, block_number=number, block_hash=fork.hash_of(number))
    monkeypatch.setattr(fork, "receipt", lambda tx_hash: forged)
    fork.listed = listed
    with pytest.raises(ResonanceError, match="does not know it"):
        observer(journal, fork).observe(NOW)
    if TX not in listed:
        with pytest.raises(NotFound, match="not on the chain"):
            observer(journal, fork).report(TX, NOW)
    assert story(journal) == []


def test_what_is_beyond_one_span_is_corrected_when_it_is_read_again(journal: Journal, fork: Fork) -> None:
    fork.head, fork.held = 100, {TX: 8, OTHER: 90}
    watching = observer(journal, fork, span=10)
    for _ in range(11):
        watching.observe(NOW)
    fork.replace_from(5)
    for _ in range(11):
        watching.observe(NOW)
    assert story(journal) == [("transaction", 8), ("transaction", 90), ("correction", 1), ("correction", 2)]


def test_many_transactions_are_looked_up_and_corrected_by_pages(
    journal: Journal, fork: Fork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "AT_ONCE", 3)
    fork.held = {f"0x{number:064x}": 8 for number in range(1, 9)}
    watching = observer(journal, fork)
    assert watching.observe(NOW) == 8
    fork.replace_from(8)
    assert watching.observe(NOW) == 8
    assert sorted(number for kind, number in story(journal) if kind == "correction") == list(range(1, 9))


def test_looking_again_costs_no_question_for_each_transaction(journal: Journal, fork: Fork) -> None:
    fork.held = {f"0x{number:064x}": 8 for number in range(1, 9)}
    watching = observer(journal, fork)
    watching.observe(NOW)
    fork.replace_from(9)
    fork.asked.clear()
    watching.observe(NOW)
    assert fork.asked.count("receipt") == 0


def _told(fork: Fork) -> Draft:
    receipt = fork.receipt(TX)
    assert receipt is not None
    return Told().observed(b"", receipt, 0)
