"""Several processes that accept at the same moment, each with many threads that share commits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.journal.journal import Journal
from resonance_dao.transparency.receipt import SignedReceipt

COUNT = 40
Answers = dict[str, "list[Any] | None"]


def crowd(url: str, names: str) -> list[Answers]:
    """Return what each process was answered, by key; None is a refusal."""
    script = [sys.executable, str(Path(__file__).with_name("crowding.py")), url]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen([*script, name, str(COUNT)], **pipes) for name in names]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [json.loads(process.communicate(timeout=120)[0]) for process in processes]
    finally:
        for process in processes:
            process.kill()


@pytest.fixture
def answers(url: str) -> list[Answers]:
    return crowd(url, "ab")


def test_processes_that_accept_at_once_leave_no_gap_and_answer_each_its_own(
    answers: list[Answers], open_journal: Callable[..., Journal]
) -> None:
    journal = open_journal()
    accepted = {key: told for one in answers for key, told in one.items() if told is not None}
    numbers = sorted(number for number, _ in accepted.values())
    assert numbers == list(range(1, journal.size() + 1)), "every number once, and none between"
    for key, (number, receipt) in accepted.items():
        entry = journal.entry(number)
        assert entry.subject == f"of/{key}"
        assert entry.receipt == SignedReceipt.from_text(receipt)
        entry.receipt.verify(journal.identity.publisher)


def test_a_record_that_is_refused_in_a_shared_commit_fails_no_other(answers: list[Answers]) -> None:
    for one in answers:
        refused = {int(key.partition("-")[2]) for key, told in one.items() if told is None}
        assert refused == set(range(3, COUNT + 1, 3))


def test_the_same_key_in_two_processes_is_one_entry_with_one_answer(answers: list[Answers]) -> None:
    first, second = answers
    shared = [key for key, told in first.items() if key.startswith("all-") and told is not None]
    assert len(shared) == len([at for at in range(1, COUNT + 1) if at % 4 == 0 and at % 3])
    assert all(first[key] == second[key] for key in shared)
