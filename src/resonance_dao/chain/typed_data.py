"""
EIP-712 messages apart from who signs them: the account behind a signature, and a domain's separator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from resonance_dao.chain.flat_typed_data import TypedFields
from resonance_dao.errors import InputInvalid, SignatureRefused

TypedData = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
"""Domain, types without `EIP712Domain`, and message, as a wallet is asked to sign them."""

_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_HIGHEST_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


def fields_of(text: str) -> tuple[str, list[dict[str, str]]]:
    """Return the name and the fields of a type that refers to no other, from its text in a contract."""
    name, _, inside = text.rstrip(")").partition("(")
    parts = [part.split() for part in inside.split(",")]
    return name, [{"name": field, "type": kind} for kind, field in parts]


def recover_signer(
    domain: Mapping[str, Any], types: TypedFields, message: Mapping[str, Any], signature: str
) -> str:
    """
    Return the account whose key made the 65-byte signature (externally owned accounts only; ERC-1271
    asks the chain). `SignatureRefused` when it is one that a contract would not read.
    """
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    content = _content(signature)
    try:
        signable = encode_typed_data(dict(domain), {**types}, dict(message))
        return str(Account.recover_message(signable, signature=content))
    except Exception as exc:  # eth-account raises many kinds for a malformed signature
        raise SignatureRefused(
            f"the signature cannot be read: {exc}", hint="Sign again with the wallet that is named."
        ) from exc


def split_signature(signature: bytes) -> tuple[int, str, str]:
    """Return v, r and s of a signature, as older functions take them; `InputInvalid` unless of 65 bytes."""
    if len(signature) != 65:
        rule = "must be 65 bytes: what takes it knows no signatures of contracts"
        raise InputInvalid("signature", "0x" + signature.hex(), rule)
    return signature[64], "0x" + signature[:32].hex(), "0x" + signature[32:64].hex()


def separator(domain: Mapping[str, Any]) -> bytes:
    """Return the hash of a domain that has name, version, chain id and contract."""
    from eth_abi.abi import encode
    from eth_utils.crypto import keccak

    hashed = [keccak(text=_DOMAIN), keccak(text=domain["name"]), keccak(text=domain["version"])]
    kinds = ["bytes32", "bytes32", "bytes32", "uint256", "address"]
    return bytes(keccak(encode(kinds, [*hashed, domain["chainId"], domain["verifyingContract"]])))


def _content(signature: str) -> bytes:
    # What eth-account would still read and the contracts would not.
    is_hex = isinstance(signature, str) and _HEX.fullmatch(signature)
    content = bytes.fromhex(signature[2:]) if is_hex else b""
    is_low = int.from_bytes(content[32:64], "big") <= _HIGHEST_S
    if len(content) != 65 or content[64] not in (27, 28) or not is_low:
        raise SignatureRefused(
            "the signature is not 65 bytes r, s, v in 0x-hex with s in the lower half and v of 27 or 28",
            hint="Sign again with the wallet that is named, and send the signature as it is.",
        )
    return content
