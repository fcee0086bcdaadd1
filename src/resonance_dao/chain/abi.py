"""
Contract ABI v2, both ways, on plain values with names.

A function's or event's arguments are a dict by name, a struct is a dict by field, an array a list, an
address EIP-55 text, `bytes` bytes and every number an int. Unnamed values are called `_0`, `_1` by their
position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from eth_abi import abi as eth_abi
from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from resonance_dao.errors import InputInvalid

Parameter = Mapping[str, Any]


def type_of(parameter: Parameter) -> str:
    """Return a parameter's canonical type: `tuple[]` becomes `(uint256,address)[]`."""
    written = str(parameter["type"])
    if not written.startswith("tuple"):
        return written
    inner = ",".join(type_of(part) for part in parameter["components"])
    return f"({inner}){written[len('tuple') :]}"


def signature(entry: Mapping[str, Any]) -> str:
    """Return the canonical signature of an ABI entry: `transfer(address,uint256)`."""
    return f"{entry['name']}({','.join(type_of(p) for p in entry['inputs'])})"


def selector(entry: Mapping[str, Any]) -> bytes:
    """Return the four bytes that name a function or a custom error in call data."""
    return _hash_of(signature(entry))[:4]


def topic(entry: Mapping[str, Any]) -> str:
    """Return the first topic of an event's logs."""
    return "0x" + _hash_of(signature(entry)).hex()


def topic_of(value: int | str) -> str:
    """Return the topic of an indexed argument: a number of 256 bits, an address, or 32 bytes in hex."""
    if isinstance(value, int):
        if not 0 <= value < 2**256:
            raise InputInvalid("id", value, "must be a whole number from 0 to 2^256 - 1")
        return "0x" + value.to_bytes(32, "big").hex()
    return "0x" + value.removeprefix("0x").lower().rjust(64, "0")


@lru_cache(maxsize=4096)
def _hash_of(text: str) -> bytes:
    return bytes(keccak(text=text))


def names(parameters: Sequence[Parameter]) -> list[str]:
    """Return the parameters' names, with `_0`, `_1` for those that have none."""
    return [p.get("name") or f"_{i}" for i, p in enumerate(parameters)]


def encode(parameters: Sequence[Parameter], values: Sequence[Any], *, where: str) -> bytes:
    """
    Encode `values` by `parameters`; structs may be dicts or sequences, `bytes` may be `0x` text.

    Raises `InputInvalid` naming `where` (a function, a constructor) and the argument that does not fit.
    """
    if len(values) != len(parameters):
        raise InputInvalid(
            where, len(values), f"takes {len(parameters)} arguments: {', '.join(names(parameters))}"
        )
    plain = [
        _plain(p, v, f"{where}.{n}") for p, v, n in zip(parameters, values, names(parameters), strict=True)
    ]
    try:
        return bytes(eth_abi.encode([type_of(p) for p in parameters], plain))
    except (EncodingError, TypeError, ValueError, OverflowError) as exc:
        raise InputInvalid(where, list(values), str(exc)) from exc


def decode(parameters: Sequence[Parameter], data: bytes, *, where: str) -> dict[str, Any]:
    """Decode `data` into a dict by name. Raises `InputInvalid` naming `where` when it is malformed."""
    try:
        values = eth_abi.decode([type_of(p) for p in parameters], data)
    except (DecodingError, ValueError, OverflowError) as exc:
        raise InputInvalid(where, "0x" + data.hex(), f"is not ABI data of this type: {exc}") from exc
    return {n: _named(p, v) for n, p, v in zip(names(parameters), parameters, values, strict=True)}


def _element(parameter: Parameter) -> Parameter:
    return {**parameter, "type": parameter["type"][: parameter["type"].rindex("[")]}


def _plain(parameter: Parameter, value: Any, where: str) -> Any:
    written = parameter["type"]
    if written.endswith("]"):
        if not isinstance(value, (list, tuple)):
            raise InputInvalid(where, value, f"must be a list of {type_of(_element(parameter))}")
        return [_plain(_element(parameter), item, f"{where}[{i}]") for i, item in enumerate(value)]
    if written == "tuple":
        return _plain_struct(parameter["components"], value, where)
    if written.startswith("bytes") and isinstance(value, str):
        return _octets(value, where)
    if written == "address":
        return _address(value, where)
    return value


def _plain_struct(components: Sequence[Parameter], value: Any, where: str) -> tuple[Any, ...]:
    fields = names(components)
    if isinstance(value, Mapping):
        if set(value) != set(fields):
            raise InputInvalid(where, sorted(value), f"must have exactly the fields {', '.join(fields)}")
        value = [value[name] for name in fields]
    if not isinstance(value, (list, tuple)) or len(value) != len(fields):
        raise InputInvalid(where, value, f"must have the fields {', '.join(fields)}")
    return tuple(_plain(c, v, f"{where}.{n}") for c, v, n in zip(components, value, fields, strict=True))


def _octets(value: str, where: str) -> bytes:
    try:
        if value.startswith("0x"):
            return bytes.fromhex(value[2:])
    except ValueError:
        pass
    raise InputInvalid(where, value, "must be bytes, or text that begins with 0x")


def _address(value: Any, where: str) -> str:
    try:
        if (
            isinstance(value, str)
            and value.startswith("0x")
            and (value == value.lower() or value == checksum(value))
        ):
            return checksum(value)
    except InputInvalid:
        pass
    raise InputInvalid(where, value, "must be an address with a correct EIP-55 checksum, or in lower case")


@lru_cache(maxsize=4096)
def checksum(address: str) -> str:
    """Return `address` with its EIP-55 checksum. Raises `InputInvalid` when it is no address."""
    try:
        return str(to_checksum_address(address))
    except (ValueError, TypeError, ValidationError) as exc:
        raise InputInvalid("address", address, "must be 20 bytes in 0x form") from exc


def _named(parameter: Parameter, value: Any) -> Any:
    written = parameter["type"]
    if written.endswith("]"):
        return [_named(_element(parameter), item) for item in value]
    if written == "tuple":
        parts = parameter["components"]
        return {n: _named(p, v) for n, p, v in zip(names(parts), parts, value, strict=True)}
    return checksum(value) if written == "address" else value


def shown(value: Any) -> Any:
    """Return a decoded value as JSON has it: bytes as `0x` text, the rest as it is."""
    if isinstance(value, Mapping):
        return {name: shown(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    return "0x" + value.hex() if isinstance(value, bytes) else value
