"""Group commit: many requests in one commit, each with its own answer, and none before the commit."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection

from resonance_dao.errors import InputInvalid, JournalConflict, JournalUnavailable, NotFound, ResonanceError
from resonance_dao.journal.entry import Accepted, Call, Draft, Idempotency
from resonance_dao.journal.group import Asking, Group
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.schema import milestone

NOW = 1_767_225_600
TARGET = "0x" + "11" * 20
BODY = {"to": TARGET, "function": "mint", "status": "requested", "tx_hash": None}
BROKEN = {"status": "requested"}
Ask = Callable[[Journal], Accepted]


def ask(body: dict[str, Any] | None = None, **options: Any) -> Ask:
    return lambda journal: journal.accept("transaction", "bounty/1", body or BODY, **{"now": NOW, **options})


def key(name: str, request: str = "a") -> Idempotency:
    return Idempotency.of("caller", name, {"request": request})


@dataclass
class Crowd:
    """Holds a first commit open until all others wait, so that they share the second one."""

    open_journal: Callable[..., Journal]
    steps: Counter[str] = field(default_factory=Counter)
    at: dict[tuple[str, int], Callable[[], None]] = field(default_factory=dict)
    release: Event = field(default_factory=Event)

    def hook(self, step: str) -> None:
        self.steps[step] += 1
        if (step, self.steps[step]) == ("accept.before_commit", 1):
            assert self.release.wait(20)
        self.at.get((step, self.steps[step]), lambda: None)()

    def together(self, asks: Sequence[Ask]) -> list[Future[Accepted]]:
        """Return what became of `asks`, the first of which led them, in the order in which they came."""
        journal = self.open_journal(hook=self.hook)
        with ThreadPoolExecutor(len(asks) + 1) as pool:
            first = pool.submit(ask(), journal)
            self.until(lambda: self.steps["accept.before_commit"] == 1)
            futures = []
            for number, asked in enumerate(asks, 1):
                futures.append(pool.submit(asked, journal))
                self.until(lambda count=number: len(journal._group._waiting) == count)
            self.release.set()
            assert first.result(20).number == 1
        return futures

    @staticmethod
    def until(check: Callable[[], bool]) -> None:
        ends = time.monotonic() + 20
        while not check():
            assert time.monotonic() < ends
            time.sleep(0.001)


@pytest.fixture
def crowd(open_journal: Callable[..., Journal]) -> Crowd:
    return Crowd(open_journal)


def numbers(futures: Sequence[Future[Accepted]]) -> list[int | type[BaseException]]:
    return [type(error) if (error := one.exception()) else one.result().number for one in futures]


def test_one_that_is_refused_fails_no_other_and_uses_up_no_number(crowd: Crowd) -> None:
    futures = crowd.together([ask(), ask(BROKEN), ask(), ask(links=(9,)), ask()])
    assert numbers(futures) == [2, InputInvalid, 3, InputInvalid, 4]
    assert [entry.number for entry in crowd.open_journal().entries()] == [1, 2, 3, 4]


def test_one_whose_rows_break_a_constraint_fails_no_other(crowd: Crowd) -> None:
    def twice(connection: Connection) -> None:
        for _ in range(2):
            connection.execute(milestone.insert().values(block_number=1, block_hash="0x"))

    futures = crowd.together([ask(), ask(guard=twice), ask()])
    assert numbers(futures) == [2, JournalConflict, 3]
    assert crowd.open_journal().size() == 3


def test_another_request_under_a_key_of_the_same_commit_is_a_conflict(crowd: Crowd) -> None:
    asks = [ask(idempotency=key("k")), ask(idempotency=key("k", "b")), ask(idempotency=key("l"))]
    assert numbers(crowd.together(asks)) == [2, JournalConflict, 3]


def test_a_key_that_was_refused_may_be_used_in_the_same_commit(crowd: Crowd) -> None:
    asks = [ask(BROKEN, idempotency=key("k")), ask(idempotency=key("k", "b"))]
    assert numbers(crowd.together(asks)) == [InputInvalid, 2]


def test_a_guard_that_refuses_leaves_nothing_behind(crowd: Crowd) -> None:
    def refuse(connection: Connection) -> None:
        connection.execute(milestone.insert().values(block_number=1, block_hash="0x"))
        raise NotFound("no budget is left")

    assert numbers(crowd.together([ask(), ask(guard=refuse), ask()])) == [2, NotFound, 3]
    with crowd.open_journal().database.read() as connection:
        assert connection.execute(milestone.select()).all() == []


def test_what_a_guard_writes_is_kept_with_the_request(crowd: Crowd) -> None:
    def spend(connection: Connection) -> None:
        connection.execute(milestone.insert().values(block_number=1, block_hash="0x"))

    crowd.together([ask(guard=spend, idempotency=key("k"))])
    journal = crowd.open_journal()
    with journal.database.read() as connection:
        assert len(connection.execute(milestone.select()).all()) == 1
    assert ask(guard=spend, idempotency=key("k"))(journal).replayed, "a replay spends nothing"


def test_a_commit_that_is_interrupted_tells_the_others_to_ask_again(crowd: Crowd) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    crowd.at["accept.before_commit", 2] = interrupt
    futures = crowd.together([ask(idempotency=key(name)) for name in "abc"])
    assert numbers(futures) == [KeyboardInterrupt, JournalUnavailable, JournalUnavailable]
    journal = crowd.open_journal()
    assert journal.size() == 1
    assert [ask(idempotency=key(name))(journal).number for name in "cab"] == [2, 3, 4]


def test_a_commit_that_is_interrupted_afterwards_is_found_under_the_same_keys(crowd: Crowd) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    crowd.at["accept.committed", 2] = interrupt
    futures = crowd.together([ask(idempotency=key(name)) for name in "abc"])
    assert numbers(futures) == [KeyboardInterrupt, JournalUnavailable, JournalUnavailable]
    again = [ask(idempotency=key(name))(crowd.open_journal()) for name in "abc"]
    assert [(one.number, one.replayed) for one in again] == [(2, True), (3, True), (4, True)]


def test_a_database_that_fails_fails_all_and_the_next_are_taken(crowd: Crowd) -> None:
    def fail() -> None:
        raise JournalUnavailable("the disk is full")

    crowd.at["accept.before_commit", 2] = fail
    assert set(numbers(crowd.together([ask()] * 3))) == {JournalUnavailable}
    assert ask()(crowd.open_journal()).number == 2


def test_nobody_is_answered_before_the_commit(crowd: Crowd) -> None:
    seen: list[tuple[int, int]] = []
    answered: list[int] = []

    def note() -> None:
        seen.append((crowd.open_journal().size(), len(answered)))

    def asked(journal: Journal) -> Accepted:
        accepted = ask()(journal)
        answered.append(accepted.number)
        return accepted

    crowd.at["accept.before_commit", 2] = note
    crowd.together([asked] * 3)
    assert seen == [(1, 0)]
    assert sorted(answered) == [2, 3, 4]


def test_requests_that_wait_share_one_commit(crowd: Crowd) -> None:
    asks = [ask(idempotency=key(str(at)), operation=Call(TARGET, b"%d" % at)) for at in range(20)]
    futures = crowd.together(asks)
    assert numbers(futures) == list(range(2, 22))
    assert crowd.steps == {"accept.before_commit": 2, "accept.committed": 2}
    journal = crowd.open_journal()
    for future in futures:
        accepted = future.result()
        entry = journal.entry(accepted.number)
        accepted.receipt.verify(journal.identity.publisher)
        assert (entry.receipt, entry.cid) == (accepted.receipt, accepted.cid)
        assert entry.to_record().number == accepted.number
        assert journal.operation_of(accepted.number) is not None


def test_the_same_request_twice_in_one_commit_is_one_entry(crowd: Crowd) -> None:
    futures = crowd.together([ask(idempotency=key("k"))] * 4)
    answers = [one.result() for one in futures]
    assert [one.number for one in answers] == [2] * 4
    assert sorted(one.replayed for one in answers) == [False, True, True, True]
    assert len({one.receipt.signature for one in answers}) == 1


def test_a_commit_holds_at_most_so_many() -> None:
    sizes: list[int] = []
    entered, release = Event(), Event()

    def write(group: Sequence[Asking]) -> None:
        sizes.append(len(group))
        entered.set()
        assert release.wait(20)
        for asking in group:
            asking.outcome = ResonanceError("seen")

    group = Group(write, most=3)

    def asked() -> None:
        with pytest.raises(ResonanceError, match="seen"):
            group.accept(Asking(Draft("transaction", "bounty/1", {}), NOW))

    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(asked)]
        assert entered.wait(20)
        futures += [pool.submit(asked) for _ in range(7)]
        Crowd.until(lambda: len(group._waiting) == 7)
        release.set()
        for future in futures:
            future.result(20)
    assert sizes == [1, 3, 3, 1]


def test_a_caller_that_is_interrupted_while_it_waits_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entered, release = Event(), Event()

    def write(group: Sequence[Asking]) -> None:
        entered.set()
        assert release.wait(20)
        for asking in group:
            asking.outcome = ResonanceError("seen")

    group = Group(write)
    interrupted = Asking(Draft("transaction", "bounty/1", {}), NOW)

    def interrupt() -> None:
        # The worst moment: the lead has just been given to the one that is interrupted.
        release.set()
        Crowd.until(interrupted.turn.is_set)
        raise KeyboardInterrupt

    monkeypatch.setattr(interrupted.turn, "wait", interrupt)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(group.accept, Asking(Draft("transaction", "bounty/1", {}), NOW))
        assert entered.wait(20)
        with pytest.raises(KeyboardInterrupt):
            group.accept(interrupted)
        after = pool.submit(group.accept, Asking(Draft("transaction", "bounty/1", {}), NOW))
        assert all("seen" in str(one.exception(20)) for one in (first, after))


def test_the_same_call_twice_in_one_commit_is_one_request(crowd: Crowd) -> None:
    """Under four keys: whoever comes first has it, the others are told of that request."""
    operation = Call(TARGET, b"\x01")
    futures = crowd.together([ask(idempotency=key(str(at)), operation=operation) for at in range(4)])
    refused = [one.exception() for one in futures if one.exception() is not None]
    (taken,) = [one.result().number for one in futures if one.exception() is None]
    assert len(refused) == 3
    assert all(isinstance(one, JournalConflict) and one.details == {"number": taken} for one in refused)
    assert f"request {taken}" in str(refused[0])


@pytest.mark.parametrize("most", [1, 2, 16])
def test_a_commit_holds_no_more_requests_than_it_may(most: int) -> None:
    sizes: list[int] = []
    begun, go = Event(), Event()

    def write(group: Sequence[Asking]) -> None:
        if not sizes:
            sizes.append(len(group))
            begun.set()
            assert go.wait(20)
        else:
            sizes.append(len(group))
        for asking in group:
            asking.outcome = NotFound("nothing is kept here")

    group = Group(write, most)
    draft = Draft("transaction", "bounty/1", BODY)
    with ThreadPoolExecutor(40) as pool:
        asked = [pool.submit(group.accept, Asking(draft, NOW))]
        assert begun.wait(20)
        asked += [pool.submit(group.accept, Asking(draft, NOW)) for _ in range(33)]
        until = time.monotonic() + 20
        while len(group._waiting) < 33 and time.monotonic() < until:
            time.sleep(0.01)
        go.set()
    assert all(isinstance(one.exception(), NotFound) for one in asked)
    assert (sum(sizes), max(sizes)) == (34, most)


def test_a_journal_takes_the_size_of_its_commits_and_refuses_none(
    open_journal: Callable[..., Journal],
) -> None:
    with pytest.raises(InputInvalid, match="group_max"):
        open_journal(group_max=0)
    crowd = Crowd(lambda **options: open_journal(group_max=2, **options))
    done = crowd.together([ask(idempotency=key(str(number))) for number in range(5)])
    assert sorted(future.result().number for future in done) == [2, 3, 4, 5, 6]
    assert crowd.steps["accept.committed"] == 4


def test_many_of_one_caller_are_written_together_each_with_its_own_outcome(
    open_journal: Callable[..., Journal],
) -> None:
    steps = Counter[str]()
    journal = open_journal(hook=lambda step: steps.update([step]), group_max=4)
    bodies = [BROKEN if number == 5 else BODY for number in range(10)]
    many = [Asking(Draft("transaction", "bounty/1", body), NOW) for body in bodies]
    journal.accept_all(many)
    outcomes = [asking.outcome for asking in many]
    assert isinstance(outcomes.pop(5), InputInvalid)
    assert [one.number for one in outcomes if isinstance(one, Accepted)] == list(range(1, 10))
    assert steps["accept.committed"] == 3
    journal.accept_all([])
    assert ask()(journal).number == 10


def test_many_of_several_callers_are_all_answered() -> None:
    """Groups end in the middle of what one caller brought, and the lead changes hands there."""

    def write(group: Sequence[Asking]) -> None:
        time.sleep(0.0005)
        for asking in group:
            asking.outcome = NotFound(str(asking.now))

    group = Group(write, 3)

    def bring(caller: int) -> list[str]:
        many = [Asking(Draft("transaction", "bounty/1", BODY), 100 * caller + at) for at in range(7)]
        group.accept_all(many)
        return [str(asking.outcome) for asking in many]

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(bring, range(40)))
    assert told == [[str(100 * caller + at) for at in range(7)] for caller in range(40)]
