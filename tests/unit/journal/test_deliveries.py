"""What webhooks are still to be told of: written with the entry, taken for a while, told at least once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resonance_dao.errors import NotFound
from resonance_dao.journal.deliveries import (
    GIVEN_UP_AFTER_S,
    LONGEST_RETRY_S,
    MOST_ATTEMPTS,
    Deliveries,
    Result,
    pause_s,
)
from resonance_dao.journal.entry import Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.webhooks import Backlog, Webhook, Webhooks
from tests.unit.journal.conftest import LOG, NOW

HOOK = Webhook("a" * 16, "https://hooks.example.org/", b"s" * 32, ("outcome",), NOW)
Accept = Callable[..., int]


def hook_for(journal: Journal, *topics: str, name: str = "a") -> str:
    webhook_id = name * 16
    Webhooks(journal.database).add(Webhook(webhook_id, HOOK.url, HOOK.secret, topics, NOW))
    return webhook_id


def tell_outcome(journal: Journal, request: int, kind: str = "transaction") -> int:
    body: dict[str, object] = {"to": LOG, "function": "mint", "status": "succeeded", "block_number": 1}
    body["tx_hash"] = "0x" + "ab" * 32
    if kind == "disclosure":
        body = {"what": "it was not carried out", "why": "it would revert", "reason_code": "REFUSED"}
        body["next"] = "Ask again."
    with journal.database.write() as connection:
        journal.lock(connection)
        return journal.append(connection, Draft(kind, "bounty/1", body, (request,), request), NOW).number


def numbers(journal: Journal, webhook_id: str, now: int = NOW) -> list[tuple[int, str]]:
    taken = Deliveries(journal.database).take(webhook_id, now, lease_s=60, limit=20)
    return [(one.number, one.topic) for one in taken]


def test_nobody_is_told_of_what_was_recorded_before(journal: Journal, accept: Accept) -> None:
    accept(journal)
    hook = hook_for(journal, "record")
    assert Deliveries(journal.database).waiting(NOW) == []
    accept(journal)
    assert numbers(journal, hook) == [(2, "record")]


def test_each_is_told_what_it_wants_once_under_the_nearest_topic(journal: Journal, accept: Accept) -> None:
    outcomes, everything = hook_for(journal, "outcome"), hook_for(journal, "outcome", "record", name="b")
    alarms = hook_for(journal, "alarm", name="c")
    request = accept(journal)
    told = tell_outcome(journal, request)
    assert numbers(journal, outcomes) == [(told, "outcome")]
    assert numbers(journal, everything) == [(request, "record"), (told, "outcome")]
    assert numbers(journal, alarms) == []


def test_a_request_that_failed_is_an_outcome_and_an_alarm(journal: Journal, accept: Accept) -> None:
    outcomes, alarms = hook_for(journal, "outcome"), hook_for(journal, "alarm", name="b")
    told = tell_outcome(journal, accept(journal), "disclosure")
    assert numbers(journal, outcomes) == [(told, "outcome")]
    assert numbers(journal, alarms) == [(told, "alarm")]


def test_what_is_not_committed_is_told_to_nobody(journal: Journal, accept: Accept) -> None:
    hook = hook_for(journal, "record")
    with pytest.raises(ZeroDivisionError), journal.database.write() as connection:
        journal.lock(connection)
        body = {"to": LOG, "function": "mint", "status": "requested", "tx_hash": None}
        journal.append(connection, Draft("transaction", "bounty/1", body), NOW)
        raise ZeroDivisionError
    assert numbers(journal, hook) == []


def test_what_is_taken_is_taken_until_the_lease_is_over(journal: Journal, accept: Accept) -> None:
    hook = hook_for(journal, "record")
    number = accept(journal)
    assert numbers(journal, hook) == [(number, "record")]
    assert numbers(journal, hook, NOW + 59) == []
    assert numbers(journal, hook, NOW + 60) == [(number, "record")]


def test_what_was_told_is_never_told_again(journal: Journal, accept: Accept) -> None:
    hook, deliveries = hook_for(journal, "record"), Deliveries(journal.database)
    accept(journal)
    (taken,) = deliveries.take(hook, NOW, lease_s=60, limit=20)
    deliveries.conclude(hook, [Result(taken, told=True)], NOW)
    assert numbers(journal, hook, NOW + 10**6) == []
    assert Webhooks(journal.database).get(hook).told_at == NOW


def test_a_webhook_that_fails_is_asked_less_and_less_and_with_one_at_a_time(
    journal: Journal, accept: Accept
) -> None:
    hook, deliveries = hook_for(journal, "record"), Deliveries(journal.database)
    first, second = accept(journal), accept(journal)
    one, two = deliveries.take(hook, NOW, lease_s=600, limit=20)
    deliveries.conclude(hook, [Result(one, error="answered with status 500"), Result(two)], NOW)
    assert Webhooks(journal.database).backlogs() == {hook: Backlog(waiting=2, given_up=0)}
    assert deliveries.waiting(NOW + 4) == []
    assert deliveries.waiting(NOW + 5) == [hook]
    # What was not tried counts no attempt, and comes first.
    (again,) = deliveries.take(hook, NOW + 5, lease_s=600, limit=20)
    assert (again.number, again.attempts, again.event_id) == (second, 1, two.event_id)
    deliveries.conclude(hook, [Result(again, told=True)], NOW + 5)
    assert numbers(journal, hook, NOW + 10) == [(first, "record")]


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_s(failures) for failures in (1, 2, 3)] == [5, 10, 20]
    assert pause_s(11) == pause_s(1_000) == LONGEST_RETRY_S


def test_one_entry_that_is_always_refused_is_given_up_and_holds_up_no_other(
    journal: Journal, accept: Accept
) -> None:
    hook, deliveries, now = hook_for(journal, "record"), Deliveries(journal.database), NOW
    accept(journal)
    for _ in range(MOST_ATTEMPTS):
        now += LONGEST_RETRY_S
        (taken,) = deliveries.take(hook, now, lease_s=60, limit=20)
        deliveries.conclude(hook, [Result(taken, error="answered with status 400")], now)
    assert numbers(journal, hook, now + 10**6) == []
    assert Webhooks(journal.database).backlogs() == {hook: Backlog(waiting=0, given_up=1)}
    number = accept(journal)
    assert numbers(journal, hook, now + LONGEST_RETRY_S) == [(number, "record")]


def test_a_webhook_that_takes_nothing_for_a_week_is_ended(journal: Journal, accept: Accept) -> None:
    hook, deliveries = hook_for(journal, "record"), Deliveries(journal.database)
    accept(journal)
    for now in (NOW, NOW + GIVEN_UP_AFTER_S - 1, NOW + GIVEN_UP_AFTER_S + LONGEST_RETRY_S):
        (taken,) = deliveries.take(hook, now, lease_s=60, limit=20)
        assert Webhooks(journal.database).get(hook).ended_at is None
        deliveries.conclude(hook, [Result(taken, error="did not answer")], now)
    found = Webhooks(journal.database).get(hook)
    assert (found.ended_at, found.error, found.secret) == (now, "did not answer", b"")
    accept(journal)
    assert deliveries.waiting(now + 10**6) == []


def test_a_removed_webhook_is_told_nothing_and_its_secret_is_forgotten(
    journal: Journal, accept: Accept
) -> None:
    hook, webhooks = hook_for(journal, "record"), Webhooks(journal.database)
    accept(journal)
    ended = webhooks.end(hook, NOW + 1)
    assert (ended.ended_at, ended.secret) == (NOW + 1, b"")
    accept(journal)
    assert numbers(journal, hook) == []
    assert webhooks.backlogs() == {}
    assert webhooks.end(hook, NOW + 9).ended_at == NOW + 1
    with pytest.raises(NotFound):
        webhooks.end("b" * 16, NOW)


def test_a_process_that_dies_gives_nothing_up(journal: Journal, accept: Accept) -> None:
    hook, deliveries, now = hook_for(journal, "record"), Deliveries(journal.database), NOW
    number = accept(journal)
    for _ in range(MOST_ATTEMPTS):
        (taken,) = deliveries.take(hook, now, lease_s=60, limit=20)
        now += 60
    assert taken.attempts == 1
    deliveries.conclude(hook, [Result(taken, error="did not answer")], now)
    assert Webhooks(journal.database).backlogs() == {hook: Backlog(waiting=1, given_up=0)}
    assert numbers(journal, hook, now + LONGEST_RETRY_S) == [(number, "record")]
