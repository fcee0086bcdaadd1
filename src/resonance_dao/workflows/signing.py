"""
Orders: what an account wants done. It sends one with its own wallet, or signs it for anybody to relay.

    order = Appeal(3, 1, worker, "bafy...")
    perform(system, order.action(system), signer)              # the worker's own wallet, or
    signed = sign(system, order, signer, deadline)             # a signature that needs no gas,
    perform(system, relaying(system, signed), somebody)        # which anybody carries

An order names its account and its values; nonce and deadline come with the signature. `text` is the EIP-712
type as the contract has it, so what is signed here is what is checked there.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar, cast

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.chain import code_at
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import Signer
from resonance_dao.chain.typed_data import TypedData, fields_of, recover_signer
from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.workflows.system import Action, System, plain
from resonance_dao.workflows.terms import Submission

Address = str
Amount = int
"""Base units; decimal text in JSON, however small."""
Hash = str
"""32 bytes as 0x-hex."""
Hex = str
"""Bytes as 0x-hex."""

_Order = TypeVar("_Order", bound="Order")
_DIGITS = re.compile("[0-9]{1,78}")
_HEX = re.compile("0x(?:[0-9a-fA-F]{2})*")


@dataclass(frozen=True)
class Order(ABC):
    """What an account wants done; amounts in base units, CIDs as text. Subclasses are the kinds."""

    kind: ClassVar[str]
    text: ClassVar[str]

    @property
    @abstractmethod
    def account(self) -> str:
        """Who acts, and so who signs."""

    @abstractmethod
    def contract(self, system: System) -> Contract:
        """Return the contract that the order is for."""

    @abstractmethod
    def message(self, system: System) -> Mapping[str, Any]:
        """Return the values that are signed, by name, but for nonce and deadline."""

    @abstractmethod
    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what carries the order out: with a signature from anywhere, without from its own wallet."""

    def typed_data(self, system: System, deadline: int) -> TypedData:
        """Return what the account's wallet is asked to sign; `deadline` unix s, exclusive."""
        contract = self.contract(system)
        nonce = int(contract.call(system.chain, "nonces", self.account))
        name, parts = fields_of(self.text)
        values = {**self.message(system), "nonce": nonce, "deadline": deadline}
        return (
            domain_of(system, contract),
            {name: parts},
            {part["name"]: values[part["name"]] for part in parts},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return {field.name: _written(str(field.type), getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_dict(cls: type[_Order], value: object) -> _Order:
        """Read the values back; a missing or unknown field, or one of the wrong form, is refused."""
        require_fields(value, tuple(field.name for field in fields(cls)), cls.kind)
        assert isinstance(value, Mapping)  # noqa: S101 - the line above refuses all else
        return cls(
            **{field.name: _READERS[str(field.type)](field.name, value[field.name]) for field in fields(cls)}
        )


@dataclass(frozen=True)
class SignedOrder:
    """An order with its account's signature, 0x-hex; `deadline` unix s, exclusive."""

    order: Order
    deadline: int
    signature: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; `orders.read_order` reads them back."""
        return {
            "kind": self.order.kind,
            "order": self.order.to_dict(),
            "deadline": self.deadline,
            "signature": self.signature,
        }


def sign(system: System, order: Order, signer: Signer, deadline: int) -> SignedOrder:
    """Return the order signed by its account, for anybody to relay before `deadline`."""
    if signer.address != order.account:
        raise InputInvalid("signer", signer.address, f"must be the account that acts, {order.account}")
    if deadline <= (now := system.now()):
        raise InputInvalid("deadline", deadline, f"must be after the chain's time, {now}")
    signature = signer.sign_typed_data(*order.typed_data(system, deadline))
    return SignedOrder(order, deadline, "0x" + signature.hex())


def relaying(system: System, signed: SignedOrder) -> Action:
    """
    Return what relays a signed order. `SignatureRefused` when it expired, or is not the account's, or for
    another nonce: used before, or cancelled.
    """
    order, now = signed.order, system.now()
    if now >= signed.deadline:
        raise SignatureRefused(
            f"the {order.kind} expired at {signed.deadline}; the chain's time is {now}",
            hint="Sign it again with a later deadline.",
        )
    # A contract wallet answers for itself (ERC-1271); the contract asks it.
    if not code_at(system.chain, order.account):
        recovered = recover_signer(*order.typed_data(system, signed.deadline), signed.signature)
        if recovered != order.account:
            raise SignatureRefused(
                f"the signature is not that of {order.account} for this {order.kind} and its present nonce",
                hint="It was relayed or cancelled before, is for another chain, or another wallet made it. "
                "Sign it again.",
                recovered=recovered,
            )
    return order.action(system, signed.deadline, signed.signature)


def cancelling(system: System, name: str) -> Action:
    """
    Return what makes everything void that the sender signed for a contract and nobody relayed yet.

    `name` is "escrow", "applications", "vault" or "reputation".
    """
    contracts = {
        "escrow": system.escrow,
        "applications": system.desk,
        "vault": system.vault,
        "reputation": system.reputation,
    }
    if name not in contracts:
        raise InputInvalid("contract", name, f"must be one of {', '.join(contracts)}")
    words = {
        "en": f"Cancel what you signed for {contracts[name].artifact.name}",
        "ja": f"{contracts[name].artifact.name} への未使用の署名を取り消す",
    }
    return Action(contracts[name], "cancelSignature", (), words)


def domain_of(system: System, contract: Contract) -> dict[str, Any]:
    """Return the EIP-712 domain of one of our contracts: its name, and version 1."""
    return {
        "name": contract.artifact.name,
        "version": "1",
        "chainId": system.chain_id,
        "verifyingContract": contract.address,
    }


def require_fields(value: object, names: tuple[str, ...], what: str) -> None:
    """Refuse what is no mapping of exactly these fields."""
    if not isinstance(value, Mapping) or set(value) != set(names):
        shown = sorted(map(str, value)) if isinstance(value, Mapping) else value
        raise InputInvalid(f"signed {what}", shown, f"must have exactly the fields {', '.join(names)}")


def whole(field: str, value: object) -> int:
    """Return a whole number; JSON holds large ones as decimal text."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**256:
        raise InputInvalid(field, value, "must be a whole number from 0 to 2^256 - 1")
    return value


def hexadecimal(field: str, value: object) -> str:
    """Return bytes as lower-case 0x-hex."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise InputInvalid(field, value, "must be 0x-hexadecimal")
    return value.lower()


def _written(kind: str, value: Any) -> Any:
    if kind == "Amount":
        return str(value)
    return value.to_json() if isinstance(value, Submission) else plain(value)


def _hash(field: str, value: object) -> str:
    if len(text := hexadecimal(field, value)) != 66:
        raise InputInvalid(field, value, "must be 32 bytes of 0x-hexadecimal")
    return text


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise InputInvalid(field, value, "must be text")
    return value


def _address(field: str, value: object) -> str:
    from eth_utils.address import is_address, is_checksum_address

    if not (isinstance(value, str) and value.startswith("0x") and is_address(value)):
        raise InputInvalid(field, value, "must be an address: 0x and 40 hexadecimal digits")
    if value != value.lower() and not is_checksum_address(value):
        raise InputInvalid(field, value, "has a wrong checksum (EIP-55)")
    return checksum(value)


def _addresses(field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise InputInvalid(field, value, "must be a list of addresses")
    return tuple(_address(field, item) for item in value)


def _submission(field: str, value: object) -> Submission:
    work = Submission.from_abi(cast("Mapping[str, Any]", value))  # It refuses what is no mapping.
    if not isinstance(work.shares_bps, tuple):
        raise InputInvalid(f"{field}.sharesBps", work.shares_bps, "must be a list of basis points")
    return Submission(
        bounty_id=whole(f"{field}.bountyId", work.bounty_id),
        worker=_address(f"{field}.worker", work.worker),
        payees=_addresses(f"{field}.payees", work.payees),
        shares_bps=tuple(whole(f"{field}.sharesBps", share) for share in work.shares_bps),
        exempt=whole(f"{field}.exempt", work.exempt),
        evidence=_text(f"{field}.evidence", work.evidence),
    )


_READERS: Mapping[str, Callable[[str, object], Any]] = {
    "int": whole,
    "Amount": whole,
    "str": _text,
    "Hex": hexadecimal,
    "Address": _address,
    "Hash": _hash,
    "tuple[Address, ...]": _addresses,
    "Submission": _submission,
}
"""How a field is read, by how its annotation is written."""
