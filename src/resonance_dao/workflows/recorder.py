"""
The recorder: observes, pins, sends, confirms and anchors, one tick after another.

    recorder = Recorder(journal, chain, signer, log, watched, store)
    recorder.tick(now)

Of all processes that share a journal one leads; the others' ticks do nothing. Trouble that passes (a node
or store that does not answer) is reported by the tick and met again by the next one. Whatever contradicts
the journal stops the recorder: it says so at every tick, sends nothing, and gives up the lead, so that each
of the others looks for itself and stops too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from threading import Event

from resonance_dao.chain.chain import Chain, identify
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import Signer
from resonance_dao.errors import (
    ChainMismatch,
    ChainUnreachable,
    JournalConflict,
    JournalUnavailable,
    ResonanceError,
)
from resonance_dao.evidence.store import EvidenceStore, PinReport
from resonance_dao.journal.entry import Accepted
from resonance_dao.journal.figures import read_figures
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.leadership import Leadership
from resonance_dao.journal.operation import IN_FLIGHT, MINED, QUEUED
from resonance_dao.workflows.anchoring import Anchorer
from resonance_dao.workflows.confessing import Confessor
from resonance_dao.workflows.finality import Finality
from resonance_dao.workflows.guarding import Guardian
from resonance_dao.workflows.lane import lane_of
from resonance_dao.workflows.observing import Observer, Reach, nothing_new
from resonance_dao.workflows.pinning import Pinner
from resonance_dao.workflows.recorder_values import RecorderSettings, RecorderStatus, Tick
from resonance_dao.workflows.relaying import Relayer
from resonance_dao.workflows.senders import Pool, Senders
from resonance_dao.workflows.settling import Settler
from resonance_dao.workflows.telling import Teller
from resonance_dao.workflows.watching import Watching


def ignore(_trouble: str) -> None:
    """Do nothing about a trouble."""


def go_on() -> None:
    """Do not pause."""


class Recorder:
    """
    The sending side of one journal. `watched` names the contracts to observe; the log is left out by
    itself. `signer` is the publisher; the keys of `pool` relay requests beside it.
    """

    def __init__(
        self,
        journal: Journal,
        chain: Chain,
        signer: Signer,
        log: Contract,
        watched: Callable[[], Sequence[Contract]],
        store: EvidenceStore,
        settings: RecorderSettings | None = None,
        pool: Pool | None = None,
    ) -> None:
        pool = pool or Pool()
        settings, chain_id = settings or RecorderSettings(), journal.identity.chain_id
        finality = Finality(chain, settings.depth(chain_id), by_tag=settings.by_tag(chain_id))
        teller = Teller(journal.identity.chain_id, lambda: (*watched(), log))
        self._journal, self._chain = journal, chain
        self._leadership = Leadership(journal.database)
        self._senders = Senders(journal, chain, signer, pool.signers, settings.limits())
        settler = Settler(journal, chain, teller)
        self._relayer = Relayer(journal, chain, self._senders, settler, finality, pool.policy)
        self._guardian = Guardian(journal, self._senders, finality)
        self._pinner = Pinner(
            journal, store, copies_min=settings.copies_min, check_every_s=settings.check_pins_s
        )
        learn = watched.learn if isinstance(watched, Watching) else nothing_new
        reach = Reach(settings.first_block, finality, learn=learn)
        self._observer = Observer(journal, chain, lambda: _without(watched(), log), teller, reach)
        self._confessor = Confessor(
            journal,
            chain,
            log,
            finality,
            outage_s=settings.outage_s(chain_id),
            first_block=reach.first_block,
            span=reach.span,
        )
        self._anchorer = Anchorer(
            journal,
            chain,
            lane_of(journal, log),
            self._pinner,
            finality,
            batch_max=settings.batch_max,
            batch_age_s=settings.batch_age_s,
            first_block=settings.first_block,
        )
        self._ready = False
        self._halted: ResonanceError | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The addresses of every key that sends, the publisher's first."""
        return self._senders.addresses

    def relaying(self) -> tuple[str, ...]:
        """Return those that relay requests: the pool's in service, else the publisher's."""
        return self._senders.relaying()

    def start(self, now: int) -> None:
        """
        Check that chain, log and journal belong together. The first tick that leads does so by itself.

        Raises `ChainMismatch` for another or a restarted chain, `JournalConflict` when the log and the
        journal contradict each other.
        """
        found, identity = identify(self._chain), self._journal.identity
        if (found.chain_id, found.genesis_hash) != (identity.chain_id, identity.genesis_hash):
            raise ChainMismatch(
                f"the endpoint serves chain {found.chain_id} with genesis {found.genesis_hash}",
                hint="The journal belongs to another chain. Check RESONANCE_RPC_URL, or begin a new journal.",
                expected=identity.genesis_hash,
                found=found.genesis_hash,
            )
        self._journal.check()
        # A final block that is not there may be a node that lags: the log, which is asked next, knows better.
        with suppress(ChainUnreachable):
            self._guardian.check_finality(now)
        self._guardian.check_decided()
        self._anchorer.check(now)
        self._confessor.tell_outage(now)
        self._ready = True

    def tick(self, now: int, *, flush: bool = False) -> Tick:
        """
        Do once whatever is to be done; `flush` anchors without waiting for a batch to be due.

        Raises `JournalConflict` or `ChainMismatch` when the recorder has stopped, and at every tick from
        then on.
        """
        if self._halted is not None:
            raise self._halted
        if not self._leadership.acquire():
            self._ready = False
            return Tick(leader=False)
        try:
            return self._tick(now, flush=flush)
        except (JournalConflict, ChainMismatch) as exc:
            self._halted = exc
            # With the lead free, each process that stands by looks for itself, finds the same, and stops too.
            self.close()
            raise

    def settle(
        self, clock: Callable[[], int], *, limit: int = 200, pause: Callable[[], None] = go_on
    ) -> None:
        """
        Tick until every request has its outcome and every entry is anchored; `pause` runs after each tick.

        Raises `JournalConflict` with the last troubles when `limit` ticks do not suffice.
        """
        troubles: tuple[str, ...] = ()
        for _ in range(limit):
            tick = self.tick(clock(), flush=True)
            if not tick.leader:
                troubles = ("another process leads",)
            elif tick.is_idle and not tick.troubles and self.status().is_settled:
                return
            else:
                troubles = tick.troubles
            pause()
        raise JournalConflict(
            f"the recorder is not done after {limit} ticks: {'; '.join(troubles) or self.status()}",
            hint="Nothing is lost. Look at what it waits for, and let it go on.",
        )

    def status(self) -> RecorderStatus:
        """Return how things stand."""
        figures = read_figures(self._journal.database)
        return RecorderStatus(
            leader=self._ready,
            size=figures.accepted,
            pinned=figures.accepted - figures.unpinned,
            anchored=figures.anchored,
            queued=figures.operations[QUEUED],
            in_flight=sum(figures.operations[state] for state in IN_FLIGHT),
            unconfirmed=figures.operations[MINED],
            failed_pins=self._pinner.failing(),
            observed_block=self._observer.reached(),
            halted=None if self._halted is None else str(self._halted),
        )

    def report_transaction(self, tx_hash: str, now: int) -> Accepted:
        """Write of a transaction that someone points out; see `Observer.report`. Any process may."""
        return self._observer.report(tx_hash, now)

    def report_pins(self, cid: str, reports: Iterable[PinReport], now: int) -> None:
        """Disclose the copies of a client's evidence that failed, and try them again. Any process may."""
        self._pinner.report(cid, reports, now)

    def close(self) -> None:
        """Give up the lead."""
        self._leadership.release()
        self._ready = False

    def _tick(self, now: int, *, flush: bool) -> Tick:
        steps = Steps(self._leadership.acquire)
        if not self._ready:
            steps.run(lambda: self._begin(now))
        if not self._ready or not self._is_true_to_itself(steps, now):
            return Tick(leader=True, troubles=tuple(steps.troubles))
        # Looking at old copies is no progress: the recorder is idle beside it.
        steps.run(lambda: self._pinner.check(now))
        return Tick(
            leader=True,
            alarms=steps.run(lambda: self._confessor.check_promises(now))
            + steps.run(lambda: self._guardian.check_balances(now))
            + steps.run(lambda: self._relayer.watch(now)),
            cancelled=steps.run(lambda: self._relayer.cancel(now)),
            observed=steps.run(lambda: self._observer.observe(now)),
            pinned=steps.run(lambda: self._pinner.pin(now)) + steps.run(lambda: self._pinner.retry(now)),
            signed=steps.run(lambda: self._relayer.sign(now)),
            sent=steps.run(lambda: self._relayer.fill_gaps(now)) + steps.run(lambda: self._relayer.send(now)),
            confirmed=steps.run(self._anchorer.keep_up) + steps.run(lambda: self._relayer.confirm(now)),
            anchored=steps.run(lambda: self._anchorer.anchor(now, flush=flush)),
            troubles=tuple(steps.troubles),
        )

    def _is_true_to_itself(self, steps: Steps, now: int) -> bool:
        """Return whether what was final is still there; while the node cannot say so, nothing is done."""
        before = len(steps.troubles)
        steps.run(lambda: self._guardian.check_finality(now))
        return len(steps.troubles) == before

    def _begin(self, now: int) -> int:
        self.start(now)
        return 0


class Steps:
    """
    Runs the steps of a tick while it leads; trouble in one that passes by itself does not keep the others
    from running.
    """

    def __init__(self, leads: Callable[[], bool]) -> None:
        self.troubles: list[str] = []
        self._leads = leads

    def run(self, step: Callable[[], int]) -> int:
        """Return what the step counted; 0 when it met trouble, or another process has taken over."""
        try:
            if not self._leads():
                raise JournalUnavailable("another process has taken over the lead")
            return step()
        except (JournalConflict, ChainMismatch):
            raise
        except ResonanceError as exc:
            self.troubles.append(str(exc))
            return 0


def run(
    recorder: Recorder,
    stop: Event,
    clock: Callable[[], int],
    interval_s: float = 1.0,
    on_trouble: Callable[[str], None] = ignore,
) -> None:
    """
    Tick until `stop` is set, for a thread of its own. Each trouble goes to `on_trouble`; none ends the
    loop.
    """
    while not stop.is_set():
        try:
            for trouble in recorder.tick(clock()).troubles:
                on_trouble(trouble)
        except ResonanceError as exc:
            on_trouble(str(exc))
        stop.wait(interval_s)
    recorder.close()


def _without(contracts: Sequence[Contract], log: Contract) -> tuple[Contract, ...]:
    return tuple(contract for contract in contracts if contract.address != log.address)
