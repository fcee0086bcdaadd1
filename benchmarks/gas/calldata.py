"""
What a transaction pays before any of its code runs, and the least that it pays in all: EIP-2028 and EIP-7623.
"""

from __future__ import annotations

BASE = 21_000
_STANDARD_TOKEN = 4
_FLOOR_TOKEN = 10


def intrinsic(calldata: bytes) -> int:
    """Return the gas of an empty transaction with this calldata: 4 a zero byte, 16 any other."""
    return BASE + _STANDARD_TOKEN * _tokens(calldata)


def floor(calldata: bytes) -> int:
    """Return the least gas that a transaction with this calldata pays: 10 a zero byte, 40 any other."""
    return BASE + _FLOOR_TOKEN * _tokens(calldata)


def _tokens(calldata: bytes) -> int:
    return 4 * len(calldata) - 3 * calldata.count(0)
