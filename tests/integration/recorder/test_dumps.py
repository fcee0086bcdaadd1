"""A journal in PostgreSQL is kept and brought back with PostgreSQL's own tools, as `backup` advises."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from resonance_dao.chain.chain import nonce_of
from resonance_dao.errors import JournalConflict
from resonance_dao.journal.database import parse_url

pytestmark = [pytest.mark.chain, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    if missing := [name for name in ("pg_dump", "pg_restore") if shutil.which(name) is None]:
        pytest.skip(f"PostgreSQL's tools are not here: {', '.join(missing)}")


def dump(stage: Any, file: Path) -> Path:
    run("pg_dump", "--format=custom", f"--file={file}", stage.database_url)
    return file


def bring_back(stage: Any, file: Path) -> None:
    run("pg_restore", "--clean", "--if-exists", f"--dbname={stage.database_url}", str(file))


def run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def lost(stage: Any) -> Any:
    """Lose the database: another with nothing in it takes its place."""
    url = parse_url(stage.database_url)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {url.database} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {url.database}"))
    engine.dispose()
    return replace(stage)


def test_a_gateway_that_lost_its_database_goes_on_from_its_dump(on_postgres: Any, tmp_path: Path) -> None:
    stage = on_postgres
    journal = stage.journal()
    recorder = stage.recorder(journal)
    first = stage.mint(journal, 5, "first")
    stage.settle(recorder)
    # What waits to be sent comes back too.
    waiting = stage.mint(journal, 6, "waiting")
    before = journal.entries()
    file = dump(stage, tmp_path / "journal.dump")
    recorder.close()
    journal.database.close()
    stage = lost(stage)

    bring_back(stage, file)

    again = stage.journal()
    assert again.entries() == before
    assert stage.mint(again, 5, "first").receipt == first.receipt
    assert stage.mint(again, 6, "waiting").receipt == waiting.receipt
    third = stage.mint(again, 7, "third")
    assert third.number == len(before) + 1
    recorder = stage.recorder(again)
    stage.settle(recorder)
    assert recorder.status().is_settled
    chain = stage.chain()
    events = stage.token.events(chain.logs([stage.token.address], 0, chain.block().number), "Transfer")
    assert sorted(event.args["value"] for event in events) == [5, 6, 7]
    recorder.close()


def test_a_dump_that_the_log_has_outgrown_is_refused_and_sends_nothing(
    on_postgres: Any, tmp_path: Path
) -> None:
    stage = on_postgres
    journal = stage.journal()
    recorder = stage.recorder(journal)
    stage.mint(journal, 5, "first")
    stage.settle(recorder)
    file = dump(stage, tmp_path / "journal.dump")
    stage.mint(journal, 6, "second")
    stage.settle(recorder)
    recorder.close()
    journal.database.close()

    bring_back(stage, file)

    restored = stage.journal()
    stage.mint(restored, 6, "second")
    nonce = nonce_of(stage.chain(), restored.identity.publisher)
    recorder = stage.recorder(restored)
    with pytest.raises(JournalConflict, match="records, the journal"):
        recorder.tick(stage.now())
    assert nonce_of(stage.chain(), restored.identity.publisher) == nonce
    recorder.close()
