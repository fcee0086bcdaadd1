"""
A pool that behaves as geth's where anvil's does not: what waits is replaced only when both fees are a tenth
higher, strictly, and what the market left behind is kept until it is cheap enough again. (anvil forgets what
is below a block's base fee.)
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.typed_transactions import TypedTransaction
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from resonance_dao.chain.chain import Chain, nonce_of
from resonance_dao.errors import ResonanceError

PRICE_BUMP = 10
"""Per cent; geth's default for `--txpool.pricebump`."""
Price = tuple[int, int]
"""The most per gas, and the tip, in wei."""
Answer = dict[str, Any]


def replaces(old: Price, new: Price) -> bool:
    """Return whether geth takes a transaction at `new` in place of one at `old`, with nothing to spare."""
    return all(after > before * (100 + PRICE_BUMP) // 100 for before, after in zip(old, new, strict=True))


@dataclass(frozen=True)
class Waiting:
    """A signed transaction that waits."""

    raw: bytes
    tx_hash: str
    price: Price


@dataclass
class GethPool:
    """What waits, by sender and nonce; `chain` is the node behind. A rule for the proxy."""

    chain: Chain
    waiting: dict[tuple[str, int], Waiting] = field(default_factory=dict)
    refused: int = 0
    replaced: int = 0
    dearest: int = 0

    def __call__(self, asked: dict[str, Any], ask: Callable[[dict[str, Any]], Answer]) -> Answer | None:
        """Return what geth would answer where anvil answers otherwise, else None."""
        if asked["method"] == "eth_sendRawTransaction":
            return self._sent(asked)
        if asked["method"] == "eth_getTransactionByHash":
            return self._asked_for(asked, ask)
        return None

    def mine(self) -> None:
        """Give the node back what it forgot, and mine."""
        self._clear()
        for found in self.waiting.values():
            with suppress(ResonanceError):
                self.chain.send_raw(found.raw)
        self.chain.request("anvil_mine", ["0x1"])
        self._clear()

    def forget(self) -> None:
        """Lose everything, as a node that was started again."""
        self.waiting.clear()
        self.chain.request("anvil_dropAllTransactions")

    def _sent(self, asked: dict[str, Any]) -> Answer | None:
        raw = bytes(HexBytes(asked["params"][0]))
        fields = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
        slot = (Account.recover_transaction(raw), int(fields["nonce"]))
        price = (int(fields["maxFeePerGas"]), int(fields["maxPriorityFeePerGas"]))
        new = Waiting(raw, "0x" + keccak(raw).hex(), price)
        self._clear()
        old = self.waiting.get(slot, new)
        if old.tx_hash != new.tx_hash and not replaces(old.price, new.price):
            self.refused += 1
            return _error(asked, "replacement transaction underpriced")
        if slot[1] >= nonce_of(self.chain, slot[0], "latest"):
            self.replaced += old.tx_hash != new.tx_hash
            self.waiting[slot] = new
            self.dearest = max(self.dearest, price[0])
        return None

    def _asked_for(self, asked: dict[str, Any], ask: Callable[[dict[str, Any]], Answer]) -> Answer:
        answer, tx_hash = ask(asked), asked["params"][0]
        if answer["result"] is None and any(found.tx_hash == tx_hash for found in self.waiting.values()):
            return {**answer, "result": {"hash": tx_hash, "blockNumber": None}}
        return answer

    def _clear(self) -> None:
        used = {sender: nonce_of(self.chain, sender, "latest") for sender, _ in self.waiting}
        for slot in [slot for slot in self.waiting if slot[1] < used[slot[0]]]:
            del self.waiting[slot]


def _error(asked: dict[str, Any], message: str) -> Answer:
    return {"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32000, "message": message}}
