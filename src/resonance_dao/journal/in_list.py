"""
Lists for SQL's `IN`. Each length is a statement of its own, and SQLite's driver keeps the last 128 statements
of each connection, prepared: with a list of another length at each round, megabytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

WIDEST = 1_024
"""Longer lists are left as they are; SQLite takes 32,766 values at most."""


def in_list(values: Iterable[T]) -> list[T]:
    """
    Return these values and the last one again, up to the next power of two, so that there are few lengths.

    Examples
    --------
    >>> in_list([7, 8, 9])
    [7, 8, 9, 9]
    >>> in_list([])
    []
    """
    listed = list(values)
    if len(listed) > WIDEST:
        return listed
    return listed + listed[-1:] * ((1 << (len(listed) - 1).bit_length()) - len(listed) if listed else 0)
