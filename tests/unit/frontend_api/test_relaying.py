"""Requests that come together are taken in together, and each is answered as if it had come alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from frontend_api import relaying
from frontend_api.doors.identity import nobody
from frontend_api.intake import Asked
from frontend_api.problems import RequestRefused
from frontend_api.relaying import Relaying, Wanted
from frontend_api.schemas.wire import Wire
from resonance_dao.errors import ChainUnreachable, JournalConflict, NotFound, TransactionFailed
from resonance_dao.journal.entry import Accepted
from resonance_dao.workflows.system import Action, System
from tests.unit.frontend_api.conftest import FakeChain, FakeParts

COUNT = 20
CALLER = nobody("203.0.113.5")
COST = 240_001  # 200,000 gas and a fifth, at 1 gwei and 2 wei, in gwei rounded up
Plan = Callable[[System], Asked]


class Body(Wire):
    """What tells one request from another."""

    number: int


@dataclass
class Node(FakeChain):
    """Takes batches, and keeps the first simulations under way until everybody else waits."""

    relaying: Relaying | None = None
    round_trips: list[int] = field(default_factory=list)
    reverting: int | None = None
    takes_batches: bool = True
    expected: int = 0

    def request(self, method: str, params: Any = ()) -> Any:
        if method == "eth_estimateGas":
            self._came(1)
            if self._reverts(params[0]):
                raise TransactionFailed("it reverts", error={"name": "No"})
        return super().request(method, params)

    def request_many(self, _method: str, many: Sequence[Any]) -> list[Any]:
        self._came(len(many))
        if not self.takes_batches:
            raise ChainUnreachable("it takes no batches")
        return [TransactionFailed("it reverts") if self._reverts(one[0]) else "0x30d40" for one in many]

    def _came(self, count: int) -> None:
        self.round_trips.append(count)
        ends = time.monotonic() + 10
        while len(self.round_trips) == 1 and len(self.relaying._waiting) < self.expected - count:  # type: ignore[union-attr]
            assert time.monotonic() < ends, "the others do not come"
            time.sleep(0.001)

    def _reverts(self, call: Any) -> bool:
        return self.reverting is not None and f"({self.reverting},)".encode().hex() in call["data"]


@pytest.fixture
def chain() -> Node:
    return Node()


@pytest.fixture
def commits(parts: FakeParts) -> list[str]:
    steps: list[str] = []
    parts.journal.hook = steps.append
    return steps


@pytest.fixture
def taking(app: Any, chain: Node, monkeypatch: pytest.MonkeyPatch) -> Relaying:
    monkeypatch.setattr(relaying, "LEADERS", 1)
    chain.relaying = app.state.relaying
    app.state.recording._is_halted = False
    return chain.relaying


def planning(number: int) -> Plan:
    words = {"en": "Push", "ja": "送る"}
    return lambda system: Asked(Action(system.vault, "push", (number,), words), "bounty/1")


def take(
    taking: Relaying,
    chain: Node,
    numbers: Sequence[int],
    keys: Sequence[str] = (),
    plan: Plan | None = None,
    within_s: float = 20,
) -> list[Accepted | BaseException]:
    """Return what becomes of requests that come at the same time."""

    async def asked() -> list[Accepted | BaseException]:
        wanted = [
            Wanted(CALLER, "POST /x", key, Body(number=number), plan or planning(number))
            for number, key in zip(numbers, keys or map(str, numbers), strict=True)
        ]
        return await asyncio.gather(*map(taking.take, wanted), return_exceptions=True)

    chain.expected = len(numbers)
    return asyncio.run(asyncio.wait_for(asked(), within_s))


def numbers_of(answers: Sequence[Accepted | BaseException]) -> list[int]:
    assert all(isinstance(answer, Accepted) for answer in answers), answers
    return sorted(answer.number for answer in answers if isinstance(answer, Accepted))


def test_what_waits_shares_one_round_trip_and_one_commit(
    taking: Relaying, chain: Node, commits: list[str]
) -> None:
    answers = take(taking, chain, range(COUNT))
    assert numbers_of(answers) == list(range(1, COUNT + 1))
    # The first may go before the others are planned; nobody waits for company.
    assert len(chain.round_trips) <= 2
    assert sum(chain.round_trips) == COUNT
    assert commits.count("accept.committed") == len(chain.round_trips)


def test_one_that_reverts_is_told_why_and_fails_no_other(
    taking: Relaying, chain: Node, parts: FakeParts
) -> None:
    chain.reverting = COUNT - 1
    *answers, refused = take(taking, chain, range(COUNT))
    assert numbers_of(answers) == list(range(1, COUNT))
    assert isinstance(refused, TransactionFailed)
    assert refused.details == {"error": {"name": "No"}}
    assert parts.journal.size() == COUNT - 1


def test_a_node_that_takes_no_batches_is_asked_one_by_one(taking: Relaying, chain: Node) -> None:
    chain.takes_batches = False
    assert numbers_of(take(taking, chain, range(COUNT))) == list(range(1, COUNT + 1))
    batches = [count for count in chain.round_trips if count > 1]
    assert len(batches) <= 2
    chain.round_trips[:] = [1]
    assert len(numbers_of(take(taking, chain, range(COUNT, 2 * COUNT)))) == COUNT
    assert set(chain.round_trips) == {1}


def test_one_key_is_answered_once_and_paid_once(taking: Relaying, chain: Node, app: Any) -> None:
    numbers = [*range(COUNT), *range(COUNT)]
    answers = take(taking, chain, numbers, list(map(str, numbers)))
    assert numbers_of(answers) == sorted([*range(1, COUNT + 1)] * 2)
    assert sum(answer.replayed for answer in answers if isinstance(answer, Accepted)) == COUNT
    purse = app.state.keeper.purse
    given = sum(purse._spending.given(purse._day).get(scope, 0) for scope in ("all",))
    assert given - purse._left["all"] == COUNT * COST


def test_one_key_for_two_requests_is_a_conflict_for_one_of_them(taking: Relaying, chain: Node) -> None:
    answers = take(taking, chain, [1, 2, 3], ["same", "same", "other"])
    assert sorted(type(answer).__name__ for answer in answers) == ["Accepted", "Accepted", "JournalConflict"]


def test_the_same_call_under_another_key_is_refused_in_one_group(taking: Relaying, chain: Node) -> None:
    answers = take(taking, chain, [1, 1, 2], ["a", "b", "c"])
    refused = [answer for answer in answers if not isinstance(answer, Accepted)]
    assert len(refused) == 1
    assert isinstance(refused[0], JournalConflict)


def test_a_group_spends_no_more_than_the_budget(
    taking: Relaying, chain: Node, app: Any, parts: FakeParts
) -> None:
    keeper = app.state.keeper
    keeper.settings = replace(keeper.settings, budget_anonymous_wei=7 * COST * 10**9)
    answers = take(taking, chain, range(COUNT))
    refused = [answer for answer in answers if isinstance(answer, RequestRefused)]
    assert (parts.journal.size(), len(refused)) == (7, COUNT - 7)
    assert {refusal.code for refusal in refused} == {"budget_spent"}


def test_what_nobody_expected_leaves_nobody_waiting_and_the_next_is_taken(
    taking: Relaying, chain: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(taking._keeper, "costs", lambda *_: 1 // 0)
        answers = take(taking, chain, range(COUNT))
        assert {type(answer) for answer in answers} <= {Accepted, ZeroDivisionError}
        assert any(isinstance(answer, ZeroDivisionError) for answer in answers)
    assert len(numbers_of(take(taking, chain, range(COUNT, 2 * COUNT)))) == COUNT
    taking.close()
    assert (taking._leading, taking._planning) == (0, 0)


def test_where_no_thread_can_be_begun_or_a_lead_fails_nothing_stays_counted(
    taking: Relaying, chain: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(taking._workers, "do", short)
        assert [type(answer) for answer in take(taking, chain, [1])] == [MemoryError]
    with monkeypatch.context() as broken:
        broken.setattr(taking, "_lead", short)
        with pytest.raises(asyncio.TimeoutError):
            take(taking, chain, [2], within_s=0.2)
    assert (taking._leading, taking._planning) == (0, 0)
    # Whoever comes next leads on, for the one that was left too.
    assert len(numbers_of(take(taking, chain, [3]))) == 1
    assert not taking._waiting


def test_what_fails_is_told_though_the_caller_has_its_answer(
    taking: Relaying, chain: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[BaseException] = []
    monkeypatch.setattr(taking, "_met", met.append)

    def failing(_system: System) -> Asked:
        raise MemoryError

    accepted = numbers_of(take(taking, chain, [1]))
    assert numbers_of(take(taking, chain, [1], plan=failing)) == accepted
    assert [type(error) for error in met] == [MemoryError]


@pytest.mark.parametrize("failure", [NotFound("gone"), StopIteration(), ZeroDivisionError()])
def test_a_plan_that_fails_is_told_or_answered_as_before(
    taking: Relaying, chain: Node, failure: Exception
) -> None:
    def failing(_system: System) -> Asked:
        raise failure

    (first,) = take(taking, chain, [1])
    again, new = take(taking, chain, [1, 2], plan=failing)
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (again.number, again.replayed) == (first.number, True)
    assert isinstance(new, Exception)
    assert isinstance(failure, StopIteration) or new is failure


def test_a_call_that_reverts_by_now_is_answered_as_it_was(taking: Relaying, chain: Node) -> None:
    (first,) = take(taking, chain, [7])
    chain.reverting = 7
    (again,) = take(taking, chain, [7])
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (again.number, again.replayed) == (first.number, True)
