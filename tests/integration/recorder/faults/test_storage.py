"""
A database that is damaged, locked, read-only, full or older than it should be: what was answered stays true,
or the journal refuses. Nothing that nobody asked for reaches the chain.

    RESONANCE_PAGES=all pytest tests/integration/recorder/faults/test_storage.py     # every page of the file
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from resonance_dao.errors import JournalConflict, JournalUnavailable, ResonanceError
from resonance_dao.journal import database

PAGES = os.environ.get("RESONANCE_PAGES", "12")
PAGE = 4096
NOBODY = 65534
pytestmark = pytest.mark.chain


@pytest.fixture
def impatient_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.2)


def file_of(stage: Any) -> Path:
    return Path(stage.database_url.removeprefix("sqlite:///"))


def in_child(work: Callable[[], None]) -> str:
    """Do something in a process of its own; return what it said of a failure."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work()
        except BaseException:
            os.write(writing, traceback.format_exc().encode()[-3000:])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


class Damage:
    """A journal with a life behind it, something under way, and one byte flipped in one page."""

    def __init__(self, stage: Any) -> None:
        self.stage, self.chain = stage, stage.chain()
        journal = stage.journal()
        recorder = stage.recorder(journal)
        for amount in range(100, 112):
            stage.mint(journal, amount, f"wish-{amount}")
        stage.overdraw(journal, 99, "wish-99")
        stage.settle(recorder)
        for amount in range(112, 118):
            stage.mint(journal, amount, f"wish-{amount}")
        self.wanted = set(range(100, 118))
        self.entries = journal.entries(limit=10_000)
        recorder.close()
        journal.database.close()
        with closing(sqlite3.connect(file_of(stage))) as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.sound = file_of(stage).read_bytes()
        self.snapshot = self.chain.request("evm_snapshot")

    @property
    def pages(self) -> int:
        return len(self.sound) // PAGE

    def flip(self, page: int, rng: random.Random, folder: Path) -> str:
        """Flip one byte of a page, live on, and check; return "refused" or "harmless"."""
        return self.flip_at(page * PAGE + rng.randrange(PAGE), rng.randrange(1, 256), folder)

    def flip_at(self, place: int, bits: int, folder: Path) -> str:
        self.chain.request("evm_revert", [self.snapshot])
        self.snapshot = self.chain.request("evm_snapshot")
        damaged = bytearray(self.sound)
        damaged[place] ^= bits
        path = folder / f"flipped-{place}.db"
        path.write_bytes(bytes(damaged))
        stage = replace(self.stage, database_url=f"sqlite:///{path}")
        try:
            self.live(stage)
            end = "harmless"
        except ResonanceError:
            end = "refused"
        self.check_chain()
        for found in folder.glob(f"{path.name}*"):
            found.unlink()
        return end

    def live(self, stage: Any) -> None:
        journal = stage.journal()
        recorder = stage.recorder(journal)
        try:
            for _ in range(8):
                recorder.tick(stage.now(), flush=True)
                stage.mine()
            self.check_answers(journal)
        finally:
            recorder.close()
            journal.database.close()

    def check_answers(self, journal: Any) -> None:
        """What is told of an entry is what was told before, or shows by itself that it is not."""
        for before, after in zip(self.entries, journal.entries(limit=len(self.entries)), strict=False):
            assert after.receipt == before.receipt or not is_signed(after.receipt), before.number
            assert after.record == before.record or keccak(after.record) != after.receipt.receipt.record_hash

    def check_chain(self) -> None:
        """The chain holds what was wanted, each once, and the log the leaves that were promised."""
        stage, head = self.stage, self.chain.block().number
        logs = self.chain.logs([stage.token.address], 0, head)
        minted = Counter(event.args["value"] for event in stage.token.events(logs, "Transfer"))
        assert set(minted) <= self.wanted, "something was done that nobody asked for"
        assert max(minted.values()) == 1, "something was done twice"
        leaves: list[bytes] = []
        for event in stage.log.events(self.chain.logs([stage.log.address], 0, head), "Appended"):
            sent = self.chain.request("eth_getTransactionByHash", [event.tx_hash])
            _, arguments = stage.log.decode_input(bytes.fromhex(sent["input"][2:]))
            leaves += [bytes(leaf) for leaf in arguments["leaves"]]
        promised = [entry.leaf for entry in self.entries]
        assert leaves[: len(promised)] == promised[: len(leaves)], "the log holds what was not promised"


def is_signed(receipt: Any) -> bool:
    try:
        receipt.verify()
    except ResonanceError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_flipped_byte_in_any_page_is_refused_or_harmless(stage: Any, tmp_path: Path) -> None:
    damage = Damage(stage)
    rng = random.Random(3)  # noqa: S311
    pages = list(range(damage.pages))
    chosen = pages if PAGES == "all" else [0, *rng.sample(pages[1:], min(int(PAGES), len(pages) - 1))]
    ends, harms = Counter[str](), []
    for page in chosen:
        try:
            ends[damage.flip(page, rng, tmp_path)] += 1
        except Exception as exc:
            harms.append(f"page {page}: {exc!r}"[:500])
    assert harms == [], f"{len(harms)} of {len(chosen)} did harm, {dict(ends)}: {harms}"


def test_a_flipped_byte_in_what_is_to_be_sent_is_not_sent(stage: Any, tmp_path: Path) -> None:
    damage = Damage(stage)
    data = stage.token.encode("mint", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", 117)
    place = damage.sound.rfind(data)
    assert place > 0
    assert damage.flip_at(place + len(data) - 1, 64, tmp_path) == "refused"
    assert damage.flip_at(place + 16, 64, tmp_path) == "refused"


def test_a_locked_database_is_unavailable_and_works_when_it_is_free_again(
    stage: Any, impatient_database: None
) -> None:
    journal = stage.journal()
    recorder = stage.recorder(journal)
    stage.mint(journal, 1)
    with closing(sqlite3.connect(file_of(stage), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(2):
            with pytest.raises(JournalUnavailable, match="locked"):
                stage.mint(journal, 2)
        assert any("locked" in trouble for trouble in recorder.tick(stage.now()).troubles)
        other.execute("ROLLBACK")
    assert stage.mint(journal, 2).number == 2
    stage.settle(recorder)
    assert journal.size() == 4


def test_a_database_that_may_not_be_written_is_unavailable(stage: Any) -> None:
    journal = stage.journal()
    stage.mint(journal, 1)
    journal.database.close()
    found = file_of(stage)
    for path in found.parent.glob(f"{found.name}*"):
        path.chmod(0o444)
    found.parent.chmod(0o555)

    def work() -> None:
        if os.geteuid() == 0:
            os.setuid(NOBODY)
        with pytest.raises(JournalUnavailable):
            stage.mint(stage.journal(), 2)

    for parent in found.parents:
        if os.access(parent, os.W_OK) and parent != found.parent and "pytest" in parent.name:
            parent.chmod(parent.stat().st_mode | 0o055)
    said = in_child(work)
    found.parent.chmod(0o755)
    for path in found.parent.glob(f"{found.name}*"):
        path.chmod(0o644)
    assert said == ""
    assert stage.mint(stage.journal(), 2).number == 2


def fill_up(stage: Any, told: Path) -> None:
    """Accept until the disk is full, and keep the receipts elsewhere."""
    journal = stage.journal()
    with told.open("w") as receipts:
        for amount in range(1, 2000):
            try:
                accepted = stage.mint(journal, amount, f"wish-{amount}")
            except JournalUnavailable:
                break
            receipts.write(f"{accepted.number} {accepted.receipt.receipt.record_hash.hex()}\n")
            receipts.flush()
        else:
            raise AssertionError("the disk never got full")
    with pytest.raises(JournalUnavailable):
        stage.mint(journal, 5000)
    assert journal.size() >= accepted.number, "it reads what it cannot write"


def check_full(stage: Any, told: Path) -> None:
    """What was answered is there, and everything goes on."""
    lines = [line.split() for line in told.read_text().splitlines()]
    assert len(lines) > 5
    journal = stage.journal()
    assert [(str(e.number), e.receipt.receipt.record_hash.hex()) for e in journal.entries()] == [
        (number, record) for number, record in lines
    ]
    assert stage.mint(journal, 10**6).number == len(lines) + 1
    stage.settle(stage.recorder(journal))


def test_a_file_that_may_not_grow_loses_nothing_that_was_answered(stage: Any, tmp_path: Path) -> None:
    stage.mint(stage.journal(), 10**7)
    told = tmp_path / "receipts"

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = file_of(stage).stat().st_size + 40 * PAGE
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        fill_up(stage, told)

    first = stage.journal().entry(1)
    assert in_child(work) == ""
    told.write_text(f"1 {first.receipt.receipt.record_hash.hex()}\n" + told.read_text())
    check_full(stage, told)


def test_a_full_disk_loses_nothing_that_was_answered(stage: Any, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1300k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("a small disk cannot be mounted here: tmpfs needs root and mount(8)")
    try:
        shutil.copy(file_of(stage), disk / "journal.db")
        stage = replace(stage, database_url=f"sqlite:///{disk / 'journal.db'}")
        told = tmp_path / "receipts"
        assert in_child(lambda: fill_up(stage, told)) == ""
        subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
        check_full(stage, told)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_journal_without_its_write_ahead_log_is_refused_once_the_chain_knows_more(stage: Any) -> None:
    before = file_of(stage).read_bytes()

    def work() -> None:
        journal = stage.journal()
        stage.mint(journal, 5)
        stage.settle(stage.recorder(journal))
        os.kill(os.getpid(), signal.SIGKILL)

    in_child(work)
    log = Path(f"{file_of(stage)}-wal")
    assert log.stat().st_size > 0
    for path in (log, Path(f"{file_of(stage)}-shm")):
        path.unlink()
    assert file_of(stage).read_bytes() == before, "nothing was moved out of the log yet"
    journal = stage.journal()
    with pytest.raises(JournalConflict, match="records, the journal"):
        stage.recorder(journal).tick(stage.now())
