"""Account addresses as text, in the one spelling of EIP-55: the case of each letter is a checksum."""

from __future__ import annotations

import re
from functools import lru_cache

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.keccak import keccak256

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def checksum(value: object, field: str) -> str:
    """
    Return an address in EIP-55 spelling.

    One case throughout carries no checksum and is accepted; a mixed case that is not the checksum is a typing
    error.
    """
    if type(value) is not str or not _ADDRESS.fullmatch(value):
        raise InputInvalid(field, value, "must be an address: 0x and 40 hexadecimal digits")
    digits = value[2:]
    spelled = "0x" + _spell(digits.lower())
    if digits not in (digits.lower(), digits.upper()) and value != spelled:
        raise InputInvalid(
            field, value, "is not the EIP-55 spelling of an address; one of its digits is wrong"
        )
    return spelled


@lru_cache(maxsize=4096)
def _spell(digits: str) -> str:
    nibbles = keccak256(digits.encode("ascii")).hex()
    return "".join(
        digit.upper() if int(nibble, 16) >= 8 else digit
        for digit, nibble in zip(digits, nibbles, strict=False)
    )
