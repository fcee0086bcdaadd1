"""A development chain as a gas meter: contracts created and transactions sent by one unlocked account."""

from __future__ import annotations

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Chain, Receipt
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.sender import wait

GAS_LIMIT = 2**24  # EIP-7825


class Node:
    """
    A chain whose accounts are unlocked. `sender` is its first account; what it pays is the measure.
    """

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.accounts = [str(account) for account in chain.request("eth_accounts")]
        self.sender = self.accounts[0]

    def create(self, artifact: Artifact, arguments: bytes = b"") -> Contract:
        """Create the contract; `arguments` are the constructor's, ABI-encoded."""
        receipt = self._send(None, artifact.bytecode + arguments)
        if receipt.contract_address is None:
            raise AssertionError(f"{artifact.name} was not created")
        return Contract(receipt.contract_address, artifact)

    def send(self, contract: Contract, calldata: bytes, *, value: int = 0) -> Receipt:
        """Send a transaction and return its receipt. Raises `AssertionError` when it fails."""
        return self._send(contract.address, calldata, value)

    def _send(self, to: str | None, calldata: bytes, value: int = 0) -> Receipt:
        transaction = {"from": self.sender, "data": "0x" + calldata.hex(), "gas": hex(GAS_LIMIT)}
        transaction |= {"value": hex(value)} | ({} if to is None else {"to": to})
        receipt = wait(self.chain, str(self.chain.request("eth_sendTransaction", [transaction])))
        if receipt.status != 1:
            raise AssertionError(f"the transaction failed: {receipt}")
        return receipt
