"""Leadership: one at a time, taken back when the leader dies."""

from __future__ import annotations

import multiprocessing
import os
import signal

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
