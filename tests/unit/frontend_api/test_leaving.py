"""A gateway that is told to end finishes what it began, and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from frontend_api.leaving import noticed
from resonance_dao.chain.devchain import free_port

ROOT = Path(__file__).parents[3]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(port: int, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a gateway over faked parts; its log is the file `log`."""
    command = [sys.executable, str(Path(__file__).with_name("serving.py")), str(tmp_path), str(port)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    started: list[subprocess.Popen[bytes]] = []

    def begin(*more: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "log").open("wb") as log:
            started.append(subprocess.Popen([*command, *more], env=env, stderr=log))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def until_served(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        try:
            if httpx.get(f"{url}/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("it did not begin to serve")


def follow(url: str, told: list[str], begun: threading.Event) -> None:
    with httpx.Client(trust_env=False, timeout=30) as client, client.stream("GET", url) as answer:
        for line in answer.iter_lines():
            told.append(line)
            begun.set()
    told.append("ended")


def report(url: str, answers: list[httpx.Response]) -> None:
    body, headers = {"tx_hash": "0x" + "ab" * 32}, {"Idempotency-Key": "report"}
    answers.append(httpx.post(url, json=body, headers=headers, trust_env=False, timeout=30))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_under_way_is_answered_streams_end_and_the_recorder_ends_its_step(
    start: Callable[..., subprocess.Popen[bytes]], port: int, tmp_path: Path, number: signal.Signals
) -> None:
    process = start()
    url, told, answers, begun = (
        f"http://127.0.0.1:{port}",
        list[str](),
        list[httpx.Response](),
        threading.Event(),
    )
    until_served(url, process)
    files, headers = {"file": ("a", b"evidence")}, {"Idempotency-Key": "first"}
    assert httpx.post(f"{url}/v1/evidence", files=files, headers=headers, trust_env=False).status_code == 202
    threads = [
        threading.Thread(target=follow, args=(f"{url}/v1/requests/1/events", told, begun)),
        threading.Thread(target=report, args=(f"{url}/v1/transactions", answers)),
    ]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    notes, ends = tmp_path / "notes", time.monotonic() + 20
    while "asked" not in notes.read_text():
        assert time.monotonic() < ends
        time.sleep(0.05)
    asked_to_end = time.monotonic()
    process.send_signal(number)
    # After SIGINT the interpreter takes itself apart, which takes a busy machine a while: not the gateway's.
    assert process.wait(60) in (0, -number, 128 + number)
    for thread in threads:
        thread.join(5)
    assert [answer.status_code for answer in answers] == [202]
    assert told[-1] == "ended"
    noted = [line.split() for line in notes.read_text().splitlines()]
    done = [what for what, _ in noted]
    assert done.count("begun") == done.count("ended") > 0
    assert done[-1] == "closed"
    # Well below the time that the server would wait before it cuts off what is under way.
    assert float(noted[-1][1]) - asked_to_end < 10
    assert b"Traceback" not in (tmp_path / "log").read_bytes()


def test_a_gateway_whose_event_loop_hangs_says_where_and_ends(
    start: Callable[..., subprocess.Popen[bytes]], port: int, tmp_path: Path
) -> None:
    hang_s = 4.0
    process = start(str(hang_s))
    until_served(f"http://127.0.0.1:{port}", process)
    # While the loop comes round, the watch begins anew each time.
    time.sleep(2 * hang_s)
    assert process.poll() is None
    process.send_signal(signal.SIGUSR1)
    assert process.wait(60) == 1
    told = (tmp_path / "log").read_text()
    assert "Timeout" in told
    assert "in hang" in told


def test_a_signal_is_noted_and_handed_on_and_the_handlers_are_put_back() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    mine = signal.getsignal(signal.SIGTERM)
    try:
        leaving = threading.Event()
        with noticed(leaving):
            signal.raise_signal(signal.SIGTERM)
        assert leaving.is_set()
        assert heard == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGTERM, before)


def test_outside_of_the_main_thread_no_handler_is_touched() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def elsewhere() -> None:
        with noticed(threading.Event()):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [before]
