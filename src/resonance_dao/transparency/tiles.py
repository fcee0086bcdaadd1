"""
A log's tree that is read where it is needed: nodes of heights 0, 8, 16 and so on are fetched, 256 at a time,
and all between are computed from them. What a proof costs grows with the number of those heights, 3 for
sixteen million leaves, and the memory not at all.

    >>> leaves = [bytes([number]) * 32 for number in range(5)]
    >>> tree = TiledTree(lambda _height, first, last: leaves[first:last], 5)
    >>> tree.head() == Tree(leaves).head()
    True
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.fields import to_integer
from resonance_dao.transparency.merkle import EMPTY_ROOT, node_hash
from resonance_dao.transparency.tree import Tree, split

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILES_KEPT = 128
"""About 40 KB each."""

Fetch = Callable[[int, int, int], Sequence[bytes]]
"""`fetch(height, first, last)` returns the complete subtrees `first` to `last`, exclusive, of that height."""


class TiledTree:
    """The tree over the first `size` leaves; `size` may be set to a larger one as the log grows."""

    def __init__(self, fetch: Fetch, size: int = 0, *, tiles_kept: int = TILES_KEPT) -> None:
        self._fetch, self.size, self._tiles_kept = fetch, size, tiles_kept
        self._tiles: OrderedDict[tuple[int, int], Tree] = OrderedDict()

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
            return self._complete(width.bit_length() - 1, start // width)
        middle = start + split(width)
        return node_hash(self.subtree(start, middle), self.subtree(middle, stop))

    def checked_size(self, size: int | None) -> int:
        """Return a size that the log has had; None stands for the present one."""
        return self.size if size is None else to_integer(size, "size", 0, self.size)

    def _complete(self, height: int, index: int) -> bytes:
        level, within = divmod(height, HEIGHT)
        first, last = index << within, (index + 1) << within
        at = first // WIDTH
        tile = self._tile(level * HEIGHT, at, last - at * WIDTH)
        return tile.subtree(first - at * WIDTH, last - at * WIDTH)

    def _tile(self, height: int, at: int, needed: int) -> Tree:
        """Return the tile at that height; one that was read when the log was shorter is read on."""
        tile = self._tiles.setdefault((height, at), Tree())
        self._tiles.move_to_end((height, at))
        while len(self._tiles) > self._tiles_kept:
            self._tiles.popitem(last=False)
        if tile.size < needed:
            first, last = at * WIDTH + tile.size, min((at + 1) * WIDTH, self.size >> height)
            tile.extend(self._fetch(height, first, last))
        return tile
