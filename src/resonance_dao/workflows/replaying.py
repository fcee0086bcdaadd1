"""
Why a mined transaction reverted: run it again where it failed.

A receipt tells that it failed and not why. The state that it met lies between those before and after its
block, so both are asked.
"""

from __future__ import annotations

from typing import Any

from resonance_dao.chain.chain import Chain, Receipt
from resonance_dao.errors import ResonanceError, TransactionFailed
from resonance_dao.workflows.telling import error_of

UNEXPLAINED = {
    "name": "Unexplained",
    "message": "It reverted; run again on the state of its block, it does not. Another came between.",
}
NOT_RUN = {
    "name": "Unexplained",
    "message": "It reverted; the node did not run it again, so why is not known.",
}
OUT_OF_GAS = {"name": "OutOfGas", "message": "It used all the gas that it was given."}


def reason(chain: Chain, receipt: Receipt, data: bytes, *, gas_limit: int, value: int = 0) -> dict[str, Any]:
    """Return the decoded error of a transaction whose receipt says that it failed."""
    if receipt.gas_used >= gas_limit:
        return dict(OUT_OF_GAS)
    ran = False
    for block in (receipt.block_number, max(receipt.block_number - 1, 0)):
        try:
            chain.call(receipt.to or "", data, sender=receipt.sender, value=value, block=block)
            ran = True
        except TransactionFailed as exc:
            return error_of(exc)
        except ResonanceError:
            # A node that has dropped the state of old blocks cannot run it again.
            continue
    return dict(UNEXPLAINED if ran else NOT_RUN)
