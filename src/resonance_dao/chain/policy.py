"""
What a key may sign: a list of what is allowed, checked before the key is asked.

A gateway's key pays gas and holds no office, yet whoever could make it sign anything could empty it. So it
signs transactions to contracts of the deployment, for functions of theirs that change something, without
value, for one chain, up to a price; and a transfer of nothing to itself, which only uses up a nonce.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from resonance_dao.chain.abi import selector
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.flat_typed_data import TypedFields
from resonance_dao.chain.signer import Signer
from resonance_dao.errors import SignatureRefused

_READS = ("view", "pure")


@dataclass(frozen=True)
class Statement:
    """What may be stated by EIP-712: messages of these very types, in this very domain."""

    domain: Mapping[str, Any]
    types: TypedFields


@dataclass(frozen=True)
class SignerPolicy:
    """
    `contracts` are asked anew each time, since funding pools come and go. `max_fee` is in wei per gas;
    `statements` are what may be signed by EIP-712. A name alone would not do: a permit can be called a
    receipt.
    """

    chain_id: int
    contracts: Callable[[], Sequence[Contract]]
    max_fee: int
    statements: tuple[Statement, ...] = ()

    def check_call(self, to: str, data: bytes) -> None:
        """Check that a function of a contract may be called. Raises `SignatureRefused`."""
        for contract in self.contracts():
            if contract.address == to:
                if data[:4] in _changing(contract):
                    return
                _refuse(f"0x{data[:4].hex()} is no function of {contract.artifact.name} that may be called")
        _refuse(f"{to} is none of the contracts that may be called")

    def check_transaction(self, address: str, transaction: Mapping[str, Any]) -> None:
        """Check a whole transaction of `address`. Raises `SignatureRefused`."""
        data = bytes.fromhex(str(transaction.get("data", "0x")).removeprefix("0x"))
        fee = transaction.get("maxFeePerGas", transaction.get("gasPrice"))
        if transaction.get("chainId") != self.chain_id:
            _refuse(f"the chain id {transaction.get('chainId')} is not {self.chain_id}")
        if transaction.get("value") != 0:
            _refuse(f"a value of {transaction.get('value')} wei would go along")
        if not isinstance(fee, int) or fee > self.max_fee:
            _refuse(f"a price of {fee} wei per gas is above {self.max_fee}")
        if transaction.get("to") != address or data:
            self.check_call(str(transaction.get("to")), data)

    def check_typed_data(self, domain: Mapping[str, Any], types: TypedFields) -> None:
        """Check what an EIP-712 signature would be for. Raises `SignatureRefused`."""
        if domain.get("chainId") != self.chain_id:
            _refuse(f"the chain id {domain.get('chainId')} is not {self.chain_id}")
        if not any((one.domain, one.types) == (domain, types) for one in self.statements):
            _refuse(f"{', '.join(sorted(types))} in the domain {domain.get('name')} may not be signed")


class GuardedSigner:
    """A signer that signs what its policy allows and nothing else; see `Signer`."""

    def __init__(self, signer: Signer, policy: SignerPolicy) -> None:
        self._signer, self._policy = signer, policy

    def __repr__(self) -> str:
        return f"GuardedSigner({self.address})"

    @property
    def address(self) -> str:
        """The EIP-55 address that signatures belong to."""
        return self._signer.address

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """Return the raw signed transaction; see `Signer`."""
        self._policy.check_transaction(self.address, transaction)
        return self._signer.sign_transaction(transaction)

    def sign_typed_data(
        self, domain: Mapping[str, Any], types: TypedFields, message: Mapping[str, Any]
    ) -> bytes:
        """Return an EIP-712 signature; see `Signer`."""
        self._policy.check_typed_data(domain, types)
        return self._signer.sign_typed_data(domain, types, message)


def _changing(contract: Contract) -> set[bytes]:
    functions = (entry for entry in contract.artifact.abi if entry["type"] == "function")
    return {selector(entry) for entry in functions if entry["stateMutability"] not in _READS}


def _refuse(reason: str) -> NoReturn:
    raise SignatureRefused(
        f"the key's policy refuses to sign: {reason}",
        hint="The key signs for this deployment and nothing else.",
    )
