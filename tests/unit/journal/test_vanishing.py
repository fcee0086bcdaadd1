"""PostgreSQL takes its locks back from a process, or a host, that says nothing any more."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import JournalUnavailable
from resonance_dao.journal import database as databases
from resonance_dao.journal.database import Database, parse_url, session_options
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.leadership import Leadership

WANTED = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "idle_in_transaction_session_timeout": "15000",
    "lock_timeout": "30000",
    "statement_timeout": "300000",
}
STOPPED_S = 20
on_postgres = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


def stop_in_a_write(url: str, identity: Identity, idle_s: int) -> None:
    """Stop with the journal's row taken; once woken, exit with 7 when the write is refused."""
    databases.IDLE_IN_WRITE_S = idle_s
    database = Database(url)
    journal = Journal(database, identity, DevSigner(9))
    try:
        with database.write() as connection:
            journal.lock(connection)
            os.kill(os.getpid(), signal.SIGSTOP)
            journal.lock(connection)
    except JournalUnavailable:
        os._exit(7)


def wait_until_stopped(pid: int) -> None:
    deadline = time.monotonic() + STOPPED_S
    while time.monotonic() < deadline:
        if os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.01)
    raise AssertionError("the process does not stop")


@on_postgres
def test_others_accept_soon_after_a_process_stopped_in_a_write(
    url: str, journal: Journal, accept: Callable[..., int]
) -> None:
    accept(journal)
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=stop_in_a_write, args=(url, journal.identity, 2))
    child.start()
    assert child.pid is not None
    try:
        wait_until_stopped(child.pid)
        before = time.monotonic()
        assert accept(journal) == 2
        assert time.monotonic() - before < 10
        os.kill(child.pid, signal.SIGCONT)
        child.join(20)
        assert child.exitcode == 7, "what it would have written counts no more"
    finally:
        child.kill()
    assert journal.size() == 2


@on_postgres
@pytest.mark.parametrize("rows", [1, 2])
def test_a_session_that_is_idle_in_a_write_is_ended_whatever_it_wrote(
    url: str, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "IDLE_IN_WRITE_S", 1)
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE pile (item INTEGER)"))
    written = [{"item": number} for number in range(rows)]
    with pytest.raises(JournalUnavailable, match="idle-in-transaction"), database.write() as connection:
        connection.execute(text("INSERT INTO pile VALUES (:item)"), written)
        time.sleep(2)
        connection.execute(text("SELECT 1"))
    database.close()


@on_postgres
def test_sessions_that_write_and_the_leaders_have_their_limits(url: str) -> None:
    database = Database(url)
    leadership = Leadership(database)
    assert leadership.acquire()
    # `setting` is 0 on a socket of this machine, where there is no TCP; `reset_val` is what was asked for.
    query = text("SELECT name, reset_val FROM pg_settings WHERE name = ANY(:names)")
    assert leadership._connection is not None
    with database.write() as connection:
        for asked in (connection, leadership._connection):
            found = asked.execute(query, {"names": list(WANTED)}).all()
            assert {row.name: row.reset_val for row in found} == WANTED
    leadership.release()
    database.close()


def test_this_end_notices_too_that_the_server_is_gone() -> None:
    options = session_options(parse_url("postgresql://somebody@server/journal"), "resonance-1")
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] <= 15
    assert options["tcp_user_timeout"] == 10_000
    assert options["connect_timeout"] == 10


def test_what_a_url_says_itself_goes_before() -> None:
    options = session_options(
        parse_url("postgresql://somebody@server/journal?connect_timeout=3"), "resonance-1"
    )
    assert "connect_timeout" not in options
