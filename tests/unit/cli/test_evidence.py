"""`resonance evidence`: copies and sealed files, from the command line."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.evidence.evidence import add_file

Resonance = Callable[..., Any]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RESONANCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RESONANCE_MIRROR_FOLDER", str(tmp_path / "mirror"))
    (tmp_path / "password").write_text("password")
    monkeypatch.setenv("RESONANCE_PASSWORD_FILE", str(tmp_path / "password"))
    return tmp_path / "home"


@pytest.fixture
def reader(resonance: Resonance, home: Path) -> Callable[..., Path]:
    def make(dev: int) -> Path:
        done = resonance(
            *("--json", "evidence", "reader-key", f"key{dev}", "--out", f"reader{dev}.json"),
            *("--dev", dev, "--chain", 31337),
        )
        assert done.code == 0, done.out
        return Path(f"reader{dev}.json")

    return make


@pytest.fixture
def seal(resonance: Resonance, reader: Callable[..., Path]) -> Callable[..., str]:
    def seal_it() -> str:
        Path("private.txt").write_bytes(b"private" * 20_000)
        done = resonance(
            *("--json", "evidence", "seal", "private.txt", "--to", reader(1), "--out", "sealed"),
            *("--keys", "keys.json", "--chain", 31337),
        )
        assert done.code == 0, done.out
        return str(done.document["cid"])

    return seal_it


def open_sealed(resonance: Resonance, key: str, *more: object) -> Any:
    return resonance("--json", "evidence", "open", "sealed", "--reader-key", key, "--out", "opened", *more)


def test_a_reader_s_key_is_never_overwritten(resonance: Resonance, reader: Any) -> None:
    reader(1)
    before = Path("key1").read_bytes()
    done = resonance("evidence", "reader-key", "key1", "--out", "x", "--dev", 1, "--chain", 31337)
    assert (done.code, Path("key1").read_bytes()) == (3, before)


def test_a_reader_s_statement_for_another_chain_is_refused(resonance: Resonance, reader: Any) -> None:
    Path("private.txt").write_text("private")
    done = resonance("evidence", "seal", "private.txt", "--to", reader(1), "--out", "sealed", "--chain", 1)
    assert done.code == 8
    assert not Path("sealed").exists()


def test_a_reader_opens_and_a_stranger_does_not(resonance: Resonance, seal: Any, reader: Any) -> None:
    seal()
    reader(2)
    assert open_sealed(resonance, "key2").code == 8
    assert not Path("opened").exists()
    assert open_sealed(resonance, "key1", "--keys", "keys.json").code == 0
    assert Path("opened").read_bytes() == b"private" * 20_000


def test_nothing_is_left_of_a_file_that_was_altered(resonance: Resonance, seal: Any) -> None:
    seal()
    raw = bytearray(Path("sealed").read_bytes())
    raw[-1] ^= 1
    Path("sealed").write_bytes(bytes(raw))
    assert open_sealed(resonance, "key1", "--keys", "keys.json").code == 9
    assert [path.name for path in Path().glob("opened*")] == []


def test_what_is_forgotten_cannot_be_opened(resonance: Resonance, seal: Any) -> None:
    cid = seal()
    assert resonance("evidence", "forget", cid, "--dry-run").code == 0
    assert open_sealed(resonance, "key1").code == 0
    done = resonance("--json", "evidence", "forget", cid)
    assert (done.code, done.document) == (0, {"cid": cid, "forgotten": True, "record": None})
    assert open_sealed(resonance, "key1").code == 3
    assert resonance("evidence", "forget", cid).code == 3


def test_sealing_rehearsed_writes_nothing(resonance: Resonance, reader: Any, home: Path) -> None:
    Path("private.txt").write_text("private")
    statement = reader(1)
    done = resonance(
        *("evidence", "seal", "private.txt", "--to", statement, "--out", "sealed", "--chain", 31337),
        "--dry-run",
    )
    assert (done.code, Path("sealed").exists(), (home / "sealed-keys").exists()) == (0, False, False)


def test_copies_are_checked_and_repaired(resonance: Resonance, home: Path, tmp_path: Path) -> None:
    added = add_file(EmbeddedStore(home / "evidence"), io.BytesIO(b"work"))
    done = resonance("--json", "evidence", "check")
    assert (done.code, done.document["checked"]) == (1, 2)
    assert [one["place"] for one in done.document["bad"]] == ["mirror"]
    done = resonance("--json", "evidence", "check", added.text, "--repair")
    assert (done.code, done.document["repaired"]) == (0, 1)
    assert EmbeddedStore(tmp_path / "mirror").get_block(added.cid) == b"work"
    assert resonance("--lang", "ja", "evidence", "check").code == 0


def test_the_state_of_copies_needs_no_chain(resonance: Resonance, home: Path) -> None:
    done = resonance("--json", "evidence", "status")
    assert (done.code, done.document["places"]) == (0, ["embedded", "mirror"])
    assert "embedded" in resonance("evidence", "status").out


def test_collecting_says_what_it_did(resonance: Resonance, home: Path) -> None:
    add_file(EmbeddedStore(home / "evidence"), io.BytesIO(b"work"))
    done = resonance("--json", "evidence", "collect")
    assert done.document[str(home / "evidence")] == {"kept": 1, "set_aside": 0, "deleted": 0, "restored": 0}
