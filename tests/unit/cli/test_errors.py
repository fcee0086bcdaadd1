"""Errors: an exit code and a message each, in two languages, as one JSON document, never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from resonance_dao import errors
from resonance_dao.cli import diagnosis
from resonance_dao.cli.exits import CODES, EPILOG, UNEXPECTED, code_of
from resonance_dao.cli.messages import JAPANESE, explain, next_step
from resonance_dao.errors import InputInvalid, ResonanceError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ResonanceError) and kind is not ResonanceError
]
KANA = re.compile("[぀-ヿ]")


def an(kind: type[ResonanceError]) -> ResonanceError:
    return (
        InputInvalid("field", 5, "must be 4") if kind is InputInvalid else kind("what happened", hint="do it")
    )


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Let `resonance doctor` fail with an exception of the test's choice."""

    def fail_with(error: BaseException) -> None:
        def diagnose(toolkit: object) -> None:
            raise error

        monkeypatch.setattr(diagnosis, "diagnose", diagnose)

    return fail_with


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_class_has_an_exit_code_that_help_explains(kind: type[ResonanceError]) -> None:
    assert kind in CODES
    assert 2 < CODES[kind] < UNEXPECTED
    assert re.search(rf"\b{CODES[kind]} [a-z]", EPILOG)
    assert code_of(an(kind)) == CODES[kind]


def test_an_error_outside_the_table_is_a_defect() -> None:
    assert code_of(ResonanceError("strange")) == UNEXPECTED


def test_error_codes_are_unique() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS) == len(JAPANESE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_explained_in_both_languages(kind: type[ResonanceError]) -> None:
    error = an(kind)
    assert explain(error, "en") == (str(error), error.hint)
    what, step = explain(error, "ja")
    assert KANA.search(what)
    assert str(error) in what
    assert KANA.search(step)
    if error.hint != kind.default_hint:
        assert error.hint in step, "a hint for this very error is not lost"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_ends_the_command_with_its_code_and_no_traceback(
    kind: type[ResonanceError],
    resonance,  # type: ignore[no-untyped-def]
    failing,  # type: ignore[no-untyped-def]
) -> None:
    failing(an(kind))
    done = resonance("doctor")
    assert done.code == CODES[kind]
    assert done.out == ""
    assert done.err.startswith(f"error [{kind.code}]: {an(kind)}\n  next: ")
    assert "Traceback" not in done.err


@pytest.mark.parametrize("kind", KINDS)
def test_with_json_an_error_is_one_document(kind: type[ResonanceError], resonance, failing) -> None:  # type: ignore[no-untyped-def]
    failing(an(kind))
    done = resonance("--json", "doctor")
    assert done.code == CODES[kind]
    assert done.err == ""
    assert done.document["error"] == json.loads(json.dumps(an(kind).to_dict()))


def test_an_unexpected_exception_is_a_defect_and_no_traceback(resonance, failing) -> None:  # type: ignore[no-untyped-def]
    failing(RuntimeError("the unexpected"))
    done = resonance("doctor")
    assert done.code == UNEXPECTED
    assert done.err.splitlines()[0] == "error [defect]: RuntimeError: the unexpected"
    assert "RESONANCE_DEBUG" in done.err
    assert "Traceback" not in done.err


def test_with_json_a_defect_is_one_document(resonance, failing) -> None:  # type: ignore[no-untyped-def]
    failing(KeyError("x"))
    done = resonance("--json", "doctor")
    assert (done.code, done.err) == (UNEXPECTED, "")
    assert done.document["error"]["code"] == "defect"


def test_with_resonance_debug_a_defect_shows_where(resonance, failing, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("RESONANCE_DEBUG", "1")
    failing(RuntimeError("the unexpected"))
    done = resonance("doctor")
    assert done.code == UNEXPECTED
    assert "Traceback" in done.err


def test_ctrl_c_ends_with_130_and_says_nothing(resonance, failing) -> None:  # type: ignore[no-untyped-def]
    failing(KeyboardInterrupt())
    done = resonance("doctor")
    assert done.code == 130
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nope"],
        ["init", "--nope"],
        ["nope"],
        ["bounty", "show"],
        ["bounty", "show", "x"],
        ["bounty", "show", "0"],
        ["deploy", "--dev", "10"],
        ["--lang", "fr", "version"],
        ["review", "1", "1", "--comment", "x"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_as_text_and_as_json(arguments: list[str], resonance) -> None:  # type: ignore[no-untyped-def]
    done = resonance(*arguments)
    assert done.code == 2
    assert done.err
    assert "Traceback" not in done.err
    told = resonance("--json", *arguments)
    assert told.code == 2
    assert told.document["error"]["code"] == "wrong_usage"
    assert told.document["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["bounty", "open", "absent.yaml"], "RESONANCE_RPC_URL"),
        (["keystore", "absent/folder/key.json"], "RESONANCE_PASSWORD_FILE"),
    ],
)
def test_wrong_input_says_field_value_and_rule(
    arguments: list[str],
    field: str,
    resonance,  # type: ignore[no-untyped-def]
    monkeypatch,  # type: ignore[no-untyped-def]
) -> None:
    monkeypatch.setenv("RESONANCE_RPC_URL", "nowhere")
    done = resonance("--json", *arguments)
    assert done.code == 3
    assert done.document["error"]["details"]["field"] == field


def test_japanese_is_spoken_when_asked_for(resonance, failing, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    failing(InputInvalid("field", 5, "must be 4"))
    assert KANA.search(resonance("--lang", "ja", "doctor").err)
    monkeypatch.setenv("RESONANCE_LANGUAGE", "ja")
    assert KANA.search(resonance("doctor").err)
    assert not KANA.search(resonance("--lang", "en", "doctor").err)


def test_the_language_of_the_settings_file_is_spoken(resonance, failing, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    failing(InputInvalid("field", 5, "must be 4"))
    (tmp_path / "resonance.toml").write_text('language = "ja"\n')
    assert KANA.search(resonance("doctor").err)


@pytest.mark.parametrize("language", ["fr", "", "JA"])
def test_an_unknown_language_is_answered_in_english(language: str, resonance, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("RESONANCE_LANGUAGE", language)
    done = resonance("project", "show", "1")
    assert done.code != UNEXPECTED
    assert not KANA.search(done.err)


def test_a_settings_file_that_is_not_toml_is_refused(resonance, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "resonance.toml").write_text("port = ")
    done = resonance("doctor")
    assert done.code == 3
    assert "resonance.toml" in done.err


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    program = "from resonance_dao.cli.app import main; main()"
    env = {**os.environ, **changes}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, env=env
    )


def test_a_terminal_without_japanese_gets_escapes_and_no_failure(tmp_path: Path) -> None:
    done = run("--lang", "ja", "init", str(tmp_path / "a"), PYTHONIOENCODING="ascii")
    again = run("--lang", "ja", "init", str(tmp_path / "a"), PYTHONIOENCODING="ascii")
    assert (done.returncode, again.returncode) == (0, 3)
    assert "\\u" in again.stderr


def test_a_reader_who_leaves_early_is_no_failure(tmp_path: Path) -> None:
    program = "from resonance_dao.cli.app import main; main()"
    reader, writer = os.pipe()
    os.close(reader)
    started = subprocess.Popen(
        [sys.executable, "-c", program, "--json", "init", str(tmp_path / "b")],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    _, said = started.communicate()
    assert started.returncode == 141
    assert said == ""


def test_a_conflict_with_the_journal_is_not_always_about_a_key() -> None:
    _, step = explain(errors.JournalConflict("the chain was reorganised below what was final"), "ja")
    assert "Idempotency-Key" not in step
    own = errors.JournalConflict("used", hint="Use a new Idempotency-Key for a new request.")
    assert "Idempotency-Key" in explain(own, "ja")[1]


def test_doctor_advises_in_japanese(resonance, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(
        diagnosis,
        "diagnose",
        lambda _toolkit: [
            diagnosis.Finding("node", False, "not on PATH", "Install Node.js 20 or newer."),
            diagnosis.Finding("chain", False, "silent", "Check the node.", code="chain_unreachable"),
            diagnosis.Finding("python", True, "3.12"),
        ],
    )
    steps = [line for line in resonance("--lang", "ja", "doctor").out.splitlines() if "次に" in line]
    assert len(steps) == 2
    assert all(KANA.search(step.replace("次に", "")) for step in steps)
    assert "Check the node." in steps[1]


@pytest.mark.parametrize("look", ["_python", "_node"])
def test_every_advice_of_doctor_s_own_has_its_japanese(look: str, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sys, "version_info", (3, 9, 0))
    monkeypatch.setenv("PATH", "")
    fix = getattr(diagnosis, look)().fix
    assert KANA.search(next_step("", fix, "ja"))
