"""
Proofs: that an entry stands in the log, for anyone who has the chain and nothing of ours.

    proof = Prover(journal).proof_of(17)
    verify_inclusion(proof.proof, proof.leaf, root)      # root: rootOf(publisher) at that size
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.entry import Entry
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.nodes import Nodes
from resonance_dao.transparency.batched_log import BatchedProof
from resonance_dao.transparency.consistency import ConsistencyProof, prove_consistency
from resonance_dao.transparency.inclusion import InclusionProof, prove_inclusion
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.transparency.tiles import TiledTree


@dataclass(frozen=True, slots=True)
class EntryProof:
    """
    An entry's record, its place in the log of `size` leaves, and the path to `root`. `tx` appended it. In the
    log of batches `size` counts these.
    """

    record: bytes
    receipt: SignedReceipt
    leaf: bytes
    index: int
    size: int
    proof: InclusionProof | BatchedProof
    root: bytes
    tx: str | None

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "record": self.record.decode(),
            "receipt": self.receipt.to_dict(),
            "leaf": "0x" + self.leaf.hex(),
            "index": self.index,
            "size": self.size,
            "proof": self.proof.to_dict(),
            "root": "0x" + self.root.hex(),
            "tx": self.tx,
        }


class Prover:
    """
    Proves from the journal's leaves and the nodes that are kept above them; what it holds in memory does not
    grow with the log.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal, self._batches = journal, Batches(journal)
        self._nodes, self._lock = Nodes(journal.database), Lock()
        self._tree = TiledTree(self._nodes.fetch)

    def proof_of(self, number: int, size: int | None = None) -> EntryProof:
        """
        Prove entry `number` in the log as it was at `size`; the default is as far as it is final.

        Raises `NotFound` when there is no such entry, or when it is not in a log of that size.
        """
        entry = self._journal.entry(number)
        size = self._batches.anchored() if size is None else size
        if number > size:
            raise not_anchored(entry, size)
        with self._lock:
            tree = self._reaching(size)
            proof, root = prove_inclusion(tree, number - 1, size), tree.head(size)
        tx = None if entry.batch is None else self._batches.get(entry.batch).tx_hash
        return EntryProof(entry.record, entry.receipt, entry.leaf, number - 1, size, proof, root, tx)

    def size(self) -> int:
        """Return how many entries are in the log as far as it is final."""
        return self._batches.anchored()

    def root(self, size: int | None = None) -> bytes:
        """Return the log's root at `size`; the default is as far as it is final."""
        size = self._batches.anchored() if size is None else size
        with self._lock:
            return self._reaching(size).head(size)

    def consistency(self, first: int, second: int) -> ConsistencyProof:
        """Prove that the log at size `second` extends the log at size `first`."""
        with self._lock:
            return prove_consistency(self._reaching(second), first, second)

    def keep_up(self, size: int) -> None:
        """Keep the nodes of the tree over the first `size` entries now, so that no proof has to."""
        with self._lock:
            self._reaching(size)

    def _reaching(self, size: int) -> TiledTree:
        if size > self._tree.size:
            held = self._journal.size()
            if size > held:
                raise InputInvalid("size", size, f"must be at most {held}, the journal's size")
            self._nodes.complete(size)
            self._tree.size = size
        return self._tree


def not_anchored(entry: Entry, size: int) -> NotFound:
    """Return the refusal to prove what is not in the log yet."""
    return NotFound(
        f"entry {entry.number} is not anchored yet: the log has {size}",
        hint=f"It is promised before {entry.receipt.receipt.anchor_by} (unix s). Ask again.",
    )
