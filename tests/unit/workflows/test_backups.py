"""A backup is whole or none, opens no door, and comes back only where it belongs."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainMismatch, InputInvalid, JournalConflict
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore, block_path
from resonance_dao.evidence.evidence import add_bytes
from resonance_dao.evidence.sealed_keys import Keyring, ReaderSecret, SealedKeys, wrap
from resonance_dao.journal.backup import check, copy, sqlite_file
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.leadership import Leadership
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.sessions import Session, Sessions
from resonance_dao.workflows.backups import Places, make
from resonance_dao.workflows.proving import Prover
from resonance_dao.workflows.restoring import Whose, restore

NOW, LOG = 1_767_225_600, "0x" + "11" * 20
OPERATOR = DevSigner(9)
IDENTITY = Identity(31337, "0x" + "11" * 32, OPERATOR.address, LOG)


class Home:
    """A gateway's own, as far as a backup is concerned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = Places(folder / "journal.db", folder / "evidence", folder / "sealed-keys")
        self.store = EmbeddedStore(self.places.evidence)

    def begin(self) -> Journal:
        url = f"sqlite:///{self.places.journal}"
        upgrade(url)
        self.database = Database(url)
        self.journal = Journal(self.database, IDENTITY, OPERATOR)
        return self.journal

    def accept(self, count: int = 1) -> None:
        body = {"to": LOG, "function": "mint", "status": "requested", "tx_hash": None}
        for _ in range(count):
            self.journal.accept("transaction", "bounty/1", body, now=NOW)

    def backup(self, file: Path, **given: bool) -> Path:
        make(self.places, file, now=NOW, **{"evidence": True, "sealed_keys": False, **given})
        return file


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    found = Home(tmp_path / "home")
    found.begin()
    yield found
    found.database.close()


@pytest.fixture
def new(tmp_path: Path) -> Home:
    return Home(tmp_path / "new")


def log_of(size: int, root: bytes = b"") -> Any:
    answers = {"sizeOf": size, "rootOf": root}
    return SimpleNamespace(
        call=lambda _chain, function, _publisher, **_: answers[function],
        artifact=SimpleNamespace(name="TransparencyLog"),
    )


CHAIN: Any = SimpleNamespace(block=lambda: SimpleNamespace(number=7))


def bring_back(file: Path, to: Home, log: Any = None, identity: Identity = IDENTITY, **given: bool) -> Any:
    options = {"sealed_keys": False, **given}
    return restore(file, to.places, Whose(identity, OPERATOR, CHAIN, log or log_of(0)), **options)


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of a backup with its members changed, or left out for None."""
    other = file.with_name("changed.tar")
    with tarfile.open(file) as before, tarfile.open(other, "w") as after:
        for member in before:
            content = before.extractfile(member)
            assert content is not None
            changed = change(member.name, content.read())
            if changed is not None:
                member.size = len(changed)
                after.addfile(member, io.BytesIO(changed))
    return other


def test_what_was_kept_comes_back_to_the_byte(home: Home, new: Home, tmp_path: Path) -> None:
    home.accept(5)
    cid = add_bytes(home.store, b"what was delivered" * 10_000).cid
    file = home.backup(tmp_path / "a.tar")
    contents = bring_back(file, new)
    assert (contents.held.size, contents.damaged) == (5, 0)
    journal = Journal(Database(f"sqlite:///{new.places.journal}"), IDENTITY, OPERATOR)
    assert journal.entries() == home.journal.entries()
    assert new.store.is_pinned(cid)
    assert set(new.store.pins()) == set(home.store.pins())
    new.journal = journal
    new.accept()
    assert journal.size() == 6


def test_a_backup_is_for_its_owner_alone_and_never_written_over(home: Home, tmp_path: Path) -> None:
    home.accept()
    file = home.backup(tmp_path / "a.tar")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(InputInvalid, match="there already"):
        home.backup(file)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_it_may_be_made_while_the_journal_is_written(home: Home, tmp_path: Path) -> None:
    home.accept(3)
    with home.database.write() as connection:
        home.journal.lock(connection)
        home.backup(tmp_path / "a.tar")


def test_it_opens_no_door(home: Home, new: Home, tmp_path: Path) -> None:
    home.accept()
    sessions = Sessions(home.database)
    secret, token = b"S" * 32, b"T" * 32
    sessions.secret(secret)
    assert sessions.open(
        Session(token, OPERATOR.address, NOW, NOW + 60), "used-nonce", NOW + 60, instead_of=None
    )
    file = home.backup(tmp_path / "a.tar")
    content = file.read_bytes()
    assert not [found for found in (secret, token, b"used-nonce") if found in content]
    assert secret in home.places.journal.read_bytes() + Path(f"{home.places.journal}-wal").read_bytes()
    bring_back(file, new)
    assert Sessions(Database(f"sqlite:///{new.places.journal}")).find(token, NOW) is None


def test_keys_to_sealed_evidence_are_in_it_only_when_asked_for(home: Home, new: Home, tmp_path: Path) -> None:
    home.accept()
    cid, reader = Cid.of(b"sealed"), ReaderSecret.from_random(bytes)
    wrapped = wrap(b"k" * 32, cid, OPERATOR.address, reader.public, lambda size: b"r" * size)
    SealedKeys(home.places.sealed_keys).keep(Keyring(cid, b"c" * 32, (wrapped,)))
    without = home.backup(tmp_path / "without.tar")
    assert b"sealed-keys/" not in without.read_bytes()
    file = home.backup(tmp_path / "with.tar", sealed_keys=True)
    assert bring_back(file, new, dry_run=True).sealed_keys == 1
    bring_back(file, new)
    assert not new.places.sealed_keys.exists()
    other = Home(tmp_path / "other")
    bring_back(file, other, sealed_keys=True)
    assert SealedKeys(other.places.sealed_keys).get(cid).commitment == b"c" * 32


def test_a_damaged_block_is_left_out_and_told_of(home: Home, new: Home, tmp_path: Path) -> None:
    home.accept()
    cid = add_bytes(home.store, b"delivered").cid
    block_path(home.places.evidence, cid).write_bytes(b"altered")
    contents = bring_back(home.backup(tmp_path / "a.tar"), new)
    assert (contents.blocks, contents.damaged) == (0, 1)
    assert not new.store.is_pinned(cid)


def test_a_rehearsal_checks_everything_and_leaves_nothing(home: Home, new: Home, tmp_path: Path) -> None:
    home.accept(2)
    assert bring_back(home.backup(tmp_path / "a.tar"), new, dry_run=True).held.size == 2
    assert [path.name for path in new.folder.iterdir() if not path.name.endswith(".leader")] == []


def test_nothing_is_ever_written_over(home: Home, tmp_path: Path) -> None:
    home.accept()
    file = home.backup(tmp_path / "a.tar")
    before = home.places.journal.read_bytes()
    with pytest.raises(InputInvalid, match="journal already"):
        bring_back(file, home)
    assert home.places.journal.read_bytes() == before


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_another_journal_left_is_not_folded_into_the_restored_one(
    home: Home, new: Home, tmp_path: Path, suffix: str, dry_run: bool
) -> None:
    home.accept()
    file = home.backup(tmp_path / "a.tar")
    left = new.places.journal.with_name(new.places.journal.name + suffix)
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"left")
    with pytest.raises(InputInvalid, match="left of another journal"):
        bring_back(file, new, dry_run=dry_run)
    assert (left.read_bytes(), new.places.journal.exists()) == (b"left", False)


def test_a_restored_home_is_its_owners_alone(home: Home, new: Home, tmp_path: Path) -> None:
    home.accept()
    bring_back(home.backup(tmp_path / "a.tar"), new)
    file = new.places.journal
    assert [path.stat().st_mode & 0o777 for path in (file.parent, file)] == [0o700, 0o600]


def test_a_home_in_which_a_gateway_leads_is_left_alone(home: Home, new: Home, tmp_path: Path) -> None:
    home.accept()
    file = home.backup(tmp_path / "a.tar")
    new.folder.mkdir()
    lead = Leadership(Database(f"sqlite:///{new.places.journal}"))
    assert lead.acquire()
    with pytest.raises(JournalConflict, match="a gateway runs"):
        bring_back(file, new)
    lead.release()
    bring_back(file, new)


@pytest.mark.parametrize("size", [3, 1_000])
def test_a_backup_that_is_older_than_the_chain_is_refused(
    home: Home, new: Home, tmp_path: Path, size: int
) -> None:
    home.accept(2)
    with pytest.raises(JournalConflict, match=f"log has {size} records, the journal 2"):
        bring_back(home.backup(tmp_path / "a.tar"), new, log_of(size))
    assert not new.places.journal.exists()


def test_the_chain_must_hold_the_same_records(home: Home, new: Home, tmp_path: Path) -> None:
    home.accept(3)
    file, root = home.backup(tmp_path / "a.tar"), Prover(home.journal).root(2)
    with pytest.raises(JournalConflict, match="first 2 records"):
        bring_back(file, new, log_of(2, b"\x01" * 32))
    assert not new.places.journal.exists()
    assert bring_back(file, new, log_of(2, root)).held.size == 3


@pytest.mark.parametrize(
    ("identity", "error"),
    [
        (Identity(1, IDENTITY.genesis_hash, OPERATOR.address, LOG), ChainMismatch),
        (Identity(31337, "0x" + "22" * 32, OPERATOR.address, LOG), ChainMismatch),
        (Identity(31337, IDENTITY.genesis_hash, OPERATOR.address, "0x" + "22" * 20), JournalConflict),
    ],
)
def test_another_chains_or_logs_backup_is_refused(
    home: Home, new: Home, tmp_path: Path, identity: Identity, error: type[Exception]
) -> None:
    home.accept()
    with pytest.raises(error):
        bring_back(home.backup(tmp_path / "a.tar"), new, identity=identity)
    assert not new.places.journal.exists()


def flip(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("start", ["journal.db", "evidence/blocks/", "evidence/pins.txt", "manifest.json"])
@pytest.mark.parametrize("change", [flip, lambda _content: None, lambda content: content[:-1]])
def test_a_member_that_was_changed_cut_or_left_out_is_found(
    home: Home, new: Home, tmp_path: Path, start: str, change: Callable[[bytes], bytes | None]
) -> None:
    home.accept()
    add_bytes(home.store, b"delivered")
    file = home.backup(tmp_path / "a.tar")
    other = rewritten(file, lambda name, content: change(content) if name.startswith(start) else content)
    if start == "manifest.json" and change is flip:
        other = rewritten(file, lambda name, content: content.replace(b'"size": 1', b'"size": 2'))
    with pytest.raises((InputInvalid, JournalConflict)):
        bring_back(other, new)
    assert not new.places.journal.exists()


@pytest.mark.parametrize("part", [0, 0.3, 0.9])
def test_an_archive_that_ends_too_early_is_no_backup(
    home: Home, new: Home, tmp_path: Path, part: float
) -> None:
    home.accept()
    content = home.backup(tmp_path / "a.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(content[: int(len(content) * part)])
    with pytest.raises(InputInvalid, match="no whole backup"):
        bring_back(tmp_path / "cut.tar", new)


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "evidence/blocks/../../../outside", "other"])
def test_a_member_that_leads_out_of_the_folder_is_refused(
    home: Home, new: Home, tmp_path: Path, name: str
) -> None:
    home.accept()
    file = home.backup(tmp_path / "a.tar")
    other = rewritten(file, lambda _name, content: content)
    with tarfile.open(other, "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(InputInvalid):
        bring_back(other, new)
    assert list(tmp_path.rglob("outside")) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entry SET record = replace(record, 'mint', 'burn') WHERE number = 2",
        "UPDATE entry SET record = CAST(replace(record, 'mint', 'burn') AS BLOB) WHERE number = 2",
        "UPDATE entry SET leaf = zeroblob(32) WHERE number = 2",
        "DELETE FROM entry WHERE number = 2",
        "DELETE FROM entry WHERE number = 3",
        "UPDATE ledger SET size = 4",
        "DELETE FROM ledger",
    ],
)
def test_a_journal_that_is_not_whole_is_not_kept(home: Home, tmp_path: Path, damage: str) -> None:
    home.accept(3)
    with closing(sqlite3.connect(home.places.journal)) as connection:
        connection.execute(damage)
        connection.commit()
    with pytest.raises(JournalConflict, match="damaged"):
        home.backup(tmp_path / "a.tar")
    assert not (tmp_path / "a.tar").exists()


def test_every_byte_of_the_records_is_looked_at(home: Home) -> None:
    home.accept(3)
    seen: list[tuple[int, int]] = []
    held = check(home.database, lambda done, of: seen.append((done, of)))
    assert (held.size, held.last_at, seen) == (3, NOW, [(3, 3)])


def test_where_nothing_was_begun_there_is_nothing_to_keep(new: Home, tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="nothing to keep"):
        copy(new.places.journal, tmp_path / "copy.db")


def test_postgresql_is_kept_with_its_own_tools() -> None:
    with pytest.raises(InputInvalid) as refused:
        sqlite_file("postgresql://user:secret@server/name")
    assert "pg_dump" in refused.value.hint
    assert "secret" not in str(refused.value) + refused.value.hint


def test_the_manifest_tells_whose_it_is(home: Home, tmp_path: Path) -> None:
    home.accept(2)
    with tarfile.open(home.backup(tmp_path / "a.tar")) as tar:
        content = tar.extractfile("manifest.json")
        assert content is not None
        told = json.loads(content.read())
        assert tar.getnames()[-1] == "manifest.json"
    assert told["schema"] == "resonance/backup/1"
    assert (told["journal"]["publisher"], told["journal"]["size"]) == (OPERATOR.address, 2)
