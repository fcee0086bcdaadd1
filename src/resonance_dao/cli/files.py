"""Files that people name on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from resonance_dao.errors import InputInvalid

LARGEST_TEXT = 1_000_000


def read_text(path: Path) -> str:
    """Return a text file's content, at most 1 MB of UTF-8."""
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise InputInvalid("file", str(path), f"is larger than {LARGEST_TEXT} bytes")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise InputInvalid("file", str(path), f"cannot be read: {exc}") from exc


def make_folder(path: Path) -> None:
    """Make a folder and those above it where they are missing."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise InputInvalid("folder", str(path), f"cannot be made: {exc.strerror}") from exc


def write_text(path: Path, text: str) -> None:
    """Write a text file whole; what cannot be written is `InputInvalid`."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise InputInvalid("file", str(path), f"cannot be written: {exc.strerror}") from exc


def read_json(path: Path) -> Any:
    """Return a JSON file's content."""
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as exc:
        raise InputInvalid("file", str(path), f"is not JSON: {exc}") from exc
