"""
The reader: follows the chain to its newest block and brings the read model there.

Near the head it goes block by block, each asked for its logs by hash and linked to the one before, so that
what is written is one chain's and nothing of it is missing, whatever nodes answer. What lies deeper is read
by stretches, checked by the hashes of every block that has events and of the stretch's ends. Where the chain
has another block than the one that was read, reading steps back to the newest block they have in common.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from resonance_dao.chain.block_logs import logs_of_block
from resonance_dao.chain.chain import Block, Chain, Log
from resonance_dao.chain.signer import DEV_CHAIN_IDS
from resonance_dao.errors import ChainUnreachable, NotFound
from resonance_dao.journal.database import Database
from resonance_dao.journal.read_model import BLOCKS_KEPT, ReadModel
from resonance_dao.journal.read_values import ReadEvent, SeenBlock
from resonance_dao.workflows.reading import stretch
from resonance_dao.workflows.reading.events import read_event
from resonance_dao.workflows.reading.folding import fingerprint, folding
from resonance_dao.workflows.reading.stretch import Page, paged
from resonance_dao.workflows.reading.watched import Watched
from resonance_dao.workflows.system import System

RECENT = 64
"""Blocks nearer to the head than this are read one by one."""
SPAN = 5_000
STEPS_AT_ONCE = 16


def read_model(database: Database, system: System) -> ReadModel:
    """Return the read model of a system's events in a database."""
    return ReadModel(database, fingerprint(system))


class Reader:
    """
    Reads one system's events into one read model. Several may do so at once, each block counts once; the
    threads of one process take turns.
    """

    def __init__(self, model: ReadModel, system: System) -> None:
        self.model, self._system = model, system
        self._chain: Chain = system.chain
        self._fold, self._watched = folding(system), Watched(model, system)
        self._prepared, self._lock = False, threading.Lock()

    def read(self, *, until: int | None = None, steps: int = STEPS_AT_ONCE) -> bool:
        """
        Read on, at most `steps` stretches, to the head or to block `until`; return whether it is reached.

        Raises `ChainUnreachable` when the node does not answer or lags far behind.
        """
        with self._lock:
            if not self._prepared:
                self.model.prepare()
                self._prepared = True
            return any(self._step(until) for _ in range(steps))

    def _step(self, until: int | None) -> bool:
        """Read one stretch; return whether there is nothing left to read."""
        head = self._chain.block().number
        at, last = self._common(head), head if until is None else min(until, head)
        first = self._system.first_block if at is None else at.number + 1
        if first > last:
            return True
        self._watched.at(at)
        if head - first < RECENT:
            pages = self._blocks(at, first, last)
        else:
            pages = self._stretch(at, first, min(last, first + SPAN - 1, head - RECENT))
        for page in pages:
            if not self.model.append(at, page.blocks, page.events, self._fold):
                break  # Somebody else has written it.
            at = page.blocks[-1]
            self._watched.moved(at)
        return False

    def _common(self, head: int) -> SeenBlock | None:
        """Return the block up to which what was read is the chain's, having stepped back to it."""
        at = self.model.position()
        if at is None or self._is_canonical(at):
            return at
        if head + BLOCKS_KEPT < at.number and self._system.chain_id not in DEV_CHAIN_IDS:
            raise ChainUnreachable(
                f"the node stands at block {head}, and block {at.number} was read already",
                hint="The node lags far behind; lists wait for it.",
            )
        good = next((seen for seen in self.model.seen() if self._is_canonical(seen)), None)
        to = self._system.first_block - 1 if good is None else good.number
        return good if self.model.step_back(at, to, self._fold) else self.model.position()

    def _is_canonical(self, seen: SeenBlock) -> bool:
        try:
            return self._chain.block(seen.number).hash == seen.hash
        except NotFound:
            return False

    def _blocks(self, at: SeenBlock | None, first: int, last: int) -> list[Page]:
        """Read blocks one by one, as long as each follows on the one before."""
        blocks, events = list[SeenBlock](), list[ReadEvent]()
        for number in range(first, last + 1):
            block = self._chain.block(number)
            if at is not None and block.parent_hash != at.hash:
                break  # The chain stepped back meanwhile; the next step sees how far.
            at = seen(block)
            blocks.append(at)
            events += self._events(block)
            if len(events) >= stretch.EVENTS_AT_ONCE:
                break  # What is left is for the next commit.
        return [Page(tuple(blocks), tuple(events))] if blocks else []

    def _events(self, block: Block) -> list[ReadEvent]:
        found, addresses = list[ReadEvent](), self._watched.addresses()
        while addresses:
            logs = [log for part in addresses for log in logs_of_block(self._chain, part, block.hash)]
            told = self._decoded(logs, {block.number: block})
            found += told
            # A contract that is opened here may have spoken in this very block.
            addresses = self._watched.opened_by(told)
        return sorted(found, key=lambda event: event.log_index)

    def _stretch(self, at: SeenBlock | None, first: int, last: int) -> list[Page]:
        """Read many blocks at once; nothing when the chain changed meanwhile."""
        start, end = self._chain.block(first), self._chain.block(last)
        if at is not None and start.parent_hash != at.hash:
            return []
        found, addresses, headers = list[ReadEvent](), self._watched.addresses(), {last: end}
        while addresses:
            logs = [log for part in addresses for log in self._chain.logs(part, first, last)]
            for number in sorted({log.block_number for log in logs} - set(headers)):
                headers[number] = self._chain.block(number)
            if any(headers[log.block_number].hash != log.block_hash for log in logs):
                return []
            told = self._decoded(logs, headers)
            found += told
            addresses = self._watched.opened_by(told)
        if self._chain.block(last).hash != end.hash:
            return []
        found.sort(key=lambda event: (event.block_number, event.log_index))
        return paged(found, {number: seen(header) for number, header in headers.items()}, last)

    def _decoded(self, logs: Sequence[Log], headers: dict[int, Block]) -> list[ReadEvent]:
        events = []
        for log in logs:
            contract, names = self._watched.reads(log.address)
            event = read_event(contract, names, log, headers[log.block_number])
            if event is not None:
                events.append(event)
        return events


def seen(block: Block) -> SeenBlock:
    """Return what is kept of a block."""
    return SeenBlock(block.number, block.hash, block.parent_hash)
