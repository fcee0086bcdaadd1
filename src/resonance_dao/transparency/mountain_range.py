"""
The Merkle mountain range: the peaks of a log's complete subtrees, all that is needed to append and to know
the head.

Twin of `contracts/TransparencyLog.sol`, which stores one peak per height. Bagged from the right, the peaks
give exactly RFC 6962's tree head.

    >>> leaves = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")]
    >>> MountainRange().extend(leaves).root() == tree_head(leaves)
    True
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.fields import UINT64_MAX, to_hash, to_integer
from resonance_dao.transparency.merkle import EMPTY_ROOT, node_hash


@dataclass(frozen=True)
class MountainRange:
    """
    `peaks` from the highest (leftmost) to the lowest, one for each bit that is set in `size`, as `peaksOf`
    returns them.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        to_integer(self.size, "size", 0, UINT64_MAX)
        if len(self.peaks) != self.size.bit_count():
            raise InputInvalid(
                "peaks", len(self.peaks), f"a log of size {self.size} has {self.size.bit_count()}"
            )
        for at, peak in enumerate(self.peaks):
            to_hash(peak, f"peaks[{at}]")

    def append(self, leaf: bytes) -> MountainRange:
        """Return the range with one leaf more; as many hashes as `size` has trailing ones."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> MountainRange:
        """Return the range with these leaves added in order."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, carry = to_hash(leaf, "leaf"), size
            while carry % 2:
                node = node_hash(peaks.pop(), node)
                carry >>= 1
            peaks.append(node)
            size += 1
        return MountainRange(size, tuple(peaks))

    def root(self) -> bytes:
        """Return the tree head, `EMPTY_ROOT` for the empty log."""
        if not self.peaks:
            return EMPTY_ROOT
        head = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            head = node_hash(peak, head)
        return head

    def by_height(self) -> dict[int, bytes]:
        """Return {height: peak}, height 0 being a single leaf, as the contract stores them."""
        heights = [height for height in range(self.size.bit_length()) if self.size >> height & 1]
        return dict(zip(reversed(heights), self.peaks, strict=True))
