"""
Proofs in the log of batches: a record in its batch, and the batch in the log.

    proof = BatchProver(journal).proof_of(17)
    verify_batched(proof.proof, proof.leaf, root)      # root: rootOf(publisher) at that many batches

A batch's own leaves are read when one of them is proven, and the nodes above the batches are kept in the
database. In memory is one number for 256 batches: their ids may have gaps, so it takes that to find the batch
at a position without counting from the first.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from threading import Lock

from resonance_dao.errors import NotFound
from resonance_dao.journal.batches import Batches, Held
from resonance_dao.journal.entry import Entry
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.nodes import Nodes
from resonance_dao.journal.operation import Batch
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch
from resonance_dao.transparency.consistency import ConsistencyProof, prove_consistency
from resonance_dao.transparency.inclusion import prove_inclusion
from resonance_dao.transparency.tiles import WIDTH, TiledTree
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows.proving import EntryProof, not_anchored

_AT_ONCE = 10_000


class BatchProver:
    """Proves from the journal's leaves and its batches that are final. Sizes count batches."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._batches = journal, Batches(journal)
        self._nodes, self._lock = Nodes(journal.database, self._leaves), Lock()
        self._tree = TiledTree(self._nodes.fetch)
        # The ids at positions 0, 256, 512 and so on; the newest id that was seen, and how many those are.
        self._marks, self._newest, self._seen = array("q"), 0, 0

    def proof_of(self, number: int, size: int | None = None) -> EntryProof:
        """
        Prove entry `number` in the log of its first `size` batches; the default is as far as it is final.

        Raises `NotFound` when there is no such entry, or when it is in none of these batches.
        """
        entry = self._journal.entry(number)
        with self._lock:
            size = self._reaching(size)
            position = self._tree.size if entry.batch is None else self._position(entry.batch)
            if entry.batch is None or position >= size:
                raise self._not_anchored(entry, size)
            outer, root = prove_inclusion(self._tree, position, size), self._tree.head(size)
        batch = self._batches.get(entry.batch)
        leaves = Tree(self._journal.leaves(batch.first, batch.end))
        inner = prove_inclusion(leaves, number - batch.first)
        proof = BatchedProof(record_batch(self._journal, batch), inner, outer)
        return EntryProof(
            entry.record, entry.receipt, entry.leaf, number - 1, size, proof, root, batch.tx_hash
        )

    def size(self) -> int:
        """Return the number of batches that are final."""
        with self._lock:
            return self._reaching(None)

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first `size` batches; the default is as far as they are final."""
        with self._lock:
            return self._tree.head(self._reaching(size))

    def consistency(self, first: int, second: int) -> ConsistencyProof:
        """Prove that the log of `second` batches extends the log of `first`."""
        with self._lock:
            return prove_consistency(self._tree, first, self._reaching(second))

    def _reaching(self, size: int | None) -> int:
        """Look what is final by now, and return `size`, or how many that is."""
        while found := self._batches.final_ids_after(self._newest, _AT_ONCE):
            self._marks.extend(found[-self._seen % WIDTH :: WIDTH])
            self._newest, self._seen = found[-1], self._seen + len(found)
        if self._seen > self._tree.size:
            self._nodes.complete(self._seen)
            self._tree.size = self._seen
        return self._tree.checked_size(size)

    def _position(self, batch: int) -> int:
        """Return how many batches come before this one, which is final when that is below their number."""
        at = bisect_right(self._marks, batch) - 1
        if at < 0 or batch > self._newest:
            return self._tree.size
        return at * WIDTH + self._batches.final_between(self._marks[at], batch)

    def _held(self, first: int, last: int) -> list[Held]:
        """Return the batches at the positions `first` to `last`, exclusive."""
        skipped = first % WIDTH
        found = self._batches.final_after(self._marks[first // WIDTH] - 1, skipped + last - first)
        return found[skipped:]

    def _leaves(self, first: int, last: int) -> list[bytes]:
        return [record_batch(self._journal, batch).leaf for batch in self._held(first, last)]

    def _not_anchored(self, entry: Entry, size: int) -> NotFound:
        return not_anchored(entry, self._held(size - 1, size)[0].end if size else 0)


def record_batch(journal: Journal, batch: Batch | Held) -> RecordBatch:
    """Return what the log holds of a batch."""
    if batch.root is None:
        return RecordBatch.of(batch.first - 1, journal.leaves(batch.first, batch.end))
    return RecordBatch(batch.first - 1, batch.count, batch.root)
