"""Opening databases and bringing them to this version."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread
from traceback import format_exception

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select, text

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import InputInvalid, JournalConflict, JournalUnavailable, ResonanceError
from resonance_dao.journal import database
from resonance_dao.journal.database import Database, parse_url, without_secrets
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import configuration, upgrade
from resonance_dao.journal.schema import ledger, metadata


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://a/b", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_names_no_file_or_server_is_refused(url: str) -> None:
    with pytest.raises(InputInvalid):
        parse_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "oracle://user:secret@server/name",
        "postgresql://user:secret",
        "postgresql://user:p@ss:secret@server/name",
        "postgresql://user:p@secret@server/name",
        "postgresql://user:p@ss/secret@server/name",
        "postgresql://user:p@ss?secret@server/name",
        "sqlite://user:secret@host/name",
        "postgres:secret",
        "sqlite:///:memory:?x=secret",
    ],
)
def test_a_refused_url_does_not_show_its_password(url: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        parse_url(url)
    assert "secret" not in "".join(format_exception(refused.value))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////data/journal.db", "sqlite:////data/journal.db"),
        ("postgresql://user:secret@server:5432/name", "postgresql://server:5432/name"),
        ("postgresql://server/name?user=me&password=secret", "postgresql://server/name"),
        ("postgresql://user:sec@ret@server/name?sslpassword=secret", "***"),
        ("postgresql://server/name?user=me&password=sec@ret", "postgresql://server/name"),
        ("sqlite:////data/me@home/journal.db", "sqlite:////data/me@home/journal.db"),
        ("postgresql://user:sec@ret:secret@server/name", "***"),
        ("postgresql://user:secret", "***"),
        ("postgres:secret", "***"),
        ("postgresql://user:p@ss/secret@host/name", "***"),
        ("postgresql://user:p@ss?secret@host/name", "***"),
        ("postgresql://user:12345678", "***"),
        ("sqlite://user:secret@host/name", "***"),
        ("postgresql://user:secret@[::1]:5432/name", "postgresql://[::1]:5432/name"),
        ("postgresql:///name?host=/var/run/postgresql", "postgresql:///name"),
        ("sqlite:///C:\\data\\journal.db", "sqlite:///C:\\data\\journal.db"),
        ("secret", "***"),
    ],
)
def test_what_is_shown_of_a_url_is_no_secret(url: str, shown: str) -> None:
    assert without_secrets(url) == shown


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql://user:p%40ss%2Fword@server/name", ("p@ss/word", "server", "name")),
        ("postgresql://user@[::1]:5432/name", (None, "::1", "name")),
        ("postgresql:///name?host=/var/run/postgresql&user=me", (None, None, "name")),
        ("postgresql://server/name?password=sec@ret", (None, "server", "name")),
        ("sqlite:////data/me@home/journal.db", (None, None, "/data/me@home/journal.db")),
    ],
)
def test_a_url_with_all_that_it_may_hold_is_taken(url: str, parts: tuple[str | None, ...]) -> None:
    found = parse_url(url)
    assert (found.password, found.host, found.database) == parts


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str) -> None:
    assert parse_url(f"{scheme}://server/name").drivername == "postgresql+psycopg"


def test_opening_a_database_makes_nothing(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'folder' / 'journal.db'}").close()
    assert list(tmp_path.iterdir()) == []


def test_a_new_journal_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "journal.db"
    upgrade(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    with database.read() as connection:
        connection.execute(text("SELECT 1"))
        modes = {found.name: found.stat().st_mode & 0o777 for found in file.parent.iterdir()}
    database.close()
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert modes["journal.db"] == 0o600
    assert set(modes.values()) == {0o600}


def test_a_file_that_is_no_database_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    with pytest.raises(ResonanceError, match="database"):
        upgrade(f"sqlite:///{tmp_path / 'journal.db'}")


def test_a_failed_transaction_leaves_nothing(url: str) -> None:
    database = Database(url)
    row = {"chain_id": 1, "genesis_hash": "0x", "publisher": "0x", "log": "0x", "size": 0}
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(ledger.insert().values(id=1, **row))
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.execute(ledger.select()).all() == []
    database.close()


def test_who_reads_sees_one_state_whatever_is_committed_meanwhile(url: str) -> None:
    database = Database(url)
    query = select(func.count()).select_from(ledger)
    with database.read() as reading:
        before = reading.execute(query).scalar_one()
        Journal(database, _IDENTITY, _OPERATOR).check()
        with database.read() as later:
            assert later.execute(query).scalar_one() == before + 1
        assert reading.execute(query).scalar_one() == before
    database.close()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_who_writes_after_reading_sees_what_others_committed_until_its_lock(url: str) -> None:
    database, asked = Database(url), text("SHOW transaction_isolation")
    for _ in range(2):
        with database.read() as reading:
            assert reading.execute(asked).scalar_one() == "repeatable read"
        with database.write() as writing:
            assert writing.execute(asked).scalar_one() == "read committed"
    database.close()


def test_a_row_that_breaks_a_constraint_is_a_conflict(url: str) -> None:
    database = Database(url)
    row = {"chain_id": 1, "genesis_hash": "0x", "publisher": "0x", "log": "0x", "size": 0}
    with pytest.raises(JournalConflict), database.write() as connection:
        connection.execute(ledger.insert().values(id=2, **row))
    database.close()


def test_a_database_that_cannot_be_read_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is no database" * 100)
    database = Database(f"sqlite:///{tmp_path / 'journal.db'}")
    with pytest.raises(JournalUnavailable, match="did not do its work"), database.read():
        pass
    database.close()


def test_a_database_whose_very_words_are_damaged_is_unavailable(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'journal.db'}")
    content = (tmp_path / "journal.db").read_bytes()
    damaged = content.replace(b"ON entry (kind)", b"ON entry (k\xb1nd)")
    assert damaged != content
    (tmp_path / "journal.db").write_bytes(damaged)
    database = Database(f"sqlite:///{tmp_path / 'journal.db'}")
    with pytest.raises(JournalUnavailable, match="damaged"), database.read() as connection:
        connection.execute(ledger.select())
    database.close()


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(JournalUnavailable) as raised, database.write():
        pass
    assert "same Idempotency-Key" in raised.value.hint
    database.close()


def test_the_migrations_make_exactly_the_tables_of_the_schema(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_upgrading_again_changes_nothing(url: str) -> None:
    upgrade(url)


_OPERATOR = DevSigner(9)
_IDENTITY = Identity(31337, "0x" + "11" * 32, _OPERATOR.address, "0x" + "11" * 20)
_ENTRY = (
    "INSERT INTO entry (number, kind, subject, record, cid, record_hash, leaf, signature, accepted_at, "
    "anchor_by, pinned_at, batch, request) VALUES (:number, 'transaction', 'bounty/1', :bytes, :cid, :bytes, "
    ":bytes, :bytes, 1, 2, 3, :batch, :request)"
)
_BATCH = (
    "INSERT INTO batch (id, first, size, manifest, manifest_cid, created_at) "
    "VALUES (:id, :first, 2, :bytes, '', 1)"
)


def _as_before_lean_entries(url: str) -> Database:
    """Return a database of the schema 0010 with five entries; all but the last are in two batches."""
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True)
    database, content = Database(url), b"\x01" * 32
    with database.write() as connection:
        command.upgrade(configuration(connection), "0010")
        for at, first in ((3, 1), (7, 3)):
            connection.execute(text(_BATCH), {"id": at, "first": first, "bytes": content})
        for number, batch, request in ((1, 3, None), (2, 3, 1), (3, 7, None), (4, 7, 3), (5, None, None)):
            row = {
                "number": number,
                "cid": f"b{number}",
                "bytes": content,
                "batch": batch,
                "request": request,
            }
            connection.execute(text(_ENTRY), row)
        connection.execute(text("INSERT INTO idempotency VALUES ('a', 'b', :hash, 4)"), {"hash": content})
    return database


def test_entries_that_named_their_batch_are_found_in_it_still(empty_url: str) -> None:
    database = _as_before_lean_entries(empty_url)
    upgrade(empty_url)
    entries = Journal(database, _IDENTITY, _OPERATOR).entries()
    assert [(entry.number, entry.batch, entry.request) for entry in entries] == [
        *((1, 3, None), (2, 3, 1), (3, 7, None), (4, 7, 3), (5, None, None)),
    ]
    with database.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    for broken in (
        "DELETE FROM entry WHERE number = 4",
        "UPDATE entry SET request = 9 WHERE number = 4",
        "UPDATE entry SET request = 1 WHERE number = 5",
        "UPDATE entry SET cid = 'b4' WHERE number = 5",
        "UPDATE entry SET number = 4 WHERE number = 5",
        "UPDATE entry SET number = 0 WHERE number = 5",
        "UPDATE entry SET leaf = NULL WHERE number = 5",
    ):
        with pytest.raises(JournalConflict), database.write() as connection:
            connection.execute(text(broken))
    database.close()


def test_a_reference_to_nothing_stops_an_upgrade_and_changes_nothing(tmp_path: Path) -> None:
    """Only a damaged file has one: PostgreSQL looks at each by itself."""
    database = _as_before_lean_entries(f"sqlite:///{tmp_path / 'new' / 'journal.db'}")
    with closing(sqlite3.connect(tmp_path / "new" / "journal.db")) as raw, raw:
        raw.execute("UPDATE idempotency SET entry = 9")
    with pytest.raises(JournalConflict, match="a row of idempotency"):
        upgrade(database.url.render_as_string())
    with database.read() as connection:
        assert connection.execute(text("SELECT count(batch) FROM entry")).scalar_one() == 4
    database.close()


def test_two_processes_may_upgrade_at_once(empty_url: str) -> None:
    failures: list[ResonanceError] = []

    def upgrade_once() -> None:
        try:
            upgrade(empty_url)
        except ResonanceError as exc:
            failures.append(exc)

    threads = [Thread(target=upgrade_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_newer_schema_is_refused(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(JournalConflict, match="newer"):
        upgrade(url)


def test_a_writer_of_a_file_looks_often_whether_its_turn_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own waiting would sleep up to 100 ms while others go first."""
    file = f"sqlite:///{tmp_path / 'journal.db'}"
    upgrade(file)
    here, there, pauses = Database(file), Database(file), list[float]()
    held = here.write()
    held.__enter__()

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 100:
            held.__exit__(None, None, None)

    monkeypatch.setattr(database, "sleep", pause)
    with there.write() as connection:
        assert pauses == [database.TURN_S] * 100
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == 30_000


def test_a_file_that_stays_locked_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = f"sqlite:///{tmp_path / 'journal.db'}"
    upgrade(file)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    here, there = Database(file), Database(file)
    with here.write(), pytest.raises(JournalUnavailable, match="locked"), there.write():
        pytest.fail("it is another's turn")
    with there.write() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == 50


def test_sqlite_survives_a_power_cut(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    upgrade(url)
    database = Database(url)
    with database.read() as connection:
        modes = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    database.close()
    assert modes == ["wal", 2, 1]
