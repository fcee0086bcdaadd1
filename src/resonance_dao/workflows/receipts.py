"""
What the chain says of an operation's attempts: whether it knows one, and in which block one stands.
"""

from __future__ import annotations

from resonance_dao.chain.chain import Chain, Receipt
from resonance_dao.errors import NotFound
from resonance_dao.journal.operation import Operation


def receipt_of(chain: Chain, operation: Operation) -> Receipt | None:
    """Return the receipt of whichever attempt was mined, if its block is the chain's."""
    for attempt in reversed(operation.attempts):
        receipt = chain.receipt(attempt.tx_hash)
        if receipt is not None and _is_canonical(chain, receipt):
            return receipt
    return None


def is_known(chain: Chain, tx_hash: str) -> bool:
    """Return whether the node has a transaction, mined or not."""
    return chain.request("eth_getTransactionByHash", [tx_hash]) is not None


def _is_canonical(chain: Chain, receipt: Receipt) -> bool:
    try:
        return chain.block(receipt.block_number).hash == receipt.block_hash
    except NotFound:
        return False
