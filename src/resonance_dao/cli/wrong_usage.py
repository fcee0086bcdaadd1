"""Wrong usage: an unknown option, a missing argument. Typer finds it before any command runs."""

from __future__ import annotations

import json
import sys

from resonance_dao.cli.exits import USAGE


def report(error: Exception, *, as_json: bool) -> int:
    """Print what Typer refused, as text or as one JSON document, and return the exit code; raise the rest."""
    # Known by what it can do: Typer brings its own copy of Click's classes, or uses Click's.
    if not hasattr(error, "format_message"):
        raise error
    if hasattr(error, "message"):
        error.message = str(error.message).removeprefix("Value error, ")  # Pydantic's; no news.
    if as_json:
        hint = "`resonance COMMAND --help` shows what may be given."
        told = {"code": "wrong_usage", "message": error.format_message(), "hint": hint, "details": {}}
        sys.stdout.write(json.dumps({"error": told}, ensure_ascii=False, indent=2) + "\n")
    elif hasattr(error, "show"):
        error.show()
    return int(getattr(error, "exit_code", USAGE))
