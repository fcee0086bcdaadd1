"""What a transaction pays before any of its code runs: EIP-2028."""

from __future__ import annotations

BASE = 21_000


def intrinsic(calldata: bytes) -> int:
    """Return the gas of an empty transaction with this calldata: 4 a zero byte, 16 any other."""
    return BASE + 16 * len(calldata) - 12 * calldata.count(0)
