"""What is printed: plain in a pipe, whole, and without the control characters of strangers."""

from __future__ import annotations

import io
import json
import sys

import pytest

from resonance_dao.cli.output import Output, moment, visible

EVIL = "bafy\x1b[2J\x9b31m\u202egnp.exe\x07"


class Terminal(io.StringIO):
    """A terminal: it says that it is one."""

    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in stdout's place: pytest puts its own there when the test begins."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return shown


def test_a_verdict_has_colour_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch)
    Output().mark(True, "all is well")
    assert "\x1b[" in terminal.getvalue()
    assert "PASS  all is well" in terminal.getvalue()


def test_no_color_is_obeyed_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    Output().mark(False, "not well")
    Output().table(("a", "b"), [(1, 2)])
    assert "\x1b" not in terminal.getvalue()
    assert "FAIL  not well" in terminal.getvalue()


def test_a_pipe_gets_no_escape(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output()
    output.mark(True, "yes")
    output.mark(False, "no")
    output.table(("a", "b"), [(1, 2)])
    output.result({"a": 1})
    output.progress(1, 2, "step")
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err
    assert printed.err == "  1/2 step\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_control_characters_from_outside_reach_no_terminal(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    output = Output(as_json)
    output.say(EVIL)
    output.result({"terms": EVIL}, [("terms", EVIL)])
    output.table((EVIL,), [(EVIL,)])
    output.mark(True, EVIL)
    output.progress(1, 1, EVIL)
    printed = capsys.readouterr()
    assert all(char.isprintable() or char == "\n" for char in printed.out + printed.err)
    if as_json:
        assert json.loads(printed.out) == {"terms": EVIL}, "JSON escapes, and loses nothing"


def test_text_in_any_script_and_its_lines_stay() -> None:
    assert visible("和菓子 🍡\n\tline") == "和菓子 🍡\n\tline"


def test_japanese_in_json_can_be_read_and_any_character_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": "和菓子", "strange": "\U000e0001\u2028\x7f"}
    Output(as_json=True).result(value)
    printed = capsys.readouterr().out
    assert "和菓子" in printed
    assert json.loads(printed) == value


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_an_address_in_a_table_is_never_cut(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, address = on_a_terminal(monkeypatch), "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("NO_COLOR", "1")
    Output().table(("n", "worker"), [("-", address)])
    shown = "".join(char for char in terminal.getvalue().split("\n", 3)[3] if char.isalnum())
    assert shown == address


def test_with_json_stdout_has_the_result_alone(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)
    output.say("a sentence", "文")
    output.mark(True, "verdict")
    output.table(("a",), [(1,)])
    output.result({"a": 1}, [("a", "one")])
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"a": 1}
    assert "a sentence" in printed.err


def test_a_time_is_a_date_for_people_and_a_number_in_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    Output().result({"deadline": 1_800_000_000})
    assert capsys.readouterr().out == "  deadline  2027-01-15T08:00:00+00:00\n"
    Output(as_json=True).result({"deadline": 1_800_000_000})
    assert json.loads(capsys.readouterr().out) == {"deadline": 1_800_000_000}


def test_a_time_beyond_the_calendar_stays_a_number() -> None:
    assert moment(2**64) == str(2**64)
