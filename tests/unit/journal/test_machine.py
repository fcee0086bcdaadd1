"""
The journal against a model of it: whatever is done in whatever order, and wherever the process dies, the
journal holds what a few lists say it must.

    RESONANCE_MACHINES=2000 pytest tests/unit/journal/test_machine.py
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from resonance_dao.errors import InputInvalid, JournalConflict
from resonance_dao.journal import backup, journal, outbox, same_calls
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Call, Draft, Idempotency, Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import (
    FAILED,
    FINAL,
    IN_FLIGHT,
    MINED,
    QUEUED,
    REFUSED,
    SENT,
    SIGNED,
    Signed,
)
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.pins import Pins
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.manifest import Manifest
from resonance_dao.transparency.merkle import leaf_of, record_hash
from resonance_dao.transparency.receipt import SignedReceipt

EXAMPLES = int(os.environ.get("RESONANCE_MACHINES", "20"))
STEPS = 40
NOW, PROMISE_S, DEPTH, FIRST_NONCE = 1_767_225_600, 600, 2, 5
PUBLISHER, POOLED = "0x" + "22" * 20, "0x" + "33" * 20
LOG = TARGET = "0x" + "11" * 20
IDENTITY = Identity(31337, "0x" + "11" * 32, PUBLISHER, LOG)
TOLD = {"reason_code": "TRANSACTION_REVERTED", "what": "It ended.", "why": "So.", "next": "Ask again."}
DEATHS = st.sampled_from([None, None, None, "before_commit", "committed"])
CALL = st.sampled_from([None, *range(6)])
CALLS = st.lists(CALL, min_size=2, max_size=5)
PICK = st.integers(0, 1000)


class Died(BaseException):
    """The process ends here."""


class Quick:
    """Signs receipts at once; what signatures are worth is tested elsewhere."""

    address = PUBLISHER

    def sign_typed_data(self, domain: Any, types: Any, message: Mapping[str, Any]) -> bytes:
        return keccak256(repr(sorted(message.items(), key=str)).encode()) * 2 + b"\x1b"


@dataclass
class Kept:
    """What the model knows of one entry."""

    request: int | None = None
    receipt: SignedReceipt | None = None
    is_pinned: bool = False


@dataclass
class Sending:
    """What the model knows of one operation; `block` is where it is mined as far as the journal knows."""

    entry: int | None
    call: Call
    batch: int | None = None
    state: str = QUEUED
    sender: str = PUBLISHER
    nonce: int | None = None
    attempts: list[str] = field(default_factory=list)
    block: tuple[int, str] | None = None


class Machine(RuleBasedStateMachine):
    """The journal, a chain of lists, and the lists that say what the journal must hold."""

    def __init__(self, folder: Callable[[], str]) -> None:
        super().__init__()
        self.url, self.death = folder(), None
        self.entries: list[Kept] = []
        self.keys: dict[str, tuple[Idempotency, int]] = {}
        self.sendings: dict[int, Sending] = {}
        self.batches: list[tuple[int, int, bool]] = []
        self.blocks: list[tuple[str, list[str]]] = []
        self.pool: set[str] = set()
        self.who: dict[str, int] = {}
        self.fate: dict[str, bool] = {}
        self.final = self.count = 0
        self.open()

    def open(self) -> None:
        self.database = Database(self.url)
        self.journal = Journal(self.database, IDENTITY, Quick(), anchor_within_s=PROMISE_S, hook=self.hook)
        self.outbox, self.cuts = Outbox(self.journal), Batches(self.journal)

    def teardown(self) -> None:
        self.database.close()

    def hook(self, step: str) -> None:
        # "send.marked" and "pin.marked" come after their commits, as "committed" does.
        if self.death and step.replace("marked", "committed").endswith(self.death):
            raise Died(step)

    @contextmanager
    def dying(self, death: str | None) -> Iterator[None]:
        """Die at the next commit, if at all, and start again."""
        self.death = death
        try:
            yield
        except Died:
            self.restart()
        finally:
            self.death = None

    def tick(self) -> int:
        self.count += 1
        return self.count

    def those(self, *states: str) -> list[tuple[int, Sending]]:
        return [(number, found) for number, found in self.sendings.items() if found.state in states]

    # Requests

    @initialize(calls=CALLS)
    def begin(self, calls: list[int | None]) -> None:
        self.accept_some(calls)

    @rule(calls=CALLS)
    def accept_some(self, calls: list[int | None]) -> None:
        for call in calls:
            self.accept(None, call, is_keyed=True)

    @rule(death=DEATHS, call=CALL, is_keyed=st.booleans())
    def accept(self, death: str | None, call: int | None, is_keyed: bool) -> None:
        body = {"to": LOG, "function": "mint", "status": "requested", "tx_hash": None}
        asked = None if call is None else Call(TARGET, b"call%d" % call)
        name = Idempotency("caller", f"key {self.tick()}", self.count.to_bytes(32, "big"))
        flying = {found.call.data for _, found in self.those(QUEUED, *IN_FLIGHT) if found.entry is not None}
        idempotency = name if is_keyed else None
        what = {"now": NOW + self.count, "idempotency": idempotency, "operation": asked}
        if asked is not None and asked.data in flying and is_keyed:
            with pytest.raises(JournalConflict):
                self.journal.accept("transaction", "bounty/1", body, **what)
            return
        receipt = None
        with self.dying(death):
            accepted = self.journal.accept("transaction", "bounty/1", body, **what)
            assert (accepted.number, accepted.replayed) == (len(self.entries) + 1, False)
            receipt = accepted.receipt
        if death == "before_commit":
            return
        self.entries.append(Kept(receipt=receipt))
        number = len(self.entries)
        if is_keyed:
            self.keys[name.key] = (name, number)
        if asked is not None:
            operation = self.journal.operation_of(number)
            assert operation is not None
            self.sendings[operation.id] = Sending(number, asked)

    @precondition(lambda self: self.keys)
    @rule(at=PICK, is_other=st.booleans())
    def ask_again(self, at: int, is_other: bool) -> None:
        name, number = list(self.keys.values())[at % len(self.keys)]
        body = {"to": LOG, "function": "burn", "status": "requested", "tx_hash": None}
        if is_other:
            name = Idempotency(name.scope, name.key, b"\xff" * 32)
            with pytest.raises(JournalConflict):
                self.journal.accept("transaction", "bounty/1", body, now=NOW, idempotency=name)
            return
        again = self.journal.accept("transaction", "bounty/2", body, now=NOW, idempotency=name)
        self.promised(number, again.receipt)
        assert (again.number, again.replayed, self.journal.replayed(name)) == (number, True, again)

    @rule()
    def ask_badly(self) -> None:
        with pytest.raises(InputInvalid):
            self.journal.accept("transaction", "bounty/1", {"amount": 1.5}, now=NOW)

    def promised(self, number: int, receipt: SignedReceipt) -> None:
        kept = self.entries[number - 1]
        kept.receipt = kept.receipt or receipt
        assert kept.receipt == receipt

    # Sending

    def draft(self, sending: Sending) -> Draft:
        links = () if sending.entry is None else (sending.entry,)
        return Draft("disclosure", "bounty/1", TOLD, links, request=sending.entry)

    def settle(self, number: int, state: str, death: str | None = None) -> None:
        sending, before = self.sendings[number], QUEUED if state == REFUSED else MINED
        (operation,) = [one for one in self.outbox.in_states([sending.state]) if one.id == number]
        is_told = state != FINAL or sending.entry is not None
        draft = self.draft(sending) if is_told else None
        with self.dying(death):
            told = self.outbox.settle(operation, state, draft, NOW, paid=1)
            expected = len(self.entries) + 1 if is_told and sending.state == before else None
            assert told == expected
        if death == "before_commit" or sending.state != before:
            return
        sending.state = state
        if is_told:
            self.entries.append(Kept(request=sending.entry))
        if sending.batch is not None and state == FINAL:
            first, size, _ = self.batches[-1]
            self.batches[-1] = (first, size, True)

    @precondition(lambda self: self.those(QUEUED))
    @rule(death=DEATHS, at=PICK)
    def refuse(self, death: str | None, at: int) -> None:
        waiting = [number for number, found in self.those(QUEUED) if found.batch is None]
        if waiting:
            self.settle(waiting[at % len(waiting)], REFUSED, death)

    @rule(at=PICK, state=st.sampled_from([REFUSED, FINAL, FAILED]))
    def step_wrongly(self, at: int, state: str) -> None:
        wrong = [
            n for n, one in self.sendings.items() if one.state != (QUEUED if state == REFUSED else MINED)
        ]
        if wrong:
            self.settle(wrong[at % len(wrong)], state)
        moved = [n for n, one in self.sendings.items() if one.state != QUEUED]
        if moved:
            assert not self.outbox.sign(moved[at % len(moved)], 0, self.sign_as(0, 1), NOW)
        ended = [number for number, _ in self.those(QUEUED, MINED, FINAL, FAILED, REFUSED)]
        if ended:
            assert not self.outbox.add_attempt(ended[at % len(ended)], self.sign_as(0, 1)(0), NOW)

    def sign_as(self, operation: int, price: int) -> Callable[[int], Signed]:
        return lambda nonce: Signed(b"raw", f"0x{operation:030x}{nonce:02x}{price:032x}", 50_000, price, 1)

    @precondition(lambda self: self.those(QUEUED))
    @rule(death=DEATHS, at=PICK, sender=st.sampled_from([PUBLISHER, POOLED]))
    def sign(self, death: str | None, at: int, sender: str) -> None:
        number, sending = self.those(QUEUED)[at % len(self.those(QUEUED))]
        sender = PUBLISHER if sending.batch is not None else sender
        with self.dying(death):
            assert self.outbox.sign(number, self.nonce(sender), self.sign_as(number, 1), NOW, sender=sender)
        if death != "before_commit":
            used = [one.nonce for one in self.sendings.values() if one.sender == sender and one.attempts]
            sending.state, sending.sender, sending.nonce = SIGNED, sender, FIRST_NONCE + len(used)
            self.attempt(number, 1)

    def nonce(self, sender: str) -> int:
        """Return the account's count on the chain."""
        mined = [self.sendings[self.who[tx]].sender for _, txs in self.blocks for tx in txs]
        return FIRST_NONCE + mined.count(sender)

    def attempt(self, number: int, price: int) -> None:
        tx = self.sign_as(number, price)(self.sendings[number].nonce or 0).tx_hash
        self.sendings[number].attempts.append(tx)
        self.who[tx] = number

    @precondition(lambda self: self.those(*IN_FLIGHT))
    @rule(death=DEATHS, at=PICK)
    def replace(self, death: str | None, at: int) -> None:
        number, sending = self.those(*IN_FLIGHT)[at % len(self.those(*IN_FLIGHT))]
        price = len(sending.attempts) + 1
        with self.dying(death):
            dearer = self.sign_as(number, price)(sending.nonce or 0)
            assert self.outbox.add_attempt(number, dearer, NOW)
        if death != "before_commit":
            self.attempt(number, price)
            assert not self.outbox.add_attempt(number, dearer, NOW)

    @precondition(lambda self: self.those(*IN_FLIGHT))
    @rule(death=DEATHS, at=PICK)
    def send(self, death: str | None, at: int) -> None:
        number, sending = self.those(*IN_FLIGHT)[at % len(self.those(*IN_FLIGHT))]
        is_alive = False
        with self.dying(death):
            self.outbox.mark_sent(number, sending.attempts[-1], NOW)
            is_alive = True
        if death != "before_commit":
            sending.state = SENT
        if is_alive:
            self.pool.add(sending.attempts[-1])

    # The chain

    @rule(at=PICK, succeeds=st.booleans())
    def mine(self, at: int, succeeds: bool) -> None:
        held: list[str] = []
        for sender in (PUBLISHER, POOLED):
            used = self.nonce(sender)
            mine = {tx: self.sendings[self.who[tx]] for tx in sorted(self.pool)}
            able = [tx for tx, one in mine.items() if (one.sender, one.nonce) == (sender, used)]
            if able:
                held.append(able[at % len(able)])
                self.fate[held[-1]] = succeeds
                gone = self.sendings[self.who[held[-1]]].attempts
                self.pool -= set(gone)
        self.blocks.append((f"0x{self.tick():064x}", held))
        self.final = max(self.final, len(self.blocks) - DEPTH)

    @precondition(lambda self: len(self.blocks) > self.final)
    @rule(depth=st.integers(1, DEPTH), is_forgotten=st.booleans())
    def reorg(self, depth: int, is_forgotten: bool) -> None:
        for _ in range(min(depth, len(self.blocks) - self.final)):
            _, held = self.blocks.pop()
            self.pool |= set() if is_forgotten else set(held)
        if is_forgotten:
            self.confirm()

    def place(self, sending: Sending) -> tuple[str, int, str] | None:
        for at, (block, held) in enumerate(self.blocks):
            for tx in held:
                if tx in sending.attempts:
                    return tx, at + 1, block
        return None

    @rule()
    def confirm(self) -> None:
        for number, sending in self.those(SENT, MINED):
            place = self.place(sending)
            if place is not None:
                self.outbox.mark_mined(number, *place)
                sending.state, sending.block = MINED, place[1:]
            elif sending.state == MINED:
                self.outbox.mark_dropped(number)
                sending.state, sending.block = SENT, None

    @rule(death=DEATHS)
    def finalise(self, death: str | None) -> None:
        for number, sending in self.those(MINED):
            place = self.place(sending)
            if place is not None and sending.block == place[1:] and place[1] <= self.final:
                self.settle(number, FINAL if self.fate[place[0]] else FAILED, death)
                return

    # Pins and batches

    @rule(death=DEATHS, most=st.integers(1, 4), skipped=st.integers(0, 1))
    def pin(self, death: str | None, most: int, skipped: int) -> None:
        waiting = [number for number, kept in enumerate(self.entries, 1) if not kept.is_pinned]
        assert Pins(self.journal).waiting(100) == waiting[:100]
        numbers = waiting[skipped : skipped + most]
        with self.dying(death if death == "committed" else None):
            Pins(self.journal).mark_pinned(numbers, NOW)
        for number in numbers:
            self.entries[number - 1].is_pinned = True

    def end(self) -> int:
        return self.batches[-1][0] + self.batches[-1][1] - 1 if self.batches else 0

    @rule(death=DEATHS, most=st.integers(1, 5), shift=st.sampled_from([0, 0, 1]))
    def batch(self, death: str | None, most: int, shift: int) -> None:
        waiting = self.cuts.waiting(most)
        ready = [
            number
            for number, kept in enumerate(self.entries, 1)
            if number > self.end() and not kept.is_pinned
        ]
        stop = ready[0] if ready else len(self.entries) + 1
        assert [one.number for one in waiting] == list(range(self.end() + 1, stop))[:most]
        if not waiting[shift:]:
            return
        first, cids = waiting[shift].number, tuple(one.cid for one in waiting[shift:])
        is_next = first == self.end() + 1 and all(final for _, _, final in self.batches)
        made = Manifest(PUBLISHER, first, cids)
        with self.dying(death):
            assert self.cuts.create(made, Call(LOG, b"append"), NOW) == is_next
        if is_next and death != "before_commit":
            self.batches.append((first, len(cids), False))
            self.sendings[self.anchor()] = Sending(None, Call(LOG, b"append"), len(self.batches))

    def anchor(self) -> int:
        batch = self.cuts.open()
        assert batch is not None
        operation = self.cuts.operation(batch.id)
        assert operation is not None
        return operation.id

    @rule()
    def append_again(self) -> None:
        if self.cuts.open() is None:
            return
        if self.sendings[self.anchor()].state == FAILED:
            batch = self.cuts.open()
            assert batch is not None
            self.cuts.again(batch, Call(LOG, b"append"), NOW)
            self.sendings[self.anchor()] = Sending(None, Call(LOG, b"append"), len(self.batches))

    # The process

    @precondition(lambda self: self.sendings)
    @rule(death=DEATHS, picks=st.lists(PICK, min_size=2, max_size=8))
    def go_on(self, death: str | None, picks: list[int]) -> None:
        """Take the next step of one operation after another."""
        for at in picks:
            number = list(self.sendings)[at % len(self.sendings)]
            state = self.sendings[number].state
            if state == QUEUED:
                self.sign(death, [n for n, _ in self.those(QUEUED)].index(number), PUBLISHER)
            elif state == SIGNED:
                self.send(None, [n for n, _ in self.those(*IN_FLIGHT)].index(number))
            elif state == SENT:
                self.mine(at, succeeds=at % 3 > 0)
                self.confirm()
            elif state == MINED:
                self.mine(at, succeeds=True)
                self.finalise(death)

    @precondition(lambda self: self.sendings)
    @rule(succeeds=st.booleans())
    def come_to_rest(self, succeeds: bool) -> None:
        """Let everything go well from here on: every request ends, and every record comes into the log."""
        for turn in range(40):
            for at in range(len(self.those(QUEUED))):
                self.sign(None, at, POOLED)
            for number, sending in self.those(*IN_FLIGHT):
                self.outbox.mark_sent(number, sending.attempts[-1], NOW)
                sending.state = SENT
                self.pool.add(sending.attempts[-1])
            self.mine(0, succeeds=succeeds or turn > 5)
            self.confirm()
            for _ in self.those(MINED):
                self.finalise(None)
            self.pin(None, 1000, 0)
            self.append_again() if self.cuts.open() else self.batch(None, 1000, 0)
            if self.cuts.anchored() == len(self.entries) and not self.those(QUEUED, *IN_FLIGHT, MINED):
                return
        raise AssertionError("the journal does not come to rest")

    @rule()
    def restart(self) -> None:
        self.death = None
        self.database.close()
        self.open()

    @precondition(lambda self: self.url.startswith("sqlite") and self.entries)
    @rule()
    def go_on_from_a_backup(self) -> None:
        file = self.database.file
        assert file is not None
        self.database.close()
        backup.copy(file, file.with_suffix(".copy"))
        for left in file.parent.glob("journal.db*"):
            left.unlink()
        file.with_suffix(".copy").rename(file)
        self.open()
        assert backup.check(self.database).size == len(self.entries)

    # What holds at all times

    @invariant()
    def numbers_have_no_gap_and_receipts_keep_their_promise(self) -> None:
        held = self.journal.entries(limit=1000)
        assert [entry.number for entry in held] == list(range(1, len(self.entries) + 1))
        assert self.journal.size() == len(held)
        for entry, kept in zip(held, self.entries, strict=True):
            receipt = entry.receipt.receipt
            self.promised(entry.number, entry.receipt)
            assert (receipt.number, receipt.record_hash) == (entry.number, record_hash(entry.record))
            assert receipt.anchor_by - receipt.accepted_at == PROMISE_S
            assert (entry.leaf, entry.cid) == (leaf_of(receipt.record_hash), cid_of(entry.record))
            assert (entry.request, entry.pinned_at is not None) == (kept.request, kept.is_pinned)
            assert entry.to_record().number == entry.number

    @invariant()
    def a_request_has_at_most_one_outcome_and_one_once_it_ended(self) -> None:
        told = Counter(kept.request for kept in self.entries if kept.request is not None)
        assert max(told.values(), default=1) == 1
        ended = {one.entry for _, one in self.those(FINAL, FAILED, REFUSED)} - {None}
        assert set(told) == ended

    @invariant()
    def operations_are_where_they_should_be_and_no_nonce_is_used_twice(self) -> None:
        held = self.outbox.in_states([QUEUED, SIGNED, SENT, MINED, FINAL, FAILED, REFUSED])
        seen = {one.id: (one.entry, one.state, one.nonce, [a.tx_hash for a in one.attempts]) for one in held}
        assert seen == {n: (s.entry, s.state, s.nonce, s.attempts) for n, s in self.sendings.items()}
        for sender in (PUBLISHER, POOLED):
            used = sorted(one.nonce for one in held if one.sender == sender and one.nonce is not None)
            assert used == list(range(FIRST_NONCE, FIRST_NONCE + len(used)))

    @invariant()
    def batches_follow_one_another_and_hold_what_was_promised(self) -> None:
        held = self.cuts.page(limit=1000)
        assert [(one.first, one.count, one.final_at is not None) for one in held] == self.batches
        for one in held:
            cids = [self.journal.entry(number).cid for number in range(one.first, one.end + 1)]
            assert list(Manifest.from_bytes(one.manifest).records) == cids
        assert self.cuts.anchored() == max(
            (f + size - 1 for f, size, final in self.batches if final), default=0
        )


@pytest.fixture
def fresh(sqlite_tables: Path) -> Iterator[Callable[[], str]]:
    """Make a journal's database for each run, where writing is quick."""
    root = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))  # noqa: S108

    def make() -> str:
        folder = Path(tempfile.mkdtemp(dir=root))
        return f"sqlite:///{shutil.copy(sqlite_tables, folder / 'journal.db')}"

    yield make
    shutil.rmtree(root)


def play(fresh: Callable[[], str], examples: int, **how: Any) -> None:
    how = {"stateful_step_count": STEPS, "deadline": None, "suppress_health_check": list(HealthCheck)} | how
    run_state_machine_as_test(lambda: Machine(fresh), settings=settings(max_examples=examples, **how))  # type: ignore[no-untyped-call]


@pytest.mark.timeout(max(300, EXAMPLES * 10))
def test_the_journal_does_what_the_model_does(fresh: Callable[[], str]) -> None:
    play(fresh, EXAMPLES)


@pytest.mark.slow
@pytest.mark.timeout(max(300, EXAMPLES * 10))
def test_the_journal_on_postgresql_does_what_the_model_does(
    postgres: str, postgres_tables: str, new_database: Callable[[str, str], str]
) -> None:
    play(lambda: new_database(postgres, postgres_tables), max(EXAMPLES // 3, 1))


def settle_in_two(self: Outbox, operation: Any, state: str, draft: Any, now: int, **_: Any) -> int | None:
    with self._database.write() as connection:
        if not self._move(connection, operation.id, (QUEUED, MINED), state=state):
            return None
        self._finish(connection, operation, state, now)
    self._journal.hook("settle.before_commit")
    with self._database.write() as connection:
        self._journal.lock(connection)
        return None if draft is None else self._journal.append(connection, draft, now).number


def move_from_anywhere(_self: Outbox, connection: Any, operation: int, _before: Any, **values: Any) -> bool:
    table = outbox.operations_table
    connection.execute(table.update().where(table.c.id == operation).values(**values))
    return True


BUGS: dict[str, tuple[Any, str, Any]] = {
    "forgets who asked": (journal, "remember", lambda connection, answers: None),
    "believes any request under a key": (journal, "require_same", lambda *asked: None),
    "makes the same call twice": (same_calls, "under_way", lambda connection, calls: {}),
    "steps from any state": (Outbox, "_move", move_from_anywhere),
    "ends and tells in two commits": (Outbox, "settle", settle_in_two),
    "takes the chain's nonce": (outbox, "next_nonce", lambda connection, chain_id, sender, nonce: nonce),
    "ignores reorganisations": (Outbox, "mark_dropped", lambda self, operation: None),
    "never ends a batch": (outbox, "finish_batch", lambda *batch: None),
    "batches what does not follow": (Batches, "_follows", lambda self, connection, manifest: True),
    "keeps no copy of an attempt": (
        Outbox,
        "_attempt",
        lambda self, connection, operation, signed, now: None,
    ),
    "pins what it was not told": (Pins, "mark_pinned", lambda self, numbers, now: None),
}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", BUGS)
def test_a_journal_with_a_bug_is_caught(
    bug: str, fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*BUGS[bug])
    with pytest.raises((Exception, pytest.fail.Exception)):
        play(fresh, 300, derandomize=True, database=None, phases=[Phase.generate], report_multiple_bugs=False)
