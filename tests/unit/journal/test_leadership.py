"""Leadership: one at a time, taken back when the leader dies."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import time
from typing import Any

import pytest
from sqlalchemy import text

from resonance_dao.errors import JournalUnavailable
from resonance_dao.journal import leadership as module
from resonance_dao.journal.database import Database
from resonance_dao.journal.leadership import Leadership


def lead_and_wait(url: str, leads: multiprocessing.synchronize.Event) -> None:
    leadership = Leadership(Database(url))
    if leadership.acquire():
        leads.set()
    signal.pause()


def test_a_second_leader_waits_until_the_first_gives_up(url: str) -> None:
    first, second = Leadership(Database(url)), Leadership(Database(url))
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    first.release()
    assert second.acquire()
    second.release()


def test_a_leader_that_is_killed_leads_no_more(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    leads = context.Event()
    child = context.Process(target=lead_and_wait, args=(url, leads))
    child.start()
    try:
        assert leads.wait(20)
        mine = Leadership(Database(url))
        assert not mine.acquire()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join(10)
        assert mine.acquire()
        mine.release()
    finally:
        child.kill()


def lead_in_the_middle_of_a_commit(url: str, leads: Any, woken: Any, told: Any) -> None:
    """Lead, lock a table, and go on when woken; tell what came of the commit and of the lead."""
    database = Database(url)
    leadership = Leadership(database)
    assert leadership.acquire()
    try:
        with database.write() as connection:
            connection.execute(text("LOCK TABLE ledger"))
            leads.set()
            woken.wait()
    except JournalUnavailable:
        told.put("refused")
    else:
        told.put("committed")
    told.put(leadership.acquire())


def takes_over(mine: Leadership, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while not (taken := mine.acquire()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return taken


def test_a_leader_that_is_paused_loses_the_lead_and_what_it_had_not_committed(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAPSES_S", module.BEAT_S + 1.5)
    context = multiprocessing.get_context("spawn")
    leads, woken, told = context.Event(), context.Event(), context.Queue()
    child = context.Process(target=lead_in_the_middle_of_a_commit, args=(postgres_url, leads, woken, told))
    child.start()
    database = Database(postgres_url)
    mine = Leadership(database)
    try:
        assert leads.wait(20)
        # It does nothing, and leads nevertheless: what beats is a thread of its own.
        assert not takes_over(mine, within_s=module.LAPSES_S + 1)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGSTOP)
        began = time.monotonic()
        assert takes_over(mine, within_s=20)
        assert time.monotonic() - began < module.LAPSES_S + 5
        with database.write() as connection:
            connection.execute(text("LOCK TABLE ledger NOWAIT"))
        os.kill(child.pid, signal.SIGCONT)
        woken.set()
        assert [told.get(timeout=20) for _ in range(2)] == ["refused", False]
        assert mine.acquire()
    finally:
        child.kill()
        mine.release()
        database.close()


def test_a_leader_whose_session_the_database_ended_leads_no_more_and_may_lead_again(
    postgres_url: str,
) -> None:
    first, second = Database(postgres_url), Database(postgres_url)
    mine, other = Leadership(first), Leadership(second)
    assert mine.acquire()
    assert not other.acquire()
    with second.read() as connection:
        connection.execute(module._END, {"name": first.session_name})
    assert takes_over(other, within_s=5)
    assert not mine.acquire()
    other.release()
    # The server frees the lock when it has seen the session end.
    assert takes_over(mine, within_s=5)
    mine.release()
    for database in (first, second):
        database.close()


def test_a_lead_that_is_forgotten_without_being_given_up_is_free(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEAT_S", 0.05)
    monkeypatch.setattr(module, "LAPSES_S", 2.0)
    first, second = Database(postgres_url), Database(postgres_url)
    mine, other = Leadership(first), Leadership(second)
    assert mine.acquire()
    assert not takes_over(other, within_s=3)
    del mine
    gc.collect()
    assert takes_over(other, within_s=20)
    other.release()
    for database in (first, second):
        database.close()
