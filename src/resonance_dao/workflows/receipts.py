"""
What the chain says of an operation's attempts: whether it knows one, and in which block one stands.

A receipt is a node's word. It counts when it is the one that was asked for, the block that it names is the
chain's, and that block has the transaction among its own.
"""

from __future__ import annotations

from resonance_dao.chain.chain import Chain, Receipt
from resonance_dao.errors import ChainUnreachable
from resonance_dao.journal.operation import Operation


def receipt_of(chain: Chain, operation: Operation) -> Receipt | None:
    """Return the receipt of whichever attempt was mined, if its block is the chain's and holds it."""
    for attempt in reversed(operation.attempts):
        receipt = sound_receipt(chain, attempt.tx_hash)
        if receipt is not None:
            return receipt
    return None


def sound_receipt(chain: Chain, tx_hash: str) -> Receipt | None:
    """
    Return a transaction's receipt; None when there is none, or it is another's, or the chain's block of that
    number is another one or does not hold the transaction.
    """
    receipt = chain.receipt(tx_hash)
    if receipt is None or receipt.tx_hash != tx_hash:
        return None
    # Header and transactions come in one answer: a hash alone would vouch for any transaction.
    found = chain.request("eth_getBlockByNumber", [hex(receipt.block_number), False])
    if found is None:
        return None
    try:
        held = {str(held).lower() for held in found["transactions"]}
        is_sound = str(found["hash"]).lower() == receipt.block_hash and tx_hash in held
    except (KeyError, TypeError) as exc:
        raise ChainUnreachable(f"the endpoint answered with a block that cannot be read: {exc!r}") from exc
    return receipt if is_sound else None


def is_known(chain: Chain, tx_hash: str) -> bool:
    """Return whether the node has a transaction, mined or not."""
    return chain.request("eth_getTransactionByHash", [tx_hash]) is not None
