"""
Finding the transaction that created a contract which somebody else, or a forgotten run of ours, put on the
chain.
"""

from __future__ import annotations

from resonance_dao.chain.chain import Chain, code_at
from resonance_dao.errors import ChainUnreachable, TransactionFailed


def find_creation(chain: Chain, address: str, calldata: bytes) -> tuple[str | None, int | None]:
    """
    Return the hash and block of the transaction with `calldata` that created `address`.

    Halves the chain's history, so it needs a node that keeps old state; (None, None) from a node that does
    not, and a block without a hash when another contract created it.
    """
    try:
        block = _first_block_with_code(chain, address)
        found = chain.request("eth_getBlockByNumber", [hex(block), True])
    except (ChainUnreachable, TransactionFailed):
        return None, None
    wanted = "0x" + calldata.hex()
    for transaction in (found or {}).get("transactions", []):
        if transaction.get("input") == wanted:
            return str(transaction["hash"]).lower(), block
    return None, block


def _first_block_with_code(chain: Chain, address: str) -> int:
    low, high = 0, chain.block().number
    while low < high:
        middle = (low + high) // 2
        if code_at(chain, address, middle):
            high = middle
        else:
            low = middle + 1
    return low
