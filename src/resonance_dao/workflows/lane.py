"""
The two lanes into the log: every record's leaf in calldata (`TransparencyLog`), or one leaf for a whole batch
(`BatchedLog`), which costs the same however many records the batch has.

A journal keeps to one lane, because its receipts name the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from resonance_dao.chain.contract import Contract
from resonance_dao.errors import JournalConflict
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.journal import Journal
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.consistency import ConsistencyProof
from resonance_dao.transparency.manifest import Manifest
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.workflows.log_contract import BATCHED
from resonance_dao.workflows.proving import EntryProof, Prover
from resonance_dao.workflows.proving_batches import BatchProver, record_batch
from resonance_dao.workflows.system import System

WORD = 32
WHOLE = 64
"""
A batch of so many records costs its calldata's floor, whichever peaks it writes; smaller ones are cheapest
where whole subtrees end.
"""
_AT_ONCE = 10_000
DAMAGED = "The database is damaged: restore a backup."
CountAt = Callable[[int], int]
"""How many records the append brought that the chain's log of that size got."""


class Proving(Protocol):
    """Proofs against the root that a lane's contract has; sizes count the leaves of its tree."""

    def proof_of(self, number: int, size: int | None = None) -> EntryProof:
        """Prove an entry."""
        ...

    def size(self) -> int:
        """Return how many leaves of the contract's tree are final."""
        ...

    def root(self, size: int | None = None) -> bytes:
        """Return the tree's head."""
        ...

    def consistency(self, first: int, second: int) -> ConsistencyProof:
        """Prove that the tree only grew."""
        ...


class Lane(Protocol):
    """How batches go into one contract. Sizes count records."""

    @property
    def log(self) -> Contract:
        """The contract."""
        ...

    def full(self, size: int, most: int) -> int:
        """Return how many records a log of `size` takes next when `most`, or more, wait for a batch."""
        ...

    def root_of(self, manifest: Manifest) -> bytes | None:
        """Return what the journal keeps of a batch beside its manifest."""
        ...

    def calldata(self, manifest: Manifest) -> bytes:
        """Return the calldata that appends a batch."""
        ...

    def root_at(self, size: int, count_at: CountAt) -> bytes:
        """Return the root that the contract must have at `size` records."""
        ...

    def keep_up(self, size: int) -> None:
        """Prepare for proofs of the first `size` records."""
        ...


class RecordLane:
    """Every record's leaf in calldata."""

    def __init__(self, journal: Journal, log: Contract) -> None:
        self.log, self._journal, self._prover = log, journal, Prover(journal)

    def full(self, size: int, most: int) -> int:
        """Return as many as end at a multiple of the greatest power of two that `most` holds, or of 64."""
        unit = min(WHOLE, 1 << most.bit_length() - 1)
        return (size + most) // unit * unit - size

    def root_of(self, _manifest: Manifest) -> bytes | None:
        """Nothing is kept."""
        return None

    def calldata(self, manifest: Manifest) -> bytes:
        """Return the calldata that appends the records' leaves."""
        leaves = self._journal.leaves(manifest.first, manifest.first + manifest.count - 1)
        return self.log.encode_selector("append") + arguments(manifest.first - 1, leaves, manifest.digest)

    def root_at(self, size: int, _count_at: CountAt) -> bytes:
        """Return the head over the first `size` records."""
        return self._prover.root(size)

    def keep_up(self, size: int) -> None:
        """Keep the nodes of the tree over the first `size` records."""
        self._prover.keep_up(size)


class BatchLane:
    """One leaf for a batch."""

    def __init__(self, journal: Journal, log: Contract) -> None:
        self.log, self._journal, self._batches = log, journal, Batches(journal)
        self._newest: tuple[tuple[int, int], RecordBatch] | None = None

    def full(self, _size: int, most: int) -> int:
        """Return `most`: a batch is one leaf."""
        return most

    def root_of(self, manifest: Manifest) -> bytes | None:
        """Return the head over the batch's records."""
        return self._batch(manifest.first, manifest.count).root

    def calldata(self, manifest: Manifest) -> bytes:
        """Return the calldata that appends the batch's leaf."""
        return self.log.encode(
            "append", self._batch(manifest.first, manifest.count).to_dict(), manifest.digest
        )

    def root_at(self, size: int, count_at: CountAt) -> bytes:
        """
        Return the head over the batches of the first `size` records: those that the journal knows, then
        those that the chain tells of. `JournalConflict` when no batch ends at `size`.
        """
        peaks, end, newest = MountainRange(), 0, 0
        while known := self._batches.up_to(size, newest, _AT_ONCE):
            peaks = peaks.extend(record_batch(self._journal, batch).leaf for batch in known)
            end, newest = known[-1].end, known[-1].id
        while end < size:
            count = count_at(end)
            if end + count > size:
                raise JournalConflict(f"no batch of the chain's log ends at {size} records")
            peaks = peaks.append(self._batch(end + 1, count).leaf)
            end += count
        return peaks.root()

    def keep_up(self, _size: int) -> None:
        """Nothing needs to be prepared."""

    def _batch(self, first: int, count: int) -> RecordBatch:
        # Entries never change; who asks for the root of a batch asks for its calldata next.
        if self._newest is None or self._newest[0] != (first, count):
            batch = RecordBatch.of(first - 1, self._journal.leaves(first, first + count - 1))
            self._newest = (first, count), batch
        return self._newest[1]


def lane_of(journal: Journal, log: Contract) -> Lane:
    """Return the lane into a contract."""
    return BatchLane(journal, log) if log.artifact.name == BATCHED else RecordLane(journal, log)


def log_of(system: System, address: str) -> Contract:
    """Return which of a deployment's logs is at an address, as a journal's receipts name it."""
    return system.batched_log if address == system.batched_log.address else system.log


def prover_of(journal: Journal, log: Contract) -> Proving:
    """Return what proves the entries of a journal whose log is this contract."""
    return BatchProver(journal) if log.artifact.name == BATCHED else Prover(journal)


def arguments(size: int, leaves: Sequence[bytes], manifest: bytes) -> bytes:
    """Return the ABI's encoding of `append(uint64 size, bytes32[] leaves, bytes32 manifest)`."""
    # A general encoder looks at each of thousands of words several times: most of what a batch costs us.
    if any(len(leaf) != WORD for leaf in leaves):
        raise JournalConflict("a leaf of the journal is not 32 bytes long", hint=DAMAGED)
    numbers = (size, 3 * WORD, len(leaves))
    first, place, count = (number.to_bytes(WORD, "big") for number in numbers)
    return b"".join((first, place, manifest, count, *leaves))
