"""
Signing attempts: the operation's call, the same call for more, or a transfer of nothing that only uses up
its nonce.
"""

from __future__ import annotations

from collections.abc import Callable

from resonance_dao.chain.chain import Chain, integer
from resonance_dao.chain.client import transaction_hash
from resonance_dao.chain.signer import Signer
from resonance_dao.errors import ChainUnreachable, TransactionFailed
from resonance_dao.journal.operation import Operation, Signed
from resonance_dao.workflows.pricing import Price, replacement

TRANSFER_GAS = 21_000
# No chain's block takes so much.
GAS_BELIEVED = 2**40


def transfer_gas(chain: Chain, account: str) -> int:
    """
    Return the gas for a transfer of nothing to oneself: 21,000, and more on chains that count what they
    publish elsewhere.
    """
    try:
        estimate = integer(chain.request("eth_estimateGas", [{"from": account, "to": account}]))
    except (TransactionFailed, ChainUnreachable) as exc:
        if "rpc_code" not in exc.details:
            raise
        return TRANSFER_GAS  # The node does not run it: an account without coin, say.
    return TRANSFER_GAS if estimate <= TRANSFER_GAS else min(estimate * 3 // 2, GAS_BELIEVED)


class AttemptSigner:
    """
    Signs as one key on one chain; `transfer_gas` tells what a transfer of nothing takes. Nothing here is
    kept or sent.
    """

    def __init__(self, signer: Signer, chain_id: int, transfer_gas: Callable[[str], int]) -> None:
        self._signer, self._chain_id, self._transfer_gas = signer, chain_id, transfer_gas

    @property
    def address(self) -> str:
        """The operator's account."""
        return self._signer.address

    def call(self, operation: Operation, gas: int, price: Price, nonce: int) -> Signed:
        """Sign what the operation asks for."""
        return self._signed(operation.to, operation.data, gas, price, nonce)

    def filling(self, price: Price, nonce: int) -> Signed:
        """Sign a transfer of nothing to the operator itself."""
        gas = self._transfer_gas(self.address)
        return self._signed(self.address, b"", gas, price, nonce, fills=True)

    def dearer(self, operation: Operation, nonce: int, today: Price, cap: int) -> Signed | None:
        """Sign the last attempt again for more than the highest so far; None when that exceeds `cap`."""
        last = operation.attempts[-1]
        if last.fills:
            return self.instead(operation, nonce, today, cap)
        price = replacement(Price(*operation.highest), today, cap)
        return None if price is None else self.call(operation, last.gas_limit, price, nonce)

    def instead(self, operation: Operation, nonce: int, today: Price, cap: int) -> Signed | None:
        """
        Sign a transfer of nothing in place of an operation, for more than its highest attempt; None when that
        exceeds `cap`.
        """
        price = replacement(Price(*operation.highest), today, cap)
        return None if price is None else self.filling(price, nonce)

    def _signed(
        self, to: str, data: bytes, gas: int, price: Price, nonce: int, *, fills: bool = False
    ) -> Signed:
        transaction = {"chainId": self._chain_id, "nonce": nonce, "gas": gas, "to": to, "value": 0}
        raw = self._signer.sign_transaction({**transaction, "data": "0x" + data.hex(), **price.fields()})
        return Signed(raw, transaction_hash(raw), gas, price.maximum, price.tip, fills)
