"""
geth's rule for replacing what waits, which anvil does not enforce: both fees a tenth higher, strictly.

Where geth would say "replacement transaction underpriced", this does, with geth's code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eth_account import Account
from eth_account.typed_transactions import TypedTransaction
from eth_utils.crypto import keccak
from hexbytes import HexBytes

PRICE_BUMP = 10
"""Per cent; geth's default for `--txpool.pricebump`."""
Price = tuple[int, int]
"""The most per gas, and the tip, in wei."""


def replaces(old: Price, new: Price) -> bool:
    """Return whether geth takes a transaction at `new` in place of one at `old`, with nothing to spare."""
    return all(after > before * (100 + PRICE_BUMP) // 100 for before, after in zip(old, new, strict=True))


class GethPool:
    """The prices of what waits, by sender and nonce."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, int], tuple[str, Price]] = {}
        self.refused = 0
        self.replaced = 0
        self.dearest = 0

    def __call__(self, asked: dict[str, Any], ask: Callable[[dict[str, Any]], Any]) -> dict[str, Any] | None:
        """Return geth's refusal of a transaction that is too cheap; None for everything else."""
        if asked["method"] != "eth_sendRawTransaction":
            return None
        raw = HexBytes(asked["params"][0])
        fields = TypedTransaction.from_bytes(raw).as_dict()
        slot = (Account.recover_transaction(raw), int(fields["nonce"]))
        price = (int(fields["maxFeePerGas"]), int(fields["maxPriorityFeePerGas"]))
        tx_hash = "0x" + keccak(raw).hex()
        waiting = self._waiting.get(slot)
        if waiting is not None and waiting[0] != tx_hash and self._waits(waiting[0], asked, ask):
            if not replaces(waiting[1], price):
                self.refused += 1
                error = {"code": -32000, "message": "replacement transaction underpriced"}
                return {"jsonrpc": "2.0", "id": asked["id"], "error": error}
            self.replaced += 1
        self._waiting[slot] = (tx_hash, price)
        self.dearest = max(self.dearest, price[0])
        return None

    def _waits(self, tx_hash: str, asked: dict[str, Any], ask: Callable[[dict[str, Any]], Any]) -> bool:
        found = ask({**asked, "method": "eth_getTransactionByHash", "params": [tx_hash]})["result"]
        return found is not None and found["blockNumber"] is None
