"""
What the gateway needs of the toolkit: the seam between HTTP and everything else.

`resonance_dao.toolkit.Toolkit` is this; tests give a few plain values. Each property may raise a
`ResonanceError` when what it stands for is not there, which is why none is touched before a request needs
it.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Protocol

from resonance_dao.chain.book import Book
from resonance_dao.chain.signer import Signer
from resonance_dao.evidence.store import EvidenceStore
from resonance_dao.journal.journal import Journal
from resonance_dao.workflows.lane import Proving, log_of, prover_of
from resonance_dao.workflows.reading.known import KnownBounties
from resonance_dao.workflows.reading.lists import Lists
from resonance_dao.workflows.reading.reader import Reader
from resonance_dao.workflows.recorder import Recorder
from resonance_dao.workflows.system import System


class Parts(Protocol):
    """The wired parts, built when first asked for."""

    @property
    def system(self) -> System:
        """The contracts on their chain."""

    @property
    def store(self) -> EvidenceStore:
        """Where evidence is kept."""

    @property
    def journal(self) -> Journal:
        """The numbered record of accepted requests."""

    @property
    def recorder(self) -> Recorder:
        """What pins, sends and anchors."""

    @property
    def reader(self) -> Reader:
        """What follows the contracts' events."""

    @property
    def operator(self) -> Signer:
        """The account that relays and publishes."""

    @property
    def book(self) -> Book:
        """Where the contracts are, as the deployment wrote it."""

    def now(self) -> int:
        """Return unix s, as receipts and deadlines count it."""

    def close(self) -> None:
        """Let go of everything."""


class SharedParts:
    """Parts that many threads ask for at once: each is built by one of them while the others wait."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._lock = parts, threading.RLock()
        self._prover: Proving | None = None
        self._system: System | None = None

    @property
    def system(self) -> System:
        """The contracts on their chain; what the reader has read of bounties is not searched for again."""
        with self._lock:
            if self._system is None:
                plain = self._parts.system
                known = KnownBounties(lambda: self.reader.model.database, plain)
                self._system = replace(plain, known=known.bounty)
            return self._system

    @property
    def store(self) -> EvidenceStore:
        """Where evidence is kept."""
        with self._lock:
            return self._parts.store

    @property
    def journal(self) -> Journal:
        """The numbered record of accepted requests."""
        with self._lock:
            return self._parts.journal

    @property
    def recorder(self) -> Recorder:
        """What pins, sends and anchors."""
        with self._lock:
            return self._parts.recorder

    @property
    def reader(self) -> Reader:
        """What follows the contracts' events."""
        with self._lock:
            return self._parts.reader

    @property
    def lists(self) -> Lists:
        """The lists, from what the reader has read."""
        reader = self.reader
        return Lists(reader.model, self.system, lambda: reader.read(steps=2))

    @property
    def prover(self) -> Proving:
        """What proves entries; it keeps the tree it has built."""
        with self._lock:
            if self._prover is None:
                journal = self._parts.journal
                self._prover = prover_of(journal, log_of(self._parts.system, journal.identity.log))
            return self._prover

    @property
    def operator(self) -> Signer:
        """The account that relays and publishes."""
        with self._lock:
            return self._parts.operator

    @property
    def book(self) -> Book:
        """Where the contracts are, as the deployment wrote it."""
        with self._lock:
            return self._parts.book

    def now(self) -> int:
        """Return unix s, as receipts and deadlines count it."""
        return self._parts.now()

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._parts.close()
