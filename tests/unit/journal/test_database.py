"""Opening databases and bringing them to this version."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from resonance_dao.errors import InputInvalid, JournalConflict, JournalUnavailable, ResonanceError
from resonance_dao.journal import database
from resonance_dao.journal.database import Database, parse_url
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.schema import ledger, metadata


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://a/b", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_names_no_file_or_server_is_refused(url: str) -> None:
    with pytest.raises(InputInvalid):
        parse_url(url)


def test_a_refused_url_does_not_show_its_password() -> None:
    with pytest.raises(InputInvalid) as refused:
        parse_url("oracle://user:secret@server/name")
    assert "secret" not in str(refused.value)


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
