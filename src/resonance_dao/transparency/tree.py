"""
The log in memory: every complete subtree is kept, so heads and proofs of any past size cost O(log n) hashes.

Holds 64 bytes a leaf. The chain keeps only the peaks (`mountain_range`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.fields import to_hash, to_integer
from resonance_dao.transparency.merkle import EMPTY_ROOT, node_hash


class Subtrees(Protocol):
    """A log's tree as proofs need it, wherever its nodes are."""

    def subtree(self, start: int, stop: int) -> bytes:
        """Return RFC 6962's MTH over leaves [start, stop), which must not be empty."""
        ...

    def checked_size(self, size: int | None) -> int:
        """Return a size that the log has had; None stands for the present one."""
        ...


class Tree:
    """An append-only Merkle tree of leaf hashes."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        # _levels[h][i] is the complete subtree over leaves [i * 2^h, (i + 1) * 2^h).
        self._levels: list[list[bytes]] = [[]]
        self.extend(leaves)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash, 32 bytes."""
        height, node = 0, to_hash(leaf, "leaf")
        self._levels[0].append(node)
        while len(self._levels[height]) % 2 == 0:
            node = node_hash(self._levels[height][-2], node)
            height += 1
            if height == len(self._levels):
                self._levels.append([])
            self._levels[height].append(node)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def leaf(self, index: int) -> bytes:
        """Return the leaf at `index`, from 0."""
        return self._levels[0][to_integer(index, "index", 0, self.size - 1)]

    def head(self, size: int | None = None) -> bytes:
        """Return the tree head that the log had at `size` (now, when None)."""
        size = self.checked_size(size)
        return self.subtree(0, size) if size else EMPTY_ROOT

    def subtree(self, start: int, stop: int) -> bytes:
        """Return RFC 6962's MTH over leaves [start, stop), which must not be empty."""
        if not 0 <= start < stop <= self.size:
            raise InputInvalid("range", (start, stop), f"must be a non-empty range within {self.size} leaves")
        width = stop - start
        if width & (width - 1) == 0 and start % width == 0:
            return self._levels[width.bit_length() - 1][start // width]
        middle = start + split(width)
        return node_hash(self.subtree(start, middle), self.subtree(middle, stop))

    def checked_size(self, size: int | None) -> int:
        """Return a size that the log has had; None stands for the present one."""
        return self.size if size is None else to_integer(size, "size", 0, self.size)


def split(width: int) -> int:
    """Return the largest power of two smaller than `width`, which is at least 2."""
    return 1 << (width - 1).bit_length() - 1
