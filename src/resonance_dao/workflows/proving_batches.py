"""
Proofs in the log of batches: a record in its batch, and the batch in the log.

    proof = BatchProver(journal).proof_of(17)
    verify_batched(proof.proof, proof.leaf, root)      # root: rootOf(publisher) at that many batches

Of every batch one leaf is in memory, and the tree above them; a batch's own leaves are read when one of them
is proven.
"""

from __future__ import annotations

from bisect import bisect_right
from threading import Lock

from resonance_dao.journal.batches import Batches, Held
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import Batch
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch
from resonance_dao.transparency.consistency import ConsistencyProof, prove_consistency
from resonance_dao.transparency.inclusion import prove_inclusion
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows.proving import EntryProof, not_anchored

_AT_ONCE = 1_000


class BatchProver:
    """Proves from the journal's leaves and its batches that are final. Sizes count batches."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._batches = journal, Batches(journal)
        self._lock, self._tree = Lock(), Tree()
        self._ids: list[int] = []
        self._firsts: list[int] = []

    def proof_of(self, number: int, size: int | None = None) -> EntryProof:
        """
        Prove entry `number` in the log of its first `size` batches; the default is as far as it is final.

        Raises `NotFound` when there is no such entry, or when it is in none of these batches.
        """
        entry = self._journal.entry(number)
        with self._lock:
            size = self._reaching(size)
            position = bisect_right(self._firsts, number) - 1
            batch = self._batches.get(self._ids[position]) if 0 <= position < size else None
            if batch is None or number > batch.end:
                raise not_anchored(entry, 0 if batch is None else batch.end)
            outer, root = prove_inclusion(self._tree, position, size), self._tree.head(size)
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
        """Read what is final by now, and return `size`, or how many that is."""
        while found := self._batches.final_after(self._ids[-1] if self._ids else 0, _AT_ONCE):
            for batch in found:
                self._tree.append(record_batch(self._journal, batch).leaf)
                self._ids.append(batch.id)
                self._firsts.append(batch.first)
        return self._tree.checked_size(size)


def record_batch(journal: Journal, batch: Batch | Held) -> RecordBatch:
    """Return what the log holds of a batch."""
    if batch.root is None:
        return RecordBatch.of(batch.first - 1, journal.leaves(batch.first, batch.end))
    return RecordBatch(batch.first - 1, batch.count, batch.root)
