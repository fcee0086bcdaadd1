"""A development chain as a gas meter: contracts created and transactions sent by its unlocked accounts."""

from __future__ import annotations

from gas.parts import Parts, split

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Chain, Receipt
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.devchain import increase_time
from resonance_dao.chain.sender import wait

GAS_LIMIT = 2**24  # EIP-7825


class Node:
    """The chain and its unlocked `accounts`; transactions are the first one's unless said."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.accounts = [str(account) for account in chain.request("eth_accounts")]

    def create(self, artifact: Artifact, arguments: bytes = b"") -> Contract:
        """Create the contract; `arguments` are the constructor's, ABI-encoded."""
        receipt = self._send(self.accounts[0], None, artifact.bytecode + arguments)
        if receipt.contract_address is None:
            raise AssertionError(f"{artifact.name} was not created")
        return Contract(receipt.contract_address, artifact)

    def send(self, contract: Contract, calldata: bytes, *, sender: str | None = None) -> Receipt:
        """Send a transaction and return its receipt. Raises `AssertionError` when it fails."""
        return self._send(sender or self.accounts[0], contract.address, calldata)

    def gas(self, contract: Contract, calldata: bytes, *, sender: str | None = None) -> int:
        """Send a transaction and return the gas that it used, 21,000 and calldata included."""
        return self.send(contract, calldata, sender=sender).gas_used

    def parts(self, contract: Contract, calldata: bytes, *, sender: str | None = None) -> Parts:
        """Trace a transaction, then send it; return what its gas is spent on."""
        asked = {"from": sender or self.accounts[0], "to": contract.address, "data": "0x" + calldata.hex()}
        quiet = {"disableStack": True, "disableMemory": True, "disableStorage": True}
        traced = self.chain.request("debug_traceCall", [{**asked, "gas": hex(GAS_LIMIT)}, "latest", quiet])
        return split(traced["structLogs"], calldata, self.gas(contract, calldata, sender=sender))

    def now(self) -> int:
        """Return the time of the newest block, unix s."""
        return self.chain.block().timestamp

    def wait(self, seconds: int) -> None:
        """Move the clock on and mine a block."""
        increase_time(self.chain, seconds)

    def _send(self, sender: str, to: str | None, calldata: bytes) -> Receipt:
        transaction = {"from": sender, "data": "0x" + calldata.hex(), "gas": hex(GAS_LIMIT)}
        transaction |= {} if to is None else {"to": to}
        receipt = wait(self.chain, str(self.chain.request("eth_sendTransaction", [transaction])))
        if receipt.status != 1:
            raise AssertionError(f"the transaction failed: {receipt}")
        return receipt
