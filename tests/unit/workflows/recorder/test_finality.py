"""What is final: the chain's own word, else depth, and never less than was said before."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.chain.chain import Block
from resonance_dao.errors import ChainMismatch, ChainUnreachable, NotFound, ResonanceError
from resonance_dao.journal.final_block import FinalBlock
from resonance_dao.workflows.finality import Finality


class Blocks:
    """A chain with a head; `finalized` is a number, or what the node answers instead."""

    def __init__(self, head: int, finalized: int | ResonanceError = 0) -> None:
        self.head, self.finalized = head, finalized

    def block(self, number: int | str = "latest") -> Block:
        found = self.head if number == "latest" else number
        if number == "finalized":
            if isinstance(self.finalized, ResonanceError):
                raise self.finalized
            found = self.finalized
        if not isinstance(found, int) or found > self.head:
            raise NotFound("no such block")
        return Block(found, f"0x{found:064x}", "0x", 1, 1, 30_000_000)


def finality(blocks: Any, *, by_tag: bool = True) -> Finality:
    return Finality(blocks, 12, by_tag=by_tag)


TROUBLE = ChainUnreachable("busy", rpc_code=-32005, rpc_message="rate limit exceeded")
SILENCE = ChainUnreachable("did not answer")
UNKNOWN = [
    NotFound("null"),
    ChainUnreachable("no", rpc_code=-32602, rpc_message="invalid argument 0"),
    ChainUnreachable("no", rpc_code=-32000, rpc_message="'finalized' tag not supported on pre-merge network"),
    ChainUnreachable("no", rpc_code=-39001, rpc_message="Unknown block"),
]


@pytest.mark.parametrize("trouble", [TROUBLE, SILENCE])
def test_a_node_in_trouble_is_not_taken_for_one_without_the_tag(trouble: ResonanceError) -> None:
    with pytest.raises(ChainUnreachable):
        finality(Blocks(100, trouble)).last()


@pytest.mark.parametrize("answer", [*UNKNOWN, 0])
def test_a_chain_without_the_tag_has_depth(answer: Any) -> None:
    assert finality(Blocks(100, answer)).last() == 89
    assert finality(Blocks(5, answer)).last() < 0


@pytest.mark.parametrize("answer", [*UNKNOWN, 0])
def test_a_tag_that_was_given_is_not_replaced_by_depth(answer: Any) -> None:
    blocks = Blocks(100, 64)
    watched = finality(blocks)
    assert watched.last() == 64
    blocks.finalized = answer
    with pytest.raises(ChainUnreachable, match="what is final"):
        watched.last()


def test_the_tag_is_not_asked_for_where_depth_is_wanted() -> None:
    assert finality(Blocks(100, TROUBLE), by_tag=False).last() == 89


def test_what_was_final_must_be_there_still() -> None:
    blocks = Blocks(100)
    finality(blocks).check(None)
    finality(blocks).check(FinalBlock(90, blocks.block(90).hash))
    with pytest.raises(ChainMismatch, match="reorganised below block 90"):
        finality(blocks).check(FinalBlock(90, "0x" + "ab" * 32))
    with pytest.raises(ChainUnreachable, match="has no block 101"):
        finality(blocks).check(FinalBlock(101, "0x" + "ab" * 32))
