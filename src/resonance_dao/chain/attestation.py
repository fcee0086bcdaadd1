"""
Attestations in the EAS off-chain format, version 2: the message that a reviewer or source signs.

The message is EAS's own, so the EAS SDK verifies it: domain `EAS Attestation` with the version and address of
the chain's EAS contract, primary type `Attest`. The uid is the one that the SDK computes; it does not contain
the attester. On-chain twin: `ContributionRegistry.uidOf` and `.digestOf`. Source: eas-sdk
`offchain/offchain.ts`, EIP-712.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from resonance_dao.chain.typed_data import recover_signer
from resonance_dao.errors import InputInvalid

VERSION = 2
ZERO_HASH = "0x" + "00" * 32
ZERO_ADDRESS = "0x" + "00" * 20
_FIELDS = (
    ("version", "uint16"),
    ("schema", "bytes32"),
    ("recipient", "address"),
    ("time", "uint64"),
    ("expirationTime", "uint64"),
    ("revocable", "bool"),
    ("refUID", "bytes32"),
    ("data", "bytes"),
    ("salt", "bytes32"),
)
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
TYPES = {"Attest": [{"name": name, "type": kind} for name, kind in _FIELDS]}


@dataclass(frozen=True)
class EasDomain:
    """The EIP-712 domain: the chain and its EAS contract, with the version that the contract reports."""

    chain_id: int
    eas: str
    version: str

    def to_dict(self) -> dict[str, object]:
        """Return the domain as EIP-712 wants it."""
        return {
            "name": "EAS Attestation",
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.eas,
        }


@dataclass(frozen=True)
class Attestation:
    """
    An attestation. Hashes and bytes are 0x-hex, times unix s; `expirationTime` 0 means never.

    Field names are EAS's own, so the value goes to the wire, to the contract and to the SDK as it is.
    """

    schema: str
    recipient: str
    time: int
    expirationTime: int  # noqa: N815
    revocable: bool
    refUID: str  # noqa: N815
    data: str
    salt: str

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name, as the contract's struct."""
        return asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Attestation:
        """
        Read the fields back; unknown or missing ones, and ones of the wrong form, are refused.

        Hexadecimal becomes lower-case and the recipient gets its checksum: the uid is made from the
        schema's text, and the contract writes that in lower case.
        """
        from eth_utils.address import to_checksum_address

        names = [field.name for field in fields(cls)]
        if not isinstance(value, Mapping):
            raise InputInvalid("attestation", value, f"must have the fields {', '.join(names)}")
        for name in [*names, *value]:
            if name not in names or name not in value:
                raise InputInvalid(
                    f"attestation.{name}", value.get(name), f"exactly these fields are allowed: {names}"
                )
        _check(value)
        lowered = {name: value[name].lower() for name in ("schema", "refUID", "data", "salt")}
        return cls(**{**value, **lowered, "recipient": to_checksum_address(value["recipient"])})

    def message(self) -> dict[str, object]:
        """Return the EIP-712 message."""
        return {"version": VERSION, **self.to_dict()}

    def uid(self) -> str:
        """Return the uid of EAS's off-chain version 2, 0x-hex."""
        from eth_abi.packed import encode_packed
        from eth_utils.crypto import keccak

        kinds = [kind for _, kind in _FIELDS]
        kinds[1] = "bytes"
        values = [
            VERSION,
            self.schema.encode(),
            self.recipient,
            self.time,
            self.expirationTime,
            self.revocable,
        ]
        values += [_bytes(self.refUID), _bytes(self.data), _bytes(self.salt)]
        kinds.insert(3, "address")
        values.insert(3, ZERO_ADDRESS)
        packed = encode_packed([*kinds, "uint32"], [*values, 0])
        return "0x" + keccak(packed).hex()


def schema_uid(schema: str, resolver: str = ZERO_ADDRESS, revocable: bool = True) -> str:
    """Return the uid that EAS's SchemaRegistry gives a schema."""
    from eth_abi.packed import encode_packed
    from eth_utils.crypto import keccak

    return "0x" + keccak(encode_packed(["string", "address", "bool"], [schema, resolver, revocable])).hex()


def attestation_of(
    schema: str, values: Sequence[object], recipient: str, *, now: int, salt: bytes, expires: int = 0
) -> Attestation:
    """
    Return a revocable attestation of a schema, given as its text, to sign: `now` and `expires` unix s (0:
    never), `salt` 32 random bytes.
    """
    from eth_abi.abi import encode

    kinds = [part.split()[0] for part in schema.split(",")]
    data = "0x" + encode(kinds, values).hex()
    return Attestation(schema_uid(schema), recipient, now, expires, True, ZERO_HASH, data, "0x" + salt.hex())


def recover_attester(attestation: Attestation, domain: EasDomain, signature: str) -> str:
    """
    Return the account whose key made the 65-byte signature (externally owned accounts only; ERC-1271
    asks the chain).
    """
    return recover_signer(domain.to_dict(), TYPES, attestation.message(), signature)


def _check(value: Mapping[str, Any]) -> None:
    from eth_utils.address import is_address, is_checksum_address

    for name in ("schema", "refUID", "salt"):
        _hex(f"attestation.{name}", value[name], length=32)
    _hex("attestation.data", value["data"], length=None)
    recipient = value["recipient"]
    if not (isinstance(recipient, str) and recipient.startswith("0x") and is_address(recipient)):
        raise InputInvalid("attestation.recipient", recipient, "must be an address: 0x and 40 hex digits")
    if recipient != recipient.lower() and not is_checksum_address(recipient):
        raise InputInvalid("attestation.recipient", recipient, "has a wrong checksum (EIP-55)")
    for name in ("time", "expirationTime"):
        number = value[name]
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**64:
            raise InputInvalid(f"attestation.{name}", number, "must be unix seconds as an integer")
    if not isinstance(value["revocable"], bool):
        raise InputInvalid("attestation.revocable", value["revocable"], "must be true or false")


def _hex(field: str, value: object, length: int | None) -> None:
    is_hex = isinstance(value, str) and _HEX.fullmatch(value) is not None
    if not is_hex or (length is not None and len(str(value)) != 2 + 2 * length):
        size = "" if length is None else f" of {length} bytes"
        raise InputInvalid(field, value, f"must be 0x-hexadecimal{size}")


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
