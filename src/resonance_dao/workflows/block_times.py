"""
The block where a time began, found by halving: some 25 headers on the longest chains.
"""

from __future__ import annotations

from resonance_dao.chain.chain import Chain
from resonance_dao.errors import NotFound


def block_since(chain: Chain, time: int, last: int) -> int:
    """
    Return the first block up to `last` whose time (unix s) is not before `time`; `last` when all are.

    Where the endpoint lacks a header 0 is returned: everything is read then, and nothing is missed.
    """
    low, high = 0, last
    try:
        while low < high:
            middle = (low + high) // 2
            if chain.block(middle).timestamp < time:
                low = middle + 1
            else:
                high = middle
    except NotFound:
        return 0
    return low
