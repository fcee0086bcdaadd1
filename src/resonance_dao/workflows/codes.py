"""
Reason codes: the short ASCII words, such as "off-brief", that stand as left-aligned `bytes32` on-chain.
"""

from __future__ import annotations

import re

from resonance_dao.errors import InputInvalid

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def reason_code(code: str) -> bytes:
    """Return a code as `bytes32`; it has 1 to 32 lower-case letters, digits and hyphens."""
    if not _CODE.fullmatch(code):
        raise InputInvalid("reason_code", code, "must be 1 to 32 lower-case letters, digits and hyphens")
    return code.encode().ljust(32, b"\0")


def reason_text(code: bytes) -> str:
    """Return a `bytes32` code as text; a code that is not ASCII is shown as 0x-hex."""
    text = code.rstrip(b"\0")
    try:
        return text.decode("ascii") if text.isascii() and text.decode().isprintable() else "0x" + code.hex()
    except UnicodeDecodeError:
        return "0x" + code.hex()
