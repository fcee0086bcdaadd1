"""The logs of final blocks: a node that lags, or steps back meanwhile, is not believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from resonance_dao.chain.chain import Block, Log
from resonance_dao.errors import ChainUnreachable, NotFound
from resonance_dao.journal.sightings import Milestone
from resonance_dao.workflows import sure_logs
from resonance_dao.workflows.sure_logs import RECENT

OURS = "0x" + "11" * 20


def hash_of(number: int, fork: int = 0) -> str:
    return f"0x{fork:032x}{number:032x}"


def log(number: int, fork: int = 0) -> dict[str, Any]:
    at = {"blockNumber": hex(number), "blockHash": hash_of(number, fork), "logIndex": "0x0"}
    return {"address": OURS, "topics": [], "data": "0x", "transactionHash": "0x" + f"{number:064x}", **at}


class Node:
    """A chain with a log in every tenth block; `before_logs` runs before each answer of logs."""

    def __init__(self, head: int) -> None:
        self.head, self.behind, self.fork = head, 0, 0
        self.asked: list[str] = []
        self.before_logs: Callable[[], None] = lambda: None

    def block(self, number: int) -> Block:
        if number > self.head:
            raise NotFound("no such block")
        return Block(number, hash_of(number, self.fork), hash_of(number - 1, self.fork), 0, 1, 1)

    def request(self, method: str, params: Sequence[Any]) -> Any:
        assert method == "eth_getLogs"
        self.before_logs()
        number = int(params[0]["blockHash"][34:], 16)
        self.asked.append(f"block {number}")
        if number > self.head - self.behind or params[0]["blockHash"] != hash_of(number, self.fork):
            raise ChainUnreachable("unknown block")
        return [log(number, self.fork)] if number % 10 == 0 else []

    def logs(self, addresses: Sequence[str], first: int, last: int) -> list[Log]:
        self.before_logs()
        self.asked.append(f"range {first} {last}")
        found = [number for number in range(first, last + 1) if number % 10 == 0]
        return [Log(OURS, (), b"", n, hash_of(n, self.fork), f"0x{n:064x}", 0) for n in found]


def read(node: Node, after: Milestone | None, first: int, last: int, span: int = 5_000) -> Any:
    return sure_logs.read(node, [OURS], after, first, last, span)  # type: ignore[arg-type]


def numbers(found: Any) -> list[int]:
    return [log.block_number for log in found.logs]


def test_a_node_that_has_the_header_and_not_the_block_is_not_believed_that_there_is_nothing() -> None:
    node = Node(40)
    node.behind = 25
    with pytest.raises(ChainUnreachable, match="unknown block"):
        read(node, Milestone(9, hash_of(9)), 10, 30)
    assert read(node, Milestone(9, hash_of(9)), 10, 15) == read(Node(40), None, 10, 15)


def test_blocks_that_do_not_follow_on_what_was_read_are_not_read() -> None:
    with pytest.raises(ChainUnreachable, match="changed at block 10"):
        read(Node(40), Milestone(9, hash_of(9, 7)), 10, 30)
    with pytest.raises(ChainUnreachable, match="changed at block 10"):
        read(Node(1000), Milestone(9, hash_of(9, 7)), 10, 900)


def test_a_chain_that_steps_back_between_two_blocks_is_read_again() -> None:
    node = Node(40)

    def reorganise() -> None:
        node.fork += len(node.asked) == 3

    node.before_logs = reorganise
    with pytest.raises(ChainUnreachable):
        read(node, Milestone(9, hash_of(9)), 10, 30)


def test_a_chain_that_steps_back_while_a_range_is_read_is_read_again() -> None:
    node = Node(1000)
    node.before_logs = lambda: setattr(node, "fork", 1)
    with pytest.raises(ChainUnreachable, match="changed at block"):
        read(node, Milestone(499, hash_of(499)), 500, 755 + RECENT)


def test_what_is_deep_is_read_by_ranges_and_the_rest_block_by_block() -> None:
    node = Node(1000)
    first = read(node, Milestone(9, hash_of(9)), 10, 900, span=300)
    assert (numbers(first), first.end) == (list(range(10, 310, 10)), Milestone(309, hash_of(309)))
    second = read(node, first.end, 310, 900)
    assert second.end.block_number == 900 - RECENT
    assert node.asked == ["range 10 309", f"range 310 {900 - RECENT}"]
    third = read(node, second.end, second.end.block_number + 1, 900)
    assert (third.end, len(node.asked)) == (Milestone(900, hash_of(900)), 2 + RECENT)
    assert [*numbers(first), *numbers(second), *numbers(third)] == list(range(10, 901, 10))


def test_without_addresses_nothing_is_asked_for_and_reading_goes_on() -> None:
    node = Node(1000)
    assert sure_logs.read(node, [], None, 990, 1000, 5_000).end == Milestone(1000, hash_of(1000))  # type: ignore[arg-type]
    assert node.asked == []
