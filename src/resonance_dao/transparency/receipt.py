"""
The receipt of an accepted request: the publisher's signed promise that record `number` will stand in the log
in time.

EIP-712, so a wallet shows what is signed and a contract could read it. A receipt whose time has passed and
whose record is not in the log is evidence of an omission that anyone can check (`receipt_status`). Nothing is
signed here: the chain layer's signer takes `typed_data(receipt)`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.transparency import canonical, merkle
from resonance_dao.transparency.address import checksum
from resonance_dao.transparency.fields import (
    from_hex,
    to_hash,
    to_hex,
    to_integer,
    to_object,
    to_string,
)
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.signature import recover_signer

SCHEMA = "resonance/receipt/1"
NAME, VERSION = "Resonance Receipt", "1"
TYPES: dict[str, list[dict[str, str]]] = {
    "Receipt": [
        {"name": "number", "type": "uint64"},
        {"name": "recordHash", "type": "bytes32"},
        {"name": "acceptedAt", "type": "uint64"},
        {"name": "anchorBy", "type": "uint64"},
        {"name": "publisher", "type": "address"},
    ]
}
_TYPE = b"Receipt(uint64 number,bytes32 recordHash,uint64 acceptedAt,uint64 anchorBy,address publisher)"
_DOMAIN_TYPE = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


@dataclass(frozen=True)
class Receipt:
    """
    What the publisher promises. Times are unix seconds of the chain; the promise holds from `anchor_by` on.

    `log` is the address of the TransparencyLog on chain `chain_id`; `record_hash` is keccak256 of the
    record's bytes.
    """

    number: int
    record_hash: bytes
    accepted_at: int
    anchor_by: int
    publisher: str
    chain_id: int
    log: str

    def __post_init__(self) -> None:
        to_integer(self.number, "number", 1)
        to_hash(self.record_hash, "record_hash")
        to_integer(self.accepted_at, "accepted_at", 0)
        to_integer(self.anchor_by, "anchor_by", self.accepted_at + 1)
        to_integer(self.chain_id, "chain_id", 1)
        object.__setattr__(self, "publisher", checksum(self.publisher, "publisher"))
        object.__setattr__(self, "log", checksum(self.log, "log"))

    @property
    def index(self) -> int:
        """Where the leaf stands in the log, from 0."""
        return self.number - 1

    @property
    def leaf(self) -> bytes:
        """The leaf that must stand there."""
        return merkle.leaf_of(self.record_hash)

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "schema": SCHEMA,
            "number": self.number,
            "record_hash": to_hex(self.record_hash),
            "accepted_at": self.accepted_at,
            "anchor_by": self.anchor_by,
            "publisher": self.publisher,
            "chain_id": self.chain_id,
            "log": self.log,
        }

    @classmethod
    def from_dict(cls, value: object) -> Receipt:
        """Read what `to_dict` wrote; `InputInvalid` for anything else."""
        keys = ("number", "record_hash", "accepted_at", "anchor_by", "publisher", "chain_id", "log")
        members: dict[str, Any] = dict(to_object(value, "$", ("schema", *keys)))
        if members.pop("schema") != SCHEMA:
            raise InputInvalid("$.schema", value, f"must be {SCHEMA}")
        members["record_hash"] = from_hex(members["record_hash"], "$.record_hash", 32)
        return cls(**members)


def typed_data(receipt: Receipt) -> dict[str, Any]:
    """Return the EIP-712 message: domain, types (without EIP712Domain), primaryType, message."""
    domain = {
        "name": NAME,
        "version": VERSION,
        "chainId": receipt.chain_id,
        "verifyingContract": receipt.log,
    }
    message = {
        "number": receipt.number,
        "recordHash": to_hex(receipt.record_hash),
        "acceptedAt": receipt.accepted_at,
        "anchorBy": receipt.anchor_by,
        "publisher": receipt.publisher,
    }
    return {"domain": domain, "types": TYPES, "primaryType": "Receipt", "message": message}


def digest(receipt: Receipt) -> bytes:
    """Return the 32 bytes that are signed: keccak256(0x1901 || domain separator || struct hash)."""
    return keccak256(b"\x19\x01" + _domain_separator(receipt) + _struct_hash(receipt))


def recover(receipt: Receipt, signature: bytes) -> str:
    """Return the address that signed; `SignatureRefused` unless it is 65 bytes, low s, and v 27 or 28."""
    return recover_signer(_domain_separator(receipt), _struct_hash(receipt), signature)


def verify(receipt: Receipt, signature: bytes, publisher: str | None = None) -> None:
    """
    Return when `publisher` signed the receipt, and is the one it names.

    None stands for the publisher it names: that shows only that the receipt is whole, not that you know the
    signer.
    """
    expected = receipt.publisher if publisher is None else checksum(publisher, "publisher")
    if receipt.publisher != expected:
        raise SignatureRefused(
            "the receipt names another publisher", expected=expected, found=receipt.publisher
        )
    signer = recover(receipt, signature)
    if signer != expected:
        raise SignatureRefused(
            "the receipt was not signed by its publisher",
            hint="It was altered, or it was made for another chain or log.",
            expected=expected,
            found=signer,
        )


@dataclass(frozen=True)
class SignedReceipt:
    """A receipt and the publisher's 65-byte signature: what a user keeps as `receipt.json`."""

    receipt: Receipt
    signature: bytes

    def verify(self, publisher: str | None = None) -> None:
        """As `verify`."""
        verify(self.receipt, self.signature, publisher)

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {**self.receipt.to_dict(), "signature": to_hex(self.signature)}

    @classmethod
    def from_dict(cls, value: object) -> SignedReceipt:
        """Read what `to_dict` wrote; `InputInvalid` for anything else. The signature is not verified."""
        if not isinstance(value, dict) or "signature" not in value:
            raise InputInvalid("$.signature", value, "is missing")
        receipt = Receipt.from_dict({key: entry for key, entry in value.items() if key != "signature"})
        return cls(receipt, from_hex(value["signature"], "$.signature", 65))

    def to_text(self) -> str:
        """Return the text of `receipt.json`."""
        return json.dumps(self.to_dict(), indent=2) + "\n"

    @classmethod
    def from_text(cls, text: str) -> SignedReceipt:
        """Read `receipt.json`; spacing is free."""
        return cls.from_dict(canonical.parse(to_string(text, "receipt").encode("utf-8", "surrogatepass")))


def _domain_separator(receipt: Receipt) -> bytes:
    return keccak256(
        keccak256(_DOMAIN_TYPE)
        + keccak256(NAME.encode())
        + keccak256(VERSION.encode())
        + _word(receipt.chain_id)
        + _address_word(receipt.log)
    )


def _struct_hash(receipt: Receipt) -> bytes:
    return keccak256(
        keccak256(_TYPE)
        + _word(receipt.number)
        + receipt.record_hash
        + _word(receipt.accepted_at)
        + _word(receipt.anchor_by)
        + _address_word(receipt.publisher)
    )


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _address_word(address: str) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])
