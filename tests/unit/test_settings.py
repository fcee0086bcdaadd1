"""Settings: documented in both languages, refused by name, environment over file, never changed."""

from __future__ import annotations

import re
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from pydantic import ValidationError

from resonance_dao.errors import InputInvalid
from resonance_dao.settings import Settings
from resonance_dao.transparency.manifest import MAX_RECORDS

NAMES = [name for name, _, _ in Settings.document()]
JAPANESE = re.compile("[぀-ヿ一-鿿]")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "resonance.toml"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RESONANCE_PORT", "65536"),
        ("RESONANCE_PORT", "-1"),
        ("RESONANCE_PORT", "http"),
        ("RESONANCE_BATCH_MAX", "0"),
        ("RESONANCE_BATCH_MAX", "4001"),
        ("RESONANCE_BATCH_MAX", "16385"),
        ("RESONANCE_BATCH_AGE_S", "1.5"),
        ("RESONANCE_ANCHOR_WITHIN_S", "59"),
        ("RESONANCE_CONFIRMATIONS", "0"),
        ("RESONANCE_OPERATOR_DEV_INDEX", "10"),
        ("RESONANCE_LANGUAGE", "fr"),
    ],
)
def test_a_wrong_value_names_the_variable_the_value_and_the_rule(variable: str, value: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        Settings.load({variable: value})
    assert caught.value.field == variable
    assert caught.value.value == value
    assert caught.value.rule
    assert caught.value.hint


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("secret", "***"),
        ("secret:8545", "***"),
        ("http:///secret", "***"),
        ("http://[::1/secret", "***"),
        ("http://node:99999/secret", "***"),
        ("http://node:secret", "***"),
        ("http://node/secret secret", "http://node"),
        ("http://node/secret\n", "http://node"),
        ("wss://user:secret@node:8546/secret", "wss://node:8546"),
    ],
)
def test_an_endpoint_that_is_none_is_refused_without_a_key_it_may_hold(url: str, shown: str) -> None:
    with pytest.raises(InputInvalid, match="must be an http:// or https:// address") as caught:
        Settings.load({"RESONANCE_RPC_URL": url})
    assert (caught.value.field, caught.value.value) == ("RESONANCE_RPC_URL", shown)
    assert "secret" not in str(caught.value.to_dict())


def test_a_wrong_value_in_the_file_names_the_variable_too(file: Path) -> None:
    file.write_text("port = 70000\n")
    with pytest.raises(InputInvalid) as caught:
        Settings.load({}, file)
    assert caught.value.field == "RESONANCE_PORT"


@pytest.mark.parametrize("text", ["prot = 1", "RESONANCE_PORT = 1", "[port]\nvalue = 1", "port = [1]"])
def test_an_unknown_key_or_shape_in_the_file_is_refused(text: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(InputInvalid):
        Settings.load({}, file)


@pytest.mark.parametrize(
    "text",
    [
        'database_ur = "postgresql://user:secret@host/name"',
        'rpc-url = "https://rpc.example/secret"',
        'RESONANCE_RPC_URL = "https://rpc.example/secret"',
        'rpc_url = ["https://rpc.example/secret"]',
        '[settings]\nrpc_url = "https://rpc.example/secret"',
        'relayer_password_file = ["secret"]',
        'pin_gateway_url = { url = "https://pins.example/secret" }',
    ],
)
def test_a_url_is_not_shown_when_its_name_or_shape_is_wrong(text: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(InputInvalid) as caught:
        Settings.load({}, file)
    assert "secret" not in "".join(format_exception(caught.value))


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", b"port = 1\nport = 2"])
def test_a_file_that_is_not_toml_is_refused_by_its_path(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    with pytest.raises(InputInvalid, match="must be TOML") as caught:
        Settings.load({}, file)
    assert caught.value.field == str(file)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings.load({}).port = 1


def test_without_anything_given_the_defaults_hold(file: Path) -> None:
    settings = Settings.load({}, file)
    assert settings == Settings()
    assert settings.rpc_url == "http://127.0.0.1:8545"
    assert settings.host == "127.0.0.1", "reachable from this machine only"


def test_the_environment_wins_over_the_file_and_an_empty_variable_counts_as_absent(file: Path) -> None:
    file.write_text('port = 9000\nlanguage = "ja"\nbatch_max = 7\n')
    settings = Settings.load({"RESONANCE_PORT": "9001", "RESONANCE_LANGUAGE": ""}, file)
    assert (settings.port, settings.language, settings.batch_max) == (9001, "ja", 7)


def test_a_batch_of_one_leaf_may_be_as_large_as_its_manifest_fits_a_block() -> None:
    batches = {"RESONANCE_LOG_LANE": "batches", "RESONANCE_BATCH_MAX": str(MAX_RECORDS)}
    assert Settings.load(batches).batch_max == MAX_RECORDS
    with pytest.raises(InputInvalid, match="4000 unless RESONANCE_LOG_LANE is batches"):
        Settings.load(batches | {"RESONANCE_LOG_LANE": "records"})


def test_variables_of_others_are_ignored() -> None:
    assert Settings.load({"PORT": "1", "PATH": "/bin", "RESONANCE_DEBUG": "1"}) == Settings()


def test_the_database_is_a_file_in_home_unless_another_is_named(tmp_path: Path) -> None:
    own = Settings.load({"RESONANCE_HOME": str(tmp_path)})
    assert own.journal_url == f"sqlite:///{tmp_path.resolve() / 'journal.db'}"
    assert Settings.load({"RESONANCE_DATABASE_URL": "postgresql://db"}).journal_url == "postgresql://db"


def test_every_setting_is_documented() -> None:
    assert sorted(NAMES) == sorted(Settings.model_fields)


@pytest.mark.parametrize(("name", "default", "key"), Settings.document(), ids=NAMES)
def test_a_setting_has_one_variable_and_a_meaning_in_both_languages(
    name: str, default: str, key: Any
) -> None:
    assert key.variable in {f"RESONANCE_{name.upper()}", name.upper()}
    assert key.en.strip()
    assert not JAPANESE.search(key.en)
    assert JAPANESE.search(key.ja)
    known = Settings.model_fields[name].default
    assert default == ("" if known is None else str(known))


def test_no_variable_stands_for_two_settings() -> None:
    variables = [key.variable for _, _, key in Settings.document()]
    assert len(set(variables)) == len(variables)


@pytest.mark.parametrize(("name", "default", "key"), Settings.document(), ids=NAMES)
def test_every_variable_reaches_its_setting(name: str, default: str, key: Any) -> None:
    fitting = {"rpc_url": "https://example.com", "language": "ja", "anchor_within_s": "61"}
    other = {**fitting, "log_lane": "batches"}.get(name, "7")
    assert str(getattr(Settings.load({key.variable: other}), name)) == other
