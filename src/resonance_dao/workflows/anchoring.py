"""
Anchoring: batches of pinned records go into the log, one after another.

The log refuses an append that does not continue it, so the chain decides what is in it and this follows.
What the chain holds and the journal does not know of as anchored is recognised; what contradicts the
journal stops everything.
"""

from __future__ import annotations

from resonance_dao.chain.chain import Chain, integer, nonce_of
from resonance_dao.errors import ChainMismatch, JournalConflict
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.entry import Call
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FAILED, QUEUED, REFUSED, Batch
from resonance_dao.journal.senders import SenderNonces
from resonance_dao.transparency.manifest import Manifest
from resonance_dao.workflows.appends import Appends
from resonance_dao.workflows.finality import Finality
from resonance_dao.workflows.lane import Lane
from resonance_dao.workflows.pinning import Pinner

RESTORED = "The database is older than the chain: an old backup was restored. Restore a newer one first."


class Anchorer:
    """
    Appends one journal's records to the log. A batch is due by size or by the age (s) of its first record;
    the lane says where one that is full ends.
    """

    def __init__(
        self,
        journal: Journal,
        chain: Chain,
        lane: Lane,
        pinner: Pinner,
        finality: Finality,
        *,
        batch_max: int,
        batch_age_s: int,
        first_block: int,
    ) -> None:
        self._journal, self._chain = journal, chain
        self._lane, self._log, self._pinner = lane, lane.log, pinner
        self._finality, self._batch_max, self._batch_age_s = finality, batch_max, batch_age_s
        self._appends = Appends(chain, lane.log, journal.identity.publisher, first_block)
        self._batches = Batches(journal)
        self._nonces = SenderNonces(journal.database, journal.identity.chain_id)

    def anchor(self, now: int, *, flush: bool = False) -> int:
        """Begin the next batch, when none is under way and it is due (or `flush`); return its size."""
        batch = self._batches.open()
        if batch is not None:
            self._tend(batch, now)
            return 0
        waiting = self._batches.waiting(self._batch_max)
        if not waiting or not (flush or self._is_due(len(waiting), waiting[0].accepted_at, now)):
            return 0
        size = self.size()
        if size != self._batches.end():
            self.check(now)
            return 0
        if len(waiting) == self._batch_max:
            waiting = waiting[: self._lane.full(size, self._batch_max)]
        manifest = Manifest(self._journal.identity.publisher, size + 1, tuple(entry.cid for entry in waiting))
        self._pinner.pin_manifest(manifest.to_bytes(), [entry.subject for entry in waiting], now)
        self._journal.hook("anchor.pinned")
        root = self._lane.root_of(manifest)
        return manifest.count if self._batches.create(manifest, self._append(manifest), now, root) else 0

    def keep_up(self) -> int:
        """Prepare for proofs of what is in a batch, which takes no chain: work for while it mines."""
        self._lane.keep_up(self._batches.end())
        return 0

    def size(self) -> int:
        """Return how many records the chain's log has."""
        return int(self._log.call(self._chain, "sizeOf", self._journal.identity.publisher))

    def check(self, now: int) -> None:
        """
        Compare the chain's log with the journal, and take over what was appended without the journal's
        knowledge, as far as it is final.

        Raises `JournalConflict` when the log is longer than the journal or says something else,
        `ChainMismatch` when it has lost what was final.
        """
        publisher, block = self._journal.identity.publisher, self._chain.block().number
        size = int(self._log.call(self._chain, "sizeOf", publisher, block=block))
        root = bytes(self._log.call(self._chain, "rootOf", publisher, block=block))
        held, anchored = self._journal.size(), self._batches.anchored()
        if size > held:
            raise JournalConflict(
                f"the chain's log has {size} records, the journal {held}",
                hint=RESTORED,
                log=size,
                journal=held,
            )
        if size < anchored:
            raise ChainMismatch(
                f"the chain's log has {size} records; {anchored} were final",
                hint="Is this the right chain, and is its node in step?",
            )
        if self._lane.root_at(size, self._appends.count_at) != root:
            raise JournalConflict(
                f"the first {size} records of the journal are not those of the chain's log", hint=RESTORED
            )
        self._account(anchored, size, now)
        if size > self._batches.end():
            self._adopt(size, now)

    def _is_due(self, count: int, oldest: int, now: int) -> bool:
        # What is from the future was accepted before the clock was set back: nothing tells how old it is.
        return count >= self._batch_max or not 0 <= now - oldest < self._batch_age_s

    def _append(self, manifest: Manifest) -> Call:
        return Call(self._log.address, self._lane.calldata(manifest))

    def _tend(self, batch: Batch, now: int) -> None:
        operation = self._batches.operation(batch.id)
        if operation is not None and operation.state not in (QUEUED, FAILED, REFUSED):
            return
        size = self.size()
        if size >= batch.end:
            self._recognise(batch, now)
        elif size != batch.first - 1:
            self.check(now)
        elif operation is None or operation.state != QUEUED:
            self._batches.again(batch, self._append(Manifest.from_bytes(batch.manifest)), now)

    def _recognise(self, batch: Batch, now: int) -> None:
        """End a batch that the chain holds for good, though no transaction of ours brought it there."""
        self.check(now)
        event = self._appends.at(batch.first - 1)
        if event.block_number > self._finality.last():
            return
        self._batches.recognise(batch, event.tx_hash, event.block_number, now)

    def _account(self, at: int, size: int, now: int) -> None:
        """Account for the nonces of appends that the journal does not remember: they are its publisher's."""
        publisher = self._journal.identity.publisher
        used = nonce_of(self._chain, publisher, "latest")
        known = self._nonces.accounted(publisher, used, now)
        while known < used and at < size:
            event = self._appends.at(at)
            at += int(event.args["count"])
            sent = self._chain.request("eth_getTransactionByHash", [event.tx_hash])
            if sent is None or str(sent["from"]).lower() != publisher.lower():
                return
            if integer(sent["nonce"]) == known:
                known += 1
                self._nonces.accept(publisher, known, now)

    def _adopt(self, size: int, now: int) -> None:
        final = self._finality.last()
        while (end := self._batches.end()) < size:
            event = self._appends.at(end)
            if event.block_number > final:
                return
            numbers = range(end + 1, end + int(event.args["count"]) + 1)
            cids = tuple(self._journal.entry(number).cid for number in numbers)
            manifest = Manifest(self._journal.identity.publisher, end + 1, cids)
            if manifest.digest != bytes(event.args["manifest"]):
                raise JournalConflict(f"the log's batch at {end} has another manifest", hint=RESTORED)
            root = self._lane.root_of(manifest)
            if not self._batches.adopt(manifest, event.tx_hash, event.block_number, now, root):
                raise JournalConflict(
                    f"another process took over the log's batch at {end}", hint="Try again."
                )
