"""
The logs of final blocks, none missing whatever a node that lags answers.

A range of block numbers is answered by what the node has, and by nothing where it has none yet. So blocks
are asked for one by one, by their hash, each linked to the one before: a node without the block says so.
What lies more than `RECENT` blocks deeper than the last final one is read by ranges, for speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resonance_dao.chain.block_logs import logs_of_block
from resonance_dao.chain.chain import Block, Chain, Log
from resonance_dao.errors import ChainUnreachable
from resonance_dao.journal.sightings import Milestone

RECENT = 256
"""A node that serves, and lags by more blocks than this and finality, is out of order in every other way."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Logs in chain order, and the block up to which they were read."""

    logs: list[Log]
    end: Milestone


def read(
    chain: Chain, addresses: Sequence[str], after: Milestone | None, first: int, last: int, span: int
) -> Stretch:
    """
    Read the logs of `addresses` from block `first`, which follows on `after`, towards the final block `last`:
    up to it, or by `span` blocks where it is far.

    Raises `ChainUnreachable` when a node lags, or the chain changed meanwhile.
    """
    if first < last - RECENT:
        return _range(chain, addresses, after, first, min(last - RECENT, first + span - 1))
    return _one_by_one(chain, addresses, after, first, last)


def _one_by_one(
    chain: Chain, addresses: Sequence[str], after: Milestone | None, first: int, last: int
) -> Stretch:
    logs, end = list[Log](), after or Milestone(first - 1, "")
    for number in range(first, last + 1):
        block = _next(chain, number, after)
        logs += logs_of_block(chain, addresses, block.hash) if addresses else []
        after = end = Milestone(number, block.hash)
    return Stretch(logs, end)


def _range(chain: Chain, addresses: Sequence[str], after: Milestone | None, first: int, last: int) -> Stretch:
    _next(chain, first, after)
    end = chain.block(last).hash
    logs = chain.logs(addresses, first, last) if addresses else []
    told = {(log.block_number, log.block_hash) for log in logs} | {(last, end)}
    for number, found in sorted(told):
        if chain.block(number).hash != found:
            raise _changed(number)
    return Stretch(logs, Milestone(last, end))


def _next(chain: Chain, number: int, after: Milestone | None) -> Block:
    block = chain.block(number)
    if block.number != number or (after is not None and block.parent_hash != after.block_hash):
        raise _changed(number)
    return block


def _changed(number: int) -> ChainUnreachable:
    return ChainUnreachable(
        f"the chain changed at block {number} while it was read",
        hint="It is read again. Does the endpoint have several nodes that are not in step?",
    )
