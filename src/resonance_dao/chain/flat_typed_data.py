"""
The EIP-712 digest of a message whose fields are all words: numbers, addresses, 32 bytes and booleans.

Receipts are of that kind and are signed at every request; hashing their domain and type once makes the digest
about twenty times as fast as the general encoder, which stays the one for everything else.

    >>> fields = {"Receipt": [{"name": "number", "type": "uint64"}]}
    >>> domain = {"name": "A", "version": "1", "chainId": 1, "verifyingContract": "0x" + "11" * 20}
    >>> flat_digest(domain, fields, {"number": 7}).hex()[:16]
    'af07dc64d2ba9ca3'
    >>> flat_digest(domain, {"Note": [{"name": "text", "type": "string"}]}, {"text": ""}) is None
    True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from resonance_dao.transparency.keccak import keccak256

_DOMAIN = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_DOMAIN_KEYS = ("name", "version", "chainId", "verifyingContract")
_UNSIGNED = re.compile(r"uint(8|16|24|32|40|48|56|64|72|80|88|96|128|160|192|256)")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_WORD = re.compile(r"0x[0-9a-fA-F]{64}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

TypedFields = Mapping[str, Sequence[Mapping[str, str]]]
Encode = Callable[[Any], "bytes | None"]


def flat_digest(domain: Mapping[str, Any], types: TypedFields, message: Mapping[str, Any]) -> bytes | None:
    """
    Return the 32 bytes to sign, or None for whatever is not exactly of this kind: leave that to the general
    encoder, its refusals included.
    """
    if len(types) != 1 or tuple(domain) != _DOMAIN_KEYS:
        return None
    ((name, fields),) = types.items()
    known = tuple((str(field.get("name")), str(field.get("type"))) for field in fields)
    whose = tuple(domain.values())
    if any(type(part) not in (str, int) for part in whose):
        return None
    separator, struct = _separator(*whose), _struct(name, known)
    if separator is None or struct is None or message.keys() != {key for key, _ in known}:
        return None
    words = [struct[0]]
    for (key, _), encode in zip(known, struct[1], strict=True):
        word = encode(message[key])
        if word is None:
            return None
        words.append(word)
    return keccak256(b"\x19\x01" + separator + keccak256(b"".join(words)))


@lru_cache(maxsize=64, typed=True)
def _separator(name: object, version: object, chain_id: object, contract: object) -> bytes | None:
    chain, where = _number(256)(chain_id), _address(contract)
    if type(name) is not str or type(version) is not str or chain is None or where is None:
        return None
    return keccak256(
        keccak256(_DOMAIN) + keccak256(name.encode()) + keccak256(version.encode()) + chain + where
    )


@lru_cache(maxsize=64, typed=True)
def _struct(name: str, fields: tuple[tuple[str, str], ...]) -> tuple[bytes, Sequence[Encode]] | None:
    if not all(_NAME.fullmatch(one) for one in (name, *(key for key, _ in fields))):
        return None
    encoders = [_encoder(kind) for _, kind in fields]
    text = f"{name}({','.join(f'{kind} {key}' for key, kind in fields)})"
    plain = [encoder for encoder in encoders if encoder is not None]
    return (keccak256(text.encode()), plain) if len(plain) == len(fields) else None


def _encoder(kind: str) -> Encode | None:
    found = _UNSIGNED.fullmatch(kind)
    return (
        _number(int(found[1])) if found else {"address": _address, "bytes32": _hash, "bool": _flag}.get(kind)
    )


def _number(bits: int) -> Encode:
    def encode(value: Any) -> bytes | None:
        return value.to_bytes(32, "big") if type(value) is int and 0 <= value < 1 << bits else None

    return encode


def _address(value: Any) -> bytes | None:
    matches = type(value) is str and _ADDRESS.fullmatch(value)
    return bytes(12) + bytes.fromhex(value[2:]) if matches else None


def _hash(value: Any) -> bytes | None:
    if type(value) is bytes and len(value) == 32:
        return value
    return bytes.fromhex(value[2:]) if type(value) is str and _WORD.fullmatch(value) else None


def _flag(value: Any) -> bytes | None:
    return int(value).to_bytes(32, "big") if type(value) is bool else None
