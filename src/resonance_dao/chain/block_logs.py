"""
The logs of one block, by its hash (EIP-234).

A range of numbers means what the node takes for the chain at that moment, and a node that lags answers it
with nothing. A hash means one block for ever: a node that does not have it says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from resonance_dao.chain.chain import Chain, Log
from resonance_dao.chain.client import read_log
from resonance_dao.errors import ChainUnreachable, InputInvalid


def logs_of_block(chain: Chain, addresses: Sequence[str], block_hash: str) -> list[Log]:
    """
    Return the logs of `addresses` in the block with this hash, in order. Raises `ChainUnreachable` when the
    node does not have the block.
    """
    wanted = {"address": list(addresses), "blockHash": block_hash}
    answer = chain.request("eth_getLogs", [wanted])
    try:
        logs = [read_log(item) for item in answer]
    except (KeyError, TypeError, AttributeError, InputInvalid) as exc:
        raise ChainUnreachable(f"the endpoint answered with logs that cannot be read: {exc!r}") from exc
    if any(log.block_hash != block_hash for log in logs):
        raise ChainUnreachable(f"the endpoint answered with logs of other blocks than {block_hash}")
    return sorted(logs, key=lambda log: log.log_index)
