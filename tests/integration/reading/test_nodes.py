"""What nodes do to who reads them: lag, forget, change their mind between two questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from resonance_dao.chain.chain import Block, BlockRef, Chain, Log
from resonance_dao.chain.devchain import mine
from resonance_dao.errors import ChainUnreachable, NotFound
from resonance_dao.workflows.reading import reader as reader_module
from resonance_dao.workflows.reading.reader import Reader
from tests.integration.reading.conftest import MakeReader
from tests.integration.workflows.conftest import World

pytestmark = pytest.mark.chain


@dataclass
class Node:
    """A node in front of the real one; each question can be answered otherwise."""

    real: Chain
    head: int | None = None
    before_logs: Callable[[], object] | None = None
    alter: Callable[[Log], Log] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def block(self, number: BlockRef = "latest") -> Block:
        if self.head is not None and number == "latest":
            number = self.head
        if self.head is not None and isinstance(number, int) and number > self.head:
            raise NotFound(f"no block {number}")
        return self.real.block(number)

    def request(self, method: str, params: Sequence[object] = ()) -> Any:
        if method == "eth_getLogs" and self.before_logs is not None:
            act, self.before_logs = self.before_logs, None
            act()
        return self.real.request(method, params)

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[Any] = ()) -> list[Log]:
        found = self.real.logs(addresses, first, last, topics)
        return found if self.alter is None else [self.alter(log) for log in found]


@pytest.fixture
def node(world: World) -> Node:
    return Node(world.system.chain)


@pytest.fixture
def reader(world: World, make_reader: MakeReader, node: Node) -> Reader:
    return make_reader(replace(world.system, chain=node))


def test_a_chain_that_changes_between_a_block_and_its_logs_is_read_as_it_is_in_the_end(
    world: World, reader: Reader, node: Node, make_reader: MakeReader
) -> None:
    mine(world.system.chain, 3)
    reader.read()
    world.open_bounty()
    node.before_logs = lambda: world.system.chain.request("anvil_reorg", [2, []])
    for _ in range(3):
        try:
            done = reader.read()
        except ChainUnreachable:
            continue  # The node does not have the block any more, and says so.
        if done:
            break
    again = make_reader(world.system)
    again.read()
    assert reader.model.digest() == again.model.digest()


def test_a_node_that_lags_a_little_is_followed_back_and_forth(
    world: World, reader: Reader, node: Node, make_reader: MakeReader
) -> None:
    world.open_bounty()
    reader.read()
    _, whole = reader.model.digest()
    node.head = world.system.chain.block().number - 2
    reader.read()
    at = reader.model.position()
    assert at is not None
    assert at.number == node.head
    node.head = None
    reader.read()
    assert reader.model.digest()[1] == whole


def test_a_node_that_lags_far_behind_takes_nothing_away(
    world: World, node: Node, make_reader: MakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "BLOCKS_KEPT", 5)
    mine(world.system.chain, 10)
    elsewhere = make_reader(replace(world.system, chain=node, chain_id=10))
    assert elsewhere.read()
    before = elsewhere.model.digest()
    node.head = world.system.chain.block().number - 6
    with pytest.raises(ChainUnreachable, match="was read already"):
        elsewhere.read()
    assert elsewhere.model.digest() == before


def test_logs_of_other_blocks_than_the_headers_are_not_written(
    world: World, reader: Reader, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "RECENT", 1)
    world.open_bounty()
    mine(world.system.chain, 3)
    node.alter = lambda log: replace(log, block_hash="0x" + "ab" * 32)
    assert not reader.read(steps=3)
    assert reader.model.position() is None
    node.alter = None
    assert reader.read()
    assert reader.model.counts()["bounty"] == 1


def test_two_readers_of_one_model_count_each_block_once(world: World, make_reader: MakeReader) -> None:
    one = make_reader(world.system)
    two = Reader(one.model, world.system)
    for deed in range(4):
        world.open_bounty()
        (one, two)[deed % 2].read()
        mine(world.system.chain)
    for reader in (one, two):
        assert reader.read()
    alone = make_reader(world.system)
    alone.read()
    assert one.model.digest() == alone.model.digest()
    assert one.model.counts()["bounty"] == 4
