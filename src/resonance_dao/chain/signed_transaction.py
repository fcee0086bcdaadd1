"""
Whether a signed transaction is the one that was asked for, to the byte, and signed by whom it should be.

Its items are compared as they are encoded, so that there is one way only to say the same: a number with a
leading zero, or a signature with s in the upper half, is what no node would take.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.errors import SignatureRefused

_DYNAMIC = ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "data")
_LEGACY = ("nonce", "gasPrice", "gas", "to", "value", "data")
_OCTETS = ("to", "data")
_TYPE_2 = b"\x02"
_HIGHEST_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def check_signed(raw: bytes, address: str, wanted: Mapping[str, Any]) -> None:
    """
    Check that `raw` is the transaction `wanted` (JSON-RPC's names, int values), signed by `address`.

    Raises `SignatureRefused` for anything else.
    """
    dynamic = "maxFeePerGas" in wanted
    items = _items(raw, dynamic)
    for name, item in zip(_DYNAMIC if dynamic else _LEGACY, items, strict=False):
        if item != _encoded(name, wanted):
            raise _refusal(f"has another {name} than was asked for")
    if dynamic and items[len(_DYNAMIC)] != []:
        raise _refusal("has an accessList that nobody asked for")
    _check_signature(items, dynamic, wanted)
    signer = _signer(raw)
    if signer != address:
        raise _refusal(f"is signed by {signer}, not by {address}")


def _items(raw: bytes, dynamic: bool) -> list[Any]:
    import rlp  # type: ignore[import-untyped]

    if dynamic and not raw.startswith(_TYPE_2):
        raise _refusal("is not of type 2, which was asked for")
    try:
        items = rlp.decode(raw[1:] if dynamic else raw, strict=True)
    except Exception as exc:  # rlp raises many kinds for what is malformed
        raise _refusal("cannot be read") from exc
    # The access list of type 2, then v, r and s.
    length = len(_DYNAMIC) + 4 if dynamic else len(_LEGACY) + 3
    if not isinstance(items, (list, tuple)) or len(items) != length:
        raise _refusal("has another number of fields")
    return [list(item) if isinstance(item, (list, tuple)) else bytes(item) for item in items]


def _encoded(name: str, wanted: Mapping[str, Any]) -> bytes:
    value = wanted.get(name, "0x" if name in _OCTETS else 0)
    return bytes.fromhex(str(value)[2:]) if name in _OCTETS else _shortest(value)


def _shortest(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _check_signature(items: list[Any], dynamic: bool, wanted: Mapping[str, Any]) -> None:
    v, r, s = items[-3:]
    # EIP-155: v is twice the chain id and 35, or one more.
    first = 0 if dynamic else 2 * int(wanted["chainId"]) + 35
    if v not in (_shortest(first), _shortest(first + 1)):
        raise _refusal("has another chainId than was asked for, or no such signature")
    numbers = [int.from_bytes(part, "big") for part in (r, s) if isinstance(part, bytes)]
    if [r, s] != [_shortest(number) for number in numbers] or numbers[1] > _HIGHEST_S:
        raise _refusal("has a signature that no node takes")


def _signer(raw: bytes) -> str:
    from eth_account import Account

    try:
        return str(Account.recover_transaction(raw))
    except Exception as exc:  # eth-account raises many kinds for what is no signature
        raise _refusal("has a signature that is nobody's") from exc


def _refusal(what: str) -> SignatureRefused:
    return SignatureRefused(
        f"the signed transaction {what}", hint="Do not use this signer until you know why; nothing was sent."
    )
