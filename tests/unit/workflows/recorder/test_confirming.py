"""However much is mined and not final, what is sent is looked at, and waiting costs one question a block."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.chain import Block, Receipt
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import NotFound
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Call, Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.operation import MINED, QUEUED, SENT, Operation, Signed
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows import confirming
from resonance_dao.workflows.confirming import Confirmer

NOW = 1_767_225_600
KEY = DevSigner(9)
TOLD = {"reason_code": "GATEWAY_OUTAGE", "what": "It was down.", "why": "No power.", "next": "None."}


class Node:
    """A chain that holds transactions by their hash, and counts what it is asked."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
        self.salt, self.head, self.asked = 0, 20, list[str]()

    def hash_of(self, number: int) -> str:
        return f"0x{self.salt:032x}{number:032x}"

    def block(self, number: int) -> Block:
        self.asked.append("block")
        if number > self.head:
            raise NotFound("no such block")
        return Block(number, self.hash_of(number), "0x", 1, 1, 30_000_000)

    def receipt(self, tx_hash: str) -> Receipt | None:
        self.asked.append("receipt")
        number = self.held.get(tx_hash)
        where = None if number is None else (number, self.hash_of(number))
        return None if where is None else Receipt(tx_hash, 1, *where, "0x", "0x", 1, 1, None, ())

    def request(self, method: str, params: Any) -> Any:
        if method == "eth_getTransactionCount":
            return "0x0"
        number = int(params[0], 16)
        held = [tx_hash for tx_hash, at in self.held.items() if at == number]
        return {"hash": self.hash_of(number), "transactions": held}


class World:
    """An outbox with `count` transactions sent, of which `mined` stand in blocks, and who confirms them."""

    def __init__(self, folder: Path, count: int, mined: int, final: int) -> None:
        upgrade(url := f"sqlite:///{folder / 'journal.db'}")
        identity = Identity(31337, "0x" + "11" * 32, KEY.address, "0x" + "22" * 20)
        journal = Journal(Database(url), identity, KEY)
        self.node, self.outbox, self.ended = Node(), Outbox(journal), list[int]()
        for nonce in range(count):
            self.sent(journal, nonce)
        for operation in self.outbox.in_states([SENT])[:mined]:
            self.hold(operation, 7)
        foreign: Any = SimpleNamespace(forget=lambda operation: None, look=lambda *about: 0)
        settler: Any = SimpleNamespace(settle=self.settle)
        finality: Any = SimpleNamespace(last=lambda: final)
        chain: Any = self.node
        self.confirmer = Confirmer(self.outbox, chain, settler, finality, foreign)

    def sent(self, journal: Journal, nonce: int) -> None:
        journal.accept("disclosure", "bounty/1", TOLD, now=NOW, operation=Call("0x" + "11" * 20, b"\x01"))
        (operation,) = self.outbox.in_states([QUEUED])
        signed = Signed(b"raw%d" % nonce, f"0x{nonce:064x}", 50_000, 10, 1)
        self.outbox.sign(operation.id, nonce, lambda _nonce: signed, NOW)
        self.outbox.mark_sent(operation.id, signed.tx_hash, NOW)

    def hold(self, operation: Operation, number: int) -> None:
        tx_hash = operation.attempts[-1].tx_hash
        self.node.held[tx_hash] = number
        self.outbox.mark_mined(operation.id, tx_hash, number, self.node.hash_of(number))

    def settle(self, operation: Operation, receipt: Receipt, now: int) -> int:
        self.ended.append(operation.id)
        return 1

    def states(self) -> list[str]:
        return [operation.state for operation in self.outbox.in_states([SENT, MINED])]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirming, "PAGE", 3)


@pytest.mark.usefixtures("small")
def test_what_is_sent_is_looked_at_however_much_is_mined_before_it(tmp_path: Path) -> None:
    world = World(tmp_path, 9, mined=8, final=1)
    world.node.held[world.outbox.in_states([SENT])[0].attempts[-1].tx_hash] = 8
    assert world.confirmer.confirm(NOW) == 0
    assert world.states() == [MINED] * 9


@pytest.mark.usefixtures("small")
def test_all_that_is_final_ends_however_many_pages_that_takes(tmp_path: Path) -> None:
    world = World(tmp_path, 10, mined=10, final=7)
    assert world.confirmer.confirm(NOW) == 10
    assert sorted(world.ended) == [operation.id for operation in world.outbox.in_states([MINED])]


@pytest.mark.usefixtures("small")
def test_pages_give_each_once_and_in_order(tmp_path: Path) -> None:
    world = World(tmp_path, 6, mined=2, final=1)
    pages = [[operation.nonce for operation in page] for page in confirming.paged(world.outbox, SENT, MINED)]
    assert pages == [[0, 1, 2], [3, 4, 5]]
    assert list(confirming.paged(world.outbox, QUEUED)) == []


@pytest.mark.usefixtures("small")
def test_waiting_costs_one_question_for_each_block(tmp_path: Path) -> None:
    world = World(tmp_path, 8, mined=8, final=6)
    assert world.confirmer.confirm(NOW) == 0
    assert world.node.asked == ["block"]


def test_what_waits_is_dropped_when_its_block_is_gone_and_met_again_in_another(tmp_path: Path) -> None:
    world = World(tmp_path, 2, mined=2, final=6)
    first, second = world.outbox.in_states([MINED])
    world.node.salt = 1
    world.node.held = {first.attempts[-1].tx_hash: 9}
    world.confirmer.confirm(NOW)
    assert world.states() == [MINED, SENT]
    again, dropped = world.outbox.in_states([SENT, MINED])
    assert (again.block_number, again.block_hash) == (9, world.node.hash_of(9))
    assert (dropped.id, dropped.block_number) == (second.id, None)


def test_what_waits_in_a_block_that_the_node_does_not_have_is_not_ended(tmp_path: Path) -> None:
    world = World(tmp_path, 1, mined=1, final=6)
    world.node.head, world.node.held = 6, {}
    world.confirmer.confirm(NOW)
    assert (world.ended, world.states()) == ([], [SENT])
