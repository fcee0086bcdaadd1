"""
What the command prints: words for people on a terminal, one JSON document with `--json`, progress on stderr.

`NO_COLOR` and a pipe turn colours off. Results go to stdout, everything else to stderr, so a pipe carries
only results. Text from the chain or from other people is shown without control characters: a document's name
could otherwise repaint the terminal.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from resonance_dao.cli.messages import DEFECT, explain
from resonance_dao.errors import ResonanceError

_MOMENTS = frozenset({"deadline", "deliver_by"})


@dataclass
class Output:
    """The one printer."""

    as_json: bool = False
    language: str = "en"

    def say(self, en: str, ja: str | None = None) -> None:
        """Print a sentence for people, on stderr when stdout carries JSON."""
        self._print(ja if self.language == "ja" and ja else en, error=self.as_json)

    def warn(self, en: str, ja: str) -> None:
        """Print what must not be overlooked, on stderr."""
        word, text = ("注意", ja) if self.language == "ja" else ("WARNING", en)
        self._print(f"{word}: {text}", style="bold yellow", error=True)

    def result(self, value: Mapping[str, Any], lines: Sequence[tuple[str, object]] | None = None) -> None:
        """Print the one result: the whole value as JSON, or `lines` of name and value for people."""
        if self.as_json:
            self._document(value)
            return
        told = [(name, moment(at) if name in _MOMENTS else at) for name, at in value.items()]
        rows = [(name, shown) for name, shown in (lines if lines is not None else told)]
        width = max((len(name) for name, _ in rows), default=0)
        for name, shown in rows:
            self._print(f"  {name.ljust(width)}  {shown}")

    def event(self, value: Mapping[str, Any], text: str) -> None:
        """Print one of many results as it happens: a line of JSON, or `text` for people."""
        if self.as_json:
            line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
            sys.stdout.write("".join(map(_escaped, line)) + "\n")
            sys.stdout.flush()
            return
        self._print(text, style="bold red")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
        """Print a table for people; nothing with `--json`, where the result holds it."""
        if self.as_json:
            return
        from rich.box import SIMPLE
        from rich.table import Table

        table = Table(title=title or None, box=SIMPLE, title_justify="left")
        for name in head:
            table.add_column(visible(name), overflow="fold")  # An address cut short is no address.
        for row in rows:
            table.add_row(*(visible(str(cell)) for cell in row))
        self._console(error=False).print(table)

    def progress(self, number: int, total: int, what: str) -> None:
        """Print one step of long work: `3/9 what`, on stderr."""
        self._print(f"  {number}/{total} {what}", error=True)

    def mark(self, passed: bool, text: str) -> None:
        """Print a verdict."""
        style = "bold green" if passed else "bold red"
        self._print(f"{'PASS' if passed else 'FAIL'}  {text}", style=style, error=self.as_json)

    def failure(self, error: ResonanceError) -> None:
        """
        Print an error: what happened and what to do next; with `--json` the error as one document
        on stdout.
        """
        what, hint = explain(error, self.language)
        if self.as_json:
            self._document({"error": error.to_dict()})
            return
        self._print(f"error [{error.code}]: {what}", style="bold red", error=True)
        self._next(hint)

    def defect(self, error: Exception) -> None:
        """Print an error that should not exist, as one line or one document."""
        message = f"{type(error).__name__}: {error}"
        hint = DEFECT[1 if self.language == "ja" else 0]
        if self.as_json:
            self._document({"error": {"code": "defect", "message": message, "hint": hint, "details": {}}})
            return
        self._print(f"error [defect]: {message}", style="bold red", error=True)
        self._next(hint)

    def _next(self, hint: str) -> None:
        if hint:
            self._print(f"  {'次に' if self.language == 'ja' else 'next'}: {hint}", error=True)

    def _document(self, value: Mapping[str, Any]) -> None:
        text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("".join(_escaped(char) for char in text) + "\n")

    def _print(self, text: str, style: str | None = None, *, error: bool = False) -> None:
        stream = sys.stderr if error else sys.stdout
        if style is None or not stream.isatty():
            stream.write(visible(text) + "\n")
            stream.flush()
            return
        self._console(error=error).print(visible(text), style=style, markup=False, highlight=False)

    def _console(self, *, error: bool) -> Any:
        from rich.console import Console

        stream = sys.stderr if error else sys.stdout
        width = None if stream.isatty() else 160
        system: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
        return Console(file=stream, highlight=False, markup=False, width=width, color_system=system)


def moment(time: int) -> str:
    """Return unix s as people read it, in UTC; what is beyond the calendar stays a number."""
    try:
        return datetime.fromtimestamp(time, tz=timezone.utc).isoformat()
    except (OverflowError, OSError, ValueError):
        return str(time)


def visible(text: str) -> str:
    """Return text whose control and direction characters, line ends apart, are replaced by U+FFFD."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)


def _escaped(char: str) -> str:
    if char.isprintable() or char == "\n":
        return char
    # JSON's own spelling of what it could hold raw: one or two UTF-16 units.
    return json.dumps(char, ensure_ascii=True)[1:-1]
